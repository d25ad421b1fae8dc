"""Answers a reader's SQL in a process of its own, which can read the published database and nothing else.

Read only is not enough: SQL can read any file of the machine, write others, change settings, and ask for more memory and
time than there is. So the process has limits of its own, the database instance is locked after the file is attached, one
statement is allowed and it must be a question, and whoever takes too long is ended. Run as a script this module is
that process; it imports nothing of the project.
"""

import contextlib
import json
import math
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

ROWS = 1000
_CELL = 4000  # characters of a cell
_SECONDS = 5
_MEMORY = 1 << 30  # bytes the process may map; half of them are the database's
_AT_ONCE = threading.BoundedSemaphore(2)
_ENDED = (9, 24)  # signals of a process out of time: killed, SIGXCPU
_LOCKS = (
    "use db",
    "set global max_execution_time = 3000",
    "set enable_progress_bar = false",
    "set enable_external_access = false",
    "set disabled_filesystems = 'LocalFileSystem'",
    "set python_enable_replacements = false",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set lock_configuration = true",
)
_QUESTIONS = {"SELECT", "EXPLAIN"}
# What would tell where on the machine the file lies, and what could ask for that in disguise.
_ABOUT_THE_MACHINE = re.compile(
    r"duckdb_|pragma_|pg_settings|current_setting|\bquery(_table)?\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Answer:
    """Rows, or `problem`: `busy`, `time`, `memory`, `kind` (no question, or several), `sql` (with what the database says)."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    more: bool = False
    problem: str = ""
    said: str = ""


def ask(database: Path, sql: str) -> Answer:
    """The first rows of what a question gives."""
    if _ABOUT_THE_MACHINE.search(sql):
        return Answer(problem="kind")
    if not _AT_ONCE.acquire(timeout=_SECONDS):
        return Answer(problem="busy")
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and this file; the question goes through stdin
            [sys.executable, "-I", __file__],
            input=json.dumps({"file": database.name, "sql": sql}).encode("utf-8", "replace"),
            cwd=database.parent,  # the name alone is enough, and no path can be asked for
            env={k: os.environ[k] for k in ("SYSTEMROOT",) if k in os.environ},
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(problem="time")
    finally:
        _AT_ONCE.release()
    return _read(done.returncode, done.stdout)


def _read(code: int, written: bytes) -> Answer:
    """What the process wrote; a process that wrote nothing whole ran into a limit of the system."""
    try:
        told = json.loads(written)
    except ValueError:
        return Answer(problem="time" if -code in _ENDED else "memory")
    if "problem" in told:
        return Answer(problem=told["problem"], said=told.get("said", ""))
    return Answer(tuple(told["columns"]), tuple(map(tuple, told["rows"])), told["more"])


def _answer(file: str, sql: str) -> dict[str, Any]:
    con = duckdb.connect(":memory:", config={"threads": "1", "memory_limit": "512MB"})
    name = file.replace("'", "''")
    con.execute(f"attach '{name}' as db (read_only)")
    for lock in _LOCKS:
        con.execute(lock)
    try:
        statements = con.extract_statements(sql)
        if len(statements) != 1 or statements[0].type.name not in _QUESTIONS:
            return {"problem": "kind"}
        done = con.execute(statements[0])
        rows = done.fetchmany(ROWS + 1)
    except duckdb.InterruptException:
        return {"problem": "time"}
    except (duckdb.OutOfMemoryException, MemoryError):
        return {"problem": "memory"}
    except duckdb.Error as error:
        return {"problem": "sql", "said": str(error)[:_CELL]}
    columns = [column[0] for column in done.description or ()]
    shown = [[_cell(value) for value in row] for row in rows[:ROWS]]
    return {"columns": columns, "rows": shown, "more": len(rows) > ROWS}


def _cell(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and math.isfinite(value):
        return value
    words = str(value)
    return words if len(words) <= _CELL else words[: _CELL - 1] + "…"


def _limit() -> None:
    """Memory, time and no file at all, where the system can hold a process to them."""
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415 - Windows has none

        for which, most in (
            (resource.RLIMIT_AS, _MEMORY),
            (resource.RLIMIT_CPU, _SECONDS),
            (resource.RLIMIT_FSIZE, 0),
        ):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(which, (most, most))


if __name__ == "__main__":
    asked = json.loads(sys.stdin.buffer.read())
    _limit()
    sys.stdout.write(json.dumps(_answer(asked["file"], asked["sql"]), allow_nan=False, default=str))
