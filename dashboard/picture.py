"""Pictures of charts, made in the reader's browser from the very chart it shows: no drawing program on the server,
no request to anywhere, and the fonts that the reader sees. Title, notes, source and date are inside the picture.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from dashboard import charts
from dashboard.filters import Frame
from dashboard.text import t

_COLOURS = ("#ffffff", charts.INK, charts.SOFT)  # paper, title, notes
_BUTTONS = """<button type="button" data-format="png">PNG</button><button type="button" data-format="svg">SVG</button>
<span role="status"></span>"""
_STYLE = """
:host, .wrap {display: block;}
button {font-family: inherit; font-size: .875rem; color: inherit; background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius, .5rem); min-height: 2.5rem; padding: .25rem .75rem; margin: 0 .5rem 0 0; cursor: pointer;}
button:hover:enabled {border-color: var(--st-primary-color); color: var(--st-primary-color);}
button:focus-visible {outline: 3px solid var(--st-primary-color); outline-offset: 2px;}
button:disabled {opacity: .55; cursor: not-allowed;}
span {font-size: .875rem;}
"""
_PICTURE = st.components.v2.component(
    "chart_picture",
    html=_BUTTONS,
    css=_STYLE,
    js=Path(__file__).with_name("picture.js").read_text(encoding="utf-8"),
)


def offer(
    figure: str, frame: Frame, words: tuple[str, Sequence[str], Sequence[str]], reason: str = ""
) -> None:
    """Buttons for the charts inside the container of the key `figure`; disabled where there is a `reason`.

    `words`: the title, a heading for each chart, the notes with their source last.
    """
    title, headings, notes = words
    lang, build = frame.lang, frame.build
    today = datetime.now(UTC).date().isoformat()
    version = str(build["build_id"])
    foot = t(
        "picture.foot", lang, build=version[:12], built=str(build["built_at"])[:10], today=today
    )
    _PICTURE(
        key=f"picture_{figure}",
        data={
            "figure": figure,
            "file": f"{figure.removeprefix('figure_')}_{version[:8]}",
            "title": title,
            "headings": list(headings),
            "lines": [*map(_plain, notes), foot],
            "labels": {name: t(f"picture.{name}", lang) for name in ("png", "svg")},
            "failed": t("picture.failed", lang),
            "reason": reason,
            "colours": [charts.NIGHT[one] if frame.look.dark else one for one in _COLOURS],
        },
        width="content",
    )


def _plain(markdown: str) -> str:
    """The words of a note as they are read."""
    return re.sub(r"\\(.)", r"\1", markdown.replace("**", ""))
