"""Per-report results on disk, so that a second build reads only what changed, and the first never holds all at once.

A result is a pure function of the file's bytes, its name, its line in places.csv and the code, and those
make its key; nothing here can therefore be stale, only missing. Plain JSON: a cache that could run code
when it is opened would make every shared data folder a risk. Two lines: the first says what a build must
know of every report, the second holds the rows for the database.
"""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any

Json = dict[str, Any]


def key(digest: str, source: str, line: Mapping[str, str] | None) -> str:
    """Names one file's result among those of one state of the code."""
    parts = [digest, source, sorted(line.items()) if line else None]
    return sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]


def head(folder: Path, name: str) -> Json | None:
    """None where nothing is stored, or what is stored was cut short."""
    return _line(folder, name, 0)


def rows(folder: Path, name: str) -> Json | None:
    return _line(folder, name, 1)


def store(folder: Path, name: str, about: Json, tables: Json) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.{os.getpid()}.part"
    part.write_bytes(b"%s\n%s\n" % (_encoded(about), _encoded(tables)))
    part.replace(folder / f"{name}.json")


def forget_others(folder: Path) -> None:
    """Drop the results of other states of the code, whose keys nobody will ask for, and what a killed build left half-written."""
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            rmtree(other, ignore_errors=True)
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)


def _line(folder: Path, name: str, number: int) -> Json | None:
    try:
        with (folder / f"{name}.json").open("rb") as file:
            line = [file.readline() for _ in range(number + 1)][number]
        found = json.loads(line.decode("utf-8", "surrogatepass"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _encoded(value: Json) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(
        "utf-8", "surrogatepass"
    )  # what a file makes of itself is the database's to refuse
