"""Old Word files (doc, wps, rtf): read by LibreOffice or antiword where one is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import ReadError
from pipeline.model import both
from pipeline.readers import text, word
from pipeline.readers.content import Content, damaged

_PROGRAMS = ("soffice", "libreoffice", "antiword")
_SECONDS = 45  # less than a file has in a build
# What LibreOffice may not do with a file it opens: run macros, follow links.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def installed() -> list[str]:
    return [*filter(shutil.which, _PROGRAMS)]


def read(data: bytes) -> Content:
    """An old Word file as text; raises ReadError where no program for it is installed, or it fails."""
    *offices, antiword = map(shutil.which, _PROGRAMS)
    office = next(filter(None, offices), None)
    if office:
        return _by_office(office, data)
    if antiword and not data.startswith((b"{\\rtf", b"<?xml")):
        return _by_antiword(antiword, data)
    raise ReadError(
        both(
            "这是旧版 Word 文件（doc、wps、rtf）；请用 Word 或 WPS 另存为 docx 后导入，"
            "或安装 LibreOffice 后重新构建。",
            "this is an old Word file (doc, wps, rtf); save it as docx and import that, "
            "or install LibreOffice and build again.",
        )
    )


def _by_office(program: str, data: bytes) -> Content:
    with tempfile.TemporaryDirectory(prefix="fazhi-") as name:
        folder = Path(name)
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        (folder / "report.doc").write_bytes(data)
        profile = (folder / "profile").as_uri()
        _run(
            [program, "--headless", "--norestore", "--nologo", f"-env:UserInstallation={profile}",
             "--convert-to", "docx", "--outdir", str(folder / "out"), str(folder / "report.doc")],
            folder,
        )  # fmt: skip
        made = folder / "out" / "report.docx"
        if not made.is_file():
            raise _failed()
        return word.read(made.read_bytes())


def _by_antiword(program: str, data: bytes) -> Content:
    with tempfile.TemporaryDirectory(prefix="fazhi-") as name:
        folder = Path(name)
        (folder / "report.doc").write_bytes(data)
        said = _run([program, "-w", "0", "-m", "UTF-8.txt", str(folder / "report.doc")], folder)
        return Content(text.decode(said)[0])


def _run(command: Sequence[str], folder: Path) -> bytes:
    """What a program prints; it and all it started end with the time it has."""
    try:
        with subprocess.Popen(  # noqa: S603 - our own command, no shell; the file's name is ours
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:  # fmt: skip
            try:
                said, _ = process.communicate(timeout=_SECONDS)
            except subprocess.TimeoutExpired:
                _end(process)
                raise _failed() from None
    except OSError as error:
        raise _failed() from error
    if process.returncode:
        raise _failed()
    return said


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _failed() -> ReadError:
    return damaged("旧版 Word 文件打不开", "the old Word file cannot be opened")
