"""The lines under a chart, in the order of the page: what is shown, which marks and breaks occur, what is not shown and
why, the source. Only what occurs is said.
"""

from collections.abc import Sequence

import pandas as pd

from dashboard import charts
from dashboard.comparison import Break
from dashboard.filters import Frame
from dashboard.text import either, t, unit

NAMED = 6  # cells named in a note


def escape(text: str) -> str:
    """Report words inside Markdown stay words."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+!|<>$~:" else c for c in text)


def short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def definition(frame: Frame, indicator: str, units: Sequence[str]) -> str:
    lang = frame.lang
    facts = frame.indicators[frame.indicators["indicator"] == indicator].iloc[0]
    measures = t("compare.separator", lang).join(dict.fromkeys(unit(u, lang) for u in units))
    text = escape(str(facts[f"definition_{lang}"]))
    return t("compare.definition", lang, definition=text, unit=measures)


def said_of(frame: Frame, rows: pd.DataFrame, breaks: Sequence[Break]) -> list[str]:
    """Notes that any chart may need: what was reviewed, the marks that occur, breaks, denominators."""
    lang = frame.lang
    reviewed = sum("V" not in str(codes).split(";") for codes in rows["obs_status_all"])
    lines = [t("compare.reviewed", lang, reviewed=reviewed, count=len(rows))]
    lines += [t(f"compare.mark_{mark}", lang) for mark in charts.marks(rows)]
    levels = rows.drop_duplicates("ref_area")["level"].value_counts()
    if len(levels) > 1:
        named = [f"{frame.label('level', str(one))} {count}" for one, count in levels.items()]
        words = t("compare.separator", lang).join(named)
        lines.append(t("compare.levels", lang, levels=escape(words)))
    lines += [t("compare.break", lang, day=one.first, words=one.words) for one in breaks]
    if frame.display == "per_unit":
        ratios = dict.fromkeys(frame.ratio(name) for name in dict.fromkeys(rows["indicator"]))
        lines += [t("compare.divided", lang, per=t(f"per.{one}", lang)) for one in ratios if one]
    outside = dict.fromkeys(str(words) for words in rows["comment"] if "分母出处" in str(words))
    lines += [escape(short(either(words, lang))) for words in outside]
    return lines


def sources(frame: Frame, rows: pd.DataFrame) -> str:
    titles = dict.fromkeys(
        escape(short(str(row.title or f"{row.area} {row.year} · {row.source}")))
        for row in charts.each(rows)
    )
    named = "；".join(list(titles)[:5])
    return t("compare.source", frame.lang, count=len(titles), titles=named)


def not_shown(
    frame: Frame, cells: pd.DataFrame, rows: pd.DataFrame, everything: pd.DataFrame
) -> list[str]:
    """Cells without a value by their reason, areas that are not drawn."""
    lang = frame.lang
    lines = []
    for kind in ("not_stated", "not_applicable", "no_report", "unreadable"):
        some = [(c.ref_area, c.time_period) for c in charts.each(cells[cells["kind"] == kind])]
        if some:
            words = t(f"kind.{kind}", lang)
            lines.append(t("compare.missing", lang, kind=words, cells=places(frame, some)))
    drawn = set(rows["area"])
    left = [name for name in dict.fromkeys(everything["area"]) if name not in drawn]
    if left:
        lines.append(t("compare.too_many", lang, count=len(left), shown=len(drawn)))
    return lines


def places(frame: Frame, cells: Sequence[tuple[str, str]]) -> str:
    """The first of some area-years, and how many there are."""
    lang = frame.lang
    names = [f"{escape(frame.area_name(area))} {year}" for area, year in cells[:NAMED]]
    rest = t("compare.cells_more", lang, count=len(cells)) if len(cells) > NAMED else ""
    return t("compare.separator", lang).join(names) + rest


def not_computed(
    frame: Frame, left_out: Sequence[tuple[str, str, str]], years: Sequence[str]
) -> list[str]:
    """Values that have no ratio or no change, by reason."""
    lang = frame.lang
    reasons: dict[str, list[tuple[str, str]]] = {}
    for area, year, reason in left_out:
        if year in years:
            reasons.setdefault(reason, []).append((area, year))
    return [
        t(
            "compare.missing",
            lang,
            kind=t(f"compare.reason_{reason}", lang),
            cells=places(frame, cells),
        )
        for reason, cells in reasons.items()
    ]
