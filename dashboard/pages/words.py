"""用词与重合: what a report talks about more than others, over the years, and which passages it shares."""

import html
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import export, filters, overlap, queries, reader, shelf, url_state
from dashboard.text import t
from dashboard.words import cut

WORDS = 20
YEARS = 12  # words followed over the years
PASSAGES = 10
AROUND = 30  # characters before and after a passage
STYLE = """<style>
.pair {display: grid; grid-template-columns: 1fr 1fr; gap: .6rem 1.4rem; margin-bottom: 1rem;}
.pair > div {white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.7;
  max-height: 18rem; overflow: auto; border-left: 3px solid #c8d2da; padding-left: .7rem;}
.pair mark {background: #fff3b0; color: inherit;}
@media (max-width: 640px) {.pair {grid-template-columns: 1fr;}}
</style>"""


@st.cache_resource(max_entries=400, show_spinner=False)
def counted(text: str, names: str, terms: tuple[str, ...]) -> Counter[str]:
    """The telling words of a report."""
    return overlap.telling(cut(text, terms), {*cut(names, terms), *names.split()})


def words_of(frame: filters.Frame, report: Mapping[str, Any]) -> Counter[str]:
    """The telling words of a report, without the names of its place."""
    names = f"{str(report['path']).replace('/', ' ')} {report['issuer'] or ''}"
    return counted(report["text"], names, frame.terms)


def sentences(frame: filters.Frame, word: str) -> str:
    """The address that finds a word in all reports."""
    asked = replace(frame.selection, report=None, quantity=None, beside=None)
    return url_state.link("evidence", asked, q=word)


def translated(frame: filters.Frame, words: Sequence[str]) -> dict[str, list[str]]:
    """A column with the English of the words the domain dictionary knows, for those who read English."""
    if frame.lang != "en":
        return {}
    return {t("words.meaning", "en"): [frame.codes.get(("term", w), ("", ""))[1] for w in words]}


def listed(frame: filters.Frame, columns: dict[str, Any]) -> None:
    """A table whose last column opens the sentences."""
    opened = t("words.sentences", frame.lang)
    weight = t("words.weight", frame.lang)
    shown = pd.DataFrame(columns)
    most = float(shown[weight].max()) if weight in shown else 0
    st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        height="content",
        placeholder="",
        column_config={
            t("words.meaning", frame.lang): st.column_config.TextColumn(width="medium"),
            opened: st.column_config.LinkColumn(opened, display_text=opened, width="small"),
            weight: st.column_config.ProgressColumn(
                weight, format=" ", min_value=0, max_value=most
            ),
        },
    )


def above_peers(frame: filters.Frame, report: Mapping[str, Any]) -> None:
    """Words that stand here and seldom in the reports of the same level."""
    lang, mine = frame.lang, words_of(frame, report)
    st.subheader(t("words.above_peers", lang))
    reports = queries.reports_of_level(frame.con, report["level"]) - 1
    if reports < 1:
        st.info(t("words.no_peers", lang))
        return
    spread = queries.spread(frame.con, report["level"], list(mine))
    held = {word: spread.get(word, 1) - 1 for word in mine}
    scores = overlap.distinctive(mine, held, reports)
    top = list(scores)[:WORDS]
    st.caption(t("words.above_peers_note", lang, reports=reports))
    whole = mine.total()
    listed(
        frame,
        {
            t("words.word", lang): top,
            **translated(frame, top),
            t("words.count", lang): [mine[word] for word in top],
            t("words.rate", lang): [round(1000 * mine[word] / whole, 1) for word in top],
            t("words.held", lang): [
                t("words.held_of", lang, held=held[word], reports=reports) for word in top
            ],
            t("words.weight", lang): [scores[word] for word in top],
            t("words.sentences", lang): [sentences(frame, word) for word in top],
        },
    )


def pair(
    frame: filters.Frame,
    report: Mapping[str, Any],
    other: Mapping[str, Any],
) -> None:
    """Words one of two reports uses more than the other."""
    lang, mine, theirs = frame.lang, words_of(frame, report), words_of(frame, other)
    heads = export.distinct(
        [f"{frame.area_name(one['ref_area'])} {one['time_period']}" for one in (report, other)]
    )
    scores = overlap.contrast(mine, theirs)
    ranked = list(scores)
    tops = (
        [w for w in ranked if scores[w] > 0][:WORDS],
        [w for w in reversed(ranked) if scores[w] < 0][:WORDS],
    )
    for column, head, top in zip(st.columns(2), heads, tops, strict=True):
        with column:
            st.markdown(f"##### {t('words.more_here', lang, name=head)}")
            if not top:
                st.caption(t("words.no_difference", lang))
                continue
            listed(
                frame,
                {
                    t("words.word", lang): top,
                    **translated(frame, top),
                    heads[0]: [mine[word] for word in top],
                    heads[1]: [theirs[word] for word in top],
                    t("words.sentences", lang): [sentences(frame, word) for word in top],
                },
            )
    st.caption(t("words.pair_note", lang))


def over_years(frame: filters.Frame, report: Mapping[str, Any], own: pd.DataFrame) -> None:
    """The telling words of an area, year by year."""
    lang = frame.lang
    by_year = {str(report["time_period"]): words_of(frame, report)}
    for row in reader.records(own):
        by_year.setdefault(str(row["time_period"]), words_of(frame, row))
    if len(by_year) < 2:
        return
    st.subheader(t("words.years", lang, name=frame.area_name(report["ref_area"])))
    every: Counter[str] = Counter()
    for words in by_year.values():
        every.update(words)
    spread = queries.spread(frame.con, report["level"], list(every))
    reports = queries.reports_of_level(frame.con, report["level"])
    top = list(overlap.distinctive(every, spread, reports, least=3))[:YEARS]
    columns: dict[str, Any] = {t("words.word", lang): top, **translated(frame, top)}
    for year in sorted(by_year):
        words = by_year[year]
        whole = words.total() or 1
        columns[year] = [
            round(1000 * words[word] / whole, 1) if words[word] else None for word in top
        ]
    columns[t("words.sentences", lang)] = [sentences(frame, word) for word in top]
    listed(frame, columns)
    st.caption(t("words.years_note", lang))


@st.cache_resource(max_entries=400, show_spinner=False)
def shared(text: str, other_text: str) -> list[overlap.Passage]:
    """Passages two reports share."""
    return overlap.passages(text, other_text)


def excerpt(text: str, span: tuple[int, int], changed: Collection[int], leads: str) -> str:
    """A passage with a little of what stands around it, digits that differ in bold, and the way to it."""
    start, end = span
    said = "".join(
        f"<strong>{html.escape(c)}</strong>" if at in changed else html.escape(c)
        for at, c in enumerate(text[start:end])
    )
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return f'<div lang="zh" tabindex="0">{html.escape(before)}<mark>{said}</mark>{html.escape(after)}<br>{leads}</div>'


def side_by_side(
    frame: filters.Frame,
    report: Mapping[str, Any],
    other: Mapping[str, Any],
    names: Mapping[str, str],
) -> None:
    """The longest passages that stand in both."""
    lang = frame.lang
    found = shared(report["text"], other["text"])
    name = names[other["report_id"]]
    if not found:
        st.info(t("words.overlap_zero", lang, name=reader.quoted(name)))
        return
    share = f"{overlap.share(report['text'], found):.0%}"
    shown = found[:PASSAGES]
    st.markdown(
        t(
            "words.overlap_with",
            lang,
            name=reader.quoted(name),
            count=len(found),
            share=share,
            shown=len(shown),
        )
    )
    rows = []
    for p in shown:
        spans = ((p.start, p.end), (p.other_start, p.other_end))
        texts = (report["text"], other["text"])
        said = [text[start:end] for text, (start, end) in zip(texts, spans, strict=True)]
        cells = [
            excerpt(one["text"], span, moved, leads(frame, one, span[0]))
            for one, span, moved in zip((report, other), spans, overlap.changed(*said), strict=True)
        ]
        rows.append(f'<div class="pair">{"".join(cells)}</div>')
    st.html(STYLE + "".join(rows))


def leads(frame: filters.Frame, report: Mapping[str, Any], start: int) -> str:
    """A link to the sentence that holds a character."""
    found = queries.sentences(frame.con, report["report_id"])
    within = found[(found["char_start"] <= start) & (found["char_end"] > start)]
    spot = None if within.empty else tuple(map(int, within.iloc[0][["char_start", "char_end"]]))
    href = url_state.link(
        "evidence", frame.selection, report=report["report_id"], quantity=spot, beside=None
    )
    where = f"{t('words.open', frame.lang)} · {report['time_period']}"
    return f'<a href="{html.escape(href)}" target="_self">{html.escape(where)}</a>'


def passages(
    frame: filters.Frame,
    report: Mapping[str, Any],
    beside: pd.DataFrame,
    other: Mapping[str, Any] | None,
    names: Mapping[str, str],
) -> None:
    """What this report shares with its own past and its neighbours, and the passages of one pair."""
    lang = frame.lang
    st.subheader(t("words.overlap", lang))
    if beside.empty:
        st.info(t("words.overlap_none", lang))
        return
    rows = []
    for one in reader.records(beside):
        found = shared(report["text"], one["text"])
        rows.append((one, len(found), overlap.share(report["text"], found)))
    rows.sort(key=lambda row: -row[2])
    opened = t("words.side_by_side", lang)
    st.caption(t("words.overlap_list", lang))
    st.dataframe(
        pd.DataFrame(
            {
                t("words.overlap_report", lang): [names[one["report_id"]] for one, _, _ in rows],
                t("words.overlap_share", lang): [f"{share:.0%}" for _, _, share in rows],
                t("words.overlap_passages", lang): [count for _, count, _ in rows],
                opened: [
                    url_state.link(
                        "words",
                        frame.selection,
                        report=report["report_id"],
                        beside=one["report_id"],
                    )
                    for one, _, _ in rows
                ],
            }
        ),
        hide_index=True,
        width="stretch",
        height=min(36 * (len(rows) + 1) + 3, 260),
        column_config={opened: st.column_config.LinkColumn(opened, display_text=opened)},
    )
    side_by_side(frame, report, other or rows[0][0], names)


def choose_other(
    frame: filters.Frame, report_id: str, beside: pd.DataFrame, names: Mapping[str, str]
) -> str | None:
    """All of the level, or one report."""
    lang, asked = frame.lang, frame.selection.beside
    options = ["", *beside["report_id"]]
    if asked is not None and asked not in options and asked != report_id:
        options.append(asked)
    chosen = asked if asked in options else ""
    st.session_state["words_beside"] = chosen
    st.selectbox(
        t("words.beside", lang),
        options,
        format_func=lambda code: names[code] if code else t("words.peers", lang),
        key="words_beside",
        on_change=lambda: frame.update(beside=st.session_state["words_beside"] or None),
    )
    return chosen or None


def main(frame: filters.Frame) -> None:
    """Report, what to compare it with, words, years, passages."""
    st.markdown(t("words.intro", frame.lang))
    left, right = st.columns(2)
    with left:
        report_id = shelf.choose(frame)
    report = queries.report(frame.con, report_id) if report_id else None
    if report_id is None or report is None or report["status"] != "published":
        return
    frame.shown["report"] = report_id
    beside = queries.neighbours(frame.con, report_id)
    spoken = {report_id, frame.selection.beside, *beside["report_id"]} - {None}
    names = shelf.named(frame, queries.reports(frame.con, ids=sorted(map(str, spoken))))
    with right:
        chosen = choose_other(frame, report_id, beside, names)
    other = queries.report(frame.con, chosen) if chosen else None
    if other is not None and other["status"] != "published":
        other = None
    if other is None:
        above_peers(frame, report)
    else:
        pair(frame, report, other)
    over_years(frame, report, beside[beside["same_area"].astype(bool)])
    passages(frame, report, beside, other, names)


with filters.show("words", bar=("level", "areas", "years")) as frame:
    main(frame)
