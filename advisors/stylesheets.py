"""The stylesheet of every page: a file a noun in static/app/, put together as the layers that layers.css names."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "app/app.css"  # beside its parts, so that what they say of fonts holds there too
PARTS = settings.BASE_DIR / "static" / "app"
MADE = settings.BASE_DIR / "var" / "styles"


def list_layers() -> list[str]:
    """Return the layers' names, the least first. Each is the name of its file in static/app/."""
    [names] = re.findall(r"^@layer ([^;{]+);", _read_part("layers"), re.MULTILINE)
    return [name.strip() for name in names.split(",")]


def join_layers() -> str:
    """Return the whole stylesheet: the order of the layers, what each holds, and the letter's sheet outside them."""
    layers = [f"@layer {name} {{\n{_read_part(name)}}}\n" for name in list_layers()]
    return "\n".join([_read_part("layers"), *layers, _read_part("sheet")])


def _read_part(name: str) -> str:
    return (PARTS / f"{name}.css").read_text()


class StylesheetFinder(BaseFinder):
    """Finds app/app.css for `collectstatic` and for the development server, made anew from its parts."""

    def find(  # type: ignore[override]  # the stubs tell its two cases apart
        self, path: str, find_all: bool = False, **_: Any
    ) -> str | list[str]:
        if path != NAME:
            return []
        made = str(_write())
        return [made] if find_all else made

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        _write()
        yield NAME, FileSystemStorage(location=MADE)


def _write() -> Path:
    """Write the stylesheet where it differs from what stands there; whoever reads meanwhile reads a whole one."""
    path, text = MADE / NAME, join_layers()
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.{os.getpid()}")
        new.write_text(text)
        new.replace(path)
    return path
