"""A plain Streamlit app with the widgets, the table and the figure of the Compare page: `people.py` measures ours against it."""

import os
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

DATA = Path(os.environ["FAZHI_DATA"])
AREAS = "SELECT DISTINCT name FROM ref_area JOIN report USING (ref_area) ORDER BY ALL"
INDICATORS = (
    "SELECT indicator FROM observation WHERE charted GROUP BY ALL ORDER BY count(*) DESC, indicator"
)
ROWS = """SELECT a.name AS area, o.time_period[:4] AS year, obs_value::DOUBLE AS value, o.period, o.obs_status AS status,
    o.method, r.title FROM observation o JOIN ref_area a USING (ref_area) JOIN report r USING (report_id)
    WHERE charted AND indicator = ? AND o.time_period[:4] <= ? ORDER BY ALL"""


@st.cache_resource
def database() -> duckdb.DuckDBPyConnection:
    """Opened once, as every tutorial has it."""
    name = (DATA / "CURRENT").read_text(encoding="utf-8").strip()
    return duckdb.connect(DATA / name, read_only=True)


@st.cache_data
def column(sql: str) -> list[str]:
    return [row[0] for row in database().cursor().execute(sql).fetchall()]


@st.cache_data
def rows_of(indicator: str, year: str) -> pd.DataFrame:
    return database().cursor().execute(ROWS, [indicator, year]).df()


def frame() -> tuple[list[str], str]:
    """What stands above the chart of the Compare page: the chosen indicators and the last year."""
    with st.container(horizontal=True):
        for page in pages:
            st.page_link(page)
    title, only, link, language = st.columns([5, 1.4, 1.4, 1.6])
    title.title("Compare")
    with only.popover("Only"):
        for name in ("comparable", "sure", "reviewed", "short numbers"):
            st.toggle(name, help=name)
    with link.popover("Copy link"):
        st.caption("This address opens exactly this.")
        st.code(st.context.url or "", language=None)
    with language:
        st.segmented_control("language", ["zh", "en"], default="en", label_visibility="collapsed")
    st.caption("Which data these are")
    level, area, first, last = st.columns([1.5, 4, 1, 1])
    level.selectbox("Level", ["", "county", "township"])
    with area.container(horizontal=True):
        st.multiselect("Areas", column(AREAS))
        with st.popover("Quick"):
            st.caption("Choose an area first")
    years = [str(year) for year in range(2019, 2026)]
    first.selectbox("From", years)
    year = str(last.selectbox("To", years, index=len(years) - 1))
    indicators = column(INDICATORS)
    chosen = st.multiselect("Indicators", indicators, default=indicators[:1])
    st.segmented_control("view", ["trend", "year", "change", "multiples", "scatter", "table"])
    st.segmented_control("display", ["value", "per_unit", "change"])
    return chosen, year


def compare() -> None:
    """What stands on the Compare page, without what makes it ours."""
    chosen, year = frame()
    for indicator in chosen:
        rows = rows_of(indicator, year)
        st.subheader(f"{indicator}: {len(rows)} values")
        figure = go.Figure()
        for name in rows["area"].unique()[:5]:
            one = rows[rows["area"] == name]
            figure.add_scatter(
                x=list(one["year"]),
                y=list(one["value"]),
                mode="lines+markers+text",
                name=name,
                text=[f"{value:g}" for value in one["value"]],
                hovertext=[f"{name} {value:g}" for value in one["value"]],
            )
        figure.update_layout(height=340, xaxis={"type": "category"})
        st.plotly_chart(figure, theme=None, on_select="rerun", key=f"chart_{indicator}")
        st.markdown("What is counted and how.")
        st.caption("Notes and sources")
        with st.expander("As a table"):
            st.html(rows.head(300).to_html())
        with st.container(horizontal=True):
            st.download_button("XLSX", lambda: b"", key="xlsx")
            st.download_button("CSV", partial(csv, rows), key="csv")


def csv(rows: pd.DataFrame) -> bytes:
    return rows.to_csv(index=False).encode()


pages = [
    st.Page(compare, title=f"Page {number}", url_path=f"page{number}", default=number == 0)
    for number in range(9)
]
st.navigation(pages, position="hidden").run()
