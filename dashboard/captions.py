"""The sentence over a chart: it says what is shown, and changes with what is chosen. Pure.

The frames are those of `charts.series`. A title states figures as the reports do and never calls them good or bad.
"""

import re
from collections.abc import Sequence

import pandas as pd

from dashboard.text import t

NAMED = 3  # areas named in a sentence
_BETWEEN_CHINESE = re.compile("(?<=[一-鿿]) (?=[一-鿿])")


def said(key: str, lang: str, **values: object) -> str:
    """A sentence of the comparison; a space stands between Chinese and a number, never between two Chinese words."""
    return _BETWEEN_CHINESE.sub("", t(f"compare.{key}", lang, **values))


def span(years: Sequence[str]) -> str:
    """`2021`, or `2021–2024`."""
    return years[0] if len(set(years)) == 1 else f"{years[0]}–{years[-1]}"


def listed(names: Sequence[str], lang: str) -> str:
    """The first names, and how many there are where there are more."""
    shown = t("compare.separator", lang).join(names[:NAMED])
    if len(names) <= NAMED:
        return shown
    return said("and_more", lang, names=shown, count=len(names))


def values(frame: pd.DataFrame, indicator: str, years: Sequence[str], lang: str) -> str:
    """One series: its first and its last value. Several: between which values they lie."""
    areas = listed(list(dict.fromkeys(frame["area"])), lang)
    rows = frame.sort_values("year", kind="stable")
    first, last = rows.iloc[0], rows.iloc[-1]
    if len(set(frame["series"])) == 1:
        key = "title_one" if len(rows) == 1 else "title_two"
        return said(
            key,
            lang,
            indicator=indicator,
            area=first["series"],
            first=first["year"],
            start=first["point"],
            last=last["year"],
            end=last["point"],
        )
    if len(set(frame["unit_measure"])) > 1:
        return said("title", lang, indicator=indicator, areas=areas, years=span(years))
    low, high = (frame.loc[frame["obs_value"].agg(end), "point"] for end in ("idxmin", "idxmax"))
    key = "title_range" if low != high else "title_same"
    return said(
        key,
        lang,
        indicator=indicator,
        areas=areas,
        years=span(years),
        low=low,
        high=high,
    )


def change(table: pd.DataFrame, frame: pd.DataFrame, indicator: str, lang: str) -> str:
    """From what to what for one series; of several how many rose, fell and stayed. `table`: `comparison.changes`."""
    moved = table["difference"].dropna()
    if moved.empty:
        areas = listed(list(dict.fromkeys(frame["area"])), lang)
        return said("title_no_change", lang, indicator=indicator, areas=areas)
    if len(table) == 1:
        row = table.iloc[0]
        return said(
            "title_moved",
            lang,
            indicator=indicator,
            area=row["series"],
            first=row["from_year"],
            start=row["from_point"],
            last=row["to_year"],
            end=row["to_point"],
        )
    return said(
        "title_changes",
        lang,
        indicator=indicator,
        count=len(table),
        held=len(moved),
        up=int((moved > 0).sum()),
        down=int((moved < 0).sum()),
        same=int((moved == 0).sum()),
    )


def scatter(both: pd.DataFrame, names: tuple[str, str], lang: str) -> str:
    """How many area-years state both indicators."""
    return said(
        "title_scatter",
        lang,
        x=names[0],
        y=names[1],
        count=len(both),
        areas=both["ref_area"].nunique(),
    )
