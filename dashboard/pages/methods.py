"""What the figures mean, how they are found and what they are not; counts and lists come from the data."""

import pandas as pd
import streamlit as st

from dashboard import filters, queries, reader
from dashboard.text import known, t

LIMITS = 6
STEPS = 7
LISTS = ("obs_status", "period", "qualifier", "method")


def prose(frame: filters.Frame) -> None:
    """What this is, what it is not, and the way from report to chart."""
    lang = frame.lang
    st.subheader(t("methods.what", lang))
    st.markdown(t("methods.what_text", lang))
    st.markdown(t("methods.now", lang, **queries.totals(frame.con)))
    st.subheader(t("methods.limits", lang))
    st.markdown("\n".join(f"- {t(f'methods.limit_{n}', lang)}" for n in range(1, LIMITS + 1)))
    st.subheader(t("methods.line", lang))
    st.markdown("\n".join(f"{n}. {t(f'methods.line_{n}', lang)}" for n in range(1, STEPS + 1)))


def codes(frame: filters.Frame) -> None:
    """Statuses, periods, qualifiers, methods, with how often they occur."""
    lang = frame.lang
    st.subheader(t("methods.codes", lang))
    counts = queries.code_counts(frame.con)
    for name, tab in zip(
        LISTS, st.tabs([t(f"methods.{name}", lang) for name in LISTS]), strict=True
    ):
        seen = counts[counts["code_list"] == name].set_index("code")["count"]
        rows = [
            (code, names[lang == "en"], int(seen.get(code, 0)))
            for (code_list, code), names in frame.codes.items()
            if code_list == name
        ]
        heads = [t("methods.code", lang), t("methods.meaning", lang), t("methods.values", lang)]
        with tab:
            st.markdown(t(f"methods.{name}_note", lang))
            st.dataframe(
                pd.DataFrame(rows, columns=heads),
                hide_index=True,
                width="stretch",
                height="content",
            )


def dictionary(frame: filters.Frame) -> None:
    """The catalogue, searchable."""
    lang, table = frame.lang, frame.indicators
    st.subheader(t("methods.dictionary", lang, count=len(table)))
    words = st.text_input(
        t("methods.search", lang),
        key="methods_search",
        placeholder=t("methods.search_placeholder", lang),
        max_chars=100,
    ).strip()
    everything = (
        table[["indicator", "name_zh", "name_en", "definition_zh", "definition_en"]]
        .astype(str)
        .agg(" ".join, axis=1)
    )
    found = table[everything.str.contains(words, case=False, regex=False)]
    if found.empty:
        st.info(t("methods.none", lang, q=reader.quoted(words)))
        return
    shown = {
        "name": found[f"name_{lang}"],
        "definition": found[f"definition_{lang}"],
        "unit": found["unit_measure"],
        "domain": found[f"domain_{lang}"],
        "kind": [t(f"methods.kind_{kind}", lang) for kind in found["kind"]],
        "cells": found["cells"],
        "rules": [word("agg", code, lang) for code in found["aggregation"]],
        "comparability": [word("cmp", code, lang) for code in found["comparability"]],
        "source": found["source"],
        "id": found["indicator"],
    }
    st.dataframe(
        pd.DataFrame({t(f"methods.{name}", lang): values for name, values in shown.items()}),
        hide_index=True,
        width="stretch",
        height=min(36 * (len(found) + 1) + 3, 720),
        column_config={t("methods.definition", lang): st.column_config.TextColumn(width="large")},
    )


def word(prefix: str, code: str, lang: str) -> str:
    """Words for a rule of the catalogue; the code itself where a newer catalogue adds one."""
    key = f"methods.{prefix}_{code}"
    return t(key, lang) if known(key) else code


def main(frame: filters.Frame) -> None:
    """Prose, codes, dictionary."""
    prose(frame)
    codes(frame)
    dictionary(frame)


with filters.show("methods", bar=()) as frame:
    main(frame)
