"""The shared selection and its form in the address: ids only, so that a link means the same in both languages.

Pure. What an address names and the data do not know is left out and reported, never shown as an error.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

PATHS = {
    "overview": "/",
    "compare": "/compare",
    "profile": "/profile",
    "evidence": "/evidence",
    "words": "/words",
    "quality": "/quality",
    "import": "/import",
    "data": "/data",
    "methods": "/methods",
}
VIEWS = ("trend", "year", "change", "multiples", "scatter", "table")
CHOICES = {
    "view": VIEWS,
    "display": ("value", "per_unit", "change"),
    "numbers": ("full", "short"),
    "comparable": ("1", "0"),
    "confidence": ("high", "all"),
    "status": ("reviewed", "all"),
    "lang": ("zh", "en"),
}
_REPEATED = ("area", "indicator", "category")
Value = Any  # fields differ in type, and so does what a chart reports of a click
MOST = {
    "indicator": 6,
    "category": 40,
    "area": 2000,
}  # of a parameter; more are ignored with a notice
_SHOWN = 40  # a hostile value is echoed back no longer than this


@dataclass(frozen=True)
class Selection:
    """What every page shows; empty means the default."""

    level: str | None = None
    areas: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    indicators: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    view: str = ""
    year: int | None = None
    display: str = ""
    per: str = ""
    numbers: str = ""
    comparable: str = ""
    confidence: str = ""
    status: str = ""
    report: str | None = None
    quantity: tuple[int, int] | None = None
    beside: str | None = None
    q: str = ""
    build: str = ""
    lang: str = "zh"


@dataclass(frozen=True)
class Known:
    """The ids that the database at hand knows; None where a page does not ask."""

    areas: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()
    reports: frozenset[str] = frozenset()
    builds: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()
    denominators: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ignored:
    """A part of an address that could not be used."""

    parameter: str
    value: str


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"


def _year(text: str) -> int | None:
    return int(text) if re.fullmatch(r"(19|20)[0-9]{2}", text) else None


def _span(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", text)
    if found is None or int(found[1]) >= int(found[2]):
        return None
    return int(found[1]), int(found[2])


def _year_of(years: frozenset[int]) -> Callable[[str], int | None]:
    """A year between the first and the last of the data: a filter beyond them would show nothing."""

    def read(text: str) -> int | None:
        year = _year(text)
        return year if year and (not years or min(years) <= year <= max(years)) else None

    return read


def _one_of(values: Iterable[str]) -> Callable[[str], str | None]:
    allowed = frozenset(values)
    return lambda text: text if text in allowed else None


def _readers(known: Known) -> dict[str, Any]:
    return {
        "area": _one_of(known.areas),
        "level": _one_of(known.levels),
        "from": _year_of(known.years),
        "to": _year_of(known.years),
        "year": _year_of(known.years),
        "indicator": _one_of(known.indicators),
        "category": _one_of(known.categories),
        "per": _one_of(known.denominators),
        **{name: _one_of(values) for name, values in CHOICES.items()},
        "report": _one_of(known.reports),
        "with": _one_of(known.reports),
        "quantity": _span,
        "q": lambda text: text[:200],
        "build": _one_of(known.builds),
    }


_FIELDS = {
    "area": "areas",
    "indicator": "indicators",
    "category": "categories",
    "from": "year_from",
    "to": "year_to",
    "with": "beside",
}


def parse(
    parameters: Mapping[str, Sequence[str]], known: Known
) -> tuple[Selection, tuple[Ignored, ...]]:
    """The selection an address stands for, and what of it was ignored."""
    readers = _readers(known)
    values: dict[str, Any] = {}
    ignored: list[Ignored] = []
    for name, texts in parameters.items():
        if name not in readers:
            ignored.append(Ignored(_short(name), _short(" ".join(texts))))
            continue
        read = [(text, readers[name](text)) for text in dict.fromkeys(texts)]
        ignored += [Ignored(name, _short(text)) for text, value in read if value is None]
        good = [value for _, value in read if value is not None]
        most = MOST.get(name, len(good))
        ignored += [Ignored(name, _short(str(value))) for value in good[most:]]
        good = good[:most]
        if good:
            values[_FIELDS.get(name, name)] = tuple(good) if name in _REPEATED else good[-1]
    first, last = values.get("year_from"), values.get("year_to")
    if first is not None and last is not None and first > last:
        ignored.append(Ignored("from", str(first)))
        values["year_from"] = None
    if "quantity" in values and "report" not in values:
        ignored.append(Ignored("quantity", "-".join(map(str, values.pop("quantity")))))
    return Selection(**values), tuple(ignored)


def params(selection: Selection) -> dict[str, list[str]]:
    """The selection as address parameters; what is empty is left out, the language never."""
    found: dict[str, list[str]] = {}
    for name in (*_FIELDS, "level", *CHOICES, "per", "year", "report", "q", "build"):
        value = getattr(selection, _FIELDS.get(name, name))
        if value not in (None, "", ()):
            found[name] = list(value) if isinstance(value, tuple) else [str(value)]
    if selection.quantity is not None:
        found["quantity"] = ["{}-{}".format(*selection.quantity)]
    return found


def link(page: str, selection: Selection, **changes: Value) -> str:
    """The address of a page that shows the selection with these changes."""
    return f"{PATHS[page]}?{urlencode(params(replace(selection, **changes)), doseq=True)}"
