"""What a figure states by the example of others: for words that no rule of the catalogue foresees.

Annotated reports and phrasings (`tests/gold`, `tests/phrases`) say what thousands of figures state. `tests/gold/learn.py` weighs
each short piece of the words around them, and the unit, for and against every indicator and its categories (multinomial logistic
regression); `catalog/precedents.npz` holds the weights, whole numbers from -127 to 127, and nothing else. What speaks for an
indicator can be named, so a match by precedent says which words decided.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.model import Category

OWN, RIGHT, CARRIED = 16, 10, 30  # characters beside a figure that are looked at
NEAR = 8  # those this close to its left count in full
Name = tuple[str, Category]  # ("", ()) for a figure that states no indicator
NO_KIND: Category = (("", ""),)  # of an indicator that has categories, for a figure of none
AS_LIKELY: Mapping[str, float] = {}


class Precedent(NamedTuple):
    """An indicator, and how likely it is by the examples."""

    indicator: str
    category: Category
    likelihood: float


@dataclass(frozen=True)
class Precedents:
    """A row of weights for each piece; a column for each indicator, and in `kinds` one for each of its categories, if it has any."""

    pieces: Mapping[str, int]
    indicators: tuple[str, ...]  # "" for a figure that states none
    values: npt.NDArray[np.int8]
    scale: float
    categories: tuple[Name, ...]
    kinds: npt.NDArray[np.int8]

    @cached_property
    def columns(self) -> Mapping[str, list[int]]:
        """The columns of an indicator's categories."""
        found: dict[str, list[int]] = {}
        for column, (indicator, _) in enumerate(self.categories):
            found.setdefault(indicator, []).append(column)
        return found

    def known(
        self, found: Mapping[str, float]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
        """Rows of the pieces that were ever seen, and their shares."""
        rows = self.pieces
        pairs = [(rows[piece], share) for piece, share in found.items() if piece in rows]
        at, shares = zip(*pairs, strict=True) if pairs else ((), ())
        return np.array(at, np.intp), np.array(shares, np.float32)


def pieces(unit: str, own: str, right: str, carried: str, before: str) -> dict[str, float]:
    """Pieces of two and three characters around a figure, by where they stand: 走访563批 → "<走访", "=批".

    `before`: the indicator of the figure before, in its sentence or the one before that: of what is received, some is closed.
    """
    found = {"": 1.0, f"={unit}": 1.5, f"|{own[-3:]}": 0.7}
    if before:
        # 107批次537人次 goes on about the same; 107批次，慰问老党员120人次 may not
        how = "+" if own.strip("，、 共计") else "="
        found |= {f"@{how}{before}": 0.8, f"@{how}{before}={unit}": 0.4}
        found |= {f"@{before}<{piece}": 0.4 for piece in _pairs(own[-6:])}
    found |= {f"~{piece}": 0.5 for piece in _pairs(carried[-CARRIED:])}
    found |= {f">{piece}": 0.5 for piece in _pairs(right[:RIGHT])}
    near = own[-OWN:]
    for part, share in ((near[:-NEAR], 0.6), (near[-NEAR - 2 :], 1.0)):
        for piece in (*_pairs(part), *map("".join, zip(part, part[1:], part[2:], strict=False))):
            found[f"<{piece}"] = share
    return found


def _pairs(text: str) -> Iterable[str]:
    return map("".join, pairwise(text))


def load() -> Precedents:
    """The weights as shipped."""
    with (
        files("pipeline").joinpath("catalog/precedents.npz").open("rb") as stream,
        np.load(stream, allow_pickle=False) as stored,
    ):
        return unpacked(stored)


def packed(precedents: Precedents) -> dict[str, Any]:
    """Arrays of plain bytes and numbers, as they are stored."""
    lines = {
        "pieces": precedents.pieces,
        "indicators": precedents.indicators,
        "categories": (
            "\t".join([one, *(f"{k}={v}" for k, v in kind)]) for one, kind in precedents.categories
        ),
    }
    return {
        name: np.frombuffer("\n".join(some).encode(), np.uint8) for name, some in lines.items()
    } | {
        "values": precedents.values,
        "kinds": precedents.kinds,
        "scale": np.float64(precedents.scale),
    }


def unpacked(stored: Mapping[str, Any]) -> Precedents:
    """The inverse of `packed`."""
    pieces, indicators, categories = (
        bytes(stored[name]).decode().split("\n") for name in ("pieces", "indicators", "categories")
    )
    names = []
    for line in categories:
        indicator, *kind = line.split("\t")
        names.append((indicator, tuple((k, v) for k, _, v in (one.partition("=") for one in kind))))
    rows = {piece: row for row, piece in enumerate(pieces)}
    return Precedents(
        rows,
        tuple(indicators),
        stored["values"],
        float(stored["scale"]),
        tuple(names),
        stored["kinds"],
    )


def weigh(
    found: Mapping[str, float], precedents: Precedents, favoured: Mapping[str, float] = AS_LIKELY
) -> Precedent:
    """The likeliest indicator of a figure with these pieces around it, and its likeliest category.

    `favoured`: how many times likelier some indicators are for another reason ("": that it states none).
    """
    rows, shares = precedents.known(found)
    scores = shares @ precedents.values[rows].astype(np.float32) * precedents.scale
    likely = np.exp(scores - scores.max())
    for indicator, times in favoured.items():
        if indicator in precedents.indicators:
            likely[precedents.indicators.index(indicator)] *= times
    best = int(likely.argmax())
    indicator = precedents.indicators[best]
    category: Category = ()
    if several := precedents.columns.get(indicator):
        scores = shares @ precedents.kinds[rows[:, None], several].astype(np.float32)
        category = precedents.categories[several[int(scores.argmax())]][1]
        category = () if category == NO_KIND else category
    return Precedent(indicator, category, float(likely[best] / likely.sum()))


def words(found: Mapping[str, float], said: Precedent, precedents: Precedents) -> tuple[str, ...]:
    """The two pieces of the text that speak most for what was said."""
    column = precedents.indicators.index(said.indicator)
    spoken = {
        piece[1:]: float(precedents.values[precedents.pieces[piece], column]) * share
        for piece, share in found.items()
        if len(piece.strip()) > 2 and piece[0] not in "@=" and piece in precedents.pieces
    }
    return tuple(
        sorted((one for one in spoken if spoken[one] > 0), key=lambda one: -spoken[one])[:2]
    )
