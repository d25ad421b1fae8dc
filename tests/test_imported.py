"""Reports added in the dashboard are part of every build, and a list that cannot be used stops it."""

from hashlib import sha256
from pathlib import Path

import pytest

from pipeline import build, imported, publish
from pipeline.__main__ import main
from pipeline.errors import ImportedError

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
TEXT = "城西街道2022年法治政府建设年度情况报告\n我街道调解矛盾纠纷42件。".encode()
SHA = sha256(TEXT).hexdigest()
HEAD = ",".join(imported.COLUMNS)
CHOSEN = f"{SHA},城西.txt,500114003,,某某,2026-01-02T03:04:05+00:00"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / f"{SHA}.txt").write_bytes(TEXT)
    return tmp_path


def write(folder: Path, *lines: str) -> None:
    (folder / imported.FILE).write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")


def test_without_a_list_nothing_is_imported(tmp_path):
    assert imported.load(tmp_path) == ()


def test_the_last_line_of_a_report_decides(data):
    write(data, f"{CHOSEN},added")
    (one,) = imported.load(data)
    assert one.source == "imported/城西.txt"
    assert one.path.read_bytes() == TEXT
    assert one.line
    assert one.line["ref_area"] == "500114003"
    write(data, f"{CHOSEN},added", f"{CHOSEN},removed")
    assert imported.load(data) == ()
    write(data, f"{CHOSEN},added", f"{CHOSEN},removed", f"{SHA},城西.txt,,,,,added")
    assert [one.line for one in imported.load(data)] == [None]


@pytest.mark.parametrize(
    "line",
    [
        f"{CHOSEN},maybe",
        f"{CHOSEN}",
        f"{CHOSEN},added,more",
        f"{SHA[:10]},城西.txt,500114003,,,,added",
        f"{SHA},../城西.txt,500114003,,,,added",
        f"{SHA},,500114003,,,,added",
        f"{SHA},城西.txt,' or 1,,,,added",
        f"{SHA},城西.txt,500114003,22,,,added",
    ],
)
def test_a_broken_line_is_named(data, bilingual, line):
    write(data, f"{CHOSEN},added", line)
    with pytest.raises(ImportedError, match="line 3") as caught:
        imported.load(data)
    assert bilingual(str(caught.value))


@pytest.mark.parametrize("content", [b"sha256,file\n", b"\xff\xfe\x00"])
def test_a_broken_list_leaves_what_is_published(data, capsys, content):
    before = build.build([SEEDS], data).database
    (data / imported.FILE).write_bytes(content)
    assert main(["build", "--again", "--data", str(data)]) == 3
    assert imported.FILE in capsys.readouterr().err
    assert publish.current(data) == before


def test_a_build_holds_the_files_and_what_was_added(data):
    alone = build.build([SEEDS], data)
    write(data, f"{CHOSEN},added")
    assert main(["build", "--again", "--data", str(data)]) == 0
    database = publish.current(data)
    assert database
    rows = publish.read(database, "FROM report WHERE source LIKE 'imported/%'")
    assert [(row["ref_area"], row["status"]) for row in rows] == [("500114003", "published")]
    assert imported.FILE in rows[0]["how_ref_area"]
    assert len(publish.read(database, "FROM report WHERE status = 'published'")) == 6
    write(data, f"{CHOSEN},added", f"{CHOSEN},removed")
    after = build.build([SEEDS], data)
    assert (after.database, after.reused) == (alone.database, True)


def test_bytes_that_are_gone_cost_that_report_only(data):
    write(data, f"{CHOSEN},added")
    (data / "originals" / f"{SHA}.txt").unlink()
    done = build.build([SEEDS], data)
    assert done.published == 5
    assert [one.source for one in done.rejected] == ["imported/城西.txt"]


def test_again_needs_a_build_to_repeat(tmp_path, capsys):
    assert main(["build", "--again", "--data", str(tmp_path)]) == 2
    assert "PATH" in capsys.readouterr().err
