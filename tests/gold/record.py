"""Records what extraction gets wrong on the unseen reports, and for the dashboard how much is right: `python tests/gold/record.py`.

The files are compared in the tests: a change of rules shows, line by line, which figures it gained and which it lost.
"""

import json
from pathlib import Path

from pipeline import inspection, score
from pipeline.__main__ import annotated

UNSEEN = Path(__file__).resolve().parent / "unseen"
RECORD = UNSEEN / "wrong.txt"
SHOWN = Path(__file__).resolve().parents[2] / "dashboard" / "accuracy.json"


def scores() -> list[score.Score]:
    """Every annotated report that no rule was written from."""
    ids = score.vocabulary(UNSEEN.glob("*.jsonl"))
    return [
        score.score(file.stem, *score.load(file), inspection.shape(report), ids)
        for file, report in annotated(UNSEEN)
    ]


SUFFIXES = (".txt", ".html", ".docx", ".pdf")


def record(found: list[score.Score]) -> str:
    """The totals, then a line for everything that is wrong."""
    whole = score.total(found)
    totals = [f"{column} {whole.figure(column):.1f}" for column in score.FIGURES]
    totals += [f"{w} {whole.counts[w]}/{whole.counts[w + ' asked']}" for w in score.WHOLE]
    lines = [f"{one.name}: {text}" for one in found for text in (*one.misses, *one.wrong)]
    return "\n".join([" · ".join(totals), *lines, ""])


def shown(found: list[score.Score]) -> str:
    """What the quality page shows of every measure: right, out of, and the 95 % interval of the share."""
    counts = score.total(found).counts
    figures = {name: score.FIGURES[name] for name in score.FIGURES if name != "F1"}
    pairs = figures | {name: (name, f"{name} asked") for name in score.WHOLE}
    measures = {
        name: [
            counts[right],
            counts[of],
            *(round(x, 1) for x in score.wilson(counts[right], counts[of])),
        ]
        for name, (right, of) in pairs.items()
    }
    lines = ",\n".join(f'  "{name}": {json.dumps(values)}' for name, values in measures.items())
    return (
        f'{{"reports": {len(found)}, "figures": {counts["gold"]}, "measures": {{\n{lines}\n}}}}\n'
    )


if __name__ == "__main__":
    SHOWN.write_text(shown(scores()), encoding="utf-8")
    RECORD.write_text(record(scores()), encoding="utf-8")
