"""Processes forked from a warm one: each begins in a few milliseconds, with everything loaded."""

import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections

LONGEST_WAIT = 120  # seconds


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a process ended: its exit status, or minus the signal that killed it; what it sent before, in order."""

    status: int
    sent: list[Any]

    @property
    def was_killed(self) -> bool:
        return self.status == -signal.SIGKILL


class Fork:
    """A forked process that does one thing, and can send what JSON holds before it ends."""

    def __init__(self, work: Callable[[Callable[[Any], None]], Any]) -> None:
        connection.close()  # two processes must never speak on one socket
        self._read, write = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                # Where Playwright's event loop runs, the parent's thread speaks on another connection than this one.
                connections["default"] = connections.create_connection("default")
                os.close(self._read)
                # One write of less than a pipe takes at once: whole or not at all.
                work(lambda value: os.write(write, f"{json.dumps(value)}\n".encode()))
                status = 0
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(status)
        os.close(write)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def join(self) -> Ended:
        """Wait for its end. Raises TimeoutError, and kills it, after a long time."""
        received, deadline = b"", time.monotonic() + LONGEST_WAIT
        try:
            while True:
                if not select.select([self._read], [], [], max(deadline - time.monotonic(), 0))[0]:
                    self.kill()
                    raise TimeoutError(f"process {self.pid}")
                block = os.read(self._read, 65536)
                if not block:
                    break
                received += block
        finally:
            os.close(self._read)
            _, waited = os.waitpid(self.pid, 0)
        return Ended(
            status=os.waitstatus_to_exitcode(waited),
            sent=[json.loads(line) for line in received.splitlines()],
        )
