"""One report as the JSON of `inspect --json`: the public shape, whose names stay.

Kept apart from the records so that these can change while what others read does not.
"""

from decimal import Decimal
from typing import Any

from pipeline.model import Finding, Observation, Place, Reading, Report, Sentence, both, quoted

Json = dict[str, Any]


def shape(report: Report) -> Json:
    """Everything the report yields, ready for `json.dumps`."""
    return {
        "report": _report(report),
        "text": report.document.text,
        "quantities": [_quantity(reading, report) for reading in report.readings],
        "observations": [_observation(o) for o in report.observations],
        "findings": [_finding(finding) for finding in report.findings],
    }


def _report(report: Report) -> Json:
    doc, told = report.document, report.jurisdiction
    options = [_option(place) for place in told.candidates]
    problem = [told.problem] if told.problem else []
    return {
        "report_id": doc.report_id,
        "sha256": doc.sha256,
        "source": doc.source,
        "reader": doc.reader,
        "encoding": doc.encoding,
        "title": doc.title,
        "issuer": told.issuer,
        "issuer_kind": told.issuer_kind,
        "ref_area": told.place.ref_area if told.place else None,
        "ref_area_name": told.place.name if told.place else None,
        "ref_area_path": list(told.place.path) if told.place else [],
        "level": told.place.level if told.place else None,
        "time_period": told.time_period,
        "published_on": told.published_on,
        "candidates": [
            {"ref_area": place.ref_area, "ref_area_path": list(place.path)}
            for place in told.candidates
        ],
        "problem": told.problem,
        "how": {"ref_area": told.how_ref_area, "time_period": told.how_time_period},
        "warnings": [*doc.warnings, *told.warnings, *problem, *options],
    }


def _option(place: Place) -> str:
    path = "/".join(place.path)
    return both(f"可能是 {place.ref_area} {path}", f"perhaps {place.ref_area} {quoted(path)}")


def _quantity(reading: Reading, report: Report) -> Json:
    quantity = reading.quantity
    sentence: Sentence = report.sentences[reading.sentence]
    return {
        "start": quantity.start,
        "end": quantity.end,
        "surface": quantity.surface,
        "value": number(quantity.value),
        "value_max": number(quantity.value_max),
        "unit": quantity.unit,
        "qualifier": quantity.qualifier,
        "role": quantity.role,
        "indicators": [
            {"indicator": m.indicator, "category": dict(m.category), "fact": m.fact}
            for m in reading.matches
        ],
        "period": reading.period,
        "period_end": reading.period_end,
        "period_note": reading.period_note,
        "scope": reading.scope,
        "section": report.sections[reading.section].kind,
        "sentence": [sentence.start, sentence.end],
        "part_of": reading.part_of,
    }


def _observation(o: Observation) -> Json:
    return {
        "observation_id": o.observation_id,
        "indicator": o.indicator,
        "category": dict(o.category),
        "fact": o.fact,
        "time_period": o.time_period,
        "obs_value": number(o.obs_value),
        "unit_measure": o.unit_measure,
        "obs_status": o.obs_status,
        "obs_status_all": list(o.obs_status_all),
        "qualifier": o.qualifier,
        "period": o.period,
        "period_end": o.period_end,
        "scope": o.scope,
        "method": o.method,
        "charted": o.charted,
        "confidence": o.confidence,
        "quantities": list(o.quantities),
        "formula": o.formula,
        "comment": o.comment,
    }


def _finding(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "quantities": list(finding.quantities),
    }


def number(value: Decimal | None) -> int | float | None:
    """A JSON number: whole where it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
