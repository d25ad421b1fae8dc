"""Old Word files: by a program that is installed, under a time limit, or a sentence that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import formats
import pytest

from pipeline import readers
from pipeline.errors import ReadError
from pipeline.readers import office

ROOT = Path(__file__).resolve().parent.parent
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD = OLE + b"\x00" * 600 + "WordDocument".encode("utf-16-le")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH on which nothing is installed but what a test puts there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!{sys.executable}\nimport sys, pathlib, time\n{script}\n", "utf-8")
    program.chmod(0o755)


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("data", [OLD, b"{\\rtf1 \\u27861?}"])
def test_without_a_program_it_says_what_to_do(bilingual, data: bytes) -> None:
    with pytest.raises(ReadError, match="另存为 docx") as caught:
        readers.read("a.doc", data)
    assert bilingual(str(caught.value))


def test_libreoffice_makes_a_docx_of_it(programs: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.docx"
    made.write_bytes(formats.docx(formats.paragraph("甲区调解42件。")))
    install(
        programs,
        "soffice",
        "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1]); out.mkdir()\n"
        f"(out / 'report.docx').write_bytes(pathlib.Path({str(made)!r}).read_bytes())",
    )
    doc = readers.read("报告 --convert.wps", OLD)
    assert (doc.text, doc.reader, doc.warnings) == ("甲区调解42件。", "doc", ())


def test_what_was_refused_is_read_once_the_program_is_there(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.rtf").write_bytes(b"{\\rtf1}")
    command = [sys.executable, "-m", "pipeline", "build", str(tmp_path / "reports")]
    command += ["--data", str(tmp_path / "data")]

    def said() -> tuple[int, str]:
        ended = subprocess.run(
            command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stderr

    assert said()[0] == 3
    made = tmp_path / "made.docx"
    lines = ("西营门街道2022年法治政府建设情况报告", "我街道调解矛盾纠纷42件。")
    made.write_bytes(formats.docx("".join(map(formats.paragraph, lines))))
    install(
        programs,
        "soffice",
        "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1]); out.mkdir()\n"
        f"(out / 'report.docx').write_bytes(pathlib.Path({str(made)!r}).read_bytes())",
    )
    code, told = said()
    assert code == 0, told
    assert "1 reports published" in told


def test_antiword_prints_it(programs: Path) -> None:
    install(programs, "antiword", "sys.stdout.buffer.write('甲区调解42件。\\n'.encode())")
    assert readers.read("a.doc", OLD).text == "甲区调解42件。\n"


@pytest.mark.parametrize(
    "script", ["sys.exit(1)", "time.sleep(60)", "pass", "sys.stdout.write('x')"]
)
def test_a_program_that_fails_costs_the_file(bilingual, programs, monkeypatch, script) -> None:
    monkeypatch.setattr(office, "_SECONDS", 1)
    install(programs, "soffice", script)
    with pytest.raises(ReadError, match="打不开") as caught:
        readers.read("a.doc", OLD)
    assert bilingual(str(caught.value))


@pytest.mark.parametrize(
    ("stream", "said"),
    [("Workbook", "Excel"), ("PowerPoint Document", "演示"), ("EncryptedPackage", "密码")],
)
def test_other_old_office_files_are_named(bilingual, stream: str, said: str) -> None:
    with pytest.raises(ReadError, match=said) as caught:
        readers.read("a.doc", OLE + b"\x00" * 600 + stream.encode("utf-16-le"))
    assert bilingual(str(caught.value))
