"""指标比较: one indicator across areas and years, as trend, one year, change, small multiples or table."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, export, filters, queries, url_state
from dashboard.filters import Frame
from dashboard.text import period_note, t, unit

MANY = 6  # up to this many areas are drawn, more are the best covered ones and the rest is named
LIMIT = 5


def drawn_areas(frame: Frame, rows: pd.DataFrame) -> list[str]:
    """All chosen areas, or the best covered ones where nobody chose and there are many."""
    held = rows.groupby("ref_area")["time_period"].nunique()
    ids = [code for code in frame.area_ids() if code in held.index]
    if frame.selection.areas or len(ids) <= MANY:
        return ids
    return list(held.loc[ids].sort_values(ascending=False, kind="stable").index[:LIMIT])


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


def categories(frame: Frame, rows: pd.DataFrame) -> pd.DataFrame:
    """Where an indicator has categories, which of them are shown."""
    tokens = {
        text: tuple(f"{key}:{code}" for key, code in queries.category_pairs(text))
        for text in dict.fromkeys(rows["category"])
    }
    options = list(dict.fromkeys(token for some in tokens.values() for token in some))
    if not options:
        return rows
    chosen = [token for token in frame.selection.categories if token in options]
    key = f"compare_categories_{indicator_of(rows)}"
    st.session_state[key] = chosen
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
    if not chosen:
        return rows
    return rows[[bool(set(tokens[text]) & set(chosen)) for text in rows["category"]]]


def plot(frame: Frame, figure: go.Figure, key: str, alt: str) -> None:
    event = st.plotly_chart(
        figure,
        theme=None,
        config=charts.CONFIG,
        key=f"compare_{key}",
        alt=alt,
        on_select="rerun",
        selection_mode="points",
    )
    filters.follow(frame, event)


def indicator_of(rows: pd.DataFrame) -> str:
    return str(rows["indicator"].iloc[0])


def trend(frame: Frame, rows: pd.DataFrame, years: list[str], alt: str) -> None:
    if len(years) == 1:
        st.caption(t("compare.bars_instead", frame.lang))
        one_year(frame, rows, years, alt)
        return
    plot(frame, charts.trend(rows, years, frame.lang), f"trend_{indicator_of(rows)}", alt)


def one_year(frame: Frame, rows: pd.DataFrame, years: list[str], alt: str) -> None:
    """Bars of one year, with the reason for every area that has none."""
    lang = frame.lang
    cells = queries.coverage(frame.con, frame.area_ids(), years, [indicator_of(rows)])
    absent = [
        (frame.area_name(c.ref_area), t(f"kind.{c.kind}", lang))
        for c in charts.each(cells)
        if c.ref_area not in set(rows["ref_area"]) and c.stated == 0
    ]
    plot(frame, charts.one_year(rows, lang, absent[:20]), f"bars_{indicator_of(rows)}", alt)


def choose_year(frame: Frame, rows: pd.DataFrame, indicator: str) -> str:
    """The year of the bars; before a choice, the one with most values."""
    counts = rows["year"].value_counts()
    options = sorted(counts.index)
    fullest = max(options, key=lambda year: (int(counts[year]), year))
    if len(options) == 1:
        return str(fullest)
    chosen = st.segmented_control(
        t("compare.year", frame.lang),
        options,
        default=fullest,
        required=True,
        key=f"compare_year_{indicator}",
    )
    return str(chosen or fullest)


def change(frame: Frame, rows: pd.DataFrame, _years: list[str], alt: str) -> None:
    table = charts.changes(rows)
    if table["difference"].notna().any():
        plot(frame, charts.change(table, frame.lang), f"change_{indicator_of(rows)}", alt)
    else:
        st.info(t("compare.nothing_comparable", frame.lang))
    for row in charts.each(table[table["reason"] != ""]):
        reason = t(f"compare.reason_{row.reason}", frame.lang)
        pair = f"{row.from_year}: {row.from_point} → " if row.from_year else ""
        st.caption(escape(f"{row.series} — {pair}{row.to_year}: {row.to_point}. {reason}"))


def multiples(frame: Frame, rows: pd.DataFrame, years: list[str], alt: str) -> None:
    plot(frame, charts.multiples(rows, years, frame.lang), f"multiples_{indicator_of(rows)}", alt)


def table(frame: Frame, rows: pd.DataFrame, _years: list[str], alt: str) -> None:
    lang = frame.lang
    column = {name: t(f"compare.column_{name}", lang) for name in (
        "area", "category", "year", "value", "period", "status", "method", "title", "link"
    )}  # fmt: skip
    shown = pd.DataFrame(
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
        shown = shown.drop(columns=column["category"])
    st.dataframe(
        shown,
        hide_index=True,
        alt=alt,
        placeholder="",
        column_config={
            column["link"]: st.column_config.LinkColumn(display_text=t("compare.open", lang))
        },
    )


def evidence_link(frame: Frame, row: charts.Row) -> str:
    report, start, end = charts.target(row)
    quantity = (start, end) if start >= 0 else None
    return url_state.link("evidence", frame.selection, report=report, quantity=quantity)


VIEWS: dict[str, Callable[[Frame, pd.DataFrame, list[str], str], None]] = {
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


def notes(
    frame: Frame, indicator: str, rows: pd.DataFrame, everything: pd.DataFrame, years: list[str]
) -> None:
    """Under the chart: definition and unit, marks, what is not shown and why, source."""
    lang = frame.lang
    facts = frame.indicators[frame.indicators["indicator"] == indicator].iloc[0]
    units = t("compare.separator", lang).join(
        dict.fromkeys(unit(str(u), lang) for u in everything["unit_measure"])
    )
    definition = escape(str(facts[f"definition_{lang}"]))
    st.markdown(t("compare.definition", lang, definition=definition, unit=units))
    reviewed = sum("V" not in str(codes).split(";") for codes in rows["obs_status_all"])
    lines = [t("compare.reviewed", lang, reviewed=reviewed, count=len(rows))]
    lines += [t(f"compare.mark_{mark}", lang) for mark in charts.marks(rows)]
    lines += not_shown(frame, indicator, rows, everything, years)
    titles = dict.fromkeys(escape(short(str(row.title or row.source))) for row in charts.each(rows))
    lines.append(t("compare.source", lang, count=len(titles), titles="；".join(list(titles)[:5])))
    st.caption("  \n".join(lines))


def not_shown(
    frame: Frame, indicator: str, rows: pd.DataFrame, everything: pd.DataFrame, years: list[str]
) -> list[str]:
    lang, separator = frame.lang, t("compare.separator", frame.lang)
    cells = queries.coverage(frame.con, frame.area_ids(), years, [indicator])
    lines = []
    for kind in ("not_stated", "no_report", "unreadable"):
        held = cells[cells["kind"] == kind]
        names = [
            f"{escape(frame.area_name(c.ref_area))} {c.time_period}" for c in charts.each(held)
        ]
        if names:
            more = "…" if len(names) > 12 else ""
            words = t(f"kind.{kind}", lang)
            lines.append(
                t("compare.missing", lang, kind=words, cells=separator.join(names[:12]) + more)
            )
    left = [n for n in dict.fromkeys(everything["area"]) if n not in set(rows["area"])]
    if left:
        lines.append(t("compare.too_many", lang, count=len(left), shown=rows["area"].nunique()))
    other = queries.observations(frame.con, frame.area_ids(), [indicator], years, charted=False)
    if len(other):
        lines.append(t("compare.uncharted", lang, count=len(other)))
    return lines


def downloads(frame: Frame, indicator: str, rows: pd.DataFrame) -> None:
    """The rows of the chart, built when the button is pressed."""
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


def view_choice(frame: Frame) -> str:
    chosen = frame.selection.view or "trend"
    st.session_state["compare_view"] = chosen
    st.segmented_control(
        t("compare.view", frame.lang),
        url_state.VIEWS,
        format_func=lambda view: t(f"view.{view}", frame.lang),
        key="compare_view",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: frame.update(view=st.session_state["compare_view"]),
    )
    return chosen


def no_values(frame: Frame, indicator: str) -> None:
    """Why nothing is there, cell by cell, and what one click changes."""
    lang = frame.lang
    name = frame.indicator_name(indicator)
    st.subheader(t("compare.none", lang, indicator=escape(name)))
    cells = queries.coverage(frame.con, frame.area_ids(), frame.year_ids(), [indicator])
    for kind in dict.fromkeys(cells["kind"]):
        count = int((cells["kind"] == kind).sum())
        st.write(t("compare.none_reason", lang, kind=t(f"kind.{kind}", lang), count=count))
    every, best = st.columns(2)
    every.button(
        t("compare.all_areas_years", lang),
        key=f"compare_reset_{indicator}",
        on_click=lambda: frame.update(
            level=None, areas=(), year_from=None, year_to=None, categories=()
        ),
    )
    best.button(
        t("compare.best_indicator", lang),
        key=f"compare_best_{indicator}",
        on_click=lambda: frame.update(indicators=(), categories=()),
    )


def show(frame: Frame, indicator: str, view: str) -> None:
    years = list(frame.year_ids())
    found = queries.observations(frame.con, frame.area_ids(), [indicator], years)
    if found.empty:
        no_values(frame, indicator)
        return
    everything = charts.series(found, frame.area_name, frame.category, frame.lang)
    everything = categories(frame, everything)
    rows = everything[everything["ref_area"].isin(drawn_areas(frame, everything))]
    if view == "table":
        rows = everything
    if view == "year":
        years = [choose_year(frame, everything, indicator)]
        rows = everything = everything[everything["year"] == years[0]]
    sentence = title(frame, indicator, rows, years)
    st.subheader(escape(sentence))
    VIEWS[view](frame, rows, years, charts.alt(rows, sentence, years, frame.lang))
    notes(frame, indicator, rows, everything, years)
    downloads(frame, indicator, rows)


frame = filters.show("compare")
view = view_choice(frame)
for indicator in filters.default_indicators("compare", frame):
    show(frame, indicator, view)
