"""Publishing touches nothing that is in use, and nothing unchecked is ever published."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import duckdb
import pytest

from pipeline import build, charting, publish
from pipeline.errors import PublishError
from pipeline.model import Observation, Place, Quantity, Report, both, quoted

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "seeds" / "001_3725393f08df0ce2.txt"


@pytest.fixture
def report() -> Report:
    outcome = build.read_one(build.Input(SEED.name, SEED))
    assert isinstance(outcome, Report)
    return outcome


def put(report: Report, folder: Path, build_id: str) -> Path:
    known, places = build.knowledge()
    above = partial(build.parent_of, places=places)
    with publish.drafting(folder, f"fazhi-{build_id}", known, above) as draft:
        assert draft.add([publish.tables(report)]) == []
        draft.uncharted(charting.across(draft.claims()))
        draft.finish([], [], build_id=build_id, inputs="seeds")
    current = publish.current(folder)
    assert current
    return current


def moved(report: Report) -> Report:
    """The first metric points one character too far to the right."""
    at = next(i for i, r in enumerate(report.readings) if r.quantity.role == "metric")
    reading = report.readings[at]
    quantity: Quantity = replace(
        reading.quantity, start=reading.quantity.start + 1, end=reading.quantity.end + 1
    )
    readings = (
        *report.readings[:at],
        replace(reading, quantity=quantity),
        *report.readings[at + 1 :],
    )
    return replace(report, readings=readings)


def ungrounded(report: Report) -> Report:
    first: Observation = replace(report.observations[0], quantities=(), inputs=(), sentence=None)
    return replace(report, observations=(first,))


def unknown_category(report: Report) -> Report:
    first: Observation = replace(report.observations[0], category=(("base", "no_such_base"),))
    return replace(report, observations=(first,))


def unknown_indicator(report: Report) -> Report:
    return replace(
        report, observations=(replace(report.observations[0], indicator="no_such_indicator"),)
    )


@pytest.mark.parametrize("spoil", [moved, ungrounded, unknown_category])
def test_a_failed_gate_leaves_what_was_published(
    tmp_path: Path, report: Report, bilingual, spoil
) -> None:
    first = put(report, tmp_path, "one")
    with pytest.raises(PublishError) as caught:
        put(spoil(report), tmp_path, "two")
    assert bilingual(str(caught.value))
    assert publish.current(tmp_path) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "fazhi-one.duckdb"]


def test_two_charted_values_do_not_pass_the_gate(tmp_path: Path, report: Report) -> None:
    first = replace(report.observations[0], charted=True)
    second = replace(first, observation_id="another", obs_value=first.obs_value + Decimal(1))
    twice = publish.tables(replace(report, observations=(first, second)))
    known, places = build.knowledge()
    above = partial(build.parent_of, places=places)
    with (
        pytest.raises(PublishError, match="two charted values"),
        publish.drafting(tmp_path, "fazhi-two", known, above) as draft,
    ):
        assert draft.add([twice]) == []
    assert publish.current(tmp_path) is None


def test_a_report_that_breaks_a_rule_of_the_database_costs_itself(
    tmp_path: Path, report: Report
) -> None:
    known, places = build.knowledge()
    above = partial(build.parent_of, places=places)
    others = [
        replace(
            report,
            document=replace(report.document, sha256=f"{number}" * 64),
            observations=(),
            findings=(),
        )
        for number in range(5)
    ]
    broken = [
        unknown_indicator(report),
        replace(others[0], document=replace(others[0].document, sha256="e" * 64, text="\ud800")),
    ]
    with publish.drafting(tmp_path, "fazhi-one", known, above) as draft:
        refused = draft.add([publish.tables(one) for one in (*others[:3], *broken, *others[3:])])
        draft.finish([], [], build_id="one", inputs="seeds")
    assert {rows["report"]["sha256"][0] for rows, _ in refused} == {
        one.document.sha256 for one in broken
    }
    database = publish.current(tmp_path)
    assert database
    assert publish.read(database, "SELECT count(*) AS n FROM report") == [{"n": 5}]


def test_a_reader_that_holds_the_old_build_is_not_disturbed(tmp_path: Path, report: Report) -> None:
    first = put(report, tmp_path, "one")
    with duckdb.connect(first, read_only=True) as held:
        second = put(replace(report, observations=(), findings=()), tmp_path, "two")
        assert publish.current(tmp_path) == second
        assert held.execute("SELECT count(*) FROM observation").fetchone() != (0,)
        assert publish.read(second, "SELECT count(*) AS n FROM observation") == [{"n": 0}]


def test_only_the_last_builds_are_kept(tmp_path: Path, report: Report) -> None:
    for name in ("a", "b", "c", "d", "e"):
        last = put(report, tmp_path, name)
        time.sleep(0.02)  # builds are told apart by their time
    kept = sorted(path.stem for path in tmp_path.glob("*.duckdb"))
    assert kept == ["fazhi-c", "fazhi-d", "fazhi-e"]
    assert publish.current(tmp_path) == last


def test_every_quantity_is_what_its_report_says(db: duckdb.DuckDBPyConnection) -> None:
    texts = dict(db.execute("SELECT report_id, text FROM report").fetchall())
    rows = db.execute("SELECT report_id, char_start, char_end, surface FROM quantity").fetchall()
    assert rows
    assert all(texts[report][start:end] == surface for report, start, end, surface in rows)


def test_every_level_above_a_reports_area_is_there(db: duckdb.DuckDBPyConnection) -> None:
    rows = db.execute("SELECT ref_area, name, level, parent FROM ref_area").fetchall()
    codes = {row[0] for row in rows}
    assert {row[3] for row in rows} - {None} <= codes
    assert {"120111001", "120111", "12"} <= codes
    assert "市辖区" not in {row[1] for row in rows}


@pytest.mark.parametrize(
    ("name", "level", "english", "initials"),
    [
        ("西营门街道", "township", "Xiyingmen Subdistrict 西营门街道", "xymjd"),
        ("黔江区", "county", "Qianjiang District 黔江区", "qjq"),
        ("重庆市", "province", "Chongqing Municipality 重庆市", "cqs"),
        ("泉州市", "prefecture", "Quanzhou City 泉州市", "qzs"),
    ],
)
def test_places_have_an_english_name(name: str, level: str, english: str, initials: str) -> None:
    place = Place("0", name, level, (name,))
    assert (publish.english(place), publish.initials(place)) == (english, initials)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("report", ("how_ref_area", "how_time_period", "warnings", "reason")),
        ("observation", ("reason", "comment")),
        ("finding", ("message",)),
    ],
)
def test_every_sentence_for_people_is_in_both_languages(
    db: duckdb.DuckDBPyConnection, bilingual, table: str, columns: tuple[str, ...]
) -> None:
    rows = db.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()  # noqa: S608 - names from above
    sentences = {line for row in rows for cell in row if cell for line in cell.split("\n")}
    assert sentences
    assert {sentence for sentence in sentences if not bilingual(sentence)} == set()


def test_what_a_report_says_cannot_pass_for_the_mark(bilingual) -> None:
    words = quoted("“甲” | 乙\n丙")
    assert words == "“‘甲’ ｜ 乙 丙”"
    assert bilingual(both(f"写有{words} | 丁", f"says {words} | x"))


def test_categories_are_json_objects(db: duckdb.DuckDBPyConnection) -> None:
    rows = db.execute("SELECT DISTINCT category FROM observation").fetchall()
    assert {"{}", '{"base": "online"}'} <= {row[0] for row in rows}
    assert all(isinstance(json.loads(row[0]), dict) for row in rows)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_killed_build_leaves_the_old_database(tmp_path: Path) -> None:
    data, reports = tmp_path / "data", tmp_path / "reports"
    before = build.build([ROOT / "seeds"], data).database
    reports.mkdir()
    for seed in (ROOT / "seeds").iterdir():
        (reports / seed.name).write_bytes(seed.read_bytes() + b"\n")
    command = [sys.executable, "-m", "pipeline", "build", str(reports), "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not any(data.glob(f"*{publish.UNFINISHED}")):
            time.sleep(0.001)
        assert process.poll() is None, "ended before it could be killed"
        process.send_signal(signal.SIGKILL)
    assert any(data.glob(f"*{publish.UNFINISHED}"))
    assert publish.current(data) == before
    assert publish.read(before, "SELECT reports_published AS n FROM build") == [{"n": 5}]
    after = build.build([reports], data)
    assert after.published == 5
    assert not any(data.glob(f"*{publish.UNFINISHED}*"))
