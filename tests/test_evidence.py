"""The reader page: from a figure to its sentence, and everything a citing, doubting or correcting reader needs."""

import html
import re

import pytest
from test_pages import opened

from dashboard import reader
from dashboard.text import t

REPORT = {
    "report_id": "28d38b68794d00bb",
    "issuer": "甲街道办事处",
    "area_name": "甲街道",
    "title": "2021年法治政府建设年度情况报告",
    "source": "a.txt",
    "time_period": "2021",
    "published_on": "2022-01-10",
    "sha256": "0" * 64,
}


def bodies(app) -> str:
    return html.unescape("\n".join(element.proto.body for element in app.get("html")))


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({}, "甲街道办事处. 2021年法治政府建设年度情况报告[R]. 2022-01-10. "),
        ({"issuer": "", "published_on": None}, "甲街道. 2021年法治政府建设年度情况报告[R]. sha256"),
        ({"title": ""}, "甲街道办事处. [2021年度法治政府建设情况报告][R]. "),
        ({"title": "法治政府建设情况报告"}, "甲街道办事处. 法治政府建设情况报告：2021年度[R]. "),
    ],
)
def test_a_report_is_cited_after_the_standard(changes, start):
    assert reader.gbt7714(REPORT | changes).startswith(start)


def test_every_role_has_a_class_and_every_class_a_colour_of_its_own():
    styles = [
        re.search(rf"\.n-{name}[ ,][^}}]*\{{([^}}]*)\}}", reader.STYLE) for name in reader.CLASSES
    ]
    assert len({found[1] for found in styles if found}) == len(reader.CLASSES)
    for role in "date year list_number ordinal law_or_policy_name hotline_or_code".split():
        assert reader.kind({"role": role, "indicators": ""}) in reader.CLASSES


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_sentence_states_without_a_numeral_is_shown_at_the_sentence(db, lang):
    report, start, end, name = db.execute(
        f"""SELECT o.report_id, s.char_start, s.char_end, i.name_{lang} FROM observation o
            JOIN sentence s USING (report_id, sentence_no) JOIN indicator i USING (indicator)
            WHERE o.method = 'worded' AND o.charted"""  # noqa: S608
    ).fetchone()
    app = opened("evidence", lang, {"report": [report], "quantity": [f"{start}-{end}"]})
    assert not app.exception
    assert any(name in element.value for element in app.markdown)
    assert t("evidence.no_numerals", lang) not in [info.value for info in app.info]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_mistake_can_be_reported_with_all_it_takes(db, lang):
    report, sha256, start, end, surface = db.execute(
        """SELECT report_id, sha256, char_start, char_end, surface FROM quantity JOIN report USING (report_id)
           WHERE role = 'metric' AND classified ORDER BY report_id, quantity_no LIMIT 1"""
    ).fetchone()
    app = opened("evidence", lang, {"report": [report], "quantity": [f"{start}-{end}"]})
    codes = [block.value for block in app.code]
    link = f"quantity={start}-{end}"
    message = next(code for code in codes if sha256 in code and link in code)
    assert surface in message
    assert "build=" in message
    assert (
        sum(link in code for code in codes) == 3
    )  # the frame's link, the link of this number, the message


def test_a_derived_value_names_what_it_was_computed_from(db):
    row = db.execute(
        """SELECT o.report_id, q.char_start, q.char_end FROM observation o JOIN observation_input i USING (observation_id)
           JOIN observation_quantity oq ON oq.observation_id = i.input_id
           JOIN quantity q ON q.report_id = oq.report_id AND q.quantity_no = oq.quantity_no
           WHERE o.indicator = 'mediation_success_rate' AND o.method = 'derived' ORDER BY 1, 2 LIMIT 1"""
    ).fetchone()
    app = opened("evidence", "zh", {"report": [row[0]], "quantity": [f"{row[1]}-{row[2]}"]})
    assert t("evidence.inputs", "zh") in bodies(app)


def test_a_picker_of_many_reports_says_that_it_is_cut(monkeypatch, db):
    count = db.execute("SELECT count(*) FROM report WHERE status = 'published'").fetchone()[0]
    monkeypatch.setattr("dashboard.shelf.MOST", 2)
    app = opened("evidence", "zh", {})
    picker = app.selectbox(key="evidence_report")
    assert len(picker.options) == 2
    assert picker.label == t("evidence.report_cut", "zh", count=count, most=2)


def test_what_an_observation_rests_on_is_of_its_own_report(db):
    """The questions behind this page read one report only."""
    stray = """SELECT count(*) FROM observation o JOIN {table} t ON t.observation_id = o.observation_id
               {join} WHERE other.report_id <> o.report_id"""
    quantities = stray.format(table="observation_quantity", join=", (SELECT t.report_id) other")
    inputs = stray.format(
        table="observation_input",
        join="JOIN observation other ON other.observation_id = t.input_id",
    )
    assert db.execute(quantities).fetchone() == (0,)
    assert db.execute(inputs).fetchone() == (0,)
