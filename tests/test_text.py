"""Every word the screens ask for exists in both languages, and every word that exists is asked for."""

import ast
import string
from pathlib import Path

import pytest

from dashboard import text

ROOT = Path(text.__file__).resolve().parent
SOURCES = [ROOT.parent / "app.py", *sorted(ROOT.rglob("*.py"))]
CODES = frozenset(  # tables of codes, shown by Frame.label whatever the database holds
    "qualifier period status role scope fact method level severity issuer_kind report_status section kind unit rule".split()
)


def asked() -> tuple[set[str], set[str]]:
    """String constants of the sources, and what their f-strings begin with."""
    whole: set[str] = set()
    begun: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    return whole, {start for start in begun if "." in start}


def calls() -> list[str]:
    """First arguments of `t(…)` that are written out."""
    return [
        node.args[0].value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "t"
        and isinstance(node.args[0], ast.Constant)
    ]


def fields(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


@pytest.mark.parametrize("key", sorted(set(calls())))
def test_a_word_that_is_asked_for_exists(key):
    assert key in text.strings()


@pytest.mark.parametrize("key", sorted(text.strings()))
def test_both_languages_say_the_same(key):
    words = text.strings()[key]
    assert set(words) == set(text.LANGUAGES), key
    if not key.startswith("number."):
        assert fields(words["zh"]) == fields(words["en"]), key


def test_no_word_is_left_over():
    whole, begun = asked()
    left = [
        key
        for key in text.strings()
        if key not in whole
        and key.split(".")[0] not in CODES
        and not any(key.startswith(start) for start in begun)
    ]
    assert not left


@pytest.mark.parametrize(
    ("value", "lang", "unit", "qualifier", "words"),
    [
        (1000, "zh", "份", "more_than", "1,000 余份"),
        (1000, "en", "份", "more_than", ">1,000 copies"),
        (85.714286, "zh", "%", "exact", "85.714%"),
        (98, "en", "%", "at_least", "≥98%"),
        (35000, "zh", "人次", "nearly", "近 35,000 人次"),
        (0, "zh", "件", "exact", "0 件"),
        (-3, "en", "件", "exact", "-3 cases"),
        (5, "zh", "", "at_most", "不超过 5"),
    ],
)
def test_numbers_say_how_exact_they_are(value, lang, unit, qualifier, words):
    assert text.number(value, lang, unit, qualifier) == words


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(9999, "9,999", "9,999"), (90000, "9万", "90k"), (120000000, "1.2亿", "120m")],
)
def test_short_numbers(value, zh, en):
    assert (text.compact(value, "zh"), text.compact(value, "en")) == (zh, en)


def test_years_to_date_are_labelled():
    assert text.year_label("2021", "ytd", "2021-11", "zh") == "2021 (1–11月)"
    assert text.year_label("2021", "ytd", "2021-11", "en") == "2021 (Jan–Nov)"
    assert text.year_label("2021", "full_year", None, "zh") == "2021"
    assert text.year_label("2021", "ytd", None, "zh") == "2021 (截至目前)"


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        ("本分句“甲” | “甲” beside it", "本分句“甲”", "“甲” beside it"),
        ("甲", "甲", "甲"),
        ("", "", ""),
    ],
)
def test_a_sentence_in_both_languages_is_shown_in_one(words, zh, en):
    assert (text.either(words, "zh"), text.either(words, "en")) == (zh, en)


def test_an_unknown_key_is_a_mistake():
    with pytest.raises(KeyError):
        text.t("frame.nothing", "zh")
