"""Learns what the words around annotated figures state: `python tests/gold/learn.py` writes pipeline/catalog/precedents.npz.

`--held-out` writes nothing: it learns from four fifths of the reports and reads the rest, five times over, and prints how often
that was right: what to expect of a report nobody has seen.
"""

import argparse
import hashlib
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from pipeline import build, catalog, extract, precedent, readers, score
from pipeline.__main__ import find_report
from pipeline.model import Match, Reading

HERE = Path(__file__).resolve().parent
STORED = HERE.parents[1] / "pipeline" / "catalog" / "precedents.npz"
FOLDERS = (HERE, HERE / "unseen", HERE / "passages")
PHRASES = HERE.parent / "phrases"
ROUNDS, RATE = 10, 0.1
NETS, WIDTH = 3, 32
OFTEN = 3  # a piece seen more rarely says nothing of others
FOLDS = 5
Said = TypeVar("Said", str, precedent.Name)
Figure = tuple[extract.Figure, Reading]


class Example(NamedTuple):
    """A figure: the pieces beside it, what it counts and follows, and the names that are right."""

    pieces: precedent.Pieces
    links: precedent.Links
    names: tuple[precedent.Name, ...]


def _files() -> list[Path]:
    return [file for folder in FOLDERS for file in sorted(folder.glob("*.jsonl"))]


def digest() -> str:
    """Of everything that people wrote to learn from: other examples, other weights."""
    written = [*_files(), *sorted(PHRASES.glob("*.toml"))]
    whole = hashlib.sha256(b"".join(file.read_bytes() for file in written))
    for indicator in catalog.load().indicators.values():
        whole.update(repr((indicator.id, indicator.examples, indicator.never)).encode())
    return whole.hexdigest()[:16]


def reports() -> list[list[Example]]:
    """The annotated figures of each report; phrasings and the catalogue's own examples are the last."""
    files = _files()
    known = score.vocabulary(files)
    return [*(list(_of_report(file, known)) for file in files), [*_of_phrases(), *_of_catalog()]]


def _text(file: Path) -> str:
    """The report of an annotation file, as it is read."""
    report = find_report(file, None)
    assert report, f"{file.name}: its report is not there"
    return readers.read(report.name, report.read_bytes()).text


def _figures(text: str) -> list[Figure]:
    """Each figure with the words around it, its sentence and what the rules make of it."""
    known = replace(catalog.load(), precedents=None)
    layout, found = build.laid_out(text)
    stated = {r.quantity.start: r for r in extract.read(layout, 2023, found, known)}
    return [(one, stated[one.quantity.start]) for one in extract.figures(layout, found, known)]


def _examples(
    figures: Sequence[Figure], names: Sequence[tuple[precedent.Name, ...] | None]
) -> Iterator[Example]:
    """Those whose names are known, each with what the one before it states."""
    last = None
    for (figure, reading), said in zip(figures, names, strict=True):
        before = extract.stated_before(last, reading.sentence)
        last = reading
        if said is not None:
            told = extract.links(figure.quantity, figure.around, figure.following, before)
            yield Example(precedent.pieces([figure.words]), told, said)
            stated = tuple(Match(name, kind, "level", 1.0, "") for name, kind in said if name)
            last = replace(reading, matches=stated)


def _of_report(file: Path, known: set[str]) -> Iterator[Example]:
    figures = _figures(_text(file))
    quantities = [one.quantity for one, _ in figures]
    rows = [asdict(qty) | {"value": float(qty.value or 0)} for qty in quantities]
    place = {row["start"]: number for number, row in enumerate(rows)}
    names: list[tuple[precedent.Name, ...] | None] = [None] * len(figures)
    for gold, row in score.right_pairs(score.load(file)[0], rows):
        number = place[row["start"]]
        said = tuple(_names(gold))
        # Annotators do not know every indicator: what only the rules name is no example of a figure without one.
        if said:
            names[number] = said
        elif not gold["indicators"] and {m.indicator for m in figures[number][1].matches} <= known:
            names[number] = (("", ()),)
    yield from _examples(figures, names)


def _names(gold: score.Row) -> Iterator[precedent.Name]:
    """As annotated, without what the catalogue has not."""
    for one in gold["indicators"]:
        if indicator := catalog.load().indicators.get(one["indicator"]):
            known, category = indicator.dimensions, one.get("category", {})
            kept = ((key, value) for key, value in category.items() if value in known.get(key, ()))
            yield indicator.id, tuple(sorted(kept))


def _of_phrases() -> Iterator[Example]:
    for path in sorted(PHRASES.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["phrase"]:
            figures = _figures(entry["text"])
            if len(figures) == len(entry["states"]):
                names = []
                for (_, reading), states in zip(figures, entry["states"], strict=True):
                    # a phrasing names no category: the rules know it
                    categories = {m.indicator: m.category for m in reading.matches}
                    names.append(tuple((n, categories.get(n, ())) for n in states) or (("", ()),))
                yield from _examples(figures, names)


def _of_catalog() -> Iterator[Example]:
    """The last figure of an example states its indicator; a figure of what is never one states what the rules say, or nothing."""
    for indicator in catalog.load().indicators.values():
        for text in indicator.examples:
            *rest, (_, reading) = figures = _figures(text)
            category = next(
                (m.category for m in reading.matches if m.indicator == indicator.id), ()
            )
            yield from _examples(figures, [*[None] * len(rest), ((indicator.id, category),)])
        for text in indicator.never:
            figures = _figures(text)
            stated = [tuple((m.indicator, m.category) for m in r.matches) for _, r in figures]
            yield from _examples(figures, [names or (("", ()),) for names in stated])


def learn(examples: Sequence[Example]) -> precedent.Precedents:
    """The same for the same examples."""
    seen, times = np.unique(
        np.concatenate([one.pieces.keys for one in examples]), return_counts=True
    )
    keys = seen[times >= OFTEN]
    told = sorted({link for one in examples for link, _ in one.links})
    links = {link: len(keys) + at for at, link in enumerate(told)}
    asked = []
    for found, linked, _ in examples:
        ((rows, shares),) = precedent.known(keys, found)
        more = [links[link] for link, _ in linked]
        asked.append((np.append(rows, more), np.append(shares, np.float32([s for _, s in linked]))))
    several = {names[0][0] for _, _, names in examples if names[0][1]}
    indicators = [(one, names[0][0]) for one, (_, _, names) in zip(asked, examples, strict=True)]
    categories = [
        (one, (name, kind or precedent.NO_KIND))
        for one, (_, _, ((name, kind), *_)) in zip(asked, examples, strict=True)
        if name in several
    ]
    stated, which = _net(indicators, len(keys) + len(links), NETS)
    named, kinds = _net(categories, len(keys) + len(links), 1)
    return precedent.Precedents(keys, links, stated, which, named, kinds)


def _net(
    examples: Sequence[tuple[tuple[precedent.Rows, precedent.Floats], Said]], rows: int, nets: int
) -> tuple[tuple[Said, ...], precedent.Net]:
    """Some nets of WIDTH side by side, by stochastic gradient steps that grow smaller (AdaGrad, and evenly towards the end)."""
    names = tuple(sorted({name for _, name in examples}))
    column = {name: at for at, name in enumerate(names)}
    chance = np.random.default_rng(0)
    inner = chance.standard_normal((rows, nets * WIDTH), np.float32) * 0.05
    outer = chance.standard_normal((nets, WIDTH, len(names)), np.float32) * 0.1
    inner_steps, outer_steps = np.full_like(inner, 1e-2), np.full_like(outer, 1e-2)
    order = np.concatenate([chance.permutation(len(examples)) for _ in range(ROUNDS)])
    for step, number in enumerate(order):
        rate = RATE * (1 - step / len(order))
        (at, shares), name = examples[number]
        vectors = inner[at]
        bent = np.tanh(shares @ vectors).reshape(nets, 1, WIDTH)
        scores = (bent @ outer)[:, 0]
        wrong = np.exp(scores - scores.max(1, keepdims=True))
        wrong /= wrong.sum(1, keepdims=True)
        wrong[:, column[name]] -= 1
        back = ((outer @ wrong[:, :, None])[:, :, 0] * (1 - bent[:, 0] ** 2)).ravel()
        slope = bent.reshape(nets, WIDTH, 1) * wrong[:, None, :]
        outer_steps += slope * slope
        outer -= rate * slope / np.sqrt(outer_steps)
        down = shares[:, None] * back
        steps = inner_steps[at] + down * down
        inner_steps[at] = steps
        inner[at] = vectors - rate * down / np.sqrt(steps)
    scale = float(max(np.abs(inner).max(), 1e-6) / 127)
    outward = (outer.reshape(nets * WIDTH, -1) / nets).astype(np.float32)
    return names, precedent.Net(np.rint(inner / scale).astype(np.int8), scale, outward)


def taught() -> Iterator[tuple[Path, catalog.Catalog]]:
    """Each annotation file, with the catalogue as reports of the other folds alone would teach it."""
    files = _files()
    *found, others = reports()
    for fold in range(FOLDS):
        rest = [one for n, report in enumerate(found) if n % FOLDS != fold for one in report]
        known = replace(catalog.load(), precedents=learn([*rest, *others]))
        for file in files[fold::FOLDS]:
            yield file, known


def held_out() -> Iterator[tuple[Path, list[score.Row], list[score.Row]]]:
    """Annotations of each report, and its figures read with nothing learnt from it."""
    for file, known in taught():
        yield file, score.load(file)[0], _read(_text(file), known)


def _read(text: str, known: catalog.Catalog) -> list[score.Row]:
    layout, found = build.laid_out(text)
    return [
        asdict(one.quantity)
        | {
            "value": None if one.quantity.value is None else float(one.quantity.value),
            "period": one.period,
            "confidence": {m.indicator: m.confidence for m in one.matches},
            "indicators": [
                {"indicator": m.indicator, "category": dict(m.category), "fact": m.fact}
                for m in one.matches
            ],
        }
        for one in extract.read(layout, 2023, found, known)
    ]


def table() -> str:
    """Recall, precision and category by folder, every report read with nothing learnt from it."""
    known = score.vocabulary(_files())
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for file, gold, rows in held_out():
        counts[file.parent.name].update(score.count(gold, rows, known))
    lines = [f"{'folder':10} {'figures':>8} {'ind.R':>6} {'ind.P':>6} {'categ':>6}"]
    for name, one in counts.items():
        figures = score.Score(name, one, ())
        shares = [f"{figures.figure(column):>6.1f}" for column in ("ind.R", "ind.P", "categ")]
        lines.append(f"{name:10} {one['gold']:>8} {' '.join(shares)}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true")
    if parser.parse_args().held_out:
        print(table())
    else:
        weights = learn([one for report in reports() for one in report])
        np.savez_compressed(STORED, **precedent.packed(weights), examples=np.array(digest()))


if __name__ == "__main__":
    main()
