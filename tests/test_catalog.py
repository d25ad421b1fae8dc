"""The catalogue against its own examples: each states its indicator, and none of those it must not."""

import pytest

from pipeline import build, catalog, extract

CATALOG = catalog.load()
INDICATORS = list(CATALOG.indicators.values())
LABELS = {(code_list, code) for code_list, code, _, _ in CATALOG.codes}


def stated(text: str) -> list[tuple[str, dict[str, str]]]:
    """Indicators of the last metric of a text."""
    layout, found = build.laid_out(text)
    readings = extract.read(layout, 2023, found, CATALOG)
    metrics = [r for r in readings if r.quantity.role == "metric"]
    assert metrics, f"no figure in {text}"
    return [(m.indicator, dict(m.category)) for m in metrics[-1].matches]


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.id)
def test_examples_state_their_indicator(indicator: catalog.Indicator) -> None:
    assert indicator.examples
    for example in indicator.examples:
        assert [name for name, _ in stated(example)] == [indicator.id], example


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.id)
def test_never_states_another(indicator: catalog.Indicator) -> None:
    assert indicator.never
    for text in indicator.never:
        assert indicator.id not in [name for name, _ in stated(text)], text


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.id)
def test_every_rule_has_an_example_of_its_category(indicator: catalog.Indicator) -> None:
    found = [category for text in indicator.examples for _, category in stated(text)]
    for rule in indicator.rules:
        assert dict(rule.category) in found, rule.category


def test_names_definitions_and_labels_are_there_in_both_languages() -> None:
    for indicator in INDICATORS:
        assert all((indicator.zh, indicator.en, indicator.definition_zh, indicator.definition_en))
        assert ("domain", indicator.domain) in LABELS
        for key, values in indicator.dimensions.items():
            assert {(f"category:{key}", value) for value in values} <= LABELS


def test_totals_name_indicators() -> None:
    for indicator in INDICATORS:
        assert set(indicator.total) <= set(CATALOG.indicators)


@pytest.mark.parametrize(
    ("indicator", "text", "said"),
    [
        ("reconsideration_cases", "行政复议、行政诉讼案件均为0件。", True),
        ("reconsideration_cases", "被申请行政复议零件，上年2件。", True),
        ("reconsideration_cases", "没有以镇政府为被申请人的行政复议。", True),
        ("reconsideration_cases", "也没有被申请行政复议的案件。", True),
        ("reconsideration_cases", "行政复议案件10件。", False),
        ("reconsideration_cases", "无行政复议被纠错。", False),
        ("litigation_cases", "行政诉讼零起。", True),
        ("litigation_cases", "没有当过行政诉讼的被告。", True),
        ("litigation_cases", "没有因征地引起的诉讼。", False),
        ("litigation_cases", "实现行政诉讼零败诉。", False),
        ("foi_requests", "没有收到依申请公开的要求。", True),
    ],
)
def test_a_nought_in_words(indicator: str, text: str, said: bool) -> None:
    zero = CATALOG.indicators[indicator].zero
    assert zero is not None
    denied = any(zero.denied.match(text, mark.start()) for mark in catalog.DENIAL.finditer(text))
    assert (denied or zero.none.search(text) is not None) == said
