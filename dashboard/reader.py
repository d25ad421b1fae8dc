"""A report as HTML with its numerals marked, and how to cite it. Pure; every piece of text is escaped.

Colour is never the only sign: each class of numeral has its own underline, and the chosen one a frame.
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from dashboard.text import t

CLASSES = ("indicator", "unclassified", "time", "order", "name", "other")
_KINDS = {
    "date": "time",
    "year": "time",
    "list_number": "order",
    "ordinal": "order",
    "law_or_policy_name": "name",
    "hotline_or_code": "name",
    "doc_artifact": "name",
}
STYLE = """<style>
.report {white-space: pre-wrap; line-height: 1.9; overflow-wrap: anywhere;}
.report :is(a, [class^=n-]), .legend span, .st-key-evidence_kinds button p {color: inherit;
  text-decoration-thickness: 2px; text-underline-offset: 3px; border-radius: 3px;}
.n-indicator, .st-key-evidence_kinds button:nth-of-type(1) p {background: #dcecf8; text-decoration: underline solid #1f5a8a;}
.n-unclassified, .st-key-evidence_kinds button:nth-of-type(2) p {background: #fdf0d5; text-decoration: underline dashed #8a5a00;}
.n-time, .st-key-evidence_kinds button:nth-of-type(3) p {background: #e3f2e6; text-decoration: underline dotted #2b6e3f;}
.n-order, .st-key-evidence_kinds button:nth-of-type(4) p {text-decoration: underline wavy #6b7785; text-decoration-thickness: 1px;}
.n-name, .st-key-evidence_kinds button:nth-of-type(5) p {background: #efe6f5; text-decoration: underline double #6b3f87;}
.n-other, .st-key-evidence_kinds button:nth-of-type(6) p {text-decoration: underline dotted #6b7785;}
:is(.n-indicator, .n-unclassified, .n-time, .n-name, .sentence), .sentence *,
  .st-key-evidence_kinds button:is(:nth-of-type(-n+3), :nth-of-type(5)) p {color: #1c2733 !important;} /* on light paint, whatever the page */
.n-chosen {outline: 3px solid #1c2733; font-weight: 700; scroll-margin: 12rem;}
.sentence {background: #fff8b8;}
.legend {display: flex; gap: 1.2rem; flex-wrap: wrap;}
.facts {display: grid; padding: 0 !important; grid-template-columns: max-content 1fr; gap: .25rem .9rem; margin: 0 !important; font-size: .92rem;}
.facts dt {color: #56616e;} .facts dd {margin: 0 !important; overflow-wrap: anywhere;}
.hits {margin: 0 !important; padding-left: 1.2rem;} .hits li {margin-bottom: .5rem;}
</style>"""


@dataclass(frozen=True)
class Mark:
    """A numeral of the text: where it stands, which class it is of, and where a click leads, if anywhere."""

    start: int
    end: int
    kind: str
    title: str
    href: str


def quoted(text: str) -> str:
    """For Markdown: what an address or a file says is shown between backticks, never interpreted."""
    return "`" + ("".join(c for c in text.replace("`", "'") if c.isprintable()) or " ") + "`"


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def kind(row: Mapping[str, Any]) -> str:
    """The class of a quantity: it states an indicator, it is a figure without one, or what else it is."""
    if row["role"] != "metric":
        return _KINDS.get(str(row["role"]), "other")
    return "indicator" if row["indicators"] else "unclassified"


def misplaced(text: str, quantities: pd.DataFrame) -> list[str]:
    """Surfaces that do not stand where they are said to: none in a database that passed its gate."""
    rows = quantities[["char_start", "char_end", "surface"]].itertuples(index=False)
    return [surface for start, end, surface in rows if text[start:end] != surface]


def document(
    text: str,
    sections: Iterable[int],
    marks: Sequence[Mark],
    sentence: tuple[int, int],
    chosen: tuple[int, int],
) -> str:
    """The whole report; `sections` are the offsets that get an anchor (`#at-<offset>`)."""
    anchors = set(sections)
    cuts = sorted({0, len(text), *sentence, *anchors})
    parts = []
    for start, end in pairwise(cuts):
        if start in anchors:
            parts.append(f'<span id="at-{start}"></span>')
        inner = passage(text, start, end, marks, chosen)
        inside = sentence[0] <= start and end <= sentence[1]
        parts.append(f'<span class="sentence">{inner}</span>' if inside else inner)
    return f'<div class="report" lang="zh">{"".join(parts)}</div>'


def passage(text: str, start: int, end: int, marks: Sequence[Mark], chosen: tuple[int, int]) -> str:
    """A stretch of the report with the numerals that stand in it."""
    parts, at = [], start
    for mark in marks:
        if not (at <= mark.start and mark.end <= end):
            continue
        is_chosen = (mark.start, mark.end) == chosen
        extra = ' n-chosen" id="chosen" aria-current="true' if is_chosen else ""
        parts.append(html.escape(text[at : mark.start]))
        tag, leads = (
            ("a", f' href="{html.escape(mark.href)}" target="_self"') if mark.href else ("span", "")
        )
        parts.append(
            f'<{tag} class="n-{mark.kind}{extra}" title="{html.escape(mark.title)}"{leads}>'
            f"{html.escape(text[mark.start : mark.end])}</{tag}>"
        )
        at = mark.end
    parts.append(html.escape(text[at:end]))
    return "".join(parts)


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Label and value in two columns; what is empty is left out."""
    shown = "".join(
        f"<dt>{html.escape(label)}</dt><dd>{html.escape(value)}</dd>"
        for label, value in rows
        if value
    )
    return f'{STYLE}<dl class="facts">{shown}</dl>'


def legend(counts: Mapping[str, int], lang: str) -> str:
    """What each underline means."""
    items = "".join(
        f'<span class="n-{name}">{html.escape(t(f"evidence.class_{name}", lang))} {counts.get(name, 0)}</span>'
        for name in CLASSES
    )
    return f'{STYLE}<div class="legend">{items}</div>'


def hits(
    found: pd.DataFrame,
    words: Sequence[str],
    place: Callable[[str], str],
    href: Callable[[Mapping[str, Any]], str],
) -> str:
    """Search results: where, and the sentence with the words in bold."""
    longest = sorted(words, key=len, reverse=True)
    cut = re.compile(f"({'|'.join(map(re.escape, longest))})", re.IGNORECASE)
    items = []
    for row in records(found):
        said = "".join(
            f"<strong>{html.escape(part)}</strong>" if odd % 2 else html.escape(part)
            for odd, part in enumerate(cut.split(row["text"].strip()))
        )
        where = html.escape(f"{place(row['ref_area'])} {row['time_period']}")
        link = f'<a href="{html.escape(href(row))}" target="_self">{where}</a>'
        items.append(f'<li>{link}<br><span lang="zh">{said}</span></li>')
    return f'{STYLE}<ol class="hits">{"".join(items)}</ol>'


def gbt7714(report: Mapping[str, Any]) -> str:
    """The report after GB/T 7714—2025, 8.8: who, title and what else names it, type, date where it is known.

    The file's hash stands where an address would: it is what identifies these bytes.
    """
    author = report["issuer"] or report["area_name"]
    title, year = str(report["title"] or ""), str(report["time_period"])[:4]
    named = title if year in title else f"{title}：{year}年度"
    if not title:  # 7.2.1: what has no title gets one from what it says, in brackets
        named = f"[{year}年度法治政府建设情况报告]"
    date = f" {report['published_on']}." if report["published_on"] else ""
    return f"{author}. {named}[R].{date} sha256: {report['sha256']}."


def bibtex(report: Mapping[str, Any]) -> str:
    """The report as a BibTeX entry."""
    clean = str.maketrans("", "", "{}\\")
    author = str(report["issuer"] or report["area_name"]).translate(clean)
    title = str(report["title"] or report["source"]).translate(clean)
    return (
        f"@techreport{{fazhi{report['report_id']},\n"
        f"  author = {{{{{author}}}}},\n"
        f"  institution = {{{author}}},\n"
        f"  title = {{{{{title}}}}},\n"
        f"  year = {{{str(report['published_on'] or report['time_period'])[:4]}}},\n"
        f"  note = {{sha256: {report['sha256']}}}\n"
        "}"
    )
