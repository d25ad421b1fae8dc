"""指标比较: indicators across areas and years, as trend, one year, change, small multiples, scatter or table.

`view` says which figure is drawn, `display` which values stand in it: as stated, per unit, or less the year before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import (
    captions,
    charts,
    comparison,
    export,
    filters,
    footnotes,
    picture,
    queries,
    sheet,
    url_state,
)
from dashboard.comparison import Break, Displayed
from dashboard.filters import Frame
from dashboard.text import number, period_note, t, unit

LEAST = 3  # areas under a median
NAMED = 6  # reasons in a note
LINES = 8  # more series than colours cannot be told apart: cells instead of lines
PANELS = 24
BARS = 60
LINKS = ("link", "other")  # columns that lead to the evidence
WHOLE = (
    "trend",
    "change",
    "multiples",
    "scatter",
)  # views of an indicator over years, its parts only where asked for
TWIN = 300  # rows of the table under a chart


@st.cache_resource(max_entries=200, show_spinner=False)  # shared and only read: copies cost more
def held(
    _frame: Frame,
    path: str,  # noqa: ARG001 the key of the cache: another build is another file
    areas: tuple[str, ...],
    years: tuple[str, ...],
    indicator: str,
    conditions: tuple[bool, bool, bool],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, int]:
    """Of an indicator: charted values, kinds of cells, same-level medians, how many are not charted."""
    con = _frame.con
    return (
        queries.observations(con, areas, [indicator], years),
        queries.coverage(con, areas, years, [indicator]),
        queries.medians(con, indicator, years, *conditions),
        queries.uncharted(con, areas, years, indicator),
    )


@st.cache_resource(max_entries=50, show_spinner=False)
def divided_by(
    _frame: Frame,
    path: str,  # noqa: ARG001 as above
    areas: tuple[str, ...],
    years: tuple[str, ...],
    denominator: str,
) -> pd.DataFrame:
    """Values of a denominator: what reports state, or what denominators.csv gives."""
    if denominator in set(_frame.indicators["indicator"]):
        return queries.observations(_frame.con, areas, [denominator], years)
    return queries.denominators(_frame.con, denominator, areas)


@dataclass(frozen=True)
class Shown:
    """What one chart is drawn from."""

    indicator: str
    name: str
    rows: pd.DataFrame
    years: list[str]
    cells: pd.DataFrame
    medians: pd.DataFrame
    breaks: list[Break]
    alt: str
    part: int = 0

    def of(self, part: int, rows: pd.DataFrame, alt: str) -> "Shown":
        """One of several charts of an indicator."""
        return replace(self, part=part, rows=rows, alt=alt)


# --- values as they are displayed --------------------------------------------------------------------


def displayed(frame: Frame, indicator: str, rows: pd.DataFrame) -> Displayed:
    """The values as the reader wants them."""
    if frame.display == "change":
        return comparison.yearly_changes(rows, frame.breaks(indicator), asked=frame.asked)
    ratio = frame.ratio(indicator)
    if frame.display != "per_unit" or not ratio:
        return Displayed(rows)
    below = divided_by(frame, str(frame.path), frame.area_ids(), frame.year_ids(), ratio)
    units = {u: unit(u, frame.lang) for u in set(rows["unit_measure"])}
    worded = rows.assign(unit_measure=rows["unit_measure"].map(units))
    measure = t("compare.per_measure", frame.lang, unit="{unit}", per=t(f"per.{ratio}", frame.lang))
    return comparison.ratios(worded, below, frame.ratios[indicator][ratio], measure)


def named(frame: Frame, indicator: str) -> str:
    """The name of an indicator as it is displayed."""
    name = frame.indicator_name(indicator)
    return (
        t("compare.change_name", frame.lang, indicator=name) if frame.display == "change" else name
    )


def in_words(frame: Frame, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as figures and tables show them, the whole before its parts."""
    ordered = rows.iloc[(rows["category"] != "{}").argsort(kind="stable")]
    return charts.series(ordered, frame.area_name, frame.category, frame.lang, frame.look)


# --- choices ------------------------------------------------------------------------------------------


def tokens(text: str) -> tuple[str, ...]:
    """A category as the address names it: `base:online`."""
    return tuple(f"{key}:{code}" for key, code in queries.category_pairs(text))


def choose_categories(frame: Frame, indicator: str, options: list[str]) -> None:
    """Where an indicator has categories, which of them are shown."""
    key = f"compare_categories_{indicator}"
    st.session_state[key] = [one for one in frame.selection.categories if one in options]
    st.multiselect(
        t("compare.categories", frame.lang),
        options,
        format_func=lambda token: frame.label(
            f"category:{token.split(':')[0]}", token.split(":")[1]
        ),
        key=key,
        select_all=False,
        filter_mode="contains",
        placeholder=t("compare.categories_placeholder", frame.lang),
        on_change=lambda: frame.update(categories=tuple(st.session_state[key])),
    )


def choose_year(frame: Frame, indicator: str, options: list[str], year: str) -> None:
    key = f"compare_year_{indicator}"
    st.session_state[key] = year
    st.segmented_control(
        t("compare.year", frame.lang),
        options,
        required=True,
        key=key,
        on_change=lambda: frame.update(year=int(st.session_state[key])),
    )


def choose_view(frame: Frame) -> None:
    st.session_state["compare_view"] = view_of(frame)
    st.segmented_control(
        t("compare.view", frame.lang),
        url_state.VIEWS,
        format_func=lambda view: t(f"view.{view}", frame.lang),
        key="compare_view",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: frame.update(view=st.session_state["compare_view"]),
    )


def choose_display(frame: Frame) -> None:
    """Values, values per unit where the data hold a denominator, or changes."""
    lang = frame.lang
    ratios = [one for name in frame.chosen_indicators for one in frame.ratios.get(name, {})]
    now = frame.display
    options = [
        one for one in url_state.CHOICES["display"] if one != "per_unit" or ratios or one == now
    ]
    if view_of(frame) == "change":
        options.remove("change")
        now = "value" if now == "change" else now
    if len(options) > 1:
        st.session_state["compare_display"] = now
        st.segmented_control(
            t("compare.display", lang),
            options,
            format_func=lambda one: t(f"display.{one}", lang),
            key="compare_display",
            required=True,
            label_visibility="collapsed",
            on_change=lambda: frame.update(display=st.session_state["compare_display"]),
        )
    if now == "per_unit" and len(set(ratios)) > 1:
        choose_ratio(frame, list(dict.fromkeys(ratios)))
    if "change" in (view_of(frame), now):
        st.session_state["compare_asked"] = frame.asked
        st.toggle(
            t("compare.asked", lang),
            key="compare_asked",
            help=t("compare.asked_help", lang),
            on_change=lambda: frame.update(
                comparable="0" if st.session_state["compare_asked"] else ""
            ),
        )


def choose_ratio(frame: Frame, options: list[str]) -> None:
    chosen = [frame.ratio(name) for name in frame.chosen_indicators]
    st.session_state["compare_per"] = next((one for one in chosen if one), options[0])
    st.selectbox(
        t("compare.per", frame.lang),
        options,
        format_func=lambda one: t("compare.per_one", frame.lang, per=t(f"per.{one}", frame.lang)),
        key="compare_per",
        filter_mode=None,
        label_visibility="collapsed",
        width=220,
        on_change=lambda: frame.update(per=st.session_state["compare_per"]),
    )


def choose_axes(frame: Frame, axes: tuple[str, str]) -> None:
    """Which indicator lies across and which goes up; they are the first two of the address."""
    for column, side in zip(st.columns(2), (0, 1), strict=True):
        key = f"compare_axis_{side}"
        st.session_state[key] = axes[side]
        column.selectbox(
            t(f"compare.axis_{side}", frame.lang),
            [one for one in frame.indicators["indicator"] if one != axes[1 - side]],
            format_func=frame.indicator_name,
            key=key,
            filter_mode="contains",
            on_change=lambda: frame.update(
                indicators=(st.session_state["compare_axis_0"], st.session_state["compare_axis_1"])
            ),
        )


def view_of(frame: Frame) -> str:
    return frame.selection.view or "trend"


# --- figures ------------------------------------------------------------------------------------------


def plot(frame: Frame, figure: go.Figure, kind: str, shown: Shown) -> None:
    event = st.plotly_chart(
        charts.seen(figure, frame.look),
        theme=None,
        config=charts.CONFIG,
        key=f"compare_{kind}_{shown.indicator}_{shown.part}",
        alt=shown.alt,
        on_select="rerun",
        selection_mode="points",
    )
    filters.drawn_first(frame, "compare")
    filters.follow(frame, event)


def trend(frame: Frame, shown: Shown) -> None:
    """Lines; bars where there is one year, cells where there are more series than colours."""
    lang, rows, years = frame.lang, shown.rows, shown.years
    if len(years) == 1:
        st.caption(t("compare.bars_instead", lang))
        one_year(frame, shown)
    elif rows["series"].nunique() > LINES:
        as_cells(frame, shown)
    else:
        median = median_of(frame, shown)
        plot(
            frame,
            charts.trend(rows, years, lang, median, shown.breaks, frame.look),
            "trend",
            shown,
        )


def as_cells(frame: Frame, shown: Shown) -> None:
    st.caption(t("compare.cells_instead", frame.lang, count=shown.rows["series"].nunique()))
    figure = charts.cells(shown.rows, shown.years, frame.lang, shown.breaks, frame.look)
    plot(frame, figure, "cells", shown)


def median_of(frame: Frame, shown: Shown) -> tuple[str, dict[str, tuple[float, int]]]:
    """The median of the level the drawn areas share, by year, with how many areas it rests on."""
    levels = list(dict.fromkeys(shown.rows["level"]))
    kinds = list(dict.fromkeys(shown.rows["category"]))
    if len(levels) != 1 or len(kinds) != 1 or frame.display != "value":
        return "", {}
    own = shown.medians[
        (shown.medians["level"] == levels[0]) & (shown.medians["category"] == kinds[0])
    ]
    values = {r.time_period: (r.middle, r.n) for r in charts.each(own) if r.n >= LEAST}
    name = t("compare.median", frame.lang, level=frame.label("level", levels[0]))
    return name, {year: values[year] for year in shown.years if year in values}


def median_note(frame: Frame, shown: Shown) -> list[str]:
    """The medians that a chart of lines shows, year by year."""
    name, values = median_of(frame, shown)
    lines = view_of(frame) == "trend" and shown.rows["series"].nunique() <= LINES
    if not values or not lines:
        return []
    lang = frame.lang
    measure = str(shown.rows["unit_measure"].iloc[0])
    each = [
        t(
            "compare.median_of",
            lang,
            year=year,
            value=number(round(value, 2), lang, measure),
            n=n,
        )
        for year, (value, n) in values.items()
    ]
    words = t("compare.separator", lang).join(each)
    return [t("compare.mark_median", lang, name=name, values=words)]


def one_year(frame: Frame, shown: Shown) -> None:
    """Bars of one year, with the reason for every area that has none; parts of a whole as a chart of their own."""
    lang, rows = frame.lang, shown.rows
    if len(set(rows["group"])) > 1:
        plot(frame, charts.breakdown(rows, lang, frame.look), "breakdown", shown)
        return
    few = bool(frame.selection.areas) or len(frame.area_ids()) <= filters.MANY
    cells = shown.cells[shown.cells["time_period"].isin(shown.years)]
    absent = [
        (frame.area_name(c.ref_area), t(f"kind.{c.kind}", lang))
        for c in charts.each(cells)
        if few and not shown.part and c.stated == 0 and c.ref_area not in set(rows["ref_area"])
    ]
    median = median_of(frame, shown)
    year = str(rows["year"].iloc[0])
    own = (median[0], {year: median[1][year]}) if year in median[1] else ("", {})
    plot(frame, charts.one_year(rows, lang, absent[:20], frame.look, own), "bars", shown)


def fullest(rows: pd.DataFrame) -> str:
    """The year with most values."""
    counts = rows["year"].value_counts()
    return str(max(counts.index, key=lambda year: (int(counts[year]), year)))


def moved(frame: Frame, rows: pd.DataFrame, indicator: str) -> pd.DataFrame:
    return comparison.changes(rows, frame.breaks(indicator), asked=frame.asked)


def change(frame: Frame, shown: Shown) -> None:
    lang = frame.lang
    table = moved(frame, shown.rows, shown.indicator)
    if table["difference"].notna().any():
        few = table if len(table) <= NAMED else table[table["difference"].notna()]
        plot(frame, charts.change(few, lang, frame.look), "change", shown)
    else:
        st.info(t("compare.nothing_comparable", lang))
    lines = []
    for row in charts.each(table[table["reason"] != ""]):
        reason = t(f"compare.reason_{row.reason}", lang)
        pair = f"{row.from_year}: {row.from_point} → " if row.from_year else ""
        lines.append(
            footnotes.escape(f"{row.series} — {pair}{row.to_year}: {row.to_point}. {reason}")
        )
    if lines:
        more = (
            [t("compare.rows_more", lang, count=len(lines) - NAMED)] if len(lines) > NAMED else []
        )
        st.caption("  \n".join([*lines[:NAMED], *more]))


def multiples(frame: Frame, shown: Shown) -> None:
    if shown.rows["series"].nunique() > PANELS:
        as_cells(frame, shown)
        return
    figure = charts.multiples(shown.rows, shown.years, frame.lang, shown.breaks, frame.look)
    plot(frame, figure, "multiples", shown)


VIEWS: dict[str, Callable[[Frame, Shown], None]] = {
    "trend": trend,
    "year": one_year,
    "change": change,
    "multiples": multiples,
}


# --- tables -------------------------------------------------------------------------------------------


def table(frame: Frame, rows: pd.DataFrame, *, indicators: bool = False) -> pd.DataFrame:
    """The rows in words, with a link to the evidence of each; columns that say nothing are left out."""
    lang = frame.lang
    each = list(charts.each(rows))
    cells = {
        "area": rows["area"],
        "value": rows["point"],
        "indicator": [frame.indicator_name(code) for code in rows["indicator"]],
        "category": rows["group"],
        "year": rows["year"],
        "formula": rows["formula"].fillna("") if frame.display != "value" else "",
        "period": [
            period_note(r.period, r.period_end, lang) or frame.label("period", r.period)
            for r in each
        ],
        "status": [frame.label("status", code) for code in rows["obs_status"]],
        "method": [frame.label("method", code) for code in rows["method"]],
        "title": rows["title"],
        "link": [evidence_link(frame, charts.target(row)) for row in each],
        "other": [other_link(frame, row) for row in each] if "other_char_start" in rows else "",
    }
    words = pd.DataFrame(cells, index=rows.index)
    idle = [name for name in ("category", "formula", "other") if not words[name].any()]
    if not indicators:
        idle.append("indicator")
    words = words.drop(columns=idle)
    return words.rename(columns={name: t(f"compare.column_{name}", lang) for name in words})


def grid(frame: Frame, shown: Shown) -> None:
    """The table as the view of its own."""
    opened = st.column_config.LinkColumn(display_text=t("compare.open", frame.lang))
    st.dataframe(
        table(frame, shown.rows),
        hide_index=True,
        alt=shown.alt,
        placeholder="",
        column_config={t(f"compare.column_{name}", frame.lang): opened for name in LINKS},
    )


def twin(frame: Frame, rows: pd.DataFrame, *, indicators: bool = False) -> None:
    """The figures of a chart as a table that is read and followed with the keyboard alone."""
    lang = frame.lang
    with st.expander(t("compare.as_table", lang, count=len(rows))):
        words = table(frame, rows.iloc[:TWIN], indicators=indicators)
        links = {t(f"compare.column_{name}", lang): t("compare.open", lang) for name in LINKS}
        value = t("compare.column_value", lang)
        st.html(sheet.html_table(words, links, t("view.table", lang), [value]))
        if len(rows) > TWIN:
            st.caption(t("compare.rows_more", lang, count=len(rows) - TWIN))


def other_link(frame: Frame, row: charts.Row) -> str:
    """The evidence of the second value of a computation, "" where it stands in no report."""
    if pd.isna(row.other_char_start):
        return ""
    start, end = int(row.other_char_start), int(row.other_char_end)
    return evidence_link(frame, [row.other_evidence_report, start, end])


def evidence_link(frame: Frame, place: Sequence[Any]) -> str:
    report, start, end = place
    quantity = (start, end) if start >= 0 else None
    return url_state.link("evidence", frame.selection, report=report, quantity=quantity)


# --- under the chart ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Foot:
    """What stands under a chart, on the page and in its picture."""

    title: str
    headings: Sequence[str]  # of each of several charts
    definitions: Sequence[str]
    notes: Sequence[str]
    reason: str = ""  # why there is no picture


def under(
    frame: Frame, name: str, rows: pd.DataFrame, foot: Foot, *, indicators: bool = False
) -> None:
    """Definition, notes, table and downloads."""
    for text in foot.definitions:
        st.markdown(text)
    notes_only(foot.notes)
    if view_of(frame) != "table":
        twin(frame, rows, indicators=indicators)
    with st.container(horizontal=True, key=f"downloads_{name}"):
        downloads(frame, name, rows)
        words = (foot.title, foot.headings, [*foot.definitions, *foot.notes])
        picture.offer(f"figure_{name}", frame, words, foot.reason)


def downloads(frame: Frame, name: str, rows: pd.DataFrame) -> None:
    """The rows of the chart, made when the button is pressed."""
    lang = frame.lang
    file = f"{name}_{str(frame.build['build_id'])[:8]}"
    data = export.long(rows, str(frame.build["build_id"]), lang, frame.category)

    def workbook() -> bytes:
        link = filters.full_link("compare", frame)
        catalogue = frame.indicators[frame.indicators["indicator"].isin(set(rows["indicator"]))]
        keys = {
            f"category:{k}" for text in data["category"] for k, _ in queries.category_pairs(text)
        }
        used = {pair: words for pair, words in frame.codes.items() if pair[0] in keys}
        sheets = {
            "notes": export.notes(frame.build, len(data), link, lang),
            "sources": export.sources(data),
            "codes": export.code_book(catalogue, used, lang),
        }
        return export.xlsx(data, sheets, lang)

    st.download_button(
        t("compare.xlsx", lang),
        workbook,
        file_name=f"{file}.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        key=f"compare_xlsx_{name}",
    )
    st.download_button(
        t("compare.csv", lang),
        lambda: export.excel_csv(data, lang),
        file_name=f"{file}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"compare_csv_{name}",
    )


def no_values(frame: Frame, indicator: str, cells: pd.DataFrame) -> None:
    """Why nothing is there, cell by cell, and what one click changes."""
    lang = frame.lang
    name = frame.indicator_name(indicator)
    st.subheader(t("compare.none", lang, indicator=footnotes.escape(name)))
    for kind in dict.fromkeys(cells["kind"]):
        count = int((cells["kind"] == kind).sum())
        st.write(t("compare.none_reason", lang, kind=t(f"kind.{kind}", lang), count=count))
    ways_out(frame, indicator)


def ways_out(frame: Frame, name: str) -> None:
    lang = frame.lang
    with st.container(horizontal=True):
        if frame.display != "value":
            st.button(
                t("compare.as_stated", lang),
                key=f"compare_value_{name}",
                on_click=lambda: frame.update(display=""),
            )
        st.button(
            t("compare.all_areas_years", lang),
            key=f"compare_reset_{name}",
            on_click=lambda: frame.update(
                level=None,
                areas=(),
                year_from=None,
                year_to=None,
                categories=(),
                comparable="",
                confidence="",
                status="",
            ),
        )
        st.button(
            t("compare.best_indicator", lang),
            key=f"compare_best_{name}",
            on_click=lambda: frame.update(indicators=(), categories=()),
        )


# --- the page -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What the data hold for one indicator and the reader's selection."""

    everything: pd.DataFrame  # in words, before areas are left out
    options: list[str]  # categories to choose from
    cells: pd.DataFrame
    medians: pd.DataFrame
    left_out: tuple[tuple[str, str, str], ...]  # area, year, reason
    lines: list[str]  # what else is not shown and why


def find(frame: Frame, indicator: str) -> Found:
    lang = frame.lang
    found, cells, medians, more = held(
        frame,
        str(frame.path),
        frame.area_ids(),
        frame.year_ids(),
        indicator,
        filters.conditions(frame),
    )
    options = list(dict.fromkeys(one for text in found["category"] for one in tokens(text)))
    asked = chosen_parts(frame, found)
    admitted = filters.admitted(frame, asked)
    lines = []
    if len(found) > len(asked) and not set(frame.selection.categories) & set(options):
        lines.append(t("compare.parts", lang, count=len(found) - len(asked)))
    if len(asked) > len(admitted):
        lines.append(t("compare.left_out", lang, count=len(asked) - len(admitted)))
    if more:
        lines.append(t("compare.uncharted", lang, count=more))
    values = displayed(frame, indicator, admitted)
    if frame.display == "per_unit" and not frame.ratio(indicator):
        lines.append(t("compare.no_ratio", lang))
    return Found(in_words(frame, values.rows), options, cells, medians, values.left_out, lines)


def chosen_parts(frame: Frame, found: pd.DataFrame) -> pd.DataFrame:
    """The chosen categories; where none is, over the years the parts only of what has no whole."""
    chosen = set(frame.selection.categories)
    picked = [bool(chosen & set(tokens(text))) for text in found["category"]]
    if any(picked):
        return found[picked]
    return comparison.wholes(found) if view_of(frame) in WHOLE else found


def drawn(frame: Frame, everything: pd.DataFrame) -> pd.DataFrame:
    """The rows of the areas that the view has room for."""
    view = view_of(frame)
    if view == "table":
        return everything
    every = list(dict.fromkeys(everything["ref_area"]))
    few = every[:BARS] if view in ("year", "change") else frame.drawn(everything)
    return everything[everything["ref_area"].isin(few)]


def sentence(frame: Frame, indicator: str, rows: pd.DataFrame, years: list[str]) -> str:
    """The title, which is a sentence."""
    name = named(frame, indicator)
    if view_of(frame) == "change":
        return captions.change(moved(frame, rows, indicator), rows, name, frame.lang)
    return captions.values(rows, name, years, frame.lang)


def show(frame: Frame, indicator: str) -> None:
    """One indicator: title, chart or charts, notes, table, downloads."""
    lang, years, view = frame.lang, list(frame.year_ids()), view_of(frame)
    found = find(frame, indicator)
    everything = found.everything
    if everything.empty:
        no_values(frame, indicator, found.cells)
        notes_only([*found.lines, *footnotes.not_computed(frame, found.left_out, years)])
        return
    stated = sorted(set(everything["year"]))
    if view == "year":
        chosen = str(frame.selection.year)
        years = [chosen if chosen in stated else fullest(everything)]
        frame.shown["year"] = int(years[0])
        everything = everything[everything["year"] == years[0]]
    rows = drawn(frame, everything)
    title = sentence(frame, indicator, rows, years)
    controls = st.container()  # filled after the chart, which takes the time
    st.subheader(footnotes.escape(title))
    breaks = [one for one in frame.breaks(indicator) if one.within(years)]
    shown = Shown(
        indicator,
        named(frame, indicator),
        rows,
        years,
        found.cells,
        found.medians,
        breaks,
        charts.alt(rows, title, years, lang),
    )
    headings: list[str] = []
    if view == "table":
        grid(frame, shown)
    else:
        with st.container(key=f"figure_{indicator}"):
            headings = figures(frame, shown)
    with controls.container(horizontal=True, vertical_alignment="bottom"):
        if view == "year" and len(stated) > 1:
            choose_year(frame, indicator, stated, years[0])
        if found.options:
            choose_categories(frame, indicator, found.options)
    cells = found.cells[found.cells["time_period"].isin(years)]
    notes = [
        *footnotes.said_of(frame, rows, breaks),
        *median_note(frame, shown),
        *footnotes.not_shown(frame, cells, rows, everything),
        *found.lines,
        *footnotes.not_computed(frame, found.left_out, years),
        footnotes.sources(frame, rows),
    ]
    definitions = [footnotes.definition(frame, indicator, list(everything["unit_measure"]))]
    under(
        frame, indicator, rows, Foot(title, headings, definitions, notes, no_picture(frame, shown))
    )


def no_picture(frame: Frame, shown: Shown) -> str:
    """Why the buttons for pictures are disabled, "" where they are not."""
    view = view_of(frame)
    if view == "table":
        return t("picture.table", frame.lang)
    drawn = (
        view != "change" or moved(frame, shown.rows, shown.indicator)["difference"].notna().any()
    )
    return "" if drawn else t("picture.none", frame.lang)


def notes_only(lines: Sequence[str]) -> None:
    st.caption("  \n".join(lines))


def figures(frame: Frame, shown: Shown) -> list[str]:
    """The chart of the view: one for the whole, one for each dimension of its parts; gives their headings."""
    several = comparison.parts(shown.rows)
    headings = []
    for part, (dimension, rows) in enumerate(several):
        years = sorted(set(rows["year"]))
        still = part > 0 and view_of(frame) in ("trend", "multiples") and len(years) == 1
        alt = shown.alt
        if len(several) > 1:
            words = " · ".join([part_words(frame, dimension), *(years if still else ())])
            st.markdown(f"**{footnotes.escape(words)}**")
            headings.append(words)
            heading = f"{shown.name} · {words}"
            alt = charts.alt(rows, heading, years if still else shown.years, frame.lang)
        (one_year if still else VIEWS[view_of(frame)])(frame, shown.of(part, rows, alt))
    return headings


def part_words(frame: Frame, dimension: str) -> str:
    """By what a chart breaks an indicator down."""
    keys = [frame.label("category_key", key) for key in dimension.split(";") if key]
    if not keys:
        return t("compare.whole", frame.lang)
    return t("compare.by", frame.lang, dimension=t("compare.separator", frame.lang).join(keys))


def axes_of(frame: Frame) -> tuple[str, str] | None:
    """The two indicators of a scatter: the first two chosen, or one with what most often goes with it."""
    chosen = frame.chosen_indicators
    if len(chosen) > 1:
        return chosen[0], chosen[1]
    if not chosen:
        return None
    other = queries.partner(frame.con, chosen[0], frame.area_ids(), frame.year_ids())
    return None if other is None else (chosen[0], other)


def scatter(frame: Frame) -> None:
    """Two indicators against each other: each point an area in a year, n stated, nothing fitted."""
    lang, years = frame.lang, list(frame.year_ids())
    axes = axes_of(frame)
    if axes is None:
        st.info(t("compare.no_partner", lang))
        return
    frame.shown["indicators"] = axes
    choose_axes(frame, axes)
    found = [find(frame, axis) for axis in axes]
    sides, names = [], []
    for axis, one in zip(axes, found, strict=True):
        category = comparison.fullest_category(one.everything) if len(one.everything) else "{}"
        sides.append(one.everything[one.everything["category"] == category])
        names.append(" · ".join(filter(None, (named(frame, axis), frame.category(category)))))
    both = comparison.pairs(*sides)
    x, y = names
    title = captions.scatter(both, (x, y), lang)
    st.subheader(footnotes.escape(title))
    if both.empty:
        st.info(t("compare.no_pairs", lang))
        ways_out(frame, "scatter")
        return
    rows = pd.concat([side[side.set_index(["ref_area", "year"]).index.isin(
        both.set_index(["ref_area", "year"]).index
    )] for side in sides])  # fmt: skip
    breaks = [one for axis in axes for one in frame.breaks(axis)]
    shown = Shown("scatter", title, rows, years, found[0].cells, found[0].medians, breaks, title)
    with st.container(key=f"figure_{'-'.join(axes)}"):
        plot(frame, charts.scatter(both, (x, y), lang, frame.look), "scatter", shown)
    definitions = [
        footnotes.definition(frame, axis, list(side["unit_measure"]))
        for axis, side in zip(axes, sides, strict=True)
    ]
    alone = [len(side) - len(both) for side in sides]
    notes = [
        t("compare.scatter_says", lang),
        *footnotes.said_of(frame, rows, breaks),
        *(line for one in found for line in footnotes.not_computed(frame, one.left_out, years)),
        *(
            t("compare.alone", lang, indicator=footnotes.escape(name), count=count)
            for name, count in zip(names, alone, strict=True)
            if count
        ),
        footnotes.sources(frame, rows),
    ]
    under(frame, "-".join(axes), rows, Foot(title, (), definitions, notes), indicators=True)


def side_by_side(frame: Frame) -> None:
    """Several indicators of one area, each on a scale of its own."""
    lang, years = frame.lang, list(frame.year_ids())
    found = {one: find(frame, one) for one in frame.chosen_indicators}
    parts = {
        f"{named(frame, one)}{' · ' if dimension else ''}{dimension and frame.label('category_key', dimension)}": (one, rows)
        for one, some in found.items()
        for dimension, rows in comparison.parts(some.everything)
    }  # fmt: skip
    for one, some in found.items():
        if some.everything.empty:
            no_values(frame, one, some.cells)
    if not parts:
        return
    rows = pd.concat([rows for _, rows in parts.values()])
    area = str(rows["area"].iloc[0])
    title = t(
        "compare.title_area",
        lang,
        area=area,
        years=captions.span(years),
        indicators=t("compare.separator", lang).join(parts),
    )
    st.subheader(footnotes.escape(title))
    breaks = {name: frame.breaks(one) for name, (one, _) in parts.items()}
    every = list({one.words: one for some in breaks.values() for one in some}.values())
    first = found[frame.chosen_indicators[0]]
    alt = charts.alt(rows, title, years, lang)
    shown = Shown("area", title, rows, years, first.cells, first.medians, every, alt)
    frames = {name: some for name, (_, some) in parts.items()}
    name = "-".join(frame.chosen_indicators)
    with st.container(key=f"figure_{name}"):
        plot(frame, charts.side_by_side(frames, years, lang, breaks, frame.look), "area", shown)
    lines = [
        line
        for some in found.values()
        for line in (*some.lines, *footnotes.not_computed(frame, some.left_out, years))
    ]
    notes = [
        *footnotes.said_of(frame, rows, every),
        *dict.fromkeys(lines),
        footnotes.sources(frame, rows),
    ]
    under(frame, name, rows, Foot(title, (), (), notes), indicators=True)


def main(frame: Frame) -> None:
    view = view_of(frame)
    frame.shown.update(indicators=frame.chosen_indicators, view=view, display=frame.display)
    if view == "scatter":
        scatter(frame)
    elif (
        view == "multiples" and len(frame.selection.areas) == 1 and len(frame.chosen_indicators) > 1
    ):
        side_by_side(frame)
    else:
        for indicator in frame.chosen_indicators:
            show(frame, indicator)


with filters.show("compare") as frame:
    above = st.container(key="compare_above", horizontal=True, vertical_alignment="center")
    main(frame)
    with above:
        choose_view(frame)
        choose_display(frame)
