"""数据质量: what does not add up, what may be compared, how well figures are read, what waits for a reviewer."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import export, filters, queries, sheet, url_state
from dashboard.text import either, known, number, t

ACCURACY = Path(__file__).resolve().parent.parent / "accuracy.json"
SEVERITIES = ("error", "warning", "info")
REASONS = ("scope", "period", "qualifier", "status")
QUEUES = ("headline", "unsure", "unclassified")
DECISION = ("observation_id", "decision", "obs_value", "who", "decided_on", "why")
LIMIT = 300


def chosen(frame: filters.Frame) -> tuple[Sequence[str] | None, Sequence[str] | None]:
    """Areas and years asked for; None where the reader has not narrowed them."""
    asked = frame.selection
    return (
        frame.every_area() if asked.areas or asked.level else None,
        frame.year_ids() if asked.year_from or asked.year_to else None,
    )


def spots(frame: filters.Frame, rows: pd.DataFrame, report: str = "report_id") -> list[str]:
    """For each row the address of its sentence."""
    return [
        url_state.link(
            "evidence",
            frame.selection,
            report=report_id,
            quantity=None if pd.isna(start) else (int(start), int(end)),
        )
        for report_id, start, end in zip(
            rows[report], rows["char_start"], rows["char_end"], strict=True
        )
    ]


def linked(frame: filters.Frame, columns: dict[str, list[object]]) -> None:
    """A table with a column that opens the sentence."""
    lang = frame.lang
    heads = {name: t(f"quality.{name}", lang) for name in columns}
    opened = heads["open"]
    rows = len(columns["open"])
    st.dataframe(
        pd.DataFrame(columns).rename(columns=heads),
        hide_index=True,
        width="stretch",
        height=min(36 * (rows + 1) + 3, 460),
        placeholder="",
        column_config={
            opened: st.column_config.LinkColumn(opened, display_text=opened, width="small"),
            heads.get("message", ""): st.column_config.TextColumn(width="large"),
            heads.get("sentence", ""): st.column_config.TextColumn(width="large"),
            heads.get("year", ""): st.column_config.TextColumn(width="small"),
        },
    )


def listed(frame: filters.Frame, columns: dict[str, list[object]]) -> None:
    """A list that is read from the top, its sentences one click or key away."""
    lang = frame.lang
    heads = {name: t(f"quality.{name}", lang) for name in columns}
    opened = heads["open"]
    words = pd.DataFrame(columns).rename(columns=heads)
    st.html(sheet.html_table(words, {opened: opened}, t("quality.findings", lang), height=460))


def places(frame: filters.Frame, rows: pd.DataFrame) -> dict[str, list[object]]:
    """Area and year of each row."""
    names = [frame.area_name(code) if isinstance(code, str) else "–" for code in rows["ref_area"]]
    return {"area": names, "year": list(rows["time_period"])}


def findings(frame: filters.Frame) -> None:
    """What the reports themselves do not agree on."""
    lang = frame.lang
    st.subheader(t("quality.findings", lang))
    counts = queries.finding_counts(frame.con, *chosen(frame))
    if counts.empty:
        st.info(t("quality.findings_none", lang))
        return
    by_severity = counts.groupby("severity")["count"].sum()
    held = [code for code in SEVERITIES if code in by_severity.index]
    asked = st.pills(
        t("quality.severities", lang),
        held,
        selection_mode="multi",
        default=held,
        format_func=lambda code: f"{frame.label('severity', code)} {by_severity[code]}",
        key="quality_severities",
    )
    shown = counts[counts["severity"].isin(asked)]
    colon = "：" if lang == "zh" else ": "
    rules = shown.groupby("rule", sort=False)["count"].sum()
    words = ("；" if lang == "zh" else "; ").join(
        f"{frame.label('rule', str(rule))}{colon}{count}" for rule, count in rules.items()
    )
    if shown.empty:
        return
    st.caption(t("quality.by_rule", lang, rules=words))
    rows = queries.finding_spots(frame.con, *chosen(frame), asked, LIMIT)
    listed(
        frame,
        {
            "severity": [frame.label("severity", code) for code in rows["severity"]],
            **places(frame, rows),
            "rule": [frame.label("rule", code) for code in rows["rule"]],
            "message": [either(words, lang) for words in rows["message"]],
            "open": list(spots(frame, rows)),
        },
    )
    cut(frame, int(shown["count"].sum()))
    st.caption(t("quality.findings_note", lang))


def cut(frame: filters.Frame, count: int) -> None:
    """Says so where a list is not whole."""
    if count > LIMIT:
        st.caption(t("quality.cut", frame.lang, limit=LIMIT, count=count))


def matrix(frame: filters.Frame) -> None:
    """Indicator × year: how many values may be compared, and why others may not."""
    lang = frame.lang
    st.subheader(t("quality.matrix", lang))
    cells = queries.comparability(frame.con, *chosen(frame))
    if cells.empty:
        st.info(t("quality.matrix_none", lang))
        return
    st.caption(t("quality.matrix_note", lang))
    good = cells[cells["kind"] == "comparable"]
    order = [code for code in frame.indicators["indicator"] if code in set(cells["indicator"])]
    stated = cells.groupby("indicator")["count"].sum()
    fine = good.groupby("indicator")["count"].sum()
    columns = {
        t("quality.indicator", lang): [frame.indicator_name(code) for code in order],
        t("quality.all_years", lang): [f"{fine.get(c, 0)} / {stated[c]}" for c in order],
        t("quality.share", lang): [100 * fine.get(c, 0) / stated[c] for c in order],
    }
    every, fit = (c.groupby(["indicator", "time_period"])["count"].sum() for c in (cells, good))
    for year in sorted(set(cells["time_period"])):
        columns[year] = [
            f"{fit.get((c, year), 0)} / {every[c, year]}" if (c, year) in every.index else None
            for c in order
        ]
    why = cells.groupby(["indicator", "kind"])["count"].sum()
    for kind in REASONS:
        counts = [str(why.get((c, kind), "")) for c in order]
        columns[t(f"quality.why_{kind}", lang)] = counts
    rules = frame.indicators.set_index("indicator")["comparability"]
    keys = [f"methods.cmp_{rules[code]}" for code in order]
    columns[t("quality.across", lang)] = [
        t(key, lang) if known(key) else rules[code] for key, code in zip(keys, order, strict=True)
    ]
    share = t("quality.share", lang)
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        width="stretch",
        height=min(36 * (len(order) + 1) + 3, 520),
        placeholder="",
        column_config={
            t("quality.indicator", lang): st.column_config.TextColumn(width="medium"),
            t("quality.across", lang): st.column_config.TextColumn(width=230),
            share: st.column_config.ProgressColumn(
                share, format="%.0f%%", min_value=0, max_value=100
            ),
        },
    )


def accuracy(frame: filters.Frame) -> None:
    """What the project has measured about its own reading, with the size of the sample."""
    lang = frame.lang
    told = json.loads(ACCURACY.read_text(encoding="utf-8"))
    st.subheader(t("quality.accuracy", lang))
    rows = [
        (
            t(f"quality.measure_{name}", lang),
            right,
            of,
            f"{100 * right / of:.1f}%",
            f"{low:.1f}–{high:.1f}%",
        )
        for name, (right, of, low, high) in told["measures"].items()
    ]
    names = ("measure", "right", "of", "share", "interval")
    st.dataframe(
        pd.DataFrame(rows, columns=[t(f"quality.{name}", lang) for name in names]),
        hide_index=True,
        width="stretch",
        height="content",
    )
    st.caption(t("quality.accuracy_note", lang, reports=told["reports"], figures=told["figures"]))


def review(frame: filters.Frame) -> None:
    """Three queues, each row with its sentence one click away."""
    lang = frame.lang
    st.subheader(t("quality.review", lang))
    counts = queries.waiting(frame.con, *chosen(frame))
    kind = st.segmented_control(
        t("quality.queue", lang),
        QUEUES,
        format_func=lambda name: t(f"quality.queue_{name}", lang, count=counts[name]),
        default=QUEUES[0],
        required=True,
        key="quality_queue",
        label_visibility="collapsed",
    )
    if not counts[kind]:
        st.info(t("quality.queue_empty", lang))
        return
    if kind == "unclassified":
        rows = queries.unclassified(frame.con, *chosen(frame), LIMIT)
        linked(
            frame,
            {
                **places(frame, rows),
                "surface": list(rows["surface"]),
                "sentence": [words.strip() for words in rows["sentence"]],
                "open": list(spots(frame, rows)),
            },
        )
        cut(frame, counts[kind])
        return
    rows = queries.queue(frame.con, kind, *chosen(frame), LIMIT)
    labels = [frame.category(category) for category in rows["category"]]
    linked(
        frame,
        {
            **places(frame, rows),
            "indicator": [
                " · ".join(filter(None, (frame.indicator_name(code), label)))
                for code, label in zip(rows["indicator"], labels, strict=True)
            ],
            "value": [
                number(value, lang, unit, qualifier)
                for value, unit, qualifier in zip(
                    rows["obs_value"], rows["unit_measure"], rows["qualifier"], strict=True
                )
            ],
            "surface": list(rows["surface"]),
            "open": list(spots(frame, rows, "evidence_report")),
            "confidence": [f"{share:.0%}" for share in rows["confidence"]],
            "reason": [either(words, lang) for words in rows["reason"]],
        },
    )
    cut(frame, counts[kind])
    st.caption(t("quality.review_note", lang))
    st.download_button(
        t("quality.review_csv", lang),
        partial(corrections, rows, lang),
        f"corrections_{kind}.csv",
        "text/csv",
        on_click="ignore",
    )


def corrections(rows: pd.DataFrame, lang: str) -> bytes:
    """The queue in the columns of corrections.csv, the decision left to the reader."""
    form = rows.assign(value=rows["obs_value"]).assign(**dict.fromkeys(DECISION[1:], ""))
    seen = ("value", "ref_area", "area_name", "time_period", "indicator", "surface", "sentence")
    columns = [*DECISION, *seen]
    return export.excel_csv(form[columns], lang, {name: name for name in columns})


def main(frame: filters.Frame) -> None:
    """Findings, comparability, accuracy, review."""
    st.markdown(t("quality.intro", frame.lang))
    findings(frame)
    matrix(frame)
    accuracy(frame)
    review(frame)


with filters.show("quality", ("level", "areas", "years")) as frame:
    main(frame)
