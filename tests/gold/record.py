"""Records what extraction gets wrong on the unseen reports: `python tests/gold/record.py`.

The file is compared in the tests: a change of rules shows, line by line, which figures it gained and which it lost.
"""

from pathlib import Path

from pipeline import inspection, score
from pipeline.__main__ import annotated

UNSEEN = Path(__file__).resolve().parent / "unseen"
RECORD = UNSEEN / "wrong.txt"


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


if __name__ == "__main__":
    RECORD.write_text(record(scores()), encoding="utf-8")
