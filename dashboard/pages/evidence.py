"""The reader: each number in its sentence, in its report, with what was made of it and why."""

import html
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from dashboard import export, filters, queries, reader, shelf, url_state
from dashboard.text import either, number, period_note, t, year_label
from dashboard.words import cut

SEARCH_LIMIT = 100
# Static: nothing of a report or an address enters it. Without it the chosen number may be far out of sight.
SCROLL = """<script>
(() => {
  const place = (tries) => {
    const chosen = document.querySelector(".st-key-evidence_text #chosen");
    let box = chosen && chosen.parentElement;
    while (box && !(box.scrollHeight > box.clientHeight && getComputedStyle(box).overflowY === "auto")) box = box.parentElement;
    if (box) box.scrollTop += chosen.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
    else if (tries) setTimeout(() => place(tries - 1), 100);  // the text is not laid out yet
  };
  place(30);
})();
</script><!-- {at} -->"""


def search(frame: filters.Frame) -> None:
    """Words to look for in all reports."""
    lang = frame.lang
    st.session_state["evidence_q"] = frame.selection.q
    st.text_input(
        t("evidence.search", lang),
        key="evidence_q",
        placeholder=t("evidence.search_placeholder", lang),
        max_chars=200,
        on_change=lambda: frame.update(q=st.session_state["evidence_q"].strip()),
    )


def results(frame: filters.Frame) -> None:
    """Sentences that hold the words; each opens its report there."""
    lang, words = frame.lang, frame.selection.q.strip()
    if not words:
        return
    parts = list(dict.fromkeys(cut(words, frame.terms)))
    found = queries.search(frame.con, words, parts, SEARCH_LIMIT)
    if found.empty:
        st.info(t("evidence.no_hits", lang, q=reader.quoted(words)))
        return
    key = "hits" if len(found) < SEARCH_LIMIT else "hits_cut"
    with st.expander(
        t(f"evidence.{key}", lang, q=reader.quoted(words), count=len(found)), expanded=True
    ):
        st.button(t("evidence.clear", lang), on_click=lambda: frame.update(q=""))
        with st.container(height=min(110 * len(found) + 40, 360), border=False):
            st.html(
                reader.hits(found, [words, *parts], frame.area_name, lambda row: spot(frame, row))
            )


def spot(frame: filters.Frame, row: Mapping[str, Any]) -> str:
    """The address of a place in a report."""
    return url_state.link(
        "evidence",
        frame.selection,
        report=row["report_id"],
        quantity=span(row),
    )


def span(row: Mapping[str, Any] | pd.Series) -> tuple[int, int]:
    """Where it stands in its report."""
    return int(row["char_start"]), int(row["char_end"])


def choose_quantity(
    frame: filters.Frame, quantities: pd.DataFrame, sentences: pd.DataFrame
) -> pd.Series | None:
    """The numeral of the address; a sentence stands for its first numeral."""
    asked = frame.selection.quantity
    if asked is not None and frame.selection.report is not None:
        start, end = asked
        exact = quantities[(quantities["char_start"] == start) & (quantities["char_end"] == end)]
        within = quantities[(quantities["char_start"] >= start) & (quantities["char_end"] <= end)]
        if not exact.empty:
            return exact.iloc[0]
        if ((sentences["char_start"] == start) & (sentences["char_end"] == end)).any():
            return within.iloc[0] if len(within) else None
        st.warning(t("evidence.no_quantity", frame.lang, start=start, end=end))
    if quantities.empty:
        return None
    stating = quantities[quantities["kind"] == "indicator"]
    return (quantities if stating.empty else stating).iloc[0]


def step(frame: filters.Frame, report_id: str, shown: pd.DataFrame, start: int) -> None:
    """Previous and next among the numerals that are marked."""
    lang = frame.lang
    before = shown[shown["char_start"] < start]
    after = shown[shown["char_start"] > start]
    row = st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="evidence_step",
    )
    for name, rows, at, key in (("previous", before, -1, "K"), ("next", after, 0, "J")):
        if name == "next":
            row.markdown(
                t("evidence.position", lang, at=len(before) + 1, count=len(shown)),
                width="content",
            )
        goal = (
            None
            if rows.empty
            else (int(rows["char_start"].iloc[at]), int(rows["char_end"].iloc[at]))
        )
        row.button(
            t(f"evidence.{name}", lang),
            disabled=goal is None,
            shortcut=key,
            on_click=frame.update,
            kwargs={"report": report_id, "quantity": goal},
        )


def period_words(frame: filters.Frame, row: Mapping[str, Any] | pd.Series) -> str:
    """The period with its cut-off."""
    said = frame.label("period", row["period"])
    cut = period_note(row["period"], text(row["period_end"]), frame.lang)
    return f"{said} ({cut})" if cut and cut != said else said


def text(value: object) -> str:
    """A cell as text, nothing for a missing one."""
    return value if isinstance(value, str) else ""


def figure(frame: filters.Frame, row: Mapping[str, Any] | pd.Series) -> str:
    """A value in words, with the upper end of a printed range."""
    if pd.isna(row["value"]):
        return ""
    shown = number(row["value"], frame.lang, row["unit"], row["qualifier"])
    return (
        shown
        if pd.isna(row["value_max"])
        else f"{shown} – {number(row['value_max'], frame.lang, row['unit'])}"
    )


def quantity_facts(
    frame: filters.Frame, row: pd.Series, quantities: pd.DataFrame, title: str
) -> None:
    """What was read from the characters themselves."""
    lang = frame.lang
    total = (
        quantities[quantities["quantity_no"] == row["part_of"]]
        if not pd.isna(row["part_of"])
        else None
    )
    note = text(row["period_note"])
    said = (
        t("evidence.period_note", lang, words=note) if note else t("evidence.period_assumed", lang)
    )
    rows = [("surface", row["surface"]), ("role", frame.label("role", row["role"]))]
    if row["role"] == "metric":
        rows += [
            ("value", figure(frame, row)),
            ("qualifier", frame.label("qualifier", row["qualifier"])),
            ("period", f"{period_words(frame, row)} · {said}"),
            ("scope", frame.label("scope", row["scope"])),
            ("part_of", "" if total is None or total.empty else total["surface"].iloc[0]),
        ]
    rows += [("section", title), ("place", f"{row['char_start']}–{row['char_end']}")]
    st.html(reader.facts((t(f"evidence.{key}", lang), value) for key, value in rows))


def observation_facts(frame: filters.Frame, row: pd.Series) -> None:
    """One observation: value, statuses in words, why it is this indicator, who reviewed it, its chart."""
    lang = frame.lang
    decided = queries.decision(frame.con, row["observation_id"])
    category = frame.category(row["category"])
    definitions = frame.indicators.set_index("indicator")[f"definition_{lang}"]
    st.markdown(
        f"**{frame.indicator_name(row['indicator'])}**" + (f" · {category}" if category else "")
    )
    statuses = " · ".join(
        f"{code} {frame.label('status', code)}" for code in row["obs_status_all"].split(";")
    )
    rows = [
        ("value", number(row["obs_value"], lang, row["unit_measure"], row["qualifier"])),
        ("fact", frame.label("fact", row["fact"])),
        ("year", year_label(row["time_period"], row["period"], text(row["period_end"]), lang)),
        ("scope", frame.label("scope", row["scope"])),
        ("status", statuses),
        ("method", frame.label("method", row["method"])),
        ("charted", t("evidence.charted_yes" if row["charted"] else "evidence.charted_no", lang)),
        ("confidence", f"{row['confidence']:.0%}"),
        ("reason", either(text(row["reason"]), lang)),
        ("formula", text(row["formula"])),
        ("inputs", inputs(frame, row)),
        ("reviewed", decided and t(f"evidence.decision_{decided['decision']}", lang, **decided)),
        ("comment", either(text(row["comment"]), lang)),
        ("definition", str(definitions.get(row["indicator"], ""))),
    ]
    st.html(reader.facts((t(f"evidence.{key}", lang), value or "") for key, value in rows))
    areas = frame.selection.areas
    shown = replace(
        frame.selection,
        areas=areas if not areas or row["ref_area"] in areas else (*areas, row["ref_area"]),
        indicators=(row["indicator"],),
        report=None,
        quantity=None,
    )
    st.page_link(
        "dashboard/pages/compare.py",
        label=t("evidence.to_chart", lang),
        query_params=url_state.params(shown),
    )


def inputs(frame: filters.Frame, row: pd.Series) -> str:
    """What a derived value was computed from."""
    if row["method"] not in {"derived", "implied"}:
        return ""
    found = queries.inputs(frame.con, row["report_id"], row["observation_id"])
    return ("；" if frame.lang == "zh" else "; ").join(
        " ".join(
            (
                frame.indicator_name(one["indicator"]),
                frame.category(one["category"]),
                str(one["time_period"]),
                number(one["obs_value"], frame.lang, one["unit_measure"], one["qualifier"]),
            )
        ).replace("  ", " ")
        for one in reader.records(found)
    )


def checks(frame: filters.Frame, report_id: str, quantity_no: int) -> list[str]:
    """Findings this numeral takes part in, as they are said."""
    lang = frame.lang
    found = queries.findings(frame.con, report_id)
    mine = found[[quantity_no in json.loads(held) for held in found["quantities"]]]
    if mine.empty:
        st.caption(t("evidence.no_findings", lang))
        return []
    said = [either(words, lang) for words in mine["message"]]
    severities = [frame.label("severity", code) for code in mine["severity"]]
    st.markdown(f"**{t('evidence.findings', lang)}**")
    st.html(reader.facts(zip(severities, said, strict=True)))
    return said


def provenance(frame: filters.Frame, report: dict[str, Any]) -> None:
    """The file, and how place and year were decided."""
    lang = frame.lang
    warnings = [either(line, lang) for line in report["warnings"].splitlines()]
    with st.expander(t("evidence.provenance", lang)):
        path = text(report["path"]).replace("/", " / ")
        rows = [
            ("title", text(report["title"])),
            ("issuer", text(report["issuer"])),
            ("area", f"{path} ({report['ref_area']})"),
            ("how_ref_area", either(text(report["how_ref_area"]), lang)),
            ("year", text(report["time_period"])),
            ("how_time_period", either(text(report["how_time_period"]), lang)),
            ("published_on", text(report["published_on"])),
            ("source", report["source"]),
            ("warnings", " ".join(warnings)),
        ]
        named = [(t(f"evidence.{key}", lang), value) for key, value in rows]
        st.html(reader.facts([*named, ("sha256", report["sha256"])]))


def cite(
    frame: filters.Frame, report: dict[str, Any], link: str, stated: pd.DataFrame | None = None
) -> None:
    """How to cite the report, the link to this number, and its data."""
    lang = frame.lang
    with st.popover(t("evidence.cite", lang), width="content"):
        st.caption("GB/T 7714—2025")
        st.code(reader.gbt7714(report), language=None, wrap_lines=True)
        st.caption("BibTeX")
        st.code(reader.bibtex(report), language=None, wrap_lines=True)
        st.caption(t("evidence.link", lang))
        st.code(absolute(link), language=None, wrap_lines=True)
        if stated is not None and not stated.empty:
            build_id = str(frame.build["build_id"])
            st.download_button(
                t("evidence.csv", lang),
                lambda: export.excel_csv(export.long(stated, build_id, lang, frame.category), lang),
                f"{report['report_id']}_{build_id[:8]}.csv",
                "text/csv",
                on_click="ignore",
            )


def absolute(link: str) -> str:
    """With the name of the server the reader uses."""
    here = urlsplit(st.context.url or "")
    return (f"{here.scheme}://{here.netloc}" if here.netloc else "") + link


def mistake(
    frame: filters.Frame,
    report: dict[str, Any],
    link: str,
    sentence: str,
    said: tuple[list[str], list[str]],
) -> None:
    """A text to send to whoever keeps the data; nothing is sent from here. `said`: the readings, and what checks say."""
    lang, empty = frame.lang, "–"
    readings, reasons = (("；" if lang == "zh" else "; ").join(some) for some in said)
    with st.popover(t("evidence.mistake", lang), width="content"):
        st.caption(t("evidence.mistake_help", lang))
        st.code(
            t(
                "evidence.mistake_text",
                lang,
                area=frame.area_name(report["ref_area"]),
                year=report["time_period"],
                title=text(report["title"]) or empty,
                source=report["source"],
                sha256=report["sha256"],
                sentence=sentence.strip(),
                said=readings or empty,
                reasons=reasons,
                build=frame.build["build_id"],
                link=absolute(link),
            ),
            language=None,
            wrap_lines=True,
        )


def numeral_table(frame: filters.Frame, report_id: str, shown: pd.DataFrame) -> None:
    """The marked numerals as a table: the same, for those who do not read colours or want to sort."""
    lang = frame.lang
    table = pd.DataFrame(
        {
            t("evidence.surface", lang): shown["surface"],
            t("evidence.class", lang): [t(f"evidence.class_{k}", lang) for k in shown["kind"]],
            t("evidence.role", lang): [frame.label("role", role) for role in shown["role"]],
            t("evidence.value", lang): shown["value"],
            t("evidence.unit", lang): shown["unit"],
            t("evidence.indicators", lang): [
                "；".join(frame.indicator_name(i) for i in ids.split(";") if i)
                for ids in shown["indicators"]
            ],
            t("evidence.open", lang): [
                url_state.link(
                    "evidence", frame.selection, report=report_id, quantity=(int(s), int(e))
                )
                for s, e in zip(shown["char_start"], shown["char_end"], strict=True)
            ],
        }
    )
    opened = t("evidence.open", lang)
    with st.expander(t("evidence.all_numerals", lang)):
        column = st.column_config.LinkColumn(opened, display_text=opened)
        st.dataframe(table, hide_index=True, width="stretch", column_config={opened: column})


def report_table(frame: filters.Frame) -> None:
    """Every file that was read, the unused ones with their reason."""
    lang = frame.lang
    colon = "：" if lang == "zh" else ": "
    count, reports = queries.count_reports(frame.con), queries.reports(frame.con, limit=shelf.MOST)
    table = pd.DataFrame(
        {
            t("evidence.area", lang): [
                frame.area_name(code) if isinstance(code, str) else "–"
                for code in reports["ref_area"]
            ],
            t("evidence.year", lang): reports["time_period"],
            t("evidence.title", lang): reports["title"],
            t("evidence.source", lang): reports["source"],
            t("evidence.numerals", lang): reports["quantities"],
            t("evidence.observations", lang): reports["observations"],
            t("evidence.status", lang): [
                frame.label("report_status", status)
                + (colon + either(reason, lang) if reason else "")
                for status, reason in zip(reports["status"], reports["reason"], strict=True)
            ],
        }
    )
    with st.expander(t("evidence.list", lang)):
        st.dataframe(table, hide_index=True, width="stretch")
        if count > len(table):
            st.caption(t("evidence.list_cut", lang, most=len(table), count=count))


def outline(frame: filters.Frame, sections: pd.DataFrame) -> None:
    """Headings that lead to their place in the text."""
    with st.popover(t("evidence.outline", frame.lang)):
        opening = t("evidence.opening", frame.lang)
        lines = [
            f"<li><a href='#at-{start}'>{html.escape(title or opening)}</a></li>"
            for title, start in zip(sections["title"], sections["char_start"], strict=True)
        ]
        st.html(f"<ol>{''.join(lines)}</ol>")


def mark(frame: filters.Frame, report_id: str, row: Mapping[str, Any]) -> reader.Mark:
    """A numeral as a link that chooses it."""
    names = [frame.indicator_name(code) for code in row["indicators"].split(";") if code]
    start, end = span(row)
    href = url_state.link("evidence", frame.selection, report=report_id, quantity=(start, end))
    return reader.Mark(
        start, end, row["kind"], "；".join(names) or frame.label("role", row["role"]), href
    )


def read(frame: filters.Frame, report: dict[str, Any]) -> None:
    """Text on the left, what is known about the chosen numeral on the right."""
    lang, con, report_id, body = frame.lang, frame.con, report["report_id"], report["text"]
    sections, sentences = queries.sections(con, report_id), queries.sentences(con, report_id)
    quantities = queries.quantities(con, report_id)
    quantities["kind"] = [reader.kind(row) for row in reader.records(quantities)]
    if wrong := reader.misplaced(body, quantities):
        st.error(t("evidence.misplaced", lang, count=len(wrong)))
    row = choose_quantity(frame, quantities, sentences)
    chosen = (-1, -1) if row is None else (int(row["char_start"]), int(row["char_end"]))
    if row is not None:
        frame.shown["quantity"] = frame.selection.quantity or chosen
    at = chosen if row is not None else frame.selection.quantity or (0, 0)
    holding = sentences[(sentences["char_start"] <= at[0]) & (sentences["char_end"] >= at[1])]
    span = (
        (0, 0)
        if holding.empty
        else (int(holding["char_start"].iloc[0]), int(holding["char_end"].iloc[0]))
    )

    left, right = st.columns([3, 2], gap="medium")
    with left:
        counts = {name: int((quantities["kind"] == name).sum()) for name in reader.CLASSES}
        st.html(reader.STYLE)
        kinds = st.pills(
            t("evidence.show", lang),
            reader.CLASSES,
            selection_mode="multi",
            default=reader.CLASSES,
            format_func=lambda name: f"{t(f'evidence.class_{name}', lang)} {counts[name]}",
            key="evidence_kinds",
            wrap=True,
        )
        shown = quantities[quantities["kind"].isin(kinds)]
        marked = quantities[
            quantities["kind"].isin(kinds) | (quantities["char_start"] == chosen[0])
        ]
        marks = [mark(frame, report_id, q) for q in reader.records(marked)]
        outline(frame, sections)
        with st.container(height=760, key="evidence_text"):
            st.html(
                reader.STYLE + reader.document(body, sections["char_start"], marks, span, chosen)
            )
        st.html(SCROLL.replace("{at}", str(int(chosen[0]))), unsafe_allow_javascript=True)
        numeral_table(frame, report_id, shown)
    with right:
        panel(frame, report, row, quantities, shown, sentences, marks, holding)


def context(
    body: str,
    near: pd.DataFrame,
    own: pd.Series,
    marks: list[reader.Mark],
    chosen: tuple[int, int],
) -> None:
    """The sentence and its neighbours."""
    start, end = int(own["char_start"]), int(own["char_end"])
    before = reader.passage(body, int(near["char_start"].min()), start, marks, (-1, -1)).lstrip()
    after = reader.passage(body, end, int(near["char_end"].max()), marks, (-1, -1)).rstrip()
    said = reader.passage(body, start, end, marks, chosen).replace(' id="chosen"', "")
    with st.container(border=True):
        st.html(
            f'<div class="report" lang="zh">{before}<span class="sentence">{said}</span>{after}</div>'
        )


def panel(  # noqa: PLR0913 - the pieces of one screen, read once by the caller
    frame: filters.Frame,
    report: dict[str, Any],
    row: pd.Series | None,
    quantities: pd.DataFrame,
    shown: pd.DataFrame,
    sentences: pd.DataFrame,
    marks: list[reader.Mark],
    holding: pd.DataFrame,
) -> None:
    """Everything about the chosen numeral, or about the chosen sentence where it has none."""
    lang, report_id, body = frame.lang, report["report_id"], report["text"]
    spoken = row if row is not None else None if holding.empty else holding.iloc[0]
    if spoken is None:
        st.info(t("evidence.no_numerals", lang))
        cite(frame, report, url_state.link("evidence", frame.selection, report=report_id))
        provenance(frame, report)
        return
    chosen = span(spoken)
    step(frame, report_id, shown, chosen[0])
    no = int(holding["sentence_no"].iloc[0]) if len(holding) else int(spoken["sentence_no"])
    near = sentences[sentences["sentence_no"].between(no - 1, no + 1)]
    own = near[near["sentence_no"] == no].iloc[0]
    st.caption(t("evidence.sentence", lang))
    context(body, near, own, marks, chosen)
    tools = st.container(horizontal=True)  # filled when all is known that they hand out
    reasons = []
    if row is not None and row["role"] == "metric":
        reasons = checks(frame, report_id, int(row["quantity_no"]))
    found = queries.worded(frame.con, report_id, no)
    if row is not None:
        section = text(own["title"]) or frame.label("section", own["kind"])
        quantity_facts(frame, row, quantities, section)
        found = pd.concat([queries.evidence(frame.con, report_id, *chosen), found])
    if found.empty:
        note = "unclassified" if row is not None and row["kind"] == "unclassified" else "other"
        st.caption(t(f"evidence.{note}_note", lang))
    derived = computed(frame, report_id, chosen, found)
    provenance(frame, report)
    link = url_state.link(
        "evidence",
        frame.selection,
        report=report_id,
        quantity=chosen,
        build=str(frame.build["build_id"]),
    )
    said = [body[slice(*chosen)]] if row is not None else []
    said += [
        f"{frame.indicator_name(one['indicator'])} {one['time_period']} "
        f"{number(one['obs_value'], lang, one['unit_measure'], one['qualifier'])}"
        for one in reader.records(found)
    ]
    with tools:
        cite(frame, report, link, pd.concat([found, derived]))
        mistake(frame, report, link, body[slice(*span(own))], (said, reasons))


def computed(
    frame: filters.Frame, report_id: str, chosen: tuple[int, int], found: pd.DataFrame
) -> pd.DataFrame:
    """What the numeral says, and what is computed from it, which is handed back."""
    for _, one in found.iterrows():
        observation_facts(frame, one)
    derived = queries.derived(frame.con, report_id, *chosen)
    derived = derived[~derived["observation_id"].isin(found["observation_id"])]
    if not derived.empty:
        st.markdown(f"##### {t('evidence.derived', frame.lang)}")
    for _, one in derived.iterrows():
        observation_facts(frame, one)
    return derived


def main(frame: filters.Frame) -> None:
    """List, then reader."""
    pick, words = st.columns([3, 2])
    with words:
        search(frame)
    with pick:
        report_id = shelf.choose(frame)
    if report_id:
        frame.shown["report"] = report_id
    results(frame)
    report = queries.report(frame.con, report_id) if report_id else None
    if report is not None and report["status"] == "published":
        read(frame, report)
    elif report is not None:
        reason = reader.quoted(either(report["reason"], frame.lang))
        st.warning(t("evidence.not_used", frame.lang, reason=reason))
    report_table(frame)


with filters.show("evidence", bar=("level", "areas", "years")) as frame:
    main(frame)
