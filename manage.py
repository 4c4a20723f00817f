#!/usr/bin/env python
"""Django's commands; and the two that speak JSON lines, which need neither Django nor a database."""

import os
import sys

JSON_LINES_COMMANDS = {"allocate", "contribution_room"}
SCHEMA_COMMANDS = {"backup", "makemigrations", "migrate", "restore", "rotate_field_keys"}


def main(argv: list[str]) -> int:
    command = argv[0] if argv else ""
    if command in JSON_LINES_COMMANDS:
        from law import json_lines

        return json_lines.main(argv)

    if command in SCHEMA_COMMANDS:
        os.environ["AFTERTAX_DATABASE_ROLE"] = "owner"
    if not os.environ.get("DATABASE_URL"):
        from advisors import embedded_postgres

        try:
            embedded_postgres.ensure_running()
        except embedded_postgres.EmbeddedPostgresError as error:
            print(error, file=sys.stderr)
            return 1

    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advisors.settings")
    execute_from_command_line([sys.argv[0], *argv])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
