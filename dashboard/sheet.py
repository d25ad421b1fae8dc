"""A table that is read and followed with the keyboard alone and stands whole on paper, as the framework's own does not.

Pure: a frame of words in, HTML out. What the words hold stays words.
"""

import html
from collections.abc import Collection, Mapping

import pandas as pd

STYLE = """<style>
.sheet {border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums;}
.sheet :is(th, td) {padding: .3rem .7rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); text-align: left;
  vertical-align: top;}
.sheet th {position: sticky; top: 0; background: #fff; white-space: nowrap; font-weight: 600;}
.sheet .number {text-align: right; white-space: nowrap;}
.sheet a {white-space: nowrap;}
.sheet-scroll {overflow: auto;}
@media (prefers-color-scheme: dark) {.sheet th {background: #10161c;}}
@media (max-width: 640px) {.sheet {min-width: 40rem;}}
</style>"""


def html_table(
    words: pd.DataFrame,
    links: Mapping[str, str],
    label: str,
    numbers: Collection[str] = (),
    height: int | None = None,
) -> str:
    """`links`: of the columns that hold addresses the word that is read instead; `numbers`: columns set to the right;
    `height`: pixels from which the table scrolls under its headings."""

    def cell(name: str, value: object) -> str:
        said = html.escape(str(value))
        if name in links:
            said = f'<a href="{said}" target="_self">{html.escape(links[name])}</a>' if said else ""
        return f"<td{_class(name in numbers)}>{said}</td>"

    names = [str(name) for name in words.columns]
    head = "".join(
        f'<th scope="col"{_class(name in numbers)}>{html.escape(name)}</th>' for name in names
    )
    rows = (zip(names, cells, strict=True) for cells in words.itertuples(index=False))
    body = "".join(f"<tr>{''.join(cell(name, value) for name, value in row)}</tr>" for row in rows)
    tall = f' style="max-height:{height}px"' if height else ""
    return (
        f'{STYLE}<div class="sheet-scroll" tabindex="0" role="region" aria-label="{html.escape(label)}"{tall}>'
        f'<table class="sheet"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _class(number: bool) -> str:  # noqa: FBT001
    return ' class="number"' if number else ""
