"""Every page in both languages: the usual address, a selection without values, a hostile address, no data."""

import html
import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import url_state
from dashboard.text import t
from pipeline import build

ROOT = Path(__file__).resolve().parent.parent
ADDRESSES = {
    "usual": {},
    "no values": {
        "area": ["120111001"],
        "from": ["2021"],
        "to": ["2021"],
        "indicator": ["foi_requests"],
    },
    "one year": {"from": ["2021"], "to": ["2021"]},
    "years beyond the data": {"from": ["2090"], "to": ["1900"]},
    "years around the data": {"from": ["1900"], "to": ["2099"]},
    "hostile": {
        "area": ["<script>alert(1)</script>", "' or 1=1 --"],
        "indicator": ["../../etc/passwd"],
        "from": ["99999"],
        "view": ["<b>"],
        "quantity": ["5-1"],
        "report": ["x" * 5000],
        "with": ["<b>"],
        "build": ["../CURRENT"],
        "[x](y)": ["`code`"],
    },
}


def opened(page: str, lang: str, parameters: dict[str, list[str]]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["lang"] = lang
    if page != "overview":
        app.run()
        app.switch_page(f"dashboard/pages/{page}.py")
    for name, values in ({"lang": [lang]} | parameters).items():
        app.query_params[name] = values
    app.run()
    assert t("frame.failed", lang) not in [error.value for error in app.error]
    return app


def said(app: AppTest) -> str:
    kinds = (app.title, app.header, app.subheader, app.markdown, app.caption, app.info, app.warning)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", url_state.PATHS)
@pytest.mark.usefixtures("published")
def test_a_page_opens(page, lang, address):
    app = opened(page, lang, ADDRESSES[address])
    assert not app.exception
    assert app.title
    notices = said(app)
    if address == "hostile":
        assert ("已忽略" if lang == "zh" else "ignored") in notices
        assert "<script>" not in re.sub(r"`[^`]*`", "", notices)


@pytest.mark.parametrize("page", url_state.PATHS)
def test_without_a_database_a_page_says_what_to_run(tmp_path, monkeypatch, page):
    monkeypatch.setenv("FAZHI_DATA", str(tmp_path))
    app = opened(page, "zh", {})
    assert not app.exception
    assert [block.value for block in app.code] == ["fazhi build seeds"]


@pytest.mark.parametrize("page", ["overview", "compare"])
@pytest.mark.usefixtures("published")
def test_titles_speak_the_chosen_language(page):
    titles = {lang: opened(page, lang, {}).title[0].value for lang in ("zh", "en")}
    assert (
        titles
        == {
            "overview": {"zh": "总览", "en": "Overview"},
            "compare": {"zh": "指标比较", "en": "Compare"},
        }[page]
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("display", url_state.CHOICES["display"])
@pytest.mark.parametrize("view", url_state.VIEWS)
@pytest.mark.usefixtures("published")
def test_every_view_shows_every_kind_of_value(view, display, lang):
    asked = {"view": [view], "display": [display], "indicator": ["mediation_cases", "outreach_audience"]}  # fmt: skip
    app = opened("compare", lang, asked)
    assert not app.exception
    assert app.subheader
    assert app.get("plotly_chart") or app.dataframe or app.button or app.info


@pytest.mark.parametrize("view", url_state.VIEWS)
@pytest.mark.usefixtures("published")
def test_every_view_of_a_comparison(view):
    app = opened("compare", "zh", {"view": [view], "indicator": ["petition_visits_batches"]})
    assert not app.exception
    if view == "table":
        assert len(app.dataframe) == 1
    elif view == "change":
        assert app.get("plotly_chart") or app.info
    else:
        assert len(app.get("plotly_chart")) == 1


@pytest.mark.usefixtures("published")
def test_the_chart_holds_what_the_reports_state():
    app = opened("compare", "zh", {"indicator": ["petition_visits_batches"]})
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert [value for value in figure["data"][0]["y"] if value is not None] == [328, 107]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_evidence_gives_reasons_in_the_readers_language_only(db, lang):
    found = db.execute(
        """SELECT o.report_id, q.char_start, q.char_end, o.reason, o.comment, r.how_ref_area, r.how_time_period,
               f.message
           FROM observation o JOIN report r USING (report_id) JOIN observation_quantity USING (observation_id)
           JOIN quantity q ON (q.report_id, q.quantity_no) =
               (observation_quantity.report_id, observation_quantity.quantity_no)
           JOIN finding f ON f.report_id = o.report_id AND list_contains(f.quantities::INTEGER[], q.quantity_no)
           WHERE o.comment <> '' AND o.method = 'stated' ORDER BY o.observation_id LIMIT 1"""
    ).fetchone()
    assert found
    report, start, end, *sentences = found
    app = opened("evidence", lang, {"report": [report], "quantity": [f"{start}-{end}"]})
    assert not app.exception
    shown = html.unescape("\n".join(element.proto.body for element in app.get("html")))
    for sentence in sentences:
        zh, en = sentence.split(" | ")
        assert (zh in shown, en in shown) == (lang == "zh", lang == "en")


@pytest.mark.usefixtures("published")
def test_a_filter_writes_the_address():
    app = opened("compare", "zh", {})
    app.multiselect(key="frame_areas").select("120111001").run()
    assert "120111001" in app.query_params["area"]
    assert not app.exception


@pytest.mark.usefixtures("published")
def test_the_copied_link_carries_the_version_and_every_default():
    app = opened("compare", "en", {})
    link = app.code[0].value
    for name in ("build=", "lang=en", "area=", "from=", "to=", "indicator=", "view="):
        assert name in link


@pytest.mark.usefixtures("published")
def test_conditions_leave_out_what_does_not_meet_them_and_say_so():
    everything = opened("compare", "zh", {"indicator": ["outreach_events"]})
    comparable = opened("compare", "zh", {"indicator": ["outreach_events"], "comparable": ["1"]})
    values = [
        [y for figure in figures(app) for trace in figure["data"] for y in trace["y"]]
        for app in (everything, comparable)
    ]
    shown = [sum(y is not None for y in some) for some in values]
    assert 0 < shown[1] < shown[0]
    said = " ".join(caption.value for caption in comparable.caption)
    assert t("compare.left_out", "zh", count=shown[0] - shown[1]) in said


@pytest.mark.usefixtures("published")
def test_nothing_reviewed_says_why_the_chart_is_empty():
    app = opened("compare", "en", {"status": ["reviewed"]})
    assert not app.exception
    assert not app.get("plotly_chart")
    assert app.button


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_quality_lists_every_finding_and_leads_to_its_sentence(db, lang):
    app = opened("quality", lang, {})
    (findings,) = [e.proto.body for e in app.get("html") if "<table" in e.proto.body]
    counts = db.execute("SELECT severity, count(*) FROM finding GROUP BY ALL").fetchall()
    for severity, count in counts:
        assert findings.count(f"<td>{t(f'severity.{severity}', lang)}</td>") == count
    links = re.findall(r'href="([^"]*)"', findings)
    assert len(links) == sum(count for _, count in counts)
    assert all("quantity=" in link for link in links)
    stated, comparable = db.execute(
        """SELECT count(*), count(*) FILTER (obs_status IN ('A', 'V') AND qualifier = 'exact' AND scope = 'whole'
               AND period IN ('full_year', 'point_in_time')) FROM observation WHERE charted"""
    ).fetchone()
    cells = [cell.split(" / ") for cell in app.dataframe[0].value[t("quality.all_years", lang)]]
    assert [sum(int(cell[i]) for cell in cells) for i in (0, 1)] == [comparable, stated]


@pytest.mark.usefixtures("published")
def test_a_benchmark_stands_beside_the_areas_own_ratio_with_its_source():
    app = opened("profile", "zh", {"area": ["120111001"]})
    lines = next(e.value for e in app.markdown if "全国平均" in e.value).splitlines()
    assert [re.search(r"本地 2022 年 (\S+)", line)[1] for line in lines] == ["2.8", "0.32", "8.8"]
    assert all(re.search(r"\]\(https?://\S+\)$", line) for line in lines)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_gaps_are_what_peers_state_and_this_area_does_not(db, lang):
    app = opened("profile", lang, {"area": ["110102017"]})
    heads = [e.label for e in app.expander]
    stated = {
        row[0]
        for row in db.execute(
            f"""SELECT name_{lang} FROM indicator JOIN observation USING (indicator)
                WHERE charted AND ref_area = '120111001' AND time_period = '2021' AND indicator NOT IN (
                    SELECT indicator FROM observation WHERE charted AND ref_area = '110102017')"""  # noqa: S608
        ).fetchall()
    }
    assert heads
    assert set(heads) <= {
        t("profile.peer_gaps_head", lang, name=name, peers=1, reports=1) for name in stated
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.usefixtures("published")
def test_the_tour_has_three_steps_and_ends(lang):
    app = opened("overview", lang, {})
    for step in (1, 2, 3):
        assert t(f"tour.step_{step}", lang) in said(app)
        name = t("tour.done" if step == 3 else "tour.next", lang)
        next(button for button in app.button if button.label == name).click().run()
    assert t("tour.skip", lang) not in [button.label for button in app.button]
    assert not app.exception


def figures(app: AppTest) -> list[dict[str, object]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def test_cases_per_mediator_come_from_one_report_and_say_so(db):
    asked = {"indicator": ["mediation_cases"], "display": ["per_unit"], "per": ["mediators"]}  # fmt: skip
    app = opened("compare", "zh", asked)
    (figure,) = figures(app)
    assert figure["data"][0]["y"] == [None, pytest.approx(42 / 132), None, None]
    notes = said(app)
    assert t("compare.divided", "zh", per=t("per.mediators", "zh")) in notes
    assert t("compare.reason_no_denominator", "zh") in notes
    (table,) = [element.proto.body for element in app.get("html") if "<table" in element.proto.body]
    assert "42 / 132" in table
    places = [html.unescape(place) for place in re.findall(r'href="([^"]*)"', table)]
    assert len(places) == 2  # the sentence of the cases and that of the mediators
    for place, surface in zip(places, ("42", "132"), strict=True):
        report, start, end = re.findall(r"report=(\w+)&quantity=(\d+)-(\d+)", place.replace("&lang=zh", ""))[0]  # fmt: skip
        cell = db.execute(
            "SELECT surface FROM quantity WHERE (report_id, char_start, char_end) = (?, ?, ?)",
            [report, int(start), int(end)],
        ).fetchone()
        assert cell
        assert surface in cell[0]


@pytest.mark.usefixtures("published")
def test_without_residents_there_is_no_view_per_resident():
    app = opened(
        "compare", "en", {"indicator": ["mediation_cases"], "per": ["resident_population"]}
    )
    assert "resident_population" in said(app)  # ignored with a notice
    app = opened("compare", "en", {"indicator": ["foi_requests"]})
    assert app.button_group(key="compare_display").options == [
        t(f"display.{name}", "en") for name in ("value", "change")
    ]


@pytest.mark.usefixtures("published")
def test_a_breakdown_is_a_chart_of_its_own_for_each_dimension():
    asked = {"indicator": ["mediation_case_breakdown"], "area": ["110102017"], "view": ["year"]}
    app = opened("compare", "zh", asked)
    headings = [text.value for text in app.markdown if text.value.startswith("**按")]
    assert {"**按结果**", "**按来源**"} <= set(headings)
    assert len(figures(app)) == len(headings)


@pytest.mark.usefixtures("published")
def test_indicators_of_one_area_stand_side_by_side_on_scales_of_their_own():
    asked = {"area": ["120111001"], "view": ["multiples"], "indicator": ["petition_visits_batches", "petition_visits_persons"]}  # fmt: skip
    app = opened("compare", "zh", asked)
    (figure,) = figures(app)
    assert figure["layout"]["yaxis"]["range"] != figure["layout"]["yaxis2"]["range"]
    assert "西营门街道" in app.subheader[0].value


@pytest.mark.usefixtures("published")
def test_a_scatter_takes_its_axes_from_the_address_and_says_its_n():
    asked = {"indicator": ["petition_visits_batches", "petition_visits_persons"], "view": ["scatter"]}  # fmt: skip
    app = opened("compare", "zh", asked)
    (figure,) = figures(app)
    assert figure["data"][0]["x"] == [328, 107]
    assert app.subheader[0].value.startswith("2 个地区")
    app.selectbox(key="compare_axis_0").select("outreach_events").run()
    assert app.query_params["indicator"] == ["outreach_events", "petition_visits_persons"]


@pytest.mark.usefixtures("published")
def test_titles_are_sentences_with_the_figures_they_stand_over():
    one = opened("compare", "zh", {"indicator": ["petition_visits_batches"], "area": ["120111001"]})
    assert (
        one.subheader[0].value == "西营门街道的接待来访批次，2021 年为 328 批次，2022 年为 107 批次"
    )
    change = opened("compare", "en", {"indicator": ["petition_visits_batches"], "view": ["change"]})
    assert "regulations on petition work" in said(change).lower()  # 2021 to 2022 crosses a break
    asked = opened("compare", "en", {"indicator": ["petition_visits_batches"], "view": ["change"], "comparable": ["0"]})  # fmt: skip
    (figure,) = figures(asked)
    assert figure["data"][0]["x"] == [-221]
    assert figure["data"][0]["marker"]["color"] == ["rgba(0,0,0,0)"]


@pytest.mark.usefixtures("published")
def test_an_area_is_found_by_pinyin_and_initials_until_it_is_chosen():
    app = opened("compare", "zh", {})
    (option,) = [one for one in app.multiselect(key="frame_areas").options if "西营门" in one]
    assert option == "西营门街道 xiyingmen xymjd"
    app = opened("compare", "zh", {"area": ["120111001"]})
    assert "西营门街道" in app.multiselect(key="frame_areas").options


def test_one_click_takes_all_of_a_level_in_a_city(tmp_path, monkeypatch):
    for place in ("西青区杨柳青镇", "南开区万兴街道", "西青区"):
        text = f"天津市{place}2022年法治政府建设年度情况报告\n一、主要情况\n调解矛盾纠纷42件。\n"
        (tmp_path / f"{place}.txt").write_text(text, encoding="utf-8")
    build.build([*sorted((ROOT / "seeds").glob("000*")), tmp_path], tmp_path / "data")
    monkeypatch.setenv("FAZHI_DATA", str(tmp_path / "data"))
    app = opened("compare", "zh", {"area": ["120111001"]})
    app.button(key="frame_peers").click().run()
    chosen = app.query_params["area"]
    assert len(chosen) == 3
    assert "120111001" in chosen
    assert "120111" not in chosen
    assert app.button(key="frame_recent_0").label == "西营门街道"


@pytest.mark.usefixtures("published")
def test_short_numbers_stand_in_the_address_and_in_words_only():
    asked = {"indicator": ["outreach_materials"], "numbers": ["short"], "from": ["2023"]}
    app = opened("compare", "zh", asked)
    assert "3.5万" in app.subheader[0].value
    assert 35000 in figures(app)[0]["data"][0]["y"]


def test_a_link_to_earlier_data_shows_them_or_says_that_they_are_gone(tmp_path, monkeypatch):
    data, reports = tmp_path / "data", sorted((ROOT / "seeds").glob("*.txt"))
    first = build.build(reports[:1], data).database
    second = build.build(
        reports[:2], data, fresh=True
    ).database  # its file has a longer name than its id
    monkeypatch.setenv("FAZHI_DATA", str(data))
    was, now = (path.stem.split("-")[1] for path in (first, second))

    def linked(version: str) -> str:
        return said(opened("compare", "en", {"build": [version]}))

    assert f"Data version {was[:12]}" in linked(was)
    assert f"the newest is {now[:12]}" in linked(was)
    assert "moved on" not in linked(now)
    assert "ignored" not in linked(now)
    first.unlink()
    assert f"version {was[:12]} of this link is no longer here" in linked(was)
    assert f"Data version {now[:12]}" in linked(was)
