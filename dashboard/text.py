"""Words and numbers of the screens: pure, the language is always a parameter.

The words themselves live in `strings/*.toml`, one file for a page, Chinese and English side by side.
"""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "strings"
LANGUAGES = ("zh", "en")

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ZH_SCALE = ((10**8, "亿"), (10**4, "万"))
_EN_SCALE = ((10**9, "bn"), (10**6, "m"), (10**4, "k"))


@cache
def strings() -> dict[str, dict[str, str]]:
    """Every key with its words by language."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        for table, entries in tables.items():
            found.update({f"{table}.{key}": words for key, words in entries.items()})
    return found


def t(key: str, lang: str, **values: object) -> str:
    """The words for a key; a key that does not exist is a mistake and raises KeyError."""
    words = strings()[key][lang]
    return words.format(**values) if values else words


def either(words: str, lang: str) -> str:
    """The half of a "zh | en" sentence in the reader's language, the whole where there is no second half."""
    zh, _, en = words.partition(" | ")
    return zh if lang == "zh" else en or zh


def known(key: str) -> bool:
    """Whether there are words for a key, for codes that a newer catalogue may add."""
    return key in strings()


def plain(value: float) -> str:
    """All digits with thousands separators, no trailing zeros, at most three decimals (six below 0.01)."""
    places = 6 if abs(value) < 0.01 else 3
    number = f"{value:,.{places}f}".rstrip("0").rstrip(".")
    return "0" if number == "-0" else number


def unit(name: str, lang: str) -> str:
    """A unit of the catalogue in the reader's language, as it is where it has no translation."""
    key = f"unit.{name}"
    return t(key, lang) if known(key) else name


def number(
    value: float,
    lang: str,
    unit_measure: str = "",
    qualifier: str = "exact",
    *,
    say: Callable[[float], str] = plain,
) -> str:
    """The figure with its unit and what the report says about its precision; `say` writes its digits."""
    words = t(f"number.{qualifier}", lang)
    name = unit(unit_measure, lang)
    if name in {"%", ""}:
        return words.format(n=f"{say(value)}{name}", gap="", unit="")
    return words.format(n=say(value), gap=" ", unit=name)


def signed(value: float) -> str:
    """A difference with its sign: +5, −3, 0."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{plain(abs(value))}"


def compact(value: float, lang: str, digits: int = 1) -> str:
    """A short figure for tight places: 3.5万, 35k."""
    for size, name in _ZH_SCALE if lang == "zh" else _EN_SCALE:
        if abs(value) >= size:
            divisor = 1000 if name == "k" else size
            return f"{plain(round(value / divisor, digits))}{name}"
    return plain(value)


def period_note(period: str, period_end: str | None, lang: str) -> str:
    """What the reader must know when a figure does not speak for the whole year, else nothing."""
    if period in {"full_year", "point_in_time"}:
        return ""
    if period == "ytd" and isinstance(period_end, str) and period_end[5:7].isdigit():
        month = int(period_end[5:7])
        return f"1–{month}月" if lang == "zh" else f"Jan–{_MONTHS[month - 1]}"
    return t(f"period.{period}", lang)


def year_label(year: str, period: str, period_end: str | None, lang: str) -> str:
    """`2021`, or `2021 (1–11月)` for a year to date."""
    note = period_note(period, period_end, lang)
    return f"{year[:4]} ({note})" if note else year[:4]
