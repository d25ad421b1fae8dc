"""指标比较: one indicator across areas and years, as trend, one year, change, small multiples or table."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, export, filters, queries, url_state
from dashboard.filters import Frame
from dashboard.text import period_note, t, unit

LEAST = 3  # areas under a median
NAMED = 12  # cells named in a note
LINES = 8  # more series than colours cannot be told apart: cells instead of lines


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


def title(frame: Frame, indicator: str, rows: pd.DataFrame, years: list[str]) -> str:
    """A sentence that says what is shown."""
    names = list(dict.fromkeys(rows["area"]))
    lang = frame.lang
    shown = t("compare.separator", lang).join(names[:3])
    if len(names) > 3:
        shown = t("compare.and_more", lang, names=shown, count=len(names))
    span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return t(
        "compare.title", lang, indicator=frame.indicator_name(indicator), areas=shown, years=span
    )


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


@dataclass(frozen=True)
class Shown:
    """What one chart is drawn from."""

    rows: pd.DataFrame
    years: list[str]
    cells: pd.DataFrame
    medians: pd.DataFrame
    alt: str

    @property
    def indicator(self) -> str:
        return str(self.rows["indicator"].iloc[0])


def plot(frame: Frame, figure: go.Figure, kind: str, shown: Shown) -> None:
    event = st.plotly_chart(
        figure,
        theme=None,
        config=charts.CONFIG,
        key=f"compare_{kind}_{shown.indicator}",
        alt=shown.alt,
        on_select="rerun",
        selection_mode="points",
    )
    filters.follow(frame, event)


def trend(frame: Frame, shown: Shown) -> None:
    """Lines; bars where there is one year, cells where there are more series than colours."""
    lang, rows, years = frame.lang, shown.rows, shown.years
    if len(years) == 1:
        st.caption(t("compare.bars_instead", lang))
        one_year(frame, shown)
    elif rows["series"].nunique() > LINES:
        st.caption(t("compare.cells_instead", lang, count=rows["series"].nunique()))
        plot(frame, charts.cells(rows, years, lang), "cells", shown)
    else:
        plot(frame, charts.trend(rows, years, lang, median_of(frame, shown)), "trend", shown)


def median_of(frame: Frame, shown: Shown) -> tuple[str, dict[str, tuple[float, int]]]:
    """The median of the level the drawn areas share, by year, with how many areas it rests on."""
    levels = list(dict.fromkeys(shown.rows["level"]))
    kinds = list(dict.fromkeys(shown.rows["category"]))
    if len(levels) != 1 or len(kinds) != 1:
        return "", {}
    own = shown.medians[
        (shown.medians["level"] == levels[0]) & (shown.medians["category"] == kinds[0])
    ]
    values = {r.time_period: (r.middle, r.n) for r in charts.each(own) if r.n >= LEAST}
    name = t("compare.median", frame.lang, level=frame.label("level", levels[0]))
    return name, {year: values[year] for year in shown.years if year in values}


def one_year(frame: Frame, shown: Shown) -> None:
    """Bars of one year, with the reason for every area that has none."""
    lang, rows = frame.lang, shown.rows
    cells = shown.cells[shown.cells["time_period"].isin(shown.years)]
    absent = [
        (frame.area_name(c.ref_area), t(f"kind.{c.kind}", lang))
        for c in charts.each(cells)
        if c.ref_area not in set(rows["ref_area"]) and c.stated == 0
    ]
    plot(frame, charts.one_year(rows, lang, absent[:20]), "bars", shown)


def fullest(rows: pd.DataFrame) -> str:
    """The year with most values."""
    counts = rows["year"].value_counts()
    return str(max(counts.index, key=lambda year: (int(counts[year]), year)))


def choose_year(frame: Frame, options: list[str], year: str) -> None:
    st.session_state["compare_year"] = year
    st.segmented_control(
        t("compare.year", frame.lang),
        options,
        required=True,
        key="compare_year",
        on_change=lambda: frame.update(year=int(st.session_state["compare_year"])),
    )


def change(frame: Frame, shown: Shown) -> None:
    table = charts.changes(shown.rows)
    if table["difference"].notna().any():
        plot(frame, charts.change(table, frame.lang), "change", shown)
    else:
        st.info(t("compare.nothing_comparable", frame.lang))
    for row in charts.each(table[table["reason"] != ""]):
        reason = t(f"compare.reason_{row.reason}", frame.lang)
        pair = f"{row.from_year}: {row.from_point} → " if row.from_year else ""
        st.caption(escape(f"{row.series} — {pair}{row.to_year}: {row.to_point}. {reason}"))


def multiples(frame: Frame, shown: Shown) -> None:
    plot(frame, charts.multiples(shown.rows, shown.years, frame.lang), "multiples", shown)


def table(frame: Frame, shown: Shown) -> None:
    lang, rows = frame.lang, shown.rows
    column = {name: t(f"compare.column_{name}", lang) for name in (
        "area", "category", "year", "value", "period", "status", "method", "title", "link"
    )}  # fmt: skip
    words = pd.DataFrame(
        {
            column["area"]: rows["area"],
            column["category"]: rows["group"],
            column["year"]: rows["year"],
            column["value"]: rows["point"],
            column["period"]: [
                period_note(r.period, r.period_end, lang) or frame.label("period", r.period)
                for r in charts.each(rows)
            ],
            column["status"]: [frame.label("status", code) for code in rows["obs_status"]],
            column["method"]: [frame.label("method", code) for code in rows["method"]],
            column["title"]: rows["title"],
            column["link"]: [evidence_link(frame, row) for row in charts.each(rows)],
        }
    )
    if not rows["group"].any():
        words = words.drop(columns=column["category"])
    st.dataframe(
        words,
        hide_index=True,
        alt=shown.alt,
        placeholder="",
        column_config={
            column["link"]: st.column_config.LinkColumn(display_text=t("compare.open", lang))
        },
    )


def evidence_link(frame: Frame, row: charts.Row) -> str:
    report, start, end = charts.target(row)
    quantity = (start, end) if start >= 0 else None
    return url_state.link("evidence", frame.selection, report=report, quantity=quantity)


VIEWS: dict[str, Callable[[Frame, Shown], None]] = {
    "trend": trend,
    "year": one_year,
    "change": change,
    "multiples": multiples,
    "table": table,
}


def escape(text: str) -> str:
    """Report words inside Markdown stay words."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+!|<>$~:" else c for c in text)


def short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def notes(frame: Frame, shown: Shown, everything: pd.DataFrame, left_out: int, more: int) -> None:
    """Under the chart: definition and unit, marks, what is not shown and why, source."""
    lang, rows = frame.lang, shown.rows
    facts = frame.indicators[frame.indicators["indicator"] == shown.indicator].iloc[0]
    units = t("compare.separator", lang).join(
        dict.fromkeys(unit(str(u), lang) for u in everything["unit_measure"])
    )
    definition = escape(str(facts[f"definition_{lang}"]))
    st.markdown(t("compare.definition", lang, definition=definition, unit=units))
    reviewed = sum("V" not in str(codes).split(";") for codes in rows["obs_status_all"])
    lines = [t("compare.reviewed", lang, reviewed=reviewed, count=len(rows))]
    lines += [t(f"compare.mark_{mark}", lang) for mark in charts.marks(rows)]
    lines += not_shown(frame, shown, everything)
    if left_out:
        lines.append(t("compare.left_out", lang, count=left_out))
    if more:
        lines.append(t("compare.uncharted", lang, count=more))
    titles = dict.fromkeys(escape(short(str(row.title or row.source))) for row in charts.each(rows))
    lines.append(t("compare.source", lang, count=len(titles), titles="；".join(list(titles)[:5])))
    st.caption("  \n".join(lines))


def not_shown(frame: Frame, shown: Shown, everything: pd.DataFrame) -> list[str]:
    """Cells without a value by their reason, areas that are not drawn."""
    lang, separator = frame.lang, t("compare.separator", frame.lang)
    cells = shown.cells[shown.cells["time_period"].isin(shown.years)]
    lines = []
    for kind in ("not_stated", "not_applicable", "no_report", "unreadable"):
        some = cells[cells["kind"] == kind]
        names = [
            f"{escape(frame.area_name(c.ref_area))} {c.time_period}"
            for c in charts.each(some.iloc[:NAMED])
        ]
        if names:
            words = t(f"kind.{kind}", lang)
            rest = t("compare.cells_more", lang, count=len(some)) if len(some) > NAMED else ""
            lines.append(t("compare.missing", lang, kind=words, cells=separator.join(names) + rest))
    drawn = set(shown.rows["area"])
    left = [name for name in dict.fromkeys(everything["area"]) if name not in drawn]
    if left:
        lines.append(t("compare.too_many", lang, count=len(left), shown=len(drawn)))
    return lines


def downloads(frame: Frame, indicator: str, rows: pd.DataFrame) -> None:
    """The rows of the chart, made when the button is pressed."""
    lang = frame.lang
    name = f"{indicator}_{str(frame.build['build_id'])[:8]}"
    data = export.long(rows, str(frame.build["build_id"]), lang, frame.category)

    def workbook() -> bytes:
        link = filters.full_link("compare", frame)
        catalogue = frame.indicators[frame.indicators["indicator"] == indicator]
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

    csv, sheet, _ = st.columns([1.4, 1.2, 5])
    csv.download_button(
        t("compare.csv", lang),
        lambda: export.excel_csv(data, lang),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"compare_csv_{indicator}",
    )
    sheet.download_button(
        t("compare.xlsx", lang),
        workbook,
        file_name=f"{name}.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        key=f"compare_xlsx_{indicator}",
    )


def view_choice(frame: Frame) -> None:
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


def view_of(frame: Frame) -> str:
    return frame.selection.view or "trend"


def no_values(frame: Frame, indicator: str, cells: pd.DataFrame) -> None:
    """Why nothing is there, cell by cell, and what one click changes."""
    lang = frame.lang
    name = frame.indicator_name(indicator)
    st.subheader(t("compare.none", lang, indicator=escape(name)))
    for kind in dict.fromkeys(cells["kind"]):
        count = int((cells["kind"] == kind).sum())
        st.write(t("compare.none_reason", lang, kind=t(f"kind.{kind}", lang), count=count))
    every, best = st.columns(2)
    every.button(
        t("compare.all_areas_years", lang),
        key=f"compare_reset_{indicator}",
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
    best.button(
        t("compare.best_indicator", lang),
        key=f"compare_best_{indicator}",
        on_click=lambda: frame.update(indicators=(), categories=()),
    )


def show(frame: Frame, indicator: str) -> None:
    """One indicator: title, chart, notes, downloads."""
    years, view = list(frame.year_ids()), view_of(frame)
    found, cells, medians, more = held(
        frame,
        str(frame.path),
        frame.area_ids(),
        frame.year_ids(),
        indicator,
        filters.conditions(frame),
    )
    admitted = filters.admitted(frame, found)
    if admitted.empty:
        no_values(frame, indicator, cells)
        return
    everything = charts.series(admitted, frame.area_name, frame.category, frame.lang)
    named = {text: set(tokens(text)) for text in dict.fromkeys(everything["category"])}
    chosen = set(frame.selection.categories) & set().union(*named.values())
    if chosen:
        everything = everything[[bool(named[text] & chosen) for text in everything["category"]]]
    stated = sorted(set(everything["year"]))
    if view == "year":
        asked = str(frame.selection.year)
        years = [asked if asked in stated else fullest(everything)]
        frame.shown["year"] = int(years[0])
        everything = everything[everything["year"] == years[0]]
    few = everything["ref_area"].isin(frame.drawn(everything))
    rows = everything if view == "table" else everything[few]
    sentence = title(frame, indicator, rows, years)
    controls = st.container()  # filled after the chart, which takes the time
    st.subheader(escape(sentence))
    alt = charts.alt(rows, sentence, years, frame.lang)
    shown = Shown(rows, years, cells, medians, alt)
    VIEWS[view](frame, shown)
    with controls:
        options = list(dict.fromkeys(token for some in map(tokens, named) for token in some))
        if options:
            choose_categories(frame, indicator, options)
        if view == "year" and len(stated) > 1:
            choose_year(frame, stated, years[0])
    notes(frame, shown, everything, len(found) - len(admitted), more)
    downloads(frame, indicator, rows)


with filters.show("compare") as frame:
    above = st.container(key="compare_above")
    frame.shown.update(indicators=frame.chosen_indicators, view=view_of(frame))
    for indicator in frame.chosen_indicators:
        show(frame, indicator)
    with above:
        view_choice(frame)
