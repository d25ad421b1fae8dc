"""The report a page is about: that of the address, else the first of the selection."""

import pandas as pd
import streamlit as st

from dashboard import queries
from dashboard.filters import Frame
from dashboard.text import t

MOST = 500  # reports to pick from; a browser does not carry a hundred thousand


def choose(frame: Frame) -> str | None:
    """A picker of the published reports of the selection; says so where there is none."""
    lang, asked = frame.lang, frame.selection.report
    chosen = frame.selection
    areas = frame.every_area() if chosen.areas or chosen.level else None
    count = queries.count_reports(frame.con, areas, frame.year_ids(), published=True)
    listed = queries.reports(frame.con, areas, frame.year_ids(), published=True, limit=MOST)
    options = list(listed["report_id"])
    if asked is not None and asked not in options:
        options = [asked, *options]
        listed = pd.concat([queries.reports(frame.con, ids=[asked]), listed])
    if not options:
        st.info(t("evidence.no_reports", lang))
        return None
    names = named(frame, listed)
    st.session_state["evidence_report"] = asked or options[0]
    st.selectbox(
        t(
            "evidence.report" if count <= MOST else "evidence.report_cut",
            lang,
            count=count,
            most=MOST,
        ),
        options,
        format_func=names.__getitem__,
        key="evidence_report",
        on_change=lambda: frame.update(
            report=st.session_state["evidence_report"], quantity=None, beside=None
        ),
    )
    return asked or options[0]


def named(frame: Frame, reports: pd.DataFrame) -> dict[str, str]:
    """What each report is called: area, year and title."""
    columns = (reports[c] for c in ("report_id", "ref_area", "source", "time_period", "title"))
    return {
        report_id: " · ".join(
            str(part)
            for part in (
                frame.area_name(area) if isinstance(area, str) else source,
                year,
                title if isinstance(title, str) else "",
            )
            if part
        )
        for report_id, area, source, year, title in zip(*columns, strict=True)
    }
