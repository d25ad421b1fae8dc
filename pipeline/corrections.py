"""What reviewers decided about single observations, applied at every build: `corrections.csv` in the data folder.

One line for a decision: `observation_id, decision, obs_value, who, decided_on, why`. `confirm` says that a person has
checked the value, `correct` replaces it, `reject` keeps it out of charts. Nothing is deleted: a rejected observation
stays as evidence, and what is computed from a corrected one is computed anew.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pipeline.errors import CorrectionError
from pipeline.model import Correction, Observation, both, obs_status, quoted

FILE = "corrections.csv"
COLUMNS = ("observation_id", "decision", "obs_value", "who", "decided_on", "why")
DECISIONS = ("confirm", "correct", "reject")


def load(data_dir: Path) -> Mapping[str, Correction]:
    """Decisions by observation, the last line of an observation wins. Raises CorrectionError with the line to mend."""
    path = data_dir / FILE
    if not path.is_file():
        return {}
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CorrectionError(
            both(
                f"{FILE} 读不出来，请存为 UTF-8 的 CSV",
                f"{FILE} cannot be read: save it as UTF-8 CSV",
            )
        ) from error
    return {one.observation_id: one for one in map(_correction, range(2, len(rows) + 2), rows)}


def _correction(line: int, row: Mapping[str, str | None]) -> Correction:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    missing = [name for name in COLUMNS if not cells[name] and name != "obs_value"]
    try:
        value = Decimal(cells["obs_value"]) if cells["obs_value"] else None
    except InvalidOperation:
        value = Decimal("NaN")
    number = value is not None and value.is_finite()
    if missing or cells["decision"] not in DECISIONS or number != (cells["decision"] == "correct"):
        raise CorrectionError(
            both(
                f"{FILE} 第 {line} 行不完整：需要 {'、'.join(COLUMNS)}，decision 为 {'、'.join(DECISIONS)}，"
                "只有 correct 带数值；请改正该行。",
                f"{FILE}, line {line}: needs {', '.join(COLUMNS)}, a decision of {', '.join(DECISIONS)}, "
                "and a value only for correct; mend that line.",
            )
        )
    return Correction(**(cells | {"obs_value": value}))  # type: ignore[arg-type]  # cells are named as the fields


def rejected(
    observations: Iterable[Observation], decided: Mapping[str, Correction]
) -> tuple[Observation, ...]:
    """What a person has rejected: kept as evidence, never charted, with the reason."""
    return tuple(
        replace(one, charted=False, comment=_said(one, decided[one.observation_id]))
        for one in observations
        if one.observation_id in decided and decided[one.observation_id].decision == "reject"
    )


def kept(
    observations: Iterable[Observation], decided: Mapping[str, Correction]
) -> tuple[Observation, ...]:
    """The others, the corrected ones with their new value."""
    found = []
    for one in observations:
        said = decided.get(one.observation_id)
        if said is None or said.decision == "confirm":
            found.append(one)
        elif said.obs_value is not None:
            comment = _said(one, said)
            found.append(
                replace(one, obs_value=said.obs_value, method="corrected", comment=comment)
            )
    return tuple(found)


def reviewed(one: Observation, decided: Mapping[str, Correction]) -> Observation:
    """What a person has checked is no longer unreviewed, and certain."""
    if one.observation_id not in decided:
        return one
    status, statuses = obs_status(set(one.obs_status_all) - {"V"})
    return replace(one, obs_status=status, obs_status_all=statuses, confidence=1.0)


def _said(one: Observation, said: Correction) -> str:
    zh = {"correct": "更正", "reject": "否定"}[said.decision]
    en = {"correct": "corrected", "reject": "rejected"}[said.decision]
    was = f"{one.obs_value.normalize():f}"
    return both(
        f"{said.decided_on} 由{quoted(said.who)}{zh}（原为 {was}）：{quoted(said.why)}",
        f"{en} by {quoted(said.who)} on {said.decided_on} (was {was}): {quoted(said.why)}",
    )
