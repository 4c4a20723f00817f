"""A process that kills itself with SIGKILL at one point of its work: beside a statement, a COMMIT or a rendering."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from rollovers.issuing import letters


class Killer:
    """Counts the points that the work comes to, by name, and kills the process at one of them."""

    def __init__(self, *, at: str | int | None) -> None:
        self.names: list[str] = []
        self._at = at

    def reach(self, name: str) -> None:
        if self._at in (len(self.names), name):
            os.kill(os.getpid(), signal.SIGKILL)
        self.names.append(name)

    def surround(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def surrounded(*args: Any, **kwargs: Any) -> Any:
            self.reach(f"before {name}")
            result = work(*args, **kwargs)
            self.reach(f"after {name}")
            return result

        return surrounded

    def watch_statement(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        name = " ".join(str(sql).split()[:3]).replace('"', "")
        self.reach(f"before {name}")
        result = execute(sql, params, many, context)
        self.reach(f"after {name}")
        return result

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Watch this process's statements, its COMMITs and its renderings; it is a fork, so nothing is put back."""
        connection.ensure_connection()
        connection._commit = self.surround("COMMIT", connection._commit)
        letters.render_pdf = self.surround("the letter", letters.render_pdf)
        letters.render_documents = self.surround("the documents", letters.render_documents)
        with connection.execute_wrapper(self.watch_statement):
            yield
