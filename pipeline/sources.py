"""What there is to read: the files of folders and archives, and what is refused before it is opened.

Nothing is ever unpacked to disk, so a member's name cannot lead anywhere; those that try are refused all the same,
because nobody who sends reports has a reason to try. Whatever is not read gets a row with its reason.
"""

import csv
import io
import os
import re
import stat
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

from pipeline.errors import PlaceError
from pipeline.model import Rejected, both, quoted

PLACES = "places.csv"
COLUMNS = {"file", "ref_area", "time_period", "why"}
ARCHIVE = ".zip"
MB = 1 << 20
MAX_FILE = 64 * MB  # bytes of a file, or of what a member unpacks to
MAX_UNPACKED = 4096 * MB  # bytes everything in an archive unpacks to
MAX_MEMBERS = 100_000
MAX_DEPTH = 3  # archives in archives
MAX_RATIO = (
    200  # times its packed size that a member of more than a megabyte may have; text has 3 to 20
)
_LOOK = 2.0  # seconds between two looks at a folder that is watched
_ZIP_UTF8, _ZIP_LOCKED = 0x800, 0x1
# What would steer a terminal or turn the reading direction of a line.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_DRIVE = re.compile("[A-Za-z]:")

Line = Mapping[str, str]
Found = Iterator["Input | Rejected"]


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read: in a folder, or in an archive there."""

    source: str
    path: Path
    inside: tuple[int, ...] = ()  # which member of the archive, which member of that one, …
    line: Line | None = None
    size: int = 0
    sha256: str = ""  # as found; "" where it could not be opened


def discover(paths: Sequence[Path]) -> tuple[tuple[Input, ...], tuple[Rejected, ...]]:
    """Every file under `paths` in order of names, and what is refused; hidden files and places.csv are not reports."""
    _opened.cache_clear()  # an archive may have changed since
    found = [one for path in paths for one in _under(path)]
    inputs = sorted(
        (one for one in found if isinstance(one, Input)),
        key=lambda one: (one.source, one.path, one.inside),
    )
    refused = sorted(
        (one for one in found if isinstance(one, Rejected)), key=lambda one: one.source
    )
    return tuple(inputs), tuple(refused)


def hashed(item: Input) -> Input:
    """With the hash of its bytes; without where it cannot be opened: who reads it meets the same error and says so."""
    try:
        return replace(item, sha256=digest(load(item)))
    except Exception:  # noqa: BLE001 - a broken archive has many ways to say so
        return item


def load(item: Input) -> bytes:
    """The bytes of one input."""
    if not item.inside:
        return item.path.read_bytes()
    archive = _opened(item.path, item.inside[:-1])
    return archive.read(archive.infolist()[item.inside[-1]])


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def changes(paths: Sequence[Path], every: float = _LOOK) -> Iterator[None]:
    """At once, then whenever files under `paths` have changed and two looks in a row saw the same."""
    done, before = None, _look(paths)
    while True:
        now = _look(paths)
        if now == before != done:
            done = now
            yield
        before = now
        time.sleep(every)


def _look(paths: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
    files = (file for path in paths for file in _files(path))
    return tuple((str(file), *_stamp(file)) for file in files)


def _stamp(file: Path) -> tuple[int, int]:
    try:
        about = file.lstat()
    except OSError:  # gone again
        return -1, -1
    return about.st_size, about.st_mtime_ns


# --- files and folders ----------------------------------------------------------------------------


def _under(path: Path) -> Found:
    root = path if path.is_dir() else path.parent
    home = root.resolve()
    lines = cache(places_csv)
    for file in _files(path):
        source = readable(file.relative_to(root).as_posix())
        try:
            why = _refusal(file, home) if file != path else None
            if why:
                yield _refused(source, why)
            elif file.name != PLACES:
                size = file.stat().st_size
                if file.suffix.lower() == ARCHIVE:
                    yield from _archive(file, source)
                elif size > MAX_FILE:
                    yield _refused(source, _too_large(size), size)
                else:
                    name = readable(file.name)
                    yield Input(source, file, line=lines(file.parent).get(name), size=size)
        except OSError as error:
            yield _refused(source, _cannot_open(error))


def _files(path: Path) -> Iterator[Path]:
    """Everything but folders under a path, hidden names left out; links are not followed."""
    if not path.is_dir():
        yield path
        return
    unreadable: list[Path] = []
    for folder, folders, files in os.walk(
        path, onerror=lambda error: unreadable.append(Path(error.filename))
    ):
        folders[:] = sorted(name for name in folders if not _hidden(name))
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118 - 100,000 files
        yield from (Path(folder, name) for name in sorted((*files, *links)) if not _hidden(name))
    yield from unreadable


def _refusal(file: Path, home: Path) -> str | None:
    mode = file.lstat().st_mode
    if stat.S_ISLNK(mode):
        return _link(file, home)
    if stat.S_ISDIR(mode):  # listed only where it cannot be entered
        return both("文件夹打不开（没有权限？）", "the folder cannot be opened (no permission?)")
    if not stat.S_ISREG(mode):
        return both(
            "不是普通文件（管道、套接字或设备）", "not a file (a pipe, a socket or a device)"
        )
    return None


def _link(file: Path, home: Path) -> str | None:
    try:
        target = file.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13
        return both("链接所指的文件不存在", "a link to a file that is not there")
    if not target.is_relative_to(home):
        return both(
            "链接指向文件夹之外，不跟随；请放入文件本身",
            "a link that leads out of the folder is not followed; put the file itself here",
        )
    if target.is_dir():
        return both(
            "指向文件夹的链接不跟随；其中的文件已在原处读取",
            "a link to a folder is not followed; its files are read where they are",
        )
    if not target.is_file():
        return both(
            "不是普通文件（管道、套接字或设备）", "not a file (a pipe, a socket or a device)"
        )
    return None


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$")) and name != ".."


def readable(name: str) -> str:
    """A file name as it can be stored and shown: bytes that are no UTF-8 are taken for GBK, what steers a terminal is spelt out."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raw = name.encode("utf-8", "surrogateescape")
        try:
            name = raw.decode("gb18030")
        except UnicodeDecodeError:
            name = raw.decode("utf-8", "backslashreplace")
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", name)


# --- archives -------------------------------------------------------------------------------------


def _archive(path: Path, source: str) -> Found:
    """Its members, those of archives in it too; an archive that is made to do harm is refused as one."""
    try:
        members = list(_members(path, (), source, [0]))
    except _BombError as error:
        yield _refused(source, str(error), path.stat().st_size)
        return
    yield from members or [
        _refused(source, both("压缩包里没有文件", "there is no file in the archive"))
    ]


class _BombError(Exception):
    """The whole archive is refused; the message says why."""


def _members(path: Path, inside: tuple[int, ...], source: str, unpacked: list[int]) -> Found:
    """`unpacked` counts the bytes of the whole archive, over all its levels."""
    try:
        archive = _opened(path, inside)
        infos = archive.infolist()
        _count(infos, unpacked)
        names = [_name(info) for info in infos]
        lines = {
            PurePosixPath(name).parent: _lines(archive.read(info), f"{source}/{name}")
            for name, info in zip(names, infos, strict=True)
            if PurePosixPath(name).name == PLACES and not _harm(info, name)
        }
    except (_BombError, PlaceError):
        raise
    except Exception as error:  # noqa: BLE001 - a broken archive has many ways to say so
        said = quoted(readable(f"{type(error).__name__}: {error}"))
        why = both(
            f"压缩包打不开，可能不完整：{said}",
            f"the archive cannot be opened, perhaps it is cut short: {said}",
        )
        yield _refused(source, why)
        return
    for number, (info, name) in enumerate(zip(infos, names, strict=True)):
        inner, whole = PurePosixPath(name), f"{source}/{readable(name)}"
        if info.is_dir() or inner.name == PLACES or any(map(_hidden, inner.parts)):
            continue
        if harm := _harm(info, name):
            yield _refused(whole, harm, info.file_size)
        elif inner.suffix.lower() != ARCHIVE:
            line = lines.get(inner.parent, {}).get(inner.name)
            yield Input(whole, path, (*inside, number), line, info.file_size)
        elif len(inside) + 1 < MAX_DEPTH:
            yield from _members(path, (*inside, number), whole, unpacked)
        else:
            why = both(
                f"压缩包套了 {MAX_DEPTH} 层以上",
                f"archives more than {MAX_DEPTH} deep in each other",
            )
            yield _refused(whole, why, info.file_size)


def _count(infos: Sequence[zipfile.ZipInfo], unpacked: list[int]) -> None:
    unpacked[0] += sum(info.file_size for info in infos)
    if len(infos) > MAX_MEMBERS or unpacked[0] > MAX_UNPACKED:
        raise _BombError(_too_much())


@lru_cache(maxsize=8)
def _opened(path: Path, inside: tuple[int, ...]) -> zipfile.ZipFile:
    """Kept open: the list of an archive's members is read once, not once a member."""
    if not inside:
        return zipfile.ZipFile(path)
    outer = _opened(path, inside[:-1])
    return zipfile.ZipFile(io.BytesIO(outer.read(outer.infolist()[inside[-1]])))


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; Chinese Windows writes GBK, which the format takes for the old IBM code page."""
    name = info.filename
    if not info.flag_bits & _ZIP_UTF8:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _harm(info: zipfile.ZipInfo, name: str) -> str | None:
    """Why a member is not read, None where it is."""
    if name.startswith("/") or ".." in name.split("/") or _DRIVE.match(name):
        return both(
            "压缩包内的路径指向包外，已拒绝", "its path leads out of the archive, so it is refused"
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        return both("压缩包内的链接不跟随", "a link in an archive is not followed")
    if info.flag_bits & _ZIP_LOCKED:
        return both(
            "有密码保护；请解压后导入", "protected by a password; unpack it and import the file"
        )
    if info.file_size > MAX_FILE:
        return _too_large(info.file_size)
    if info.file_size > MB and info.file_size > MAX_RATIO * info.compress_size:
        return both(
            f"解压后是压缩时的 {MAX_RATIO} 倍以上，疑为压缩炸弹",
            f"it unpacks to more than {MAX_RATIO} times its size, as a zip bomb does",
        )
    return None


# --- words ----------------------------------------------------------------------------------------


def _refused(source: str, why: str, size: int = 0) -> Rejected:
    return Rejected(source, digest(b""), size, "unreadable", why)


def _too_large(size: int) -> str:
    has, most = f"{size / MB:.0f} MB", f"{MAX_FILE // MB} MB"
    return both(
        f"文件有 {has}，超过 {most} 上限；请只导入报告正文",
        f"the file has {has}, more than the limit of {most}; import the report's text only",
    )


def _too_much() -> str:
    most = f"{MAX_UNPACKED // MB} MB"
    return both(
        f"压缩包解压后超过 {most} 或 {MAX_MEMBERS} 个文件；请分开打包",
        f"the archive unpacks to more than {most} or {MAX_MEMBERS} files; split it",
    )


def _cannot_open(error: OSError) -> str:
    said = quoted(readable(f"{type(error).__name__}: {error.strerror}"))
    return both(f"文件打不开：{said}", f"the file cannot be opened: {said}")


# --- places.csv -----------------------------------------------------------------------------------


def places_csv(folder: Path) -> Mapping[str, Line]:
    """Lines of a folder's places.csv by file name; none where there is no such file."""
    path = folder / PLACES
    return _lines(path.read_bytes(), str(path)) if path.is_file() else {}


def _lines(data: bytes, name: str) -> Mapping[str, Line]:
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise PlaceError(
            both(
                f"{quoted(name)}读不出来，请存为 UTF-8 的 CSV：{quoted(str(error))}",
                f"{quoted(name)} cannot be read, save it as CSV in UTF-8: {quoted(str(error))}",
            )
        ) from error
    longer = next((number for number, row in enumerate(rows, 2) if None in row), None)
    if longer is not None:  # a comma in `why`
        raise PlaceError(
            both(
                f"{quoted(name)}第 {longer} 行的列比表头多；含逗号的文字请加引号。",
                f"{quoted(name)}, line {longer}, has more columns than its head; put quotes around text with a comma.",
            )
        )
    missing = {"file"} - set(reader.fieldnames or ())
    strange = set(reader.fieldnames or ()) - COLUMNS
    if missing or strange:
        columns = "file, ref_area, time_period, why"
        raise PlaceError(
            both(
                f"{quoted(name)}的列应为 {columns}",
                f"{quoted(name)} must have the columns {columns}",
            )
        )
    return {row["file"]: {k: v or "" for k, v in row.items()} for row in rows if row["file"]}
