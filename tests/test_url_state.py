"""The selection and the address say the same, and what an address gets wrong is reported, not fatal."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import url_state
from dashboard.url_state import Ignored, Known, Selection

KNOWN = Known(
    areas=frozenset({"120111001", "500114003"}),
    levels=frozenset({"township"}),
    indicators=frozenset({"petition_total", "mediation_success_rate"}),
    reports=frozenset({"28d38b68794d00bb"}),
    builds=frozenset({"0123abcd"}),
    years=frozenset({2021, 2022, 2023, 2024}),
    categories=frozenset({"base:online"}),
)
FULL = Selection(
    level="township",
    areas=("120111001", "500114003"),
    year_from=2021,
    year_to=2024,
    indicators=("petition_total",),
    categories=("base:online",),
    view="table",
    display="value",
    comparable="1",
    confidence="all",
    status="all",
    report="28d38b68794d00bb",
    quantity=(12, 18),
    beside="28d38b68794d00bb",
    q="信访",
    build="0123abcd",
    lang="en",
)


def test_a_full_selection_survives_the_address():
    link = url_state.link("compare", FULL)
    assert urlsplit(link).path == "/compare"
    assert url_state.parse(parse_qs(urlsplit(link).query), KNOWN) == (FULL, ())


def test_an_empty_selection_needs_only_the_language():
    assert url_state.params(Selection()) == {"lang": ["zh"]}
    assert url_state.link("overview", Selection()) == "/?lang=zh"


def test_a_link_may_change_the_selection():
    link = url_state.link("evidence", FULL, quantity=(1, 2))
    assert parse_qs(urlsplit(link).query)["quantity"] == ["1-2"]


def test_unknown_ids_are_ignored_with_a_notice():
    asked = {"area": ["999", "120111001"], "indicator": ["x"], "from": ["abc"], "quantity": ["9-3"]}
    selection, ignored = url_state.parse(asked, KNOWN)
    assert selection == Selection(areas=("120111001",))
    assert set(ignored) == {
        Ignored("area", "999"),
        Ignored("indicator", "x"),
        Ignored("from", "abc"),
        Ignored("quantity", "9-3"),
    }


def test_years_the_wrong_way_round():
    selection, ignored = url_state.parse({"from": ["2024"], "to": ["2021"]}, KNOWN)
    assert (selection.year_from, selection.year_to) == (None, 2021)
    assert ignored == (Ignored("from", "2024"),)


def test_unknown_parameters_are_named_but_not_at_length():
    _, ignored = url_state.parse({"x" * 500: ["y" * 500]}, KNOWN)
    assert len(ignored[0].parameter) == len(ignored[0].value) == 40


@given(st.dictionaries(st.text(), st.lists(st.text(), min_size=1)))
def test_no_address_is_an_error(parameters):
    selection, _ = url_state.parse(parameters, KNOWN)
    again, ignored = url_state.parse(url_state.params(selection), KNOWN)
    assert again == selection
    assert not ignored


@given(st.builds(lambda a, b: (min(a, b), max(a, b) + 1), *[st.integers(0, 10**8)] * 2))
def test_every_place_in_a_text_has_an_address(place):
    chosen = replace(FULL, quantity=place)
    assert url_state.parse(url_state.params(chosen), KNOWN)[0].quantity == place


@pytest.mark.parametrize(
    "parameters",
    [
        {"from": ["2090"]},
        {"to": ["1900"]},
        {"from": ["1900"]},
        {"year": ["1999"]},
        {"category": ["junk:junk"]},
        {"quantity": ["1-2"]},
    ],
)
def test_what_the_data_do_not_have_is_ignored_with_a_notice(parameters):
    selection, ignored = url_state.parse(parameters, KNOWN)
    assert selection == url_state.Selection()
    assert [one.parameter for one in ignored] == list(parameters)


def test_no_more_than_six_indicators():
    known = replace(KNOWN, indicators=frozenset(f"i{k}" for k in range(9)))
    selection, ignored = url_state.parse({"indicator": [f"i{k}" for k in range(9)]}, known)
    assert len(selection.indicators) == 6
    assert len(ignored) == 3
