"""Figures: pure `DataFrame → plotly.graph_objects.Figure`, drawn so that sparse data do not mislead.

Filled mark: normal or merely unreviewed (A, V). Hollow: estimated, another definition, provisional,
contradictory (E, D, P, U). Triangle: a bound. A gap is a missing value: it is never 0 and no line crosses it.
The frames are those of `queries.observations`, with the columns `series` and `point` added by `series()`.
"""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.comparison import Break
from dashboard.text import compact, number, period_note, plain, signed, t, unit, year_label

Row = Any  # a row of a frame, its cells as attributes
Value = Any
Axis = dict[str, Any]
Median = tuple[str, dict[str, tuple[float, int]]]  # its name, and by year the value and its areas

CONFIG = {"displayModeBar": False, "responsive": True}
FONT = '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'
INK = "#1c2733"
SOFT = "#667480"
GREY = "#a3adb5"
SHADES = [[0, "#eef4f9"], [0.5, "#7fa9ca"], [1, "#174a73"]]
COLOURS = (
    "#1f5a8a",
    "#c33366",
    "#944f1c",
    "#152a77",
    "#0f79d0",
    "#540230",
    "#8f0959",
    "#7d0611",
)  # told apart without red, green or colour
DASHES = ("solid", "dot", "dash", "dashdot", "longdash", "longdashdot")
FILLED = frozenset("AV")
GRID = {
    "reported": "#1f5a8a",
    "zero": "#5b8fb9",
    "bound": "#a9c6de",
    "implied": "#d5e3ee",
    "not_stated": "#eef1f3",
    "not_applicable": "#f7f3e8",
    "no_report": "#ffffff",
    "unreadable": "#f6e4d8",
}
_VALUED = frozenset({"reported", "zero", "bound", "implied"})
_BOUNDS = {"more_than": "up", "at_least": "up", "at_most": "down"}
_X: Axis = {"automargin": True, "showgrid": False, "linecolor": SOFT, "zeroline": False}
_GRID_LINES: Axis = {"showgrid": True, "gridcolor": "#e4e8eb"}
_Y: Axis = {"automargin": True, "zeroline": False, **_GRID_LINES}
_CELLS: Axis = {"showgrid": False, "ticklabelstandoff": 6, "ticks": ""}
_NAMES: Axis = {  # an axis of names instead of numbers
    "type": "category",
    "categoryorder": "array",
    "showgrid": False,
    "ticklabelstandoff": 6,
}
NIGHT = {  # each colour above and its counterpart on a dark page
    "#ffffff": "#10161c",
    INK: "#e6ebf0",
    SOFT: "#a7b4c0",
    GREY: "#7d8a96",
    "#3d4852": "#c9d3dc",
    "#e4e8eb": "#2b3640",
    **dict(
        zip(
            COLOURS,
            (
                "#6fb1e0",
                "#ebebb3",
                "#85c982",
                "#c36474",
                "#64ebdf",
                "#b69a35",
                "#9589ac",
                "#e5c55d",
            ),
            strict=True,
        )
    ),
    "#eef4f9": "#1d2a36",
    "#7fa9ca": "#3f739b",
    "#174a73": "#a9d3f2",
    "#5b8fb9": "#4f86b0",
    "#a9c6de": "#3a5f7d",
    "#d5e3ee": "#2a4256",
    "#eef1f3": "#1c2630",
    "#f7f3e8": "#2e2a1c",
    "#f6e4d8": "#3d2a1c",
}
_LINE_POINTS = 30  # with more points, values are read in the hover and in the table
_NARROW_POINTS = 12
_ROOMY = 12  # up to this many areas the rows of the grid are high
_PANELS = 6  # more areas than this are rows of cells, not panels of bars


@dataclass(frozen=True)
class Look:
    """How a reader sees the figures."""

    narrow: bool = False  # a telephone: names under the chart, panels one under the other
    short: bool = False  # 1.2万 and 12k instead of 12,000
    dark: bool = False  # light figures on a dark page
    width: int = 760  # pixels that the lines of a trend have, about


WIDE = Look()


def seen(figure: go.Figure, look: Look) -> go.Figure:
    """A figure as this page shows it: on a dark one every colour gives way to its counterpart."""
    return go.Figure(_at_night(figure.to_dict())) if look.dark else figure


def _at_night(part: Value) -> Value:
    if isinstance(part, dict):
        return {name: _at_night(inner) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [_at_night(inner) for inner in part]
    return NIGHT.get(part, part) if isinstance(part, str) else part


def each(frame: pd.DataFrame) -> Iterator[Row]:
    """The rows, their cells as attributes; column by column, thrice as fast as itertuples."""
    names = list(frame.columns)
    cells = zip(*(frame[name].tolist() for name in names), strict=True)
    return (SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cells)


def series(
    frame: pd.DataFrame,
    area: Callable[[str], str],
    category: Callable[[str], str],
    lang: str,
    look: Look = WIDE,
) -> pd.DataFrame:
    """Adds the words of the figures: `series` (area and category), `point` (value as it
    may be said), `mark` (the same without the unit, which stands at the axis)."""
    named = frame.copy()
    names = [area(code) for code in frame["ref_area"]]
    groups = [category(text) for text in frame["category"]]
    named["area"] = names
    named["group"] = groups
    named["series"] = [f"{n} · {g}" if g else n for n, g in zip(names, groups, strict=True)]
    named["year"] = [str(text)[:4] for text in frame["time_period"]]
    figure = partial(compact, lang=lang, digits=2) if look.short else plain
    facts = frame["fact"] if "fact" in frame else ["level"] * len(frame)
    values = zip(frame["obs_value"], frame["unit_measure"], frame["qualifier"], facts, strict=True)
    points, short = [], []
    for value, measure, qualifier, fact in values:
        say = signed if fact.startswith("change") else figure
        points.append(number(value, lang, measure, qualifier, say=say))
        short.append(number(value, lang, "%" if measure == "%" else "", qualifier, say=say))
    named["point"], named["mark"] = points, short
    return named


def marker(status: str, qualifier: str) -> str:
    """Shape for a value: filled or hollow, and a triangle for a bound."""
    shape = {"up": "triangle-up", "down": "triangle-down"}.get(_BOUNDS.get(qualifier, ""), "circle")
    hollow = status not in FILLED
    return f"{shape}-open" if hollow else shape


def marks(frame: pd.DataFrame) -> list[str]:
    """Kinds of mark that occur, as keys of the notes under the chart."""
    found: list[str] = []
    bounds = {_BOUNDS.get(q) for q in frame["qualifier"]}
    hollow = {s for s in frame["obs_status"] if s not in FILLED}
    if any(s in FILLED for s in frame["obs_status"]):
        found.append("filled")
    if hollow:
        found.append("hollow")
    found += [name for name in ("up", "down") if name in bounds]
    if any(
        period_note(p, e, "zh") for p, e in zip(frame["period"], frame["period_end"], strict=True)
    ):
        found.append("period")
    return found


def target(row: Row) -> list[Any]:
    """What a click on a mark carries: the report and the place in its text."""
    start, end = row.char_start, row.char_end
    return [row.evidence_report, *((-1, -1) if pd.isna(start) else (int(start), int(end)))]


def _hover(row: Row, lang: str) -> str:
    note = period_note(row.period, row.period_end, lang)
    status = t(f"status.{row.obs_status}", lang)
    lines = [
        f"<b>{_html(row.series)}</b>",
        f"{row.year}{f' ({note})' if note else ''}: {_html(row.point)}",
        status,
    ]
    return "<br>".join([*lines, t("compare.click", lang)])


def _html(text: str) -> str:
    """Plotly reads a little HTML in labels; names come from reports."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _layout(height: int, x: Axis, y: Axis, right: int = 30, **more: Value) -> dict[str, Any]:
    """The look of every figure, as the plain data that a figure is made of in one call: setting its
    properties one by one takes ten times as long."""
    return {
        "template": "none",
        "height": height,
        "margin": {"l": 10, "r": right, "t": 24, "b": 10},
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hoverlabel": {"font": {"family": FONT}},
        "dragmode": False,
        "clickmode": "event+select",
        "xaxis": _X | x,
        "yaxis": _Y | y,
        **more,
    }


def _ticks(rows: Sequence[Row], years: Sequence[str], lang: str) -> list[str]:
    """Year labels; a year whose figures all stop at one month says so."""
    labels = []
    for year in years:
        names = {year_label(year, r.period, r.period_end, lang) for r in rows if r.year == year}
        labels.append(names.pop().replace(" ", "<br>", 1) if len(names) == 1 else year)
    return labels


def _year_axis(ticks: Sequence[str], years: Sequence[str], span: tuple[float, float]) -> Axis:
    """Every year of the selection, also those without a value: a gap is seen as one."""
    return {
        "type": "category",
        "range": list(span),
        "categoryorder": "array",
        "categoryarray": list(years),
        "tickvals": list(years),
        "ticktext": ticks,
        "tickangle": 0,
    }


def _day(day: date, years: Sequence[str]) -> float:
    """Where a day stands among years each of which is as wide as 1 and centred on its number."""
    passed = (day - date(day.year, 1, 1)).days / 366
    return day.year - int(years[0]) - 0.5 + passed


def _rules(breaks: Sequence[Break], years: Sequence[str], axis: str = "x") -> list[dict[str, Any]]:
    """A dashed rule at every break that the years show."""
    line = {"color": SOFT, "width": 1.5, "dash": "dash"}
    return [
        {
            "type": "line",
            "xref": axis,
            "yref": f"{axis.replace('x', 'y')} domain",
            "y0": 0,
            "y1": 1,
            "line": line,
        }
        | dict.fromkeys(("x0", "x1"), _day(one.first, years))
        for one in breaks
    ]


def _days(breaks: Sequence[Break], years: Sequence[str]) -> list[dict[str, Any]]:
    """The day of every break over its rule; what happened then stands under the chart."""
    return [
        {
            "x": _day(one.first, years),
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "text": f"┆ {one.first}",
            "showarrow": False,
            "font": {"color": SOFT, "size": 11},
        }
        for one in breaks
    ]


def _range(values: pd.Series, measure: str) -> list[float]:
    """From 0, so that no axis is cut; room above for labels."""
    top, bottom = max(float(values.max()), 0.0), min(float(values.min()), 0.0)
    room = (top - bottom or 1) * 0.14
    return [
        bottom - (room if bottom < 0 else 0),
        top + (room if measure != "%" or top > 100 else 8),
    ]


def _line(
    rows: Sequence[Row],
    places: Sequence[str],
    index: int,
    lang: str,
    *,
    label: bool,
    below: Collection[tuple[str, str]] = (),
) -> dict[str, Any]:
    """One series over the `_places` of the axis, None where nothing is stated and where a break parts two values.

    `below`: (series, year) of the marks whose value stands under them, because another mark is right above.
    """
    held = {row.year: row for row in rows}
    points = [held.get(year) for year in places]
    colour = COLOURS[index % len(COLOURS)]
    return {
        "type": "scatter",
        "x": [year or after for year, after in zip(places, [*places[1:], ""], strict=True)],
        "y": [None if p is None else p.obs_value for p in points],
        "name": _html(rows[0].series),
        "mode": "lines+markers+text" if label else "lines+markers",
        "connectgaps": False,
        "line": {"color": colour, "width": 2, "dash": DASHES[index % len(DASHES)]},
        "marker": {
            "size": 11,
            "color": colour,
            "symbol": [
                "circle" if p is None else marker(p.obs_status, p.qualifier) for p in points
            ],
            "line": {"width": 2, "color": colour},
        },
        "text": ["" if p is None else _html(p.mark) for p in points],
        "textposition": _beside(points, below),
        "textfont": {"size": 12, "color": colour},
        "unselected": {"marker": {"opacity": 1}, "textfont": {"color": colour}},
        "cliponaxis": False,
        "hovertext": ["" if p is None else _hover(p, lang) for p in points],
        "hoverinfo": "text",
        "customdata": [None if p is None else target(p) for p in points],
    }


def _legible(
    rows: Sequence[Row],
    years: Sequence[str],
    span: tuple[float, float],
    size: tuple[int, int],
    below: Collection[tuple[str, str]],
) -> set[tuple[str, str]]:
    """Series and year of the values that can stand over their marks, or under those of `below`, without lying on
    one another or on the years."""
    places = [
        (
            (years.index(row.year) + 0.5) / len(years),
            (row.obs_value - span[0]) / (span[1] - span[0]),
        )
        for row in rows
    ]
    words, sides = beside_points(places, [row.mark for row in rows], size)
    found = set()
    for row, (_, y), word, side in zip(rows, places, words, sides, strict=True):
        under = (row.series, row.year) in below
        fits = word and side.startswith("bottom") == under
        if fits and not (under and y * size[1] < 23):
            found.add((row.series, row.year))
    return found


def _places(years: Sequence[str], breaks: Sequence[Break]) -> list[str]:
    """The years, with "" between two that a break parts: no line joins what was not counted alike."""
    places = list(years[:1])
    for earlier, later in pairwise(years):
        parted = any(one.between(earlier, later) for one in breaks)
        places += ["", later] if parted else [later]
    return places


def _crowded(rows: Sequence[Row], span: float) -> set[tuple[str, str]]:
    """Marks that have another of their year right above: 78.94 under 88.2."""
    ordered = sorted(rows, key=lambda row: (row.year, row.obs_value))
    return {
        (lower.series, lower.year)
        for lower, upper in pairwise(ordered)
        if lower.year == upper.year and upper.obs_value - lower.obs_value < span * 0.12
    }


def _beside(points: Sequence[Any], below: Collection[tuple[str, str]]) -> list[str]:
    """Above a mark; under a crowded one; to the right of one that a falling line reaches from above."""
    before = [None, *points[:-1]]
    return [
        "bottom center"
        if p is not None and (p.series, p.year) in below
        else "top right"
        if p is not None and b is not None and b.obs_value > p.obs_value
        else "top center"
        for p, b in zip(points, before, strict=True)
    ]


def _scale(frame: pd.DataFrame, lang: str, look: Look, beside: Sequence[float] = ()) -> Axis:
    """The axis of the values and what is drawn beside them: from 0, ending at 100 where nothing is above, in 万 where asked."""
    measure = str(frame["unit_measure"].iloc[0])
    low, high = _range(pd.Series([*frame["obs_value"], *beside]), measure)
    axis: Axis = {"range": [low, high], "tickformat": ",", "title": _axis(frame, lang)}
    if (frame["unit_measure"] == "%").all() and float(frame["obs_value"].max()) <= 100:
        return axis | {"tickvals": list(range(0, 101, 20))}
    if look.short and high >= 10_000:
        ticks = _ticks_between(low, high)
        return axis | {"tickvals": ticks, "ticktext": [compact(tick, lang, 2) for tick in ticks]}
    return axis


def _ticks_between(low: float, high: float) -> list[float]:
    """About five round numbers."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
    return [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _spread(values: Sequence[float], gap: float, top: float) -> list[float]:
    """Positions under `top`, as near the values as labels of this height allow, in their order."""
    order = sorted(range(len(values)), key=lambda k: values[k])
    placed = list(values)
    for below, k in pairwise(order):
        placed[k] = max(placed[k], placed[below] + gap)
    limit = top
    for k in reversed(order):
        placed[k] = min(placed[k], limit)
        limit = placed[k] - gap
    return placed


def by_series(frame: pd.DataFrame) -> dict[str, list[Row]]:
    """The rows of each series by year, series in the order of the frame."""
    found: dict[str, list[Row]] = {}
    for row in each(frame):
        found.setdefault(row.series, []).append(row)
    return {name: sorted(rows, key=lambda row: row.year) for name, rows in found.items()}


def trend(
    frame: pd.DataFrame,
    years: Sequence[str],
    lang: str,
    median: Median = ("", {}),
    breaks: Sequence[Break] = (),
    look: Look = WIDE,
) -> go.Figure:
    """Series over years, each named at its last value, or under the chart where there is no room beside it;
    a grey median says how many areas it rests on, a dashed rule that the counting changed."""
    held = by_series(frame)
    rows = [row for one in held.values() for row in one]
    label = len(rows) <= (_NARROW_POINTS if look.narrow else _LINE_POINTS)
    scale = _scale(frame, lang, look, [value for value, _ in median[1].values()])
    low, high = scale["range"]
    below = _crowded(rows, high - low)
    lines = [
        _line(one, _places(years, breaks), index, lang, label=label, below=below)
        for index, one in enumerate(held.values())
    ]
    width = 280 if look.narrow else look.width
    legible = _legible(rows, years, (low, high), (width, 250), below)
    for line, name in zip(lines, held, strict=True):
        line["text"] = [
            words if (name, year) in legible else ""
            for words, year in zip(line["text"], line["x"], strict=True)
        ]
    if median[1]:
        lines.insert(0, _median(median, years))
    across = _year_axis(_ticks(rows, years, lang), years, (-0.4, len(years) - 0.6))
    more: dict[str, Any] = {"shapes": _rules(breaks, years), "annotations": _days(breaks, years)}
    if look.narrow:
        if median[1]:
            value, n = median[1][max(median[1])]
            lines[0]["name"] = f"{_html(median[0])}<br>{plain(round(value, 2))} (n={n})"
        for line in lines[bool(median[1]) :]:
            line["name"] = _folded(line["name"])
        height = 350 + sum(40 if "<br>" in line["name"] else 22 for line in lines)
        legend = {"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top", "itemclick": False}
        layout = _layout(height, across, scale, right=14, showlegend=True, legend=legend, **more)
        return go.Figure({"data": lines, "layout": layout})
    height = max(340, (26 if lang == "zh" else 40) * len(held) + 140)
    last = [
        (float(one[-1].obs_value), _name(one[-1]), COLOURS[k % len(COLOURS)])
        for k, one in enumerate(held.values())
    ]
    if median[1]:
        last.append(_median_name(median))
    step = (high - low) / (height - 90) * (22 if lang == "zh" else 38)
    heights = _spread([value for value, _, _ in last], step, high)
    more["annotations"] += [
        {
            "x": 1.01,
            "xref": "paper",
            "xanchor": "left",
            "y": place,
            "text": name,
            "align": "left",
            "showarrow": False,
            "font": {"color": colour, "size": 13},
        }
        for (_, name, colour), place in zip(last, heights, strict=True)
    ]
    widest = _width([line for _, name, _ in last for line in name.split("<br>")])
    return go.Figure(
        {"data": lines, "layout": _layout(height, across, scale, right=widest, **more)}
    )


def _median(median: Median, years: Sequence[str]) -> dict[str, Any]:
    name, values = median
    held = [values.get(year) for year in years]
    words = ["" if v is None else f"{name} {plain(round(v[0], 2))} (n={v[1]})" for v in held]
    return {
        "type": "scatter",
        "x": list(years),
        "y": [None if v is None else v[0] for v in held],
        "name": _html(name),
        "mode": "markers",  # other areas every year: a line would show a course that nobody took
        "marker": {"size": 26, "symbol": "line-ew", "line": {"width": 3, "color": GREY}},
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
        "hovertext": [_html(text) for text in words],
        "hoverinfo": "text",
    }


def _median_name(median: Median) -> tuple[float, str, str]:
    """The median's last value, its name with its n, its colour: it stands among the names of the lines."""
    name, values = median
    year = max(values)
    value, n = values[year]
    return value, f"{_html(name)} {plain(round(value, 2))} (n={n}) · {year}", SOFT


def cells(
    frame: pd.DataFrame,
    years: Sequence[str],
    lang: str,
    breaks: Sequence[Break] = (),
    look: Look = WIDE,
) -> go.Figure:
    """Series by years, the darker the larger: what lines cannot show for many series."""
    held = {name: {row.year: row for row in one} for name, one in by_series(frame).items()}
    ticks = dict(zip(years, _ticks(list(each(frame)), years, lang), strict=True))
    more: dict[str, Any] = {"shapes": _rules(breaks, years)}
    if breaks:
        more["annotations"] = _days(breaks, years)
        more["xaxis"] = {"side": "bottom"}
    return _shaded(frame, held, ticks, lang, look, **more)


def _shaded(
    frame: pd.DataFrame,
    held: Mapping[str, Mapping[str, Row]],
    columns: Mapping[str, str],
    lang: str,
    look: Look,
    **more: Value,
) -> go.Figure:
    """Rows by `columns` (key → words) as cells; blank where there is no value."""
    names = [_folded(_html(name)) for name in held][::-1]
    rows = list(held.values())[::-1]
    low = _range(frame["obs_value"], "")[0]
    high = max(float(frame["obs_value"].max()), low + 1)
    across, up = list(range(len(columns))), list(range(len(names)))
    colours = {
        "type": "heatmap",
        "x": across,
        "y": up,
        "z": [[row[key].obs_value if key in row else None for key in columns] for row in rows],
        "zmin": low,
        "zmax": high,
        "colorscale": SHADES,
        "showscale": not look.narrow,
        "colorbar": {
            "title": {"text": _axis(frame, lang)["text"]},
            "thickness": 12,
            "outlinewidth": 0,
        },
        "xgap": 3,
        "ygap": 3,
        "hoverinfo": "skip",
    }
    held_cells = [
        (x, y, row[key])
        for y, row in enumerate(rows)
        for x, key in enumerate(columns)
        if key in row
    ]
    dark = low + (high - low) * 0.55
    marks = _targets(
        [(x, y) for x, y, _ in held_cells],
        [target(row) for *_, row in held_cells],
        [_hover(row, lang) for *_, row in held_cells],
    ) | {
        "mode": "markers+text",
        "text": [_html(row.mark) for *_, row in held_cells],
        "textfont": {
            "color": ["#ffffff" if row.obs_value > dark else INK for *_, row in held_cells]
        },
    }
    tall = 44 if any("<br>" in name for name in names) else 30
    layout = _layout(
        tall * len(names) + 90,
        {
            "side": "top",
            "showline": False,
            "tickvals": across,
            "ticktext": list(columns.values()),
            "range": [-0.5, len(across) - 0.5],
        }
        | more.pop("xaxis", {}),
        _CELLS | {"tickvals": up, "ticktext": names, "range": [-0.5, len(up) - 0.5]},
        **more,
    )
    return go.Figure({"data": [colours, marks], "layout": layout})


def _targets(
    places: Sequence[tuple[int, int]], carried: Sequence[Value], hover: Sequence[str]
) -> dict[str, Any]:
    """Unseen marks over cells: the cells of a heat map do not answer a click, marks do."""
    unseen = {"marker": {"opacity": 0}}
    return {
        "type": "scatter",
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "mode": "markers",
        "marker": {"symbol": "square", "size": 34, "opacity": 0},
        "selected": unseen,
        "unselected": unseen,
        "customdata": list(carried),
        "hovertext": list(hover),
        "hoverinfo": "text",
    }


def _name(row: Row) -> str:
    """A series at its last value."""
    return _folded(_html(f"{row.series} · {row.year}"))


def _folded(words: str) -> str:
    """An English name over its Chinese one."""
    first = next((k for k, c in enumerate(words) if ord(c) > 0x2E7F), 0)
    english = first and words[first - 1] == " "
    return f"{words[: first - 1]}<br>{words[first:]}" if english else words


def _axis(frame: pd.DataFrame, lang: str) -> dict[str, Any]:
    names = dict.fromkeys(unit(str(name), lang) for name in frame["unit_measure"])
    return {"text": " / ".join(names), "standoff": 8}


def _width(texts: Sequence[str]) -> int:
    """Pixels for the longest label; a Chinese character is twice as wide as a letter."""
    longest = max((sum(13 if ord(c) > 0x2E7F else 7 for c in text) for text in texts), default=0)
    return min(longest + 24, 420)


def one_year(
    frame: pd.DataFrame,
    lang: str,
    missing: Sequence[tuple[str, str]] = (),
    look: Look = WIDE,
    median: Median = ("", {}),
) -> go.Figure:
    """Bars of one year from 0, a grey line at the median; `missing` are the names without a value and why."""
    rows = frame.sort_values("obs_value", ascending=True, kind="stable")
    colours = [COLOURS[0] if status in FILLED else "rgba(0,0,0,0)" for status in rows["obs_status"]]
    labels = []
    for row in each(rows):
        arrow = {"up": " ▲", "down": " ▼"}.get(_BOUNDS.get(row.qualifier, ""), "")
        note = period_note(row.period, row.period_end, lang)
        value = row.mark if look.narrow else row.point  # the unit stands at the axis
        labels.append(f"{_html(value)}{arrow}{f' ({note})' if note else ''}")
    names = [_folded(_html(name)) for name in rows["series"]]
    bars = {
        "type": "bar",
        "x": list(rows["obs_value"]),
        "y": names,
        "orientation": "h",
        "marker": {"color": colours, "line": {"color": COLOURS[0], "width": 2}},
        "text": labels,
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [_hover(row, lang) for row in each(rows)],
        "hoverinfo": "text",
        "customdata": [target(row) for row in each(rows)],
        "width": 0.55,
    }
    order = [*(_folded(_html(name)) for name, _ in reversed(missing)), *names]
    middle = [value for value, _ in median[1].values()]
    layout = _layout(
        max(170, (44 if len(order) <= _PANELS or lang == "en" else 34) * len(order) + 90),
        _scale(frame, lang, look, middle) | _GRID_LINES,
        _NAMES | {"categoryarray": order, "range": [-0.6, len(order) - 0.4]},
        right=_width(labels),
        annotations=[
            *(_beside_axis(name, reason) for name, reason in missing),
            *(_over(value, _median_name(median)[1]) for value in middle),
        ],
        shapes=[
            {
                "type": "line",
                "x0": value,
                "x1": value,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "line": {"color": GREY, "width": 2},
            }
            for value in middle
        ],
    )
    return go.Figure({"data": [bars], "layout": layout})


def _over(value: float, words: str) -> dict[str, Any]:
    """Words over a place of the axis."""
    font = {"color": SOFT, "size": 12}
    return {"x": value, "y": 1, "yref": "paper", "yanchor": "bottom", "text": words, "showarrow": False, "font": font}  # fmt: skip


def _beside_axis(name: str, words: str) -> dict[str, Any]:
    """Words where a bar would begin."""
    font = {"color": SOFT}
    return {
        "x": 0,
        "y": _folded(_html(name)),
        "xanchor": "left",
        "text": words,
        "showarrow": False,
        "font": font,
    }


def change(table: pd.DataFrame, lang: str, look: Look = WIDE) -> go.Figure:
    """Differences of `comparison.changes` as bars to both sides of 0: hollow where two values do not quite compare,
    the reason instead of a bar where none was computed."""
    rows = table.iloc[::-1]
    values = [None if pd.isna(d) else float(d) for d in rows["difference"]]
    measures = list(dict.fromkeys(table["unit_measure"]))
    suffix = t("compare.points", lang) if measures == ["%"] else unit(str(measures[0]), lang)
    texts = ["" if v is None else f"{signed(v)} {suffix}" for v in values]
    names = [_folded(_html(name)) for name in rows["series"]]
    bars = {
        "type": "bar",
        "x": values,
        "y": names,
        "orientation": "h",
        "marker": {
            "color": ["rgba(0,0,0,0)" if reason else COLOURS[0] for reason in rows["reason"]],
            "line": {"color": COLOURS[0], "width": 2},
        },
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "width": 0.5,
        "hovertext": [
            f"<b>{_html(r.series)}</b><br>{r.from_year}: {_html(r.from_point)}<br>{r.to_year}: {_html(r.to_point)}"
            for r in each(rows)
        ],
        "hoverinfo": "text",
        "customdata": [target(r) for r in each(rows)],
    }
    reasons = [
        _beside_axis(r.series, t(f"compare.reason_{r.reason}", lang))
        for r in each(rows)
        if r.reason and pd.isna(r.difference)
    ]
    size = max((abs(v) for v in values if v is not None), default=1) or 1
    room = 1.9 if look.narrow else 1.35
    low = -size * room if any(v is not None and v < 0 for v in values) else 0
    high = size * room if low == 0 or any(v is not None and v > 0 for v in values) else size * 0.9
    across = {"range": [low, high], "title": {"text": suffix}, "tickformat": ",", **_GRID_LINES}
    layout = _layout(
        max(170, 44 * len(rows) + 90),
        across | {"zeroline": True, "zerolinecolor": SOFT, "nticks": 4 if look.narrow else 8},
        _NAMES | {"categoryarray": names},
        right=12 if look.narrow else 60,
        annotations=reasons,
    )
    return go.Figure({"data": [bars], "layout": layout})


def _panels(titles: Sequence[str], height: int, columns: int, *, alike: bool) -> go.Figure:
    """Empty panels, three in a row at most; `alike` where they share their axis of names or values."""
    from plotly.subplots import make_subplots  # noqa: PLC0415  only panels need it

    rows = -(-len(titles) // columns)
    gap = 70 / (height * rows)
    figure = make_subplots(
        rows=rows,
        cols=columns,
        subplot_titles=[_html(name) for name in titles],
        shared_yaxes=alike,
        horizontal_spacing=0.04 if alike else 0.09,
        vertical_spacing=min(gap, 0.9 / max(rows - 1, 1)),
    )
    figure.update_layout(
        _layout(height * rows + 40, {}, {}) | {"margin": {"l": 10, "r": 30, "t": 40, "b": 10}}
    )
    figure.update_annotations(font={"size": 13})
    return figure


def _columns(count: int, look: Look) -> int:
    return 1 if look.narrow else min(3, count)


def multiples(
    frame: pd.DataFrame,
    years: Sequence[str],
    lang: str,
    breaks: Sequence[Break] = (),
    look: Look = WIDE,
) -> go.Figure:
    """One panel for each series, all on one scale."""
    held = by_series(frame)
    columns = _columns(len(held), look)
    figure = _panels(list(held), 250, columns, alike=True)
    for index, one in enumerate(held.values()):
        line = _line(one, _places(years, breaks), 0, lang, label=True)
        figure.add_trace(line, row=index // columns + 1, col=index % columns + 1)
        axis = f"x{index + 1}" if index else "x"
        for rule in _rules(breaks, years, axis):
            figure.add_shape(rule)
    across = _year_axis(_ticks(list(each(frame)), years, lang), years, (-0.6, len(years) - 0.4))
    figure.update_xaxes(_X | across)
    figure.update_yaxes(_Y | (_scale(frame, lang, look) | {"title": None}))
    return figure


def side_by_side(
    frames: Mapping[str, pd.DataFrame],
    years: Sequence[str],
    lang: str,
    breaks: Mapping[str, Sequence[Break]],
    look: Look = WIDE,
) -> go.Figure:
    """One panel for each indicator of an area, each on a scale of its own that its title names."""
    columns = _columns(len(frames), look)
    titles = [f"{name} · {_axis(frame, lang)['text']}" for name, frame in frames.items()]
    figure = _panels(titles, 260, columns, alike=False)
    for index, (name, frame) in enumerate(frames.items()):
        row, column = index // columns + 1, index % columns + 1
        for place, one in enumerate(by_series(frame).values()):
            few = len(frame) <= _NARROW_POINTS
            line = _line(one, _places(years, breaks[name]), place, lang, label=few)
            figure.add_trace(line, row=row, col=column)
        ticks = _ticks(list(each(frame)), years, lang)
        figure.update_xaxes(
            _X | _year_axis(ticks, years, (-0.6, len(years) - 0.4)), row=row, col=column
        )
        scale = _scale(frame, lang, look) | {"title": None}
        figure.update_yaxes(_Y | scale, row=row, col=column)
        for rule in _rules(breaks[name], years, f"x{index + 1}" if index else "x"):
            figure.add_shape(rule)
    return figure


def breakdown(frame: pd.DataFrame, lang: str, look: Look = WIDE) -> go.Figure:
    """What a figure of one year is made of: a panel of bars for each area, cells where there are many areas.

    Parts are never stacked: lists overlap, and often no total is printed.
    """
    sizes = frame.groupby("group")["obs_value"].max().sort_values(kind="stable")
    groups = [str(name) for name in sizes.index]
    mixed = len(set(frame["unit_measure"])) > 1
    held: dict[str, dict[str, Row]] = {}
    for row in each(frame):
        held.setdefault(row.area, {})[row.group] = row
    if len(held) > _PANELS:
        return _shaded(frame, held, {name: _html(name) for name in groups[::-1]}, lang, look)
    columns = _columns(len(held), look)
    figure = _panels(list(held), 32 * len(groups) + 90, columns, alike=True)
    for index, rows in enumerate(held.values()):
        here = [rows[name] for name in groups if name in rows]
        figure.add_trace(
            {
                "type": "bar",
                "x": [row.obs_value for row in here],
                "y": [_html(row.group) for row in here],
                "orientation": "h",
                "width": 0.6,
                "marker": {
                    "color": [
                        COLOURS[0] if row.obs_status in FILLED else "rgba(0,0,0,0)" for row in here
                    ],
                    "line": {"color": COLOURS[0], "width": 2},
                },
                "text": [_html(row.point if mixed else row.mark) for row in here],
                "textposition": "outside",
                "cliponaxis": False,
                "hovertext": [_hover(row, lang) for row in here],
                "hoverinfo": "text",
                "customdata": [target(row) for row in here],
            },
            row=index // columns + 1,
            col=index % columns + 1,
        )
    scale = _scale(frame, lang, look) | {"title": None}
    room = scale["range"][1] * (0.35 if look.narrow else 0.2)
    figure.update_xaxes(_X | scale | _GRID_LINES | {"range": [0, scale["range"][1] + room]})
    figure.update_yaxes(_Y | _NAMES | {"categoryarray": [_html(name) for name in groups]})
    return figure


def scatter(both: pd.DataFrame, names: tuple[str, str], lang: str, look: Look = WIDE) -> go.Figure:
    """Two values of each area-year against each other; no line is fitted.

    `both` is a frame of `comparison.pairs`. Hollow: one of the two is no plain value; a diamond: it is a bound.
    """
    rows = list(each(both))
    several = len(set(both["year"])) > 1
    words = [f"{row.area} {row.year}" if several else row.area for row in rows]
    sides = [
        both[[f"obs_value_{side}", f"unit_measure_{side}"]].rename(
            columns=lambda name: name.removesuffix("_x").removesuffix("_y")
        )
        for side in ("x", "y")
    ]
    x, y = (_scale(side, lang, look) for side in sides)
    for axis, name in ((x, names[0]), (y, names[1])):
        axis["title"] = {"text": f"{_html(name)}（{axis['title']['text']}）", "standoff": 8}
    places = [
        tuple(
            (value - axis["range"][0]) / (axis["range"][1] - axis["range"][0])
            for value, axis in ((row.obs_value_x, x), (row.obs_value_y, y))
        )
        for row in rows
    ]
    height = 400 if look.narrow else 520
    names_beside, sides_of_names = beside_points(
        places, words, (280 if look.narrow else 1000, height - 90)
    )
    hollow = [not FILLED.issuperset({row.obs_status_x, row.obs_status_y}) for row in rows]
    bound = [{row.qualifier_x, row.qualifier_y} != {"exact"} for row in rows]
    points = {
        "type": "scatter",
        "x": list(both["obs_value_x"]),
        "y": list(both["obs_value_y"]),
        "mode": "markers+text",
        "marker": {
            "size": 11,
            "color": COLOURS[0],
            "line": {"width": 2, "color": COLOURS[0]},
            "symbol": [
                ("diamond" if b else "circle") + ("-open" if h else "")
                for h, b in zip(hollow, bound, strict=True)
            ],
        },
        "text": [_html(name) for name in names_beside],
        "textposition": sides_of_names,
        "textfont": {"size": 11, "color": INK},
        "cliponaxis": False,
        "hovertext": [
            f"<b>{_html(word)}</b><br>{_html(names[0])}: {_html(row.point_x)}<br>"
            f"{_html(names[1])}: {_html(row.point_y)}<br>{t('compare.click', lang)}"
            for word, row in zip(words, rows, strict=True)
        ],
        "hoverinfo": "text",
        "customdata": [
            target(
                SimpleNamespace(
                    evidence_report=row.evidence_report_y,
                    char_start=row.char_start_y,
                    char_end=row.char_end_y,
                )
            )
            for row in rows
        ],
    }
    layout = _layout(height, x | _GRID_LINES, y, right=20 if look.narrow else 60)
    return go.Figure({"data": [points], "layout": layout})


def beside_points(
    places: Sequence[tuple[float, float]], words: Sequence[str], size: tuple[int, int]
) -> tuple[list[str], list[str]]:
    """Names and where they stand: over their point, else under it; none where it would lie on another.

    `places` are shares of the width and height of the plot, `size` its pixels.
    """
    taken = [
        (x * size[0] - 6, y * size[1] - 6, x * size[0] + 6, y * size[1] + 6) for x, y in places
    ]
    names, sides = [], []
    for (x, y), word in zip(places, words, strict=True):
        wide = _width([word]) - 24
        side, left = (
            ("left", -wide) if x > 0.8 else ("right", 0) if x < 0.1 else ("center", -wide / 2)
        )
        for above in (True, False):
            low = y * size[1] + (7 if above else -23)
            box = (x * size[0] + left, low, x * size[0] + left + wide, low + 16)
            if not any(_meet(box, other) for other in taken):
                taken.append(box)
                names.append(word)
                sides.append(f"{'top' if above else 'bottom'} {side}")
                break
        else:
            names.append("")
            sides.append("top center")
    return names, sides


_Box = tuple[float, float, float, float]


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def sparkline(
    frame: pd.DataFrame, years: Sequence[str], lang: str, breaks: Sequence[Break] = ()
) -> go.Figure:
    """A trend without axes, for a card."""
    line = _line(list(each(frame)), _places(years, breaks), 0, lang, label=False)
    across = {"type": "category", "categoryarray": list(years), "visible": False}
    up = {"visible": False, "range": _range(frame["obs_value"], "")}
    layout = _layout(60, across, up) | {"margin": {"l": 8, "r": 8, "t": 8, "b": 8}}
    return go.Figure({"data": [line], "layout": layout})


def coverage_grid(
    cells: pd.DataFrame,
    area: Callable[[str], str],
    lang: str,
    words: dict[tuple[str, str], str],
    reports: dict[tuple[str, str], str],
    look: Look = WIDE,
) -> go.Figure:
    """Areas by years; every cell is a kind with its own colour and words, and leads to its report.

    On a telephone a cell has room for a figure; the colour says why there is none, as the legend below.
    """
    years = sorted(set(cells["time_period"]))
    areas = list(dict.fromkeys(cells["ref_area"]))[::-1]
    across, up = list(range(len(years))), list(range(len(areas)))
    kinds = list(GRID)
    held = {(c.ref_area, c.time_period): c.kind for c in each(cells)}
    scale = [
        stop
        for k, colour in enumerate(GRID.values())
        for stop in ([k / len(kinds), colour], [(k + 1) / len(kinds), colour])
    ]
    names = [_html(area(code)) for code in areas]
    tall = 46 if len(areas) <= _ROOMY else 28
    if look.narrow:
        tall, shown = 40, [_folded(name) for name in names]
    else:
        shown = names
    small = 11 if look.narrow else 12
    colours = {
        "type": "heatmap",
        "x": across,
        "y": up,
        "z": [[kinds.index(held[(a, y)]) + 0.5 for y in years] for a in areas],
        "zmin": 0,
        "zmax": len(kinds),
        "colorscale": scale,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hoverinfo": "skip",
    }
    marks = _targets(
        [(x, y) for y in up for x in across],
        [[reports.get((a, year), ""), -1, -1] for a in areas for year in years],
        [
            f"<b>{name}</b> {year}<br>{t(f'kind.{held[(a, year)]}', lang)}"
            for a, name in zip(areas, names, strict=True)
            for year in years
        ],
    )
    texts = [
        {
            "x": column,
            "y": row,
            "text": _html(words[(code, year)]),
            "showarrow": False,
            "font": {
                "color": "#ffffff" if held[(code, year)] in {"reported", "zero"} else "#3d4852",
                "size": small,
            },
        }
        for row, code in enumerate(areas)
        for column, year in enumerate(years)
        if not look.narrow or held[(code, year)] in _VALUED
    ]
    layout = _layout(
        tall * len(areas) + 70,
        {
            "side": "top",
            "ticks": "",
            "showline": False,
            "tickvals": across,
            "ticktext": years,
            "range": [-0.5, len(across) - 0.5],
        },
        _CELLS
        | {"tickvals": up, "ticktext": shown, "range": [-0.5, len(up) - 0.5]}
        | {"tickfont": {"size": small}},
        right=6 if look.narrow else 30,
        annotations=texts,
    )
    return go.Figure({"data": [colours, marks], "layout": layout})


def alt(frame: pd.DataFrame, title: str, years: Sequence[str], lang: str) -> str:
    """A sentence for those who do not see the chart: areas, years, extremes, gaps."""
    if frame.empty:
        return t("compare.alt_empty", lang, title=title)
    low = frame.iloc[int(frame["obs_value"].to_numpy().argmin())]
    high = frame.iloc[int(frame["obs_value"].to_numpy().argmax())]
    names = list(dict.fromkeys(frame["series"]))
    held = len(set(zip(frame["series"], frame["year"], strict=True)))
    return t(
        "compare.alt",
        lang,
        title=title,
        areas=("、" if lang == "zh" else ", ").join(names[:8]),
        low=f"{low['point']} ({low['series']}, {low['year']})",
        high=f"{high['point']} ({high['series']}, {high['year']})",
        gaps=len(names) * len(years) - held,
    )
