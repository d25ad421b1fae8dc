"""The dashboard's entry: `streamlit run app.py`, or `fazhi serve`, which also keeps it to this machine."""

import streamlit as st

from dashboard import filters, url_state
from dashboard.text import t

lang = filters.language()
st.set_page_config(page_title=t("frame.title", lang), layout="wide")
st.navigation(
    [
        st.Page(
            f"dashboard/pages/{page}.py",
            title=t(f"frame.{page}", lang),
            url_path=path.removeprefix("/"),
            default=page == "overview",
        )
        for page, path in url_state.PATHS.items()
    ],
    position="hidden",  # the frame draws links that keep the selection
).run()
