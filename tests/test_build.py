"""What is read again, what is kept, and what becomes of files that are no reports."""

import zipfile
from pathlib import Path
from shutil import copytree

import pytest

from pipeline import build, cache, publish
from pipeline.errors import PlaceError, PublishError
from pipeline.model import Rejected, Report

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
TITLE = "法治政府建设年度情况报告"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return copytree(SEEDS, tmp_path / "reports")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_an_unchanged_second_build_is_reused(reports: Path, data: Path) -> None:
    first, second = build.build([reports], data), build.build([reports], data)
    assert (first.reused, first.computed, first.published) == (False, 5, 5)
    assert (second.reused, second.computed, second.published) == (True, 0, 5)
    assert second.database == first.database


def test_only_what_changed_is_read_again(reports: Path, data: Path) -> None:
    build.build([reports], data)
    changed = min(reports.iterdir())
    changed.write_bytes(changed.read_bytes() + b"\n")
    again = build.build([reports], data)
    assert (again.reused, again.computed, again.published) == (False, 1, 5)


def test_fresh_reads_everything_under_a_new_name(reports: Path, data: Path) -> None:
    first, second = build.build([reports], data), build.build([reports], data, fresh=True)
    assert second.computed == 5
    assert second.database != first.database


def test_a_removed_report_leaves_and_is_named(reports: Path, data: Path) -> None:
    build.build([reports], data)
    gone = min(reports.iterdir())
    gone.unlink()
    after = build.build([reports], data)
    assert (after.published, after.removed) == (4, (gone.name,))


def test_the_same_report_in_another_encoding_is_a_duplicate(reports: Path, data: Path) -> None:
    seed = min(reports.iterdir())
    (reports / "zz.txt").write_bytes(seed.read_text(encoding="utf-8").encode("gb18030"))
    done = build.build([reports], data)
    assert [(r.source, r.status) for r in done.rejected] == [("zz.txt", "duplicate")]
    assert seed.name in done.rejected[0].reason


def test_the_same_text_in_another_format_is_a_duplicate(reports: Path, data: Path) -> None:
    seed = min(reports.iterdir())
    page = "".join(f"<p>{line}</p>" for line in seed.read_text(encoding="utf-8").splitlines())
    first, second = reports / "zz.html", reports / "zzz.htm"
    first.write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
    second.write_text(f"<html><body>{page}</body></html>\n", encoding="gb18030")
    done = build.build([reports], data)
    assert ("zzz.htm", "duplicate") in [(r.source, r.status) for r in done.rejected]


def test_of_two_reports_of_one_area_and_year_both_are_kept_and_one_is_charted(
    reports: Path, data: Path, bilingual
) -> None:
    seed = min(reports.iterdir())
    (reports / "zz.txt").write_bytes(seed.read_bytes() + "完。".encode())
    (reports / "zzz.txt").write_bytes(seed.read_bytes())
    done = build.build([reports], data)
    assert done.published == 6
    assert [(r.source, r.status) for r in done.rejected] == [("zzz.txt", "duplicate")]
    (found,) = publish.read(
        done.database,
        "SELECT source, message FROM finding JOIN report USING (report_id) WHERE rule = 'same_area_year'",
    )
    assert found["source"] == seed.name  # the other is longer
    assert bilingual(found["message"])
    assert "zz.txt" in found["message"]
    charted = publish.read(
        done.database,
        "SELECT DISTINCT source FROM observation o JOIN report USING (report_id) WHERE charted",
    )
    names = {row["source"] for row in charted}
    assert "zz.txt" in names
    assert seed.name not in names


def test_bad_files_cost_themselves_only(reports: Path, data: Path, bilingual) -> None:
    bad = {
        "empty.txt": b"",
        "binary.txt": bytes(range(256)) * 8,
        "picture.png": b"\x89PNG\r\n\x1a\n",
        "novel.txt": "从前有一座山，山里有一座庙。".encode(),
        "no_year.txt": f"西营门街道{TITLE}\n我街道调解矛盾纠纷42件。".encode(),
        "no_place.txt": f"2022年{TITLE}\n调解矛盾纠纷42件。".encode(),
        "common_name.txt": f"城西街道2022年{TITLE}\n我街道调解矛盾纠纷42件。".encode(),
        ".hidden.txt": b"",
    }
    for name, content in bad.items():
        (reports / name).write_bytes(content)
    done = build.build([reports], data)
    refused = {one.source: one for one in done.rejected}
    assert done.published == 5
    assert refused.keys() == bad.keys() - {".hidden.txt"}
    assert all(bilingual(one.reason) and "\n" not in one.reason for one in refused.values())
    unreadable = {name for name, one in refused.items() if one.status == "unreadable"}
    assert unreadable == {"empty.txt", "binary.txt", "picture.png"}
    rows = publish.read(done.database, "FROM report WHERE status <> 'published'")
    assert {row["source"] for row in rows} == refused.keys()
    assert publish.kept_rejected(data) == sorted(refused.values(), key=lambda one: one.source)


def test_places_csv_decides_where_the_report_does_not(tmp_path: Path, data: Path) -> None:
    text = f"城西街道2022年{TITLE}\n我街道调解矛盾纠纷42件。"
    (tmp_path / "one.txt").write_text(text, encoding="utf-8")
    with pytest.raises(PublishError):
        build.build([tmp_path / "one.txt"], data)
    line = "file,ref_area,time_period,why\none.txt,500114003,,letter\n"
    (tmp_path / "places.csv").write_text(line, encoding="utf-8")
    done = build.build([tmp_path / "one.txt"], data)
    rows = publish.read(done.database, "SELECT ref_area, how_ref_area FROM report")
    assert rows[0]["ref_area"] == "500114003"
    assert "places.csv" in rows[0]["how_ref_area"]


def test_a_places_csv_with_other_columns_stops_the_build(
    reports: Path, data: Path, bilingual
) -> None:
    (reports / "places.csv").write_text("name,code\n", encoding="utf-8")
    with pytest.raises(PlaceError, match="file, ref_area") as caught:
        build.build([reports], data)
    assert bilingual(str(caught.value))


def test_without_a_usable_report_the_old_database_stands(
    reports: Path, data: Path, tmp_path: Path
) -> None:
    first = build.build([reports], data).database
    (tmp_path / "none").mkdir()
    with pytest.raises(PublishError):
        build.build([tmp_path / "none"], data)
    assert publish.current(data) == first


def test_an_archive_is_read_like_a_folder(reports: Path, data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in reports.iterdir():
            packed.write(path, path.name)
    assert build.build([archive], data).published == 5


def test_originals_are_kept_under_their_hash(reports: Path, data: Path) -> None:
    done = build.build([reports], data)
    rows = publish.read(done.database, "SELECT sha256, source FROM report")
    for row in rows:
        kept = data / "originals" / f"{row['sha256']}.txt"
        assert kept.read_bytes() == (reports / row["source"]).read_bytes()


def test_a_result_survives_the_cache_unchanged(tmp_path: Path) -> None:
    seed = sorted(SEEDS.iterdir())[2]
    report = build.read_one(build.Input(seed.name, seed))
    assert isinstance(report, Report)
    rows, about = publish.tables(report), {"text": "半个字\ud800"}
    cache.store(tmp_path, "one", about, rows)
    assert (cache.head(tmp_path, "one"), cache.rows(tmp_path, "one")) == (about, rows)
    (tmp_path / "one.json").write_bytes((tmp_path / "one.json").read_bytes()[:100])
    assert cache.rows(tmp_path, "one") is None
    assert cache.head(tmp_path, "two") is None


def test_reading_in_workers_gives_the_same(reports: Path, tmp_path: Path) -> None:
    inputs, _ = build.found([reports], tmp_path)
    items = list(enumerate(inputs))
    here, there = (build.Job(tmp_path / name, tmp_path / name, {}) for name in ("here", "there"))
    read = dict(build._in_turn(here, items))  # noqa: SLF001
    assert dict(build._in_workers(there, items, 2, build.LIMITS)) == read  # noqa: SLF001
    for one in read.values():
        assert isinstance(one, build.Read)
        assert cache.rows(here.folder, one.result) == cache.rows(there.folder, one.result)


def test_a_file_that_disappears_is_unreadable(tmp_path: Path, bilingual) -> None:
    outcome = build.read_one(build.Input("gone.txt", tmp_path / "gone.txt"))
    assert isinstance(outcome, Rejected)
    assert outcome.status == "unreadable"
    assert "FileNotFoundError" in outcome.reason
    assert bilingual(outcome.reason)
