"""What may be compared with what: changes, ratios and pairs. Pure; what would mislead is left out with its reason.

The frames are those of `queries.observations`. A reason is a key of the words `compare.reason_…`: `single` value,
`no_before` (none the year before), `bound`, `period`, `status`, `unit`, `break`, `scope`, `no_denominator`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

PRECEDENCE = "BOMLQDIFEPNUVA"  # which status stands for a set of them
_MEASURES = frozenset("% 元 个百分点 平方米 平方公里 小时 天 学时".split())  # what is no count
_LOWER, _UPPER = {"more_than", "at_least"}, {"at_most"}


@dataclass(frozen=True)
class Break:
    """The day from which a series is counted otherwise, and what changed."""

    first: date
    words: str

    def between(self, earlier: str, later: str) -> bool:
        """Whether two years were not counted alike from the first day of one to the last of the other."""
        return f"{earlier}-01-01" < self.first.isoformat() <= f"{later}-12-31"

    def within(self, years: Sequence[str]) -> bool:
        """Whether an axis of these years shows it: its first day alone parts nothing."""
        return bool(years) and self.between(years[0], years[-1])


Row = Mapping[Any, Any] | pd.Series


def incomparable(first: Row, last: Row, breaks: Iterable[Break] = ()) -> str:
    """Why no change may be computed from one value of a series to a later one; "" where it may."""
    if {first["qualifier"], last["qualifier"]} != {"exact"}:
        return "bound"
    if _cut_off(first) != _cut_off(last):
        return "period"
    codes = set(f"{first['obs_status_all']};{last['obs_status_all']}".split(";"))
    if codes & {"B", "D", "U"}:
        return "status"
    if first["unit_measure"] != last["unit_measure"]:
        return "unit"
    return "break" if any(b.between(year(first), year(last)) for b in breaks) else ""


def _cut_off(row: Row) -> tuple[str, str]:
    return str(row["period"]), str(row["period_end"])[4:]


def year(row: Row) -> str:
    """The year a value speaks for."""
    return str(row["time_period"])[:4]


def changes(
    frame: pd.DataFrame, breaks: Sequence[Break] = (), *, asked: bool = False
) -> pd.DataFrame:
    """Of every series of `charts.series` the last two values, with the `difference` and why there is none.

    `asked`: the reader wants it computed also where it is not comparable; the reason stays.
    """
    found = []
    for name in dict.fromkeys(frame["series"]):
        rows = frame[frame["series"] == name].sort_values("year")
        last = rows.iloc[-1]
        first = rows.iloc[-2] if len(rows) > 1 else None
        reason = "single" if first is None else incomparable(first, last, breaks)
        computed = first is not None and (not reason or (asked and reason != "unit"))
        found.append(
            {
                "series": name,
                "from_year": "" if first is None else first["year"],
                "to_year": last["year"],
                "from_point": "" if first is None else first["point"],
                "to_point": last["point"],
                "unit_measure": last["unit_measure"],
                "difference": last["obs_value"] - first["obs_value"]
                if first is not None and computed
                else None,
                "reason": reason,
                "evidence_report": last["evidence_report"],
                "char_start": last["char_start"],
                "char_end": last["char_end"],
            }
        )
    return pd.DataFrame(found)


@dataclass(frozen=True)
class Displayed:
    """Values as the reader wants them, and what could not be had: area, year, reason."""

    rows: pd.DataFrame
    left_out: tuple[tuple[str, str, str], ...] = ()


def yearly_changes(
    rows: pd.DataFrame, breaks: Sequence[Break] = (), *, asked: bool = False
) -> Displayed:
    """Each value less that of the year before; never over a missing year."""
    held = {(r["ref_area"], r["category"], year(r)): r for r in rows.to_dict("records")}
    found, left_out = [], []
    for (area, category, now), row in held.items():
        before = held.get((area, category, str(int(now) - 1)))
        reason = "no_before" if before is None else incomparable(before, row, breaks)
        if before is None or (reason and not (asked and reason != "unit")):
            left_out.append((area, now, reason))
            continue
        statuses = _statuses(before, row, "B" if reason == "break" else "")
        percent = row["unit_measure"] == "%"
        found.append(
            row
            | statuses
            | _other(before)
            | {
                "obs_value": row["obs_value"] - before["obs_value"],
                "fact": "change_pp" if percent else "change_abs",
                "unit_measure": "个百分点" if percent else row["unit_measure"],
                "qualifier": "exact" if not reason else "about",
                "method": "derived",
                "formula": f"{row['obs_value']:g} - {before['obs_value']:g}",
            }
        )
    return Displayed(_like(rows, found), tuple(left_out))


def ratios(rows: pd.DataFrame, below: pd.DataFrame, factor: int, measure: str) -> Displayed:
    """Each value divided by the denominator of its area and year, per `factor`; `measure` holds `{unit}`.

    A ratio of bounds is a bound where both point the same way, else an approximation.
    """
    whole = below[below["category"] == "{}"].to_dict("records")
    held = {(r["ref_area"], year(r)): r for r in whole}
    found, left_out = [], []
    for row in map(dict, rows.to_dict("records")):
        place = (row["ref_area"], year(row))
        under = held.get(place)
        reason = _indivisible(row, under)
        if under is None or reason:
            left_out.append((*place, reason))
            continue
        times = f" × {factor}" if factor != 1 else ""
        found.append(
            row
            | _statuses(row, under)
            | _other(under)
            | {
                "obs_value": row["obs_value"] / under["obs_value"] * factor,
                "unit_measure": measure.format(unit=row["unit_measure"]),
                "qualifier": _qualifier(row["qualifier"], under["qualifier"]),
                "method": "derived",
                "formula": f"{row['obs_value']:g} / {under['obs_value']:g}{times}",
                "comment": under["comment"],
            }
        )
    return Displayed(_like(rows, found), tuple(left_out))


def _like(rows: pd.DataFrame, found: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """A frame of these rows, with the columns of another also where it is empty."""
    return pd.DataFrame(found) if found else rows.iloc[:0]


def _other(row: Row) -> dict[str, Any]:
    """Where the second value of a computation stands; a figure from outside the reports stands in none."""
    places = ("evidence_report", "char_start", "char_end")
    return {f"other_{name}": row.get(name) for name in places}


def _indivisible(row: Row, under: Row | None) -> str:
    if under is None or not under["obs_value"] > 0:
        return "no_denominator"
    if row["scope"] != under["scope"]:
        return "scope"
    stock = (
        under["period"] == "point_in_time"
    )  # stands for the year, whatever part of it is counted
    return "" if stock or _cut_off(row) == _cut_off(under) else "period"


def _statuses(first: Row, second: Row, more: str = "") -> dict[str, str]:
    """The statuses of both, with the one that stands for them."""
    codes = set(f"{first['obs_status_all']};{second['obs_status_all']};{more}".split(";")) - {""}
    codes = codes - {"A"} or codes
    order = sorted(codes, key=lambda code: (code not in PRECEDENCE, PRECEDENCE.find(code)))
    return {"obs_status": order[0], "obs_status_all": ";".join(order)}


def _qualifier(above: str, below: str) -> str:
    """20余 ÷ 10 is more than 2; 20 ÷ 10余 is at most 2; 20余 ÷ 10余 is about 2."""
    if below == "exact":
        return above
    if above in _LOWER | {"exact"} and below in _UPPER:
        return "at_least"
    if above in _UPPER | {"exact"} and below in _LOWER:
        return "at_most"
    return "about"


def pairs(x: pd.DataFrame, y: pd.DataFrame) -> pd.DataFrame:
    """Area-years that have both values: columns of both frames with `_x` and `_y`, those of the key once."""
    keys = ["ref_area", "year", "area"]
    return x.merge(y, on=keys, suffixes=("_x", "_y"), validate="one_to_one")


def fullest_category(rows: pd.DataFrame) -> str:
    """The whole where it is stated, else the category with most values."""
    counts = rows["category"].value_counts()
    return "{}" if "{}" in counts else str(counts.idxmax())


def wholes(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without the parts of what is stated as a whole for the same area and year."""
    whole = rows["category"] == "{}"
    if whole.all():
        return rows
    places = rows["ref_area"] + rows["time_period"].str[:4]
    return rows[whole | ~places.isin(places[whole])]


def parts(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows by the dimension of their category, the whole first: kinds and outcomes share no chart.

    Counts of one list may stand side by side whatever their classifier (件, 起, 份); rates and money have their own chart.
    """
    dimension = pd.Series([";".join(sorted(json.loads(c))) for c in rows["category"]], rows.index)
    scale = pd.Series([u if _measured(u) else "" for u in rows["unit_measure"]], rows.index)
    groups = rows.groupby([dimension, scale], sort=False)
    return sorted(
        ((str(name), group) for (name, _), group in groups), key=lambda part: part[0] != ""
    )


def _measured(measure: str) -> bool:
    return measure in _MEASURES or "/" in measure or " per " in measure
