"""What a figure states by the example of others: for words that no rule of the catalogue foresees.

Annotated reports and phrasings (`tests/gold`, `tests/phrases`) say what thousands of figures state. `tests/gold/learn.py` weighs
each short piece of the words around them, the unit, and what the figure before states, for and against every indicator and its
categories (multinomial logistic regression); `catalog/precedents.npz` holds the weights, whole numbers from -127 to 127, and
nothing else. What speaks for an indicator can be named, so a match by precedent says which words decided.

A piece is two or three characters and the side they stand on, packed into one number, so that all the pieces of a report are
looked up at once.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.model import Category

OWN, RIGHT, CARRIED = 16, 10, 30  # characters beside a figure that are looked at
NEAR = 10  # pieces that start this close to its left count in full
LEFT, AFTER, EARLIER, END = 1, 2, 3, 4  # where a piece stands; END: the last characters on the left
SHARES = np.array([0, 0.6, 0.5, 0.5, 0.7], np.float32)  # what it counts there
GAP = "\0\0\0"  # no piece reaches across
Name = tuple[str, Category]  # ("", ()) for a figure that states no indicator
NO_KIND: Category = (("", ""),)  # of an indicator that has categories, for a figure of none
AS_LIKELY: Mapping[str, float] = {}
Keys = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.intp]
Shares = npt.NDArray[np.float32]
Links = tuple[tuple[str, float], ...]


class Precedent(NamedTuple):
    """An indicator, and how likely it is by the examples."""

    indicator: str
    category: Category
    likelihood: float


class Pieces(NamedTuple):
    """Of several figures one after the other; those of figure i are from `bounds[i]` to `bounds[i + 1]`."""

    keys: Keys
    shares: Shares
    bounds: Sequence[int]


class Evidence(NamedTuple):
    """The pieces beside one figure that were ever seen, as rows of weights, and what each counts."""

    rows: Rows
    shares: Shares


NO_EVIDENCE = Evidence(np.zeros(0, np.intp), np.zeros(0, np.float32))


@dataclass(frozen=True, eq=False)
class Precedents:
    """A row of weights for each piece and then for each link; a column for each indicator, and in `kinds` one for each of its
    categories, if it has any."""

    keys: Keys  # in order
    links: Mapping[str, int]
    indicators: tuple[str, ...]  # "" for a figure that states none
    values: npt.NDArray[np.int8]
    scale: float
    categories: tuple[Name, ...]
    kinds: npt.NDArray[np.int8]

    @cached_property
    def column(self) -> Mapping[str, int]:
        """The column of an indicator."""
        return {indicator: at for at, indicator in enumerate(self.indicators)}

    @cached_property
    def columns(self) -> Mapping[str, list[int]]:
        """The columns of an indicator's categories."""
        found: dict[str, list[int]] = {}
        for column, (indicator, _) in enumerate(self.categories):
            found.setdefault(indicator, []).append(column)
        return found


def pieces(figures: Sequence[tuple[str, str, str]]) -> Pieces:
    """Pieces of two and three characters around each figure, by where they stand.

    `figures`: the words left of it in its clause, right of it, and earlier in its sentence: ("，接待群众走访", "，", "全年").
    """
    sides = [(own[-OWN:], right[:RIGHT], carried[-CARRIED:]) for own, right, carried in figures]
    text = "".join([f"{own}{GAP}{right}{GAP}{carried}{GAP}" for own, right, carried in sides])
    written = np.frombuffer(f"{GAP}{text}{GAP}".encode("utf-32-le", "surrogatepass"), "<u4")
    codes = (written & 0xFFFF).astype(np.uint64)  # no character that matters has a higher number
    first, second, third = (codes[shift : shift + len(text)] for shift in (3, 4, 5))
    lengths = np.array([[len(side) + len(GAP) for side in three] for three in sides], np.intp)
    lengths = lengths.reshape(-1, 3)
    ends = lengths.sum(1).cumsum()
    left_ends = ends - lengths[:, 1:].sum(1) - len(GAP)
    zone = np.repeat(np.tile([LEFT, AFTER, EARLIER], len(sides)), lengths.reshape(-1))
    shares = SHARES[zone]
    ahead = np.repeat(left_ends, lengths.sum(1)) - np.arange(len(zone))
    shares[(ahead > 0) & (ahead <= NEAR)] = 1.0
    twos = zone.astype(np.uint64) << 48 | first << 32 | second << 16
    whole = (first > 0) & (second > 0)
    threes = (zone == LEFT) & whole & (third > 0)
    # The gap after the words on the left starts no piece, so it holds their last characters.
    tail = codes[left_ends] << 32 | codes[left_ends + 1] << 16 | codes[left_ends + 2]
    twos[left_ends] = np.uint64(END << 48) | tail
    whole[left_ends], shares[left_ends] = True, SHARES[END]
    kept = np.flatnonzero(np.stack([whole, threes], 1))
    keys = np.stack([twos, twos | third], 1).reshape(-1)[kept]
    bounds = np.searchsorted(kept, 2 * ends)
    return Pieces(keys, shares[kept // 2], [0, *bounds.tolist()])


def known(keys: Keys, found: Pieces) -> list[Evidence]:
    """What is known beside each figure; `keys`: those of the rows of weights, in order."""
    rows = np.searchsorted(keys, found.keys)
    rows[rows == len(keys)] = 0
    seen = np.flatnonzero(keys[rows] == found.keys)
    rows, shares = rows[seen], found.shares[seen]
    bounds = np.searchsorted(seen, found.bounds).tolist()
    return [
        Evidence(rows[start:end], shares[start:end])
        for start, end in pairwise(bounds)
    ]


def links(unit: str, own: str, before: str) -> Links:
    """What a figure counts, and what the figure before it states: of what is received, some is closed.

    `before`: the indicator of the figure before, in its sentence or the one before that; "-" if none, "" if there is no such.
    """
    if not before:
        return ("", 1.0), (f"={unit}", 1.5)
    # 107批次537人次 goes on about the same; 107批次，慰问老党员120人次 may not
    how = "+" if own.strip("，、 共计") else "="
    return ("", 1.0), (f"={unit}", 1.5), (f"@{how}{before}", 0.8), (f"@{how}{before}={unit}", 0.4)


def characters(key: int) -> str:
    """The characters of a piece, without those that say where it stands."""
    return "".join(chr(key >> bits & 0xFFFF) for bits in (32, 16, 0)).strip("\0")


def load() -> Precedents:
    """The weights as shipped."""
    with (
        files("pipeline").joinpath("catalog/precedents.npz").open("rb") as stream,
        np.load(stream, allow_pickle=False) as stored,
    ):
        return unpacked(stored)


def packed(precedents: Precedents) -> dict[str, Any]:
    """Arrays of plain bytes and numbers, as they are stored."""
    lines: Mapping[str, Iterable[str]] = {
        "links": precedents.links,
        "indicators": precedents.indicators,
        "categories": (
            "\t".join([one, *(f"{k}={v}" for k, v in kind)]) for one, kind in precedents.categories
        ),
    }
    return {
        name: np.frombuffer("\n".join(some).encode(), np.uint8) for name, some in lines.items()
    } | {
        "keys": precedents.keys,
        "values": precedents.values,
        "kinds": precedents.kinds,
        "scale": np.float64(precedents.scale),
    }


def unpacked(stored: Mapping[str, Any]) -> Precedents:
    """The inverse of `packed`."""
    told, indicators, categories = (
        bytes(stored[name]).decode().split("\n") for name in ("links", "indicators", "categories")
    )
    names = []
    for line in categories:
        indicator, *kind = line.split("\t")
        names.append((indicator, tuple((k, v) for k, _, v in (one.partition("=") for one in kind))))
    keys = stored["keys"]
    return Precedents(
        keys,
        {link: len(keys) + at for at, link in enumerate(told)},
        tuple(indicators),
        stored["values"],
        float(stored["scale"]),
        tuple(names),
        stored["kinds"],
    )


@lru_cache(maxsize=1024)
def _told(precedents: Precedents, told: Links) -> tuple[Shares, Shares]:
    """What the links alone say for each indicator, and for each category."""
    known = [(precedents.links[link], share) for link, share in told if link in precedents.links]
    rows, shares = [row for row, _ in known], np.array([share for _, share in known], np.float32)
    return shares @ precedents.values[rows], shares @ precedents.kinds[rows]


def weigh(
    beside: Evidence,
    told: Links,
    precedents: Precedents,
    favoured: Mapping[str, float] = AS_LIKELY,
) -> Precedent:
    """The likeliest indicator of a figure with these pieces around it and these links, and its likeliest category.

    `favoured`: how many times likelier some indicators are for another reason ("": that it states none).
    """
    rows, shares = beside
    for_indicators, for_categories = _told(precedents, told)
    scores = shares @ precedents.values[rows].astype(np.float32) + for_indicators
    scores *= precedents.scale
    for indicator, times in favoured.items():
        if indicator in precedents.column:
            scores[precedents.column[indicator]] += math.log(times)
    best = int(scores.argmax())
    indicator = precedents.indicators[best]
    category: Category = ()
    if several := precedents.columns.get(indicator):
        among = shares @ precedents.kinds[rows[:, None], several] + for_categories[several]
        category = precedents.categories[several[int(among.argmax())]][1]
        category = () if category == NO_KIND else category
    return Precedent(indicator, category, float(1 / np.exp(scores - scores[best]).sum()))


def words(beside: Evidence, said: Precedent, precedents: Precedents) -> tuple[str, ...]:
    """The two pieces of the text that speak most for what was said."""
    column = precedents.column[said.indicator]
    spoken: dict[str, float] = {}
    for row, share in zip(beside.rows.tolist(), beside.shares.tolist(), strict=True):
        piece = characters(int(precedents.keys[row]))
        if len(piece) > 1:
            spoken[piece] = float(precedents.values[row, column]) * share
    return tuple(
        sorted((one for one in spoken if spoken[one] > 0), key=lambda one: -spoken[one])[:2]
    )
