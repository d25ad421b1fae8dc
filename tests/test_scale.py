"""A database of hundreds of areas: no page sends them all to the browser, and each of them is found."""

import pytest
from test_pages import opened, said

from benchmarks.scale import generate
from dashboard import filters, queries, url_state
from dashboard.text import t
from pipeline import publish

AREAS = 700
SHENZHEN = "4403"


@pytest.fixture(scope="module")
def large(published, tmp_path_factory):
    """A data folder of the generated database."""
    folder = tmp_path_factory.mktemp("large")
    generate(publish.current(published), folder, AREAS, 14_000, 20)
    return folder


@pytest.mark.parametrize("page", url_state.PATHS)
def test_every_page_opens_and_sends_no_long_list(large, monkeypatch, page):
    monkeypatch.setenv("FAZHI_DATA", str(large))
    app = opened(page, "zh", {})
    assert not app.exception
    for kind in (app.selectbox, app.multiselect):
        assert all(len(one.options) <= filters.LISTED for one in kind)
    if page in ("overview", "compare"):
        words = t("frame.best_covered", "zh", shown=filters.SHOWN, count=AREAS)
        assert words in said(app)


@pytest.mark.parametrize("typed", ["深圳", "Shenzhen", "szs", "广东省深圳", SHENZHEN])
def test_an_area_is_looked_for_on_the_server(large, monkeypatch, typed):
    monkeypatch.setenv("FAZHI_DATA", str(large))
    app = opened("compare", "zh", {"area": ["31"]})
    app.text_input(key="frame_look_for").set_value(typed).run()
    areas = app.multiselect(key="frame_areas")
    assert areas.value == ["31"]
    assert any(one.startswith("深圳市") for one in areas.options[:5])
    assert len(areas.options) <= filters.OFFERED + 1
    areas.set_value(["31", SHENZHEN]).run()
    assert app.query_params["area"] == ["31", SHENZHEN]
    assert app.multiselect(key="frame_areas").value == ["31", SHENZHEN]
    assert not app.exception


def test_a_level_is_offered_whole_where_it_is_short(large, monkeypatch):
    monkeypatch.setenv("FAZHI_DATA", str(large))
    app = opened("compare", "en", {"level": ["province"]})
    assert len(app.multiselect(key="frame_areas").options) == 31
    assert not [one for one in app.text_input if one.key == "frame_look_for"]


def test_what_a_search_for_areas_does_not_find_is_an_empty_list(db):
    assert queries.areas_called(db, "' or 1=1 --", None, 50) == []
    assert queries.areas_called(db, "xym", "township", 50) == ["120111001"]
    assert queries.areas_called(db, "xym", "county", 50) == []


def test_files_are_asked_for_by_what_is_shown(db):
    every = queries.reports(db)
    assert queries.count_reports(db) == len(every) == 5
    assert list(queries.reports(db, limit=2)["report_id"]) == list(every["report_id"][:2])
    one = every.iloc[0]
    assert list(queries.reports(db, [one["ref_area"]])["quantities"]) == [one["quantities"]]
    assert queries.known_reports(db, [one["report_id"], "x"]) == {one["report_id"]}
    assert list(queries.files(db, [one["sha256"]])["report_id"]) == [one["report_id"]]
