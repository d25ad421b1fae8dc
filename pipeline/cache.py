"""Per-report results on disk, so that a second build reads only what changed.

A result is a pure function of the file's bytes, its name, its line in places.csv and the code, and those
make its key; nothing here can therefore be stale, only missing. Plain JSON: a cache that could run code
when it is opened would make every shared data folder a risk.
"""

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any

from pipeline.model import Report


def key(digest: str, source: str, line: Mapping[str, str] | None) -> str:
    """Names one file's result among those of one state of the code."""
    parts = [digest, source, sorted(line.items()) if line else None]
    return sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]


def load(folder: Path, name: str) -> Report | None:
    """None where nothing is stored, or what is stored was cut short."""
    try:
        stored = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        return typing.cast("Report", thaw(Report, stored))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def store(folder: Path, name: str, report: Report) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.part"
    part.write_text(freeze(report), encoding="utf-8")
    part.replace(folder / f"{name}.json")


def forget_others(folder: Path) -> None:
    """Drop the results of other states of the code: no key of theirs will be asked for again."""
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            rmtree(other, ignore_errors=True)


def freeze(report: Report) -> str:
    return json.dumps(asdict(report), ensure_ascii=False, default=str, separators=(",", ":"))


def thaw(kind: Any, value: Any) -> Any:  # noqa: ANN401 - JSON gets its type from `kind`
    """JSON back into the records of `model`, led by their annotations."""
    if value is None:
        return None
    if kind is Decimal:
        return Decimal(value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{k: thaw(hints[k], v) for k, v in value.items()})
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return thaw(next(a for a in args if a is not type(None)), value)
    if origin is tuple:
        each = [args[0]] * len(value) if args[-1] is Ellipsis else args
        return tuple(thaw(a, v) for a, v in zip(each, value, strict=True))
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
