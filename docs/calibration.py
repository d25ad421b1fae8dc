"""Writes docs/calibration.svg: how sure a reading says it is against how often it is right: `python docs/calibration.py`.

Measured on tests/gold/unseen, the reports no rule was written from. A dot stands for all readings of one confidence;
its bar is the 95 % interval. On the diagonal, stated confidence and hit rate are equal.
"""

from collections import defaultdict
from pathlib import Path

from pipeline import inspection, score
from pipeline.__main__ import annotated

DOCS = Path(__file__).resolve().parent
UNSEEN = DOCS.parent / "tests" / "gold" / "unseen"
PAGE = DOCS / "calibration.svg"
SIZE, EDGE = 320, 48
Hits = dict[float, list[int]]  # confidence → right, out of


def hits() -> Hits:
    """For every confidence given: how many indicators were right, and how many were given."""
    found: Hits = defaultdict(lambda: [0, 0])
    for file, report in annotated(UNSEEN):
        shape = inspection.shape(report)
        sure = {
            (quantity, one["indicator"]): one["confidence"]
            for one in shape["observations"]
            if one["method"] == "stated"
            for quantity in one["quantities"]
        }
        numbers = {id(q): number for number, q in enumerate(shape["quantities"])}
        for gold, predicted in score.right_pairs(score.load(file)[0], shape["quantities"]):
            for name in score.ids(predicted):
                confidence = sure[numbers[id(predicted)], name]
                found[confidence][1] += 1
                found[confidence][0] += name in score.ids(gold)
    return found


def across(share: float) -> float:
    """Pixels from the left for a percentage between 50 and 100."""
    return round(EDGE + (share - 50) / 50 * (SIZE - 2 * EDGE), 1)


def up(share: float) -> float:
    """Pixels from the top."""
    return round(SIZE - across(share), 1)


def svg(found: Hits) -> str:
    """Axes from 50 to 100 %, the diagonal, a dot with its interval for each confidence."""
    shapes = [
        f'<line x1="{across(50)}" y1="{up(50)}" x2="{across(100)}" y2="{up(100)}" stroke="#a3adb5"/>'
    ]
    for tick in range(50, 101, 10):
        shapes.append(
            f'<text x="{across(tick)}" y="{SIZE - EDGE + 18}" text-anchor="middle">{tick}</text>'
        )
        shapes.append(f'<text x="{EDGE - 8}" y="{up(tick) + 4}" text-anchor="end">{tick}</text>')
    for confidence, (right, out_of) in sorted(found.items()):
        low, high = (max(50.0, share) for share in score.wilson(right, out_of))
        x, y = across(100 * confidence), up(max(50.0, 100 * right / out_of))
        shapes.append(f'<line x1="{x}" y1="{up(low)}" x2="{x}" y2="{up(high)}" stroke="#1f5a8a"/>')
        shapes.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#1f5a8a"/>')
        shapes.append(f'<text x="{x - 8}" y="{y - 8}" text-anchor="end">n={out_of}</text>')
    shapes.append(
        f'<text x="{SIZE / 2}" y="{SIZE - 8}" text-anchor="middle">stated confidence, %</text>'
    )
    shapes.append('<text x="12" y="20">right, %</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" '
        f'font-family="sans-serif" font-size="11" fill="#1c2733">{"".join(shapes)}</svg>\n'
    )


if __name__ == "__main__":
    PAGE.write_text(svg(hits()), encoding="utf-8")
