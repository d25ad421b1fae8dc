"""总览: which area's report of which year states what, three ways in, and the headline indicators."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import charts, filters, picture, queries, tour, url_state
from dashboard.filters import Frame
from dashboard.text import compact, known, number, t

ENTRANCES = (("profile", "look"), ("compare", "compare"), ("evidence", "find"))
CHARTS = 6
HALF = 330  # pixels of the lines in one of two columns
ROWS = 30  # areas in the grid where nobody chose: more are no overview
FIRST = (  # what most readers come for; others follow in the order of the catalogue
    "mediation_success_rate",
    "petition_total",
    "petition_visits_batches",
    "outreach_events",
    "outreach_materials",
    "outreach_audience",
)


def entrances(frame: Frame) -> None:
    parameters = url_state.params(frame.selection)
    one = frame.selection.areas if len(frame.selection.areas) == 1 else ()
    names = {"look": t("overview.look_at", frame.lang, area=frame.area_name(one[0]))} if one else {}
    for column, (page, key) in zip(st.columns(len(ENTRANCES)), ENTRANCES, strict=True):
        with column.container(border=True, height="stretch"):
            st.page_link(
                f"dashboard/pages/{page}.py",
                label=f"**{names.get(key) or t(f'overview.{key}', frame.lang)}**",
                query_params=parameters,
            )
            st.caption(t(f"overview.{key}_help", frame.lang))


def cell_words(frame: Frame, cells: pd.DataFrame, rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Inside a cell: the value of one indicator, or how many are stated; else the reason."""
    values: dict[tuple[str, str], list[str]] = {}
    for row in charts.each(rows):
        value = compact(row.obs_value, frame.lang)
        unit = "%" if row.unit_measure == "%" else ""
        words = number(row.obs_value, frame.lang, "", row.qualifier)
        said = words.replace(number(row.obs_value, frame.lang), value) + unit
        values.setdefault((row.ref_area, str(row.time_period)[:4]), []).append(said)
    found = {}
    for cell in charts.each(cells):
        key = (cell.ref_area, cell.time_period)
        short = f"overview.cell_{cell.kind}"
        if key in values:
            found[key] = values[key][0] + ("…" if len(values[key]) > 1 else "")
        elif known(short):
            found[key] = t(short, frame.lang)
        else:
            count = str(cell.stated)  # all that a telephone has room for
            narrow = frame.look.narrow
            found[key] = count if narrow else t("overview.cell_count", frame.lang, count=count)
    return found


def coverage(frame: Frame) -> None:
    lang = frame.lang
    st.subheader(t("overview.coverage", lang))
    headline = list(frame.indicators.loc[frame.indicators["headline"], "indicator"])
    chosen = st.selectbox(
        t("overview.drill", lang),
        ["", *headline],
        format_func=lambda code: (
            frame.indicator_name(code) if code else t("overview.all_indicators", lang)
        ),
        filter_mode=None,
        key="overview_drill",
    )
    every = list(frame.indicators["indicator"])
    asked = [chosen] if chosen else every
    areas = shown(frame)
    cells = queries.coverage(frame.con, areas, frame.year_ids(), asked)
    rows = queries.observations(frame.con, areas, asked if chosen else (), frame.year_ids())
    words = cell_words(frame, cells, rows)
    known_reports = queries.reports(frame.con, frame.area_ids(), published=True)
    reports = {
        (r.ref_area, r.time_period): r.report_id
        for r in charts.each(known_reports[["ref_area", "time_period", "report_id"]])
    }
    for cell in charts.each(cells[cells["kind"] == "implied"]):
        later = [y for a, y in reports if a == cell.ref_area and y > cell.time_period]
        if later:  # known from a later report
            reports[cell.ref_area, cell.time_period] = reports[cell.ref_area, min(later)]
    figure = charts.coverage_grid(cells, frame.area_name, lang, words, reports, frame.look)
    held = int((cells["stated"] > 0).sum())
    summary = t("overview.coverage_says", lang, held=held, cells=len(cells))
    if len(areas) < len(frame.area_ids()):
        summary += t("overview.cut", lang, shown=len(areas), count=len(frame.area_ids()))
    with st.container(key="figure_overview"):
        event = st.plotly_chart(
            charts.seen(figure, frame.look),
            theme=None,
            config=charts.CONFIG,
            alt=summary,
            key="overview_grid",
            on_select="rerun",
            selection_mode="points",
        )
    filters.drawn_first(frame, "overview")
    filters.follow(frame, event)
    st.caption(summary)
    legend(frame, cells)
    title = t("overview.coverage", lang) + (f" · {frame.indicator_name(chosen)}" if chosen else "")
    picture.offer("figure_overview", frame, (title, (), [summary, t("overview.grid_note", lang)]))
    with st.expander(t("overview.as_table", lang)):
        st.dataframe(grid_table(frame, cells, words), hide_index=True, placeholder="")


def shown(frame: Frame) -> tuple[str, ...]:
    """The chosen areas; where nobody chose, those with most reports, in the order of their codes."""
    ids = frame.area_ids()
    if frame.selection.areas or len(ids) <= ROWS:
        return ids
    counts = frame.areas.set_index("ref_area").loc[list(ids), "reports"]
    most = set(counts.sort_values(ascending=False, kind="stable").index[:ROWS])
    return tuple(code for code in ids if code in most)


def legend(frame: Frame, cells: pd.DataFrame) -> None:
    """Colours that occur, each with its words."""
    colour = (lambda one: charts.NIGHT[one]) if frame.look.dark else str
    occurring = [kind for kind in charts.GRID if kind in set(cells["kind"])]
    swatch = (
        '<span style="display:inline-block;width:14px;height:14px;margin-right:6px;'
        'vertical-align:-2px;border:1px solid #9aa5ae;background:{colour}"></span>{words}'
    )
    st.html(
        '<div style="display:flex;flex-wrap:wrap;gap:6px 18px;font-size:14px">'
        + "".join(
            f"<span>{swatch.format(colour=colour(charts.GRID[k]), words=t(f'kind.{k}', frame.lang))}</span>"
            for k in occurring
        )
        + "</div>"
    )


def grid_table(
    frame: Frame, cells: pd.DataFrame, words: dict[tuple[str, str], str]
) -> pd.DataFrame:
    years = sorted(set(cells["time_period"]))
    areas = dict.fromkeys(cells["ref_area"])
    rows = [[frame.area_name(a), *(words[(a, year)] for year in years)] for a in areas]
    return pd.DataFrame(rows, columns=[t("overview.area", frame.lang), *years])


def headlines(frame: Frame) -> None:
    lang = frame.lang
    st.subheader(t("overview.headlines", lang))
    asked = list(frame.indicators.loc[frame.indicators["headline"], "indicator"])
    found = queries.observations(frame.con, frame.area_ids(), asked, frame.year_ids())
    found = filters.admitted(frame, found)
    rows = charts.series(found, frame.area_name, frame.category, lang, frame.look)
    stated = set(rows["indicator"])
    held = [i for i in (*FIRST, *(i for i in asked if i not in FIRST)) if i in stated]
    if not held:
        st.info(t("overview.no_values", lang))
        return
    drawn = held[:CHARTS]
    with st.container(key="figure_headlines"):
        for at in range(0, len(drawn), 2):
            for column, indicator in zip(
                st.columns(2, gap="large"), drawn[at : at + 2], strict=False
            ):
                with column:
                    headline(frame, indicator, rows[rows["indicator"] == indicator])
    notes = [
        *(t(f"compare.mark_{mark}", lang) for mark in charts.marks(rows)),
        t("overview.grid_note", lang),
    ]
    names = [frame.indicator_name(one) for one in drawn]
    picture.offer("figure_headlines", frame, (t("overview.headlines", lang), names, notes))
    rest = [frame.indicator_name(i) for i in held[CHARTS:]]
    silent = [frame.indicator_name(i) for i in asked if i not in held]
    separator = t("overview.separator", lang)
    if rest:
        st.caption(t("overview.more", lang, names=separator.join(rest)))
    if silent:
        st.caption(t("overview.silent", lang, names=separator.join(silent)))


def headline(frame: Frame, indicator: str, rows: pd.DataFrame) -> None:
    """One indicator as dots in their years, or as bars where there is one year only."""
    lang, years = frame.lang, list(frame.year_ids())
    whole = rows[rows["category"] == "{}"]  # parts are for the comparison
    rows = rows if whole.empty else whole
    rows = rows[rows["ref_area"].isin(frame.drawn(rows))]
    name = frame.indicator_name(indicator)
    st.page_link(
        "dashboard/pages/compare.py",
        label=f"**{name}**",
        query_params=url_state.params(frame.selection)
        | {"indicator": [indicator], "view": ["year" if len(years) == 1 else "trend"]},
    )
    look = replace(frame.look, width=HALF)
    drawn = (
        charts.one_year(rows, lang, look=frame.look)
        if len(years) == 1
        else charts.trend(rows, years, lang, breaks=frame.breaks(indicator), look=look)
    )
    event = st.plotly_chart(
        charts.seen(drawn, frame.look),
        theme=None,
        config=charts.CONFIG,
        key=f"overview_{indicator}",
        alt=charts.alt(rows, name, years, lang),
        on_select="rerun",
        selection_mode="points",
    )
    filters.follow(frame, event)
    st.caption(
        t("overview.stated_by", lang, held=rows["ref_area"].nunique(), areas=len(frame.area_ids()))
        + " "
        + " ".join(t(f"compare.mark_{mark}", lang) for mark in charts.marks(rows))
    )


with filters.show("overview", ("level", "areas", "years")) as frame:
    tour.show(frame.lang)
    entrances(frame)
    coverage(frame)
    headlines(frame)
