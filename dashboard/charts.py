"""Figures: pure `DataFrame → plotly.graph_objects.Figure`, drawn so that sparse data do not mislead.

Filled mark: normal or merely unreviewed (A, V). Hollow: estimated, another definition, provisional,
contradictory (E, D, P, U). Triangle: a bound. A gap is a missing value: it is never 0 and no line crosses it.
The frames are those of `queries.observations`, with the columns `series` and `point` added by `series()`.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.text import number, period_note, plain, t, unit, year_label

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
COLOURS = ("#1f5a8a", "#b3541e", "#2f7d6b", "#7a4a91", "#8a6d1b", "#a23b58", "#4d5d6b", "#3b7fb8")
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
_BOUNDS = {"more_than": "up", "at_least": "up", "at_most": "down"}
_X: Axis = {"automargin": True, "showgrid": False, "linecolor": SOFT, "zeroline": False}
_GRID_LINES: Axis = {"showgrid": True, "gridcolor": "#e4e8eb"}
_Y: Axis = {"automargin": True, "zeroline": False, **_GRID_LINES}
_CELLS: Axis = {"showgrid": False, "ticklabelstandoff": 6}
_NAMES: Axis = {  # an axis of names instead of numbers
    "type": "category",
    "categoryorder": "array",
    "showgrid": False,
    "ticklabelstandoff": 6,
}
_LINE_POINTS = 30  # with more points, values are read in the hover and in the table


def each(frame: pd.DataFrame) -> Iterator[Row]:
    """The rows, their cells as attributes; column by column, thrice as fast as itertuples."""
    names = list(frame.columns)
    cells = zip(*(frame[name].tolist() for name in names), strict=True)
    return (SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cells)


def series(
    frame: pd.DataFrame, area: Callable[[str], str], category: Callable[[str], str], lang: str
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
    values = list(each(frame[["obs_value", "unit_measure", "qualifier"]]))
    named["point"] = [number(v.obs_value, lang, v.unit_measure, v.qualifier) for v in values]
    named["mark"] = [
        number(v.obs_value, lang, "%" if v.unit_measure == "%" else "", v.qualifier) for v in values
    ]
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
    years: Sequence[str],
    index: int,
    lang: str,
    *,
    label: bool,
    below: Collection[tuple[str, str]] = (),
) -> dict[str, Any]:
    """One series over all years of the axis, None where nothing is stated.

    `below`: (series, year) of the marks whose value stands under them, because another mark is right above.
    """
    held = {row.year: row for row in rows}
    points = [held.get(year) for year in years]
    colour = COLOURS[index % len(COLOURS)]
    return {
        "type": "scatter",
        "x": list(years),
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
        "cliponaxis": False,
        "hovertext": ["" if p is None else _hover(p, lang) for p in points],
        "hoverinfo": "text",
        "customdata": [None if p is None else target(p) for p in points],
    }


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


def _percent(frame: pd.DataFrame) -> dict[str, Any]:
    """Ticks that end at 100 where nothing is above, though labels need room over it."""
    whole = (frame["unit_measure"] == "%").all() and float(frame["obs_value"].max()) <= 100
    return {"tickvals": list(range(0, 101, 20))} if whole else {}


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
    frame: pd.DataFrame, years: Sequence[str], lang: str, median: Median = ("", {})
) -> go.Figure:
    """Series over years, each named at its last value; a grey median says how many areas it rests on."""
    held = by_series(frame)
    rows = [row for one in held.values() for row in one]
    label = len(rows) <= _LINE_POINTS
    low, high = _range(frame["obs_value"], str(frame["unit_measure"].iloc[0]))
    below = _crowded(rows, high - low)
    lines = [
        _line(one, years, index, lang, label=label, below=below)
        for index, one in enumerate(held.values())
    ]
    if median[1]:
        lines.insert(0, _median(median, years))
    height = max(340, (26 if lang == "zh" else 40) * len(held) + 140)
    last = [
        (float(one[-1].obs_value), _name(one[-1]), COLOURS[k % len(COLOURS)])
        for k, one in enumerate(held.values())
    ]
    if median[1]:
        last.append(_median_name(median))
    step = (high - low) / (height - 90) * (22 if lang == "zh" else 38)
    heights = _spread([value for value, _, _ in last], step, high)
    names = [
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
    across = _year_axis(_ticks(rows, years, lang), years, (-0.4, len(years) - 0.6))
    up = {"range": [low, high], "title": _axis(frame, lang), "tickformat": ","} | _percent(frame)
    layout = _layout(height, across, up, right=widest, annotations=names)
    return go.Figure({"data": lines, "layout": layout})


def _median(median: Median, years: Sequence[str]) -> dict[str, Any]:
    name, values = median
    held = [values.get(year) for year in years]
    words = ["" if v is None else f"{name} {plain(round(v[0], 2))} (n={v[1]})" for v in held]
    return {
        "type": "scatter",
        "x": list(years),
        "y": [None if v is None else v[0] for v in held],
        "name": _html(name),
        "mode": "lines+markers",
        "connectgaps": False,
        "line": {"color": GREY, "width": 2},
        "marker": {"size": 9, "symbol": "line-ew", "line": {"width": 3, "color": GREY}},
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


def cells(frame: pd.DataFrame, years: Sequence[str], lang: str) -> go.Figure:
    """Series by years, the darker the larger: what lines cannot show for many series."""
    held = by_series(frame)
    names = [_html(name) for name in held][::-1]
    rows = [{row.year: row for row in one} for one in held.values()][::-1]
    low = _range(frame["obs_value"], "")[0]
    high = max(float(frame["obs_value"].max()), low + 1)
    across, up = list(range(len(years))), list(range(len(names)))
    colours = {
        "type": "heatmap",
        "x": across,
        "y": up,
        "z": [[row[y].obs_value if y in row else None for y in years] for row in rows],
        "zmin": low,
        "zmax": high,
        "colorscale": SHADES,
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
        (x, y, row[year])
        for y, row in enumerate(rows)
        for x, year in enumerate(years)
        if year in row
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
    layout = _layout(
        30 * len(names) + 90,
        {
            "side": "top",
            "showline": False,
            "tickvals": across,
            "ticktext": _ticks(list(each(frame)), years, lang),
            "range": [-0.5, len(across) - 0.5],
        },
        _CELLS | {"tickvals": up, "ticktext": names, "range": [-0.5, len(up) - 0.5]},
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
    """A series at its last value; an English name goes over its Chinese one."""
    words = _html(f"{row.series} · {row.year}")
    first_chinese = next((k for k, c in enumerate(words) if ord(c) > 0x2E7F), 0)
    return (
        f"{words[:first_chinese].rstrip()}<br>{words[first_chinese:]}" if first_chinese else words
    )


def _axis(frame: pd.DataFrame, lang: str) -> dict[str, Any]:
    names = dict.fromkeys(unit(str(name), lang) for name in frame["unit_measure"])
    return {"text": " / ".join(names), "standoff": 8}


def _width(texts: Sequence[str]) -> int:
    """Pixels for the longest label; a Chinese character is twice as wide as a letter."""
    longest = max((sum(13 if ord(c) > 0x2E7F else 7 for c in text) for text in texts), default=0)
    return min(longest + 24, 420)


def one_year(frame: pd.DataFrame, lang: str, missing: Sequence[tuple[str, str]] = ()) -> go.Figure:
    """Bars of one year from 0; `missing` are the names without a value and why."""
    rows = frame.sort_values("obs_value", ascending=True, kind="stable")
    colours = [COLOURS[0] if status in FILLED else "rgba(0,0,0,0)" for status in rows["obs_status"]]
    labels = []
    for row in each(rows):
        arrow = {"up": " ▲", "down": " ▼"}.get(_BOUNDS.get(row.qualifier, ""), "")
        note = period_note(row.period, row.period_end, lang)
        labels.append(f"{_html(row.point)}{arrow}{f' ({note})' if note else ''}")
    names = [_html(name) for name in rows["series"]]
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
    order = [*(_html(name) for name, _ in reversed(missing)), *names]
    low, high = _range(frame["obs_value"], str(frame["unit_measure"].iloc[0]))
    across = {"range": [low, high], "title": _axis(frame, lang), "tickformat": ",", **_GRID_LINES}
    layout = _layout(
        max(170, 44 * len(order) + 90),
        across | _percent(frame),
        _NAMES | {"categoryarray": order, "range": [-0.6, len(order) - 0.4]},
        right=_width(labels),
        annotations=[_beside_axis(name, reason) for name, reason in missing],
    )
    return go.Figure({"data": [bars], "layout": layout})


def _beside_axis(name: str, words: str) -> dict[str, Any]:
    """Words where a bar would begin."""
    font = {"color": SOFT}
    return {
        "x": 0,
        "y": _html(name),
        "xanchor": "left",
        "text": words,
        "showarrow": False,
        "font": font,
    }


def changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Earlier and latest value of every series; `difference` only where the two may be compared.

    `reason` says why not: `single` value, `bound`, `period`, `status`, `unit`.
    """
    found = []
    for name in dict.fromkeys(frame["series"]):
        rows = frame[frame["series"] == name].sort_values("year")
        last = rows.iloc[-1]
        first = rows.iloc[-2] if len(rows) > 1 else None
        reason = "single" if first is None else _incomparable(first, last)
        found.append(
            {
                "series": name,
                "from_year": "" if first is None else first["year"],
                "to_year": last["year"],
                "from_point": "" if first is None else first["point"],
                "to_point": last["point"],
                "unit_measure": last["unit_measure"],
                "difference": last["obs_value"] - first["obs_value"]
                if first is not None and not reason
                else None,
                "reason": reason,
                "evidence_report": last["evidence_report"],
                "char_start": last["char_start"],
                "char_end": last["char_end"],
            }
        )
    return pd.DataFrame(found)


def _incomparable(first: pd.Series, last: pd.Series) -> str:
    if {first["qualifier"], last["qualifier"]} != {"exact"}:
        return "bound"
    if (first["period"], str(first["period_end"])[4:]) != (
        last["period"],
        str(last["period_end"])[4:],
    ):
        return "period"
    codes = set(f"{first['obs_status_all']};{last['obs_status_all']}".split(";"))
    if codes & {"B", "D", "U"}:
        return "status"
    return "" if first["unit_measure"] == last["unit_measure"] else "unit"


def change(table: pd.DataFrame, lang: str) -> go.Figure:
    """Differences of `changes()` as bars to both sides of 0, those without one with the reason."""
    rows = table.iloc[::-1]
    values = [None if pd.isna(d) else float(d) for d in rows["difference"]]
    measure = (
        "pp"
        if (table["unit_measure"] == "%").all()
        else unit(str(table["unit_measure"].iloc[0]), lang)
    )
    suffix = t("compare.points", lang) if measure == "pp" else measure
    texts = [
        "" if v is None else f"{'+' if v > 0 else '−' if v < 0 else ''}{plain(abs(v))} {suffix}"
        for v in values
    ]
    names = [_html(name) for name in rows["series"]]
    bars = {
        "type": "bar",
        "x": values,
        "y": names,
        "orientation": "h",
        "marker": {"color": COLOURS[0]},
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
        if r.reason
    ]
    size = max((abs(v) for v in values if v is not None), default=1) or 1
    low = -size * 1.35 if any(v is not None and v < 0 for v in values) else 0
    high = size * 1.35 if low == 0 or any(v is not None and v > 0 for v in values) else size * 0.9
    across = {"range": [low, high], "title": {"text": suffix}, **_GRID_LINES}
    layout = _layout(
        max(170, 44 * len(rows) + 90),
        across | {"zeroline": True, "zerolinecolor": SOFT},
        _NAMES | {"categoryarray": names},
        right=60,
        annotations=reasons,
    )
    return go.Figure({"data": [bars], "layout": layout})


def multiples(frame: pd.DataFrame, years: Sequence[str], lang: str, columns: int = 3) -> go.Figure:
    """One panel for each series, all on one scale."""
    from plotly.subplots import make_subplots  # noqa: PLC0415  only this view needs it

    held = by_series(frame)
    columns = min(columns, len(held))
    rows = -(-len(held) // columns)
    figure = make_subplots(
        rows=rows,
        cols=columns,
        subplot_titles=[_html(name) for name in held],
        shared_yaxes=True,
        horizontal_spacing=0.04,
        vertical_spacing=min(0.32 / rows, 0.9 / max(rows - 1, 1)),
    )
    for index, one in enumerate(held.values()):
        line = _line(one, years, 0, lang, label=True)
        figure.add_trace(line, row=index // columns + 1, col=index % columns + 1)
    across = _year_axis(_ticks(list(each(frame)), years, lang), years, (-0.6, len(years) - 0.4))
    span = _range(frame["obs_value"], str(frame["unit_measure"].iloc[0]))
    up = {"range": span, "tickformat": ","} | _percent(frame)
    figure.update_layout(
        _layout(250 * rows + 40, {}, {}) | {"margin": {"l": 10, "r": 30, "t": 40, "b": 10}}
    )
    figure.update_annotations(font={"size": 13})
    figure.update_xaxes(_X | across)
    figure.update_yaxes(_Y | up)
    return figure


def sparkline(frame: pd.DataFrame, years: Sequence[str], lang: str) -> go.Figure:
    """A trend without axes, for a row of a table."""
    line = _line(list(each(frame)), years, 0, lang, label=False)
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
) -> go.Figure:
    """Areas by years; every cell is a kind with its own colour and words, and leads to its report."""
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
                "size": 12,
            },
        }
        for row, code in enumerate(areas)
        for column, year in enumerate(years)
    ]
    layout = _layout(
        46 * len(areas) + 70,
        {
            "side": "top",
            "showline": False,
            "tickvals": across,
            "ticktext": years,
            "range": [-0.5, len(across) - 0.5],
        },
        _CELLS | {"tickvals": up, "ticktext": names, "range": [-0.5, len(up) - 0.5]},
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
