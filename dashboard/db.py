"""Finds the published database and opens it read only.

The pointer is read on every run of a page, so a rebuild shows at the next interaction; connections are
kept by real path, because a second connection to the same path would still see the file it was opened on.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import streamlit as st

SCHEMA_VERSION = 2
POINTER = "CURRENT"

VERSION = re.compile("[0-9A-Za-z]{4,64}")  # how a link may name a build
Problem = Literal["missing", "older", "newer", "unreadable", "empty"]


@dataclass(frozen=True)
class Published:
    """Which database file is read; `problem` says why there is nothing to show."""

    path: Path | None
    problem: Problem | None = None


def data_dir() -> Path:
    """`FAZHI_DATA` wins over the project's own folder."""
    named = os.environ.get("FAZHI_DATA")
    return Path(named) if named else Path(__file__).resolve().parent.parent / "data"


def current(folder: Path) -> Path | None:
    """The file the pointer names, None before the first build."""
    try:
        name = (folder / POINTER).read_text(encoding="utf-8").strip()
    except OSError:
        return None
    path = folder / Path(name).name
    return path.resolve() if name and path.is_file() else None


def version(folder: Path, build: str) -> Path | None:
    """The file of an older build that a link names, None where it is gone."""
    if not VERSION.fullmatch(build):
        return None
    found = sorted(folder.glob(f"*-{build}.duckdb"))
    return found[0].resolve() if found else None


@st.cache_resource(max_entries=2, show_spinner=False)
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(path, read_only=True)


def cursor(path: Path) -> duckdb.DuckDBPyConnection:
    """A cursor of its own for every call: one connection shared by threads mixes up results."""
    return _connection(str(path)).cursor()


def state(path: Path | None) -> Published:
    """Whether the file can be shown, and if not, why."""
    if path is None:
        return Published(None, "missing")
    try:
        found = (
            cursor(path).execute("select schema_version, reports_published from build").fetchone()
        )
    except duckdb.Error:
        return Published(path, "unreadable")
    if found is None:
        return Published(path, "unreadable")
    schema, reports = int(found[0]), int(found[1])
    if schema != SCHEMA_VERSION:
        return Published(path, "older" if schema < SCHEMA_VERSION else "newer")
    return Published(path, None if reports else "empty")
