"""What a figure states by the example of others: for words that no rule of the catalogue foresees.

Annotated reports and phrasings (`tests/gold`, `tests/phrases`) say what thousands of figures state. `tests/gold/learn.py` learns
from them a vector for each short piece of the words around a figure, its unit, and what the figure before states; the sum of
these, bent by tanh, is weighed for and against every indicator, and again for its categories (two layers, as fastText has them,
with several small ones side by side). `catalog/precedents.npz` holds these numbers and nothing else. What speaks for an indicator
can be named, so a match by precedent says which words decided.

A piece is one to three characters and the side they stand on, packed into one number, so that all the pieces of a report are
looked up at once.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.model import Category

OWN, RIGHT, CARRIED, HEADING, PREVIOUS = 16, 10, 30, 20, 30  # characters that are looked at
LEFT, AFTER, EARLIER, ABOVE, BEFORE, END = 1, 2, 3, 4, 5, 6  # where a piece stands
SHARES = np.zeros(
    (7, 3), np.float32
)  # what a piece of one, two, three characters counts there; 0: none is made
SHARES[LEFT:] = [
    [0.5, 0.6, 0.6],  # left of the figure, in its clause
    [0.35, 0.5, 0],  # right of it
    [0.2, 0.5, 0],  # earlier in its sentence
    [0, 0.3, 0],  # in the heading
    [0, 0.25, 0],  # at the end of the sentence before
    [0, 0.7, 0],  # the last three on the left as one
]
NEAR = 10  # pieces that start this close to its left count in full
GAP = "\0\0\0"  # no piece reaches across
Name = tuple[str, Category]  # ("", ()) for a figure that states no indicator
NO_KIND: Category = (("", ""),)  # of an indicator that has categories, for a figure of none
AS_LIKELY: Mapping[str, float] = {}
Keys = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float32]
Links = tuple[tuple[str, float], ...]


class Precedent(NamedTuple):
    """An indicator, and how likely it is by the examples."""

    indicator: str
    category: Category
    likelihood: float


class Pieces(NamedTuple):
    """Of several figures one after the other; those of figure i are from `bounds[i]` to `bounds[i + 1]`."""

    keys: Keys
    shares: Floats
    bounds: Sequence[int]


class Evidence(NamedTuple):
    """The pieces beside one figure that were ever seen, as rows of weights, and what each counts."""

    rows: Rows
    shares: Floats


NO_EVIDENCE = Evidence(np.zeros(0, np.intp), np.zeros(0, np.float32))


@dataclass(frozen=True)
class Net:
    """A vector for each piece and then for each link, and what the sum of them says for each column."""

    vectors: npt.NDArray[np.int8]
    scale: float
    outward: Floats

    def hidden(self, beside: Evidence, linked: Evidence) -> Floats:
        """What the pieces and links of a figure come to: one value for each place of a vector."""
        rows, shares = beside
        others, their_shares = linked
        whole = shares @ self.vectors[rows].astype(np.float32)
        whole += their_shares @ self.vectors[others].astype(np.float32)
        bent: Floats = np.tanh(whole * self.scale)
        return bent


@dataclass(frozen=True)
class Precedents:
    """What was learnt: for each indicator in `which`, for each category of those that have any in `kinds`."""

    keys: Keys  # of the pieces, in order
    links: Mapping[str, int]
    indicators: tuple[str, ...]  # "" for a figure that states none
    which: Net
    categories: tuple[Name, ...]
    kinds: Net

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

    def linked(self, told: Links) -> Evidence:
        """Those links that were ever seen."""
        known = [(self.links[link], share) for link, share in told if link in self.links]
        return Evidence(
            np.array([row for row, _ in known], np.intp),
            np.array([share for _, share in known], np.float32),
        )


class Words(NamedTuple):
    """What stands around a figure: 接待群众走访 / 批次 / 全年 / 四、化解矛盾 / 司法所参与值班。"""

    own: str  # left of it in its clause
    right: str
    carried: str  # earlier in its sentence
    heading: str
    previous: str  # the end of the sentence before


def pieces(figures: Sequence[Words]) -> Pieces:
    """Pieces of one to three characters around each figure, by where they stand."""
    sides = [
        (one[0][-OWN:], one[1][:RIGHT], one[2][-CARRIED:], one[3][-HEADING:], one[4][-PREVIOUS:])
        for one in figures
    ]
    text = "".join([GAP.join((*five, "")) for five in sides])
    written = np.frombuffer(f"{GAP}{text}{GAP}".encode("utf-32-le", "surrogatepass"), "<u4")
    codes = (written & 0xFFFF).astype(np.uint64)  # no character that matters has a higher number
    first, second, third = (codes[shift : shift + len(text)] for shift in (3, 4, 5))
    lengths = np.array([[len(side) + len(GAP) for side in five] for five in sides], np.intp)
    lengths = lengths.reshape(-1, 5)
    ends = lengths.sum(1).cumsum()
    left_ends = ends - lengths[:, 1:].sum(1) - len(GAP)
    zone = np.repeat(np.tile([LEFT, AFTER, EARLIER, ABOVE, BEFORE], len(sides)), lengths.ravel())
    shares = SHARES[zone]
    ahead = np.repeat(left_ends, lengths.sum(1)) - np.arange(len(zone))
    shares[(ahead > 0) & (ahead <= NEAR), 1:] = 1.0
    ones = zone.astype(np.uint64) << 48 | first << 32
    twos = ones | second << 16
    whole = np.stack([first > 0, second > 0, third > 0], 1)
    made = np.logical_and.accumulate(whole, axis=1) & (shares > 0)
    # The gap after the words on the left starts no piece, so it holds their last characters.
    tail = codes[left_ends] << 32 | codes[left_ends + 1] << 16 | codes[left_ends + 2]
    twos[left_ends] = np.uint64(END << 48) | tail
    made[left_ends, 1], shares[left_ends] = True, SHARES[END]
    kept = np.flatnonzero(made)
    keys = np.stack([ones, twos, twos | third], 1).ravel()[kept]
    bounds = np.searchsorted(kept, 3 * ends)
    return Pieces(keys, shares.ravel()[kept], [0, *bounds.tolist()])


def known(keys: Keys, found: Pieces) -> list[Evidence]:
    """What is known beside each figure; `keys`: those of the rows of weights, in order."""
    rows = np.searchsorted(keys, found.keys)
    rows[rows == len(keys)] = 0
    seen = np.flatnonzero(keys[rows] == found.keys)
    rows, shares = rows[seen], found.shares[seen]
    bounds = np.searchsorted(seen, found.bounds).tolist()
    return [Evidence(rows[start:end], shares[start:end]) for start, end in pairwise(bounds)]


def links(unit: str, value: float, following: str, own: str, before: str) -> Links:
    """What a figure counts, how much of it, and what stands beside it: of what is received, some is closed.

    `following`: the unit of the figure that follows at once (563批1200人次), else "". `before`: the indicator of the figure
    before, in its sentence or the one before that; "-" if none, "" if there is no such.
    """
    size = len(str(int(abs(value))))
    told = [("", 1.0), (f"={unit}", 1.5), (f"#{size}{unit}", 0.3), (f"+{following}", 0.7)]
    if before:
        # 107批次537人次 goes on about the same; 107批次，慰问老党员120人次 may not
        how = "+" if own.strip("，、 共计") else "="
        told += [(f"@{how}{before}", 0.8), (f"@{how}{before}={unit}", 0.4)]
    return tuple(told)


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
    stored: dict[str, Any] = {"keys": precedents.keys}
    for name, some in lines.items():
        stored[name] = np.frombuffer("\n".join(some).encode(), np.uint8)
    for name, net in (("which", precedents.which), ("kinds", precedents.kinds)):
        stored[name] = net.vectors
        stored[f"{name}_outward"] = net.outward
        stored[f"{name}_scale"] = np.float64(net.scale)
    return stored


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
    which, kinds = (
        Net(stored[name], float(stored[f"{name}_scale"]), stored[f"{name}_outward"])
        for name in ("which", "kinds")
    )
    links = {link: len(keys) + at for at, link in enumerate(told)}
    return Precedents(keys, links, tuple(indicators), which, tuple(names), kinds)


def weigh(
    beside: Evidence,
    told: Links,
    precedents: Precedents,
    favoured: Mapping[str, float] = AS_LIKELY,
) -> Precedent:
    """The likeliest indicator of a figure with these pieces around it and these links, and its likeliest category.

    `favoured`: how many times likelier some indicators are for another reason ("": that it states none).
    """
    linked = precedents.linked(told)
    scores = precedents.which.hidden(beside, linked) @ precedents.which.outward
    for indicator, times in favoured.items():
        if indicator in precedents.column:
            scores[precedents.column[indicator]] += math.log(times)
    best = int(scores.argmax())
    indicator = precedents.indicators[best]
    category: Category = ()
    if several := precedents.columns.get(indicator):
        among = precedents.kinds.hidden(beside, linked) @ precedents.kinds.outward[:, several]
        category = precedents.categories[several[int(among.argmax())]][1]
        category = () if category == NO_KIND else category
    return Precedent(indicator, category, float(1 / np.exp(scores - scores[best]).sum()))


def words(
    beside: Evidence, told: Links, said: Precedent, precedents: Precedents
) -> tuple[str, ...]:
    """The two pieces of the text that speak most for what was said."""
    net = precedents.which
    bent = net.hidden(beside, precedents.linked(told))
    towards = net.outward[:, precedents.column[said.indicator]] * (1 - bent * bent)
    weight = net.vectors[beside.rows] @ towards * beside.shares
    spoken: dict[str, float] = {}
    for row, one in zip(beside.rows.tolist(), weight.tolist(), strict=True):
        piece = characters(int(precedents.keys[row]))
        if len(piece) > 1:
            spoken[piece] = max(one, spoken.get(piece, 0.0))
    return tuple(
        sorted((one for one in spoken if spoken[one] > 0), key=lambda one: -spoken[one])[:2]
    )
