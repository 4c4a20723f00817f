from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections
from django.db.models.signals import post_migrate

from advisors.encryption import require_keys


class AdvisorsConfig(AppConfig):
    name = "advisors"

    def ready(self) -> None:
        require_keys()
        post_migrate.connect(grant_site_role, sender=self)


def grant_site_role(*, using: str, **kwargs: Any) -> None:
    """Let the site's role read and write rows, never the schema; what is append-only it can only add to.

    It runs after each migration, also back, as the tables' owner. Where both roles are one there is nothing to grant.
    """
    site, owner = settings.DATABASE_SITE["USER"], settings.DATABASE_OWNER["USER"]
    connection = connections[using]
    if site == owner or connection.settings_dict["USER"] != owner:
        return
    role = connection.ops.quote_name(site)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        revoked = {"pghistory_context": "DELETE"} | {
            model._meta.db_table: "UPDATE, DELETE"
            for model in apps.get_models()
            if getattr(model, "append_only", False) or hasattr(model, "pgh_tracked_model")
        }
        for table in revoked.keys() & connection.introspection.table_names(cursor):
            cursor.execute(f"REVOKE {revoked[table]} ON {connection.ops.quote_name(table)} FROM {role}")
