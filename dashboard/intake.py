"""Reports on their way in: each is read by a child process before anything is saved, then noted for the next build.

The dashboard never imports the pipeline. It needs two of its commands, `inspect` and `build`, as child processes, so
that a file that hangs, crashes or eats memory costs its own process only, and one file of the data folder,
`imported.csv`. Free of Streamlit.
"""

import csv
import hashlib
import io
import ipaddress
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pandas as pd
from filelock import FileLock, Timeout

if sys.platform == "linux":  # elsewhere a process's limits can only be set from inside
    from resource import RLIMIT_DATA, prlimit

ROOT = Path(__file__).resolve().parent.parent
PLACE_TABLE = ROOT / "data" / "divisions_2023.parquet"
FILE = "imported.csv"
MAX_MB = 20
MAX_FILES = 20
SECONDS = 60  # for reading one file
MEMORY = 2 * 1024**3  # bytes, for reading one file
MAX_JSON = 64 * 1024**2  # bytes of a reading; the largest report has a hundredth of it
PATIENCE = 20  # seconds to wait for a build that somebody else runs
_NAME_MAX = 80
_RESERVED = "places.csv"  # means something beside reports
_SUFFIX = re.compile(r"\.[0-9a-z]{1,9}")
_PERCENT = re.compile(r"\b([0-9]{1,3})%\|")

Json = dict[str, Any]


@dataclass(frozen=True)
class Dropped:
    """A file as the browser gave it, its name made harmless."""

    name: str
    data: bytes
    sha256: str


@dataclass(frozen=True)
class Choice:
    """What a person decided where a report leaves it open; empty where they leave it to the report."""

    ref_area: str = ""
    time_period: str = ""


@dataclass(frozen=True)
class Refused:
    """A file that cannot be read: a key of the page's words, or the pipeline's own sentence."""

    key: str
    said: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of imported.csv."""

    sha256: str
    file: str
    ref_area: str
    time_period: str
    who: str
    when: str
    action: str


@dataclass(frozen=True)
class Built:
    """How a build ended: its exit code and what it said."""

    code: int
    lines: tuple[str, ...]


class BusyError(Exception):
    """Another build holds the data folder for longer than anybody waits."""


# --- who may ------------------------------------------------------------------------------------------


def loopback(server: str, asked: str, forwarded: str) -> bool:
    """Whether only this machine can be asking: the server's address, the address asked for, no proxy between.

    The address asked for counts because any web page may give a name of its own to 127.0.0.1.
    """
    return not forwarded and _is_local(server) and (not asked or _is_local(_host(asked)))


def _host(asked: str) -> str:
    """The host of a Host header: `127.0.0.1:8501`, `[::1]:8501`."""
    bracketed = re.match(r"\[([^\]]*)\]", asked)
    return bracketed[1] if bracketed else asked.partition(":")[0]


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# --- reading ------------------------------------------------------------------------------------------


def dropped(name: str, data: bytes) -> Dropped:
    """A file under a name that is safe as a file's, in a path, in a table and on screen."""
    seen = "".join(c for c in name if c.isprintable())
    safe = re.sub(r'[<>:"/\\|?*]', "_", seen).lstrip(" .~$=+@-").rstrip(" .") or "report"
    suffix = PurePosixPath(safe).suffix[-10:]
    short = safe if len(safe) <= _NAME_MAX else safe[: _NAME_MAX - len(suffix)] + suffix
    clean = f"report-{short}" if short.lower() == _RESERVED else short
    return Dropped(clean, data, hashlib.sha256(data).hexdigest())


def inspect(file: Dropped, choice: Choice) -> Json | Refused:
    """What `fazhi inspect --json` says about a file; nothing of it stays on disk."""
    try:
        with (
            tempfile.TemporaryDirectory(prefix="fazhi-", ignore_cleanup_errors=True) as folder,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            path = Path(folder, file.name)
            path.write_bytes(file.data)
            if choice != Choice():
                line = io.StringIO(newline="")
                rows = (
                    ("file", "ref_area", "time_period"),
                    (file.name, choice.ref_area, choice.time_period),
                )
                csv.writer(line).writerows(rows)
                path.with_name(_RESERVED).write_text(line.getvalue(), encoding="utf-8")
            code = _run(["inspect", str(path), "--json"], folder, out, err)
            return _answer(code, out, err, file.name)
    except OSError:
        return Refused("disk")


def _run(arguments: Sequence[str], folder: str, out: IO[bytes], err: IO[bytes]) -> int | None:
    """The exit code, None where the time was up."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=ROOT,  # never the folder of the file: a report called json.py must not be imported
        env=_environment() | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        start_new_session=True,
    ) as child:
        try:
            _bound(child.pid)
            return child.wait(SECONDS)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(child)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "FAZHI_TOKEN"}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def _bound(pid: int) -> None:
    """From outside, because code between fork and exec is not safe in a process of many threads."""
    if sys.platform == "linux":
        try:
            prlimit(pid, RLIMIT_DATA, (MEMORY, MEMORY))
        except ProcessLookupError:  # it has ended already
            return


def _end(child: subprocess.Popen[bytes]) -> None:
    """The child with whatever it has started."""
    if child.poll() is not None:
        return
    if os.name == "nt":
        child.kill()
    else:
        os.killpg(child.pid, signal.SIGKILL)


def _answer(code: int | None, out: IO[bytes], err: IO[bytes], name: str) -> Json | Refused:
    if code is None:
        return Refused("time")
    if code != 0:
        err.seek(0)
        lines = err.read(MAX_JSON).decode("utf-8", "replace").splitlines()
        said = (line.partition(f": {name}: ")[2] for line in reversed(lines))
        reason = next((one for one in said if one), "")
        return Refused("reader" if reason else "crash", reason)
    if out.seek(0, os.SEEK_END) > MAX_JSON:
        return Refused("large")
    out.seek(0)
    try:
        found: Json = json.load(out)
    except ValueError:
        return Refused("crash")
    return found


def ready(reading: Json | Refused) -> bool:
    """Whether place and year are known, so that it can be added."""
    return not isinstance(reading, Refused) and not reading["report"]["problem"]


def compared(reading: Json, published: pd.DataFrame) -> list[dict[str, Any]]:
    """The values a report would chart beside those published for the same area, year, indicator and category.

    `outcome`: `new`, `different`, `same`, or `missing` where only what is published has a value.
    """
    columns = "time_period indicator category obs_value unit_measure qualifier".split()
    old = {
        (row["time_period"], row["indicator"], _category(json.loads(row["category"]))): row
        for row in published[columns].to_dict("records")
    }
    new = {
        (one["time_period"], one["indicator"], _category(one["category"])): one
        for one in reading["observations"]
        if one["charted"]
    }
    return [
        {
            "time_period": key[0],
            "indicator": key[1],
            "category": key[2],
            "new": new.get(key),
            "old": old.get(key),
            "outcome": _outcome(new.get(key), old.get(key)),
        }
        for key in dict.fromkeys((*new, *old))
    ]


def _category(pairs: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(pairs.items())), ensure_ascii=False)


def _outcome(new: Mapping[str, Any] | None, old: Mapping[Any, Any] | None) -> str:
    if old is None:
        return "new"
    if new is None:
        return "missing"
    close = abs(float(new["obs_value"]) - float(old["obs_value"])) < 5e-7  # stored with 6 decimals
    alike = all(new[name] == old[name] for name in ("unit_measure", "qualifier"))
    return "same" if close and alike else "different"


# --- saving -------------------------------------------------------------------------------------------


def entries(data_dir: Path) -> list[Entry]:
    """The reports that are in, oldest first; a line that the next build will complain about is left out."""
    try:
        text = (data_dir / FILE).read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return []
    names = [field.name for field in fields(Entry)]
    rows = csv.DictReader(io.StringIO(text, newline=""))
    last = {
        row["sha256"]: Entry(*(row[name] for name in names))
        for row in rows
        if all(isinstance(row.get(name), str) for name in names)
    }
    return [entry for entry in last.values() if entry.action == "added"]


def entry(file: Dropped, choice: Choice, who: str) -> Entry:
    """The line that adds a file."""
    return Entry(
        file.sha256, file.name, choice.ref_area, choice.time_period, _told(who), _now(), "added"
    )


def removal(one: Entry, who: str) -> Entry:
    """The line that takes a report out; its bytes stay."""
    return Entry(one.sha256, one.file, one.ref_area, one.time_period, _told(who), _now(), "removed")


def _told(who: str) -> str:
    return "".join(c for c in who if c.isprintable()).lstrip(" =+@-")[:_NAME_MAX].rstrip()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def keep(file: Dropped, data_dir: Path) -> None:
    """The bytes, under their hash: where a build finds them."""
    _replace(data_dir / original(file.sha256, file.name), file.data)


def original(sha256: str, name: str) -> Path:
    """Where the bytes of a report lie in the data folder."""
    suffix = PurePosixPath(name).suffix.lower()
    return Path("originals", sha256 + (suffix if _SUFFIX.fullmatch(suffix) else ""))


def record(lines: Iterable[Entry], data_dir: Path) -> None:
    """Append lines to imported.csv, all or none. Raises BusyError where a build does not end."""
    path = data_dir / FILE
    added = io.StringIO(newline="")
    writer = csv.writer(added, lineterminator="\n")
    if not path.is_file():
        writer.writerow([field.name for field in fields(Entry)])
    writer.writerows(map(astuple, lines))
    try:
        with FileLock(data_dir / ".lock", timeout=PATIENCE):
            before = path.read_bytes() if path.is_file() else b""
            gap = b"\n" if before and not before.endswith(b"\n") else b""
            _replace(path, before + gap + added.getvalue().encode("utf-8"))
    except Timeout as error:
        raise BusyError from error


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def rebuild(data_dir: Path, tell: Callable[[int], None]) -> Built:
    """The published build once more with what has been added; `tell` hears the percentage read so far.

    What it says goes to a file: a visitor who leaves must not stop it by breaking its pipe.
    """
    command = [sys.executable, "-m", "pipeline", "build", "--again", "--data", str(data_dir)]
    with tempfile.TemporaryDirectory(prefix="fazhi-", ignore_cleanup_errors=True) as folder:
        told = Path(folder, "told.txt")
        with (
            told.open("wb") as said,
            subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                command,
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
            ) as child,
        ):
            while child.poll() is None:
                time.sleep(0.1)
                if percents := _PERCENT.findall(told.read_text(encoding="utf-8", errors="replace")):
                    tell(min(int(percents[-1]), 100))
        lines = told.read_text(encoding="utf-8", errors="replace").splitlines()
    kept = (line.strip() for line in lines if not _PERCENT.search(line))
    return Built(child.returncode, tuple(line for line in kept if line))
