"""The least a Streamlit and Plotly page can do: one selectbox, one figure, the same database. `speed.py` measures ours against it."""

import os
from pathlib import Path

import duckdb
import plotly.graph_objects as go
import streamlit as st

DATA = Path(os.environ["FAZHI_DATA"])
ROWS = "SELECT ref_area, time_period, obs_value FROM observation WHERE charted AND indicator = ? ORDER BY ALL"
CHOICES = (
    "SELECT indicator FROM observation WHERE charted GROUP BY ALL ORDER BY count(*) DESC, indicator"
)


@st.cache_resource
def database() -> duckdb.DuckDBPyConnection:
    """Opened once, as every tutorial has it."""
    return duckdb.connect(
        DATA / (DATA / "CURRENT").read_text(encoding="utf-8").strip(), read_only=True
    )


con = database().cursor()
choices = [row[0] for row in con.execute(CHOICES).fetchall()]
chosen = st.selectbox("indicator", choices)
rows = con.execute(ROWS, [chosen]).fetchall()
figure = go.Figure(layout={"title": chosen})
for area in sorted({row[0] for row in rows}):
    points = [row for row in rows if row[0] == area]
    figure.add_scatter(
        x=[row[1] for row in points],
        y=[float(row[2]) for row in points],
        mode="markers",
        name=area,
    )
st.plotly_chart(figure, theme=None)
