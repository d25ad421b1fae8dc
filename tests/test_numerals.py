"""The grammar of numbers, alone: every small numeral there and back, and the mixed forms that trip others."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import numerals


def test_every_number_below_ten_thousand_survives_writing_and_parsing() -> None:
    assert [numerals.parse(numerals.write(n)) for n in range(10_000)] == list(range(10_000))


@given(st.integers(min_value=0, max_value=10**16 - 1))
def test_large_numbers_survive_writing_and_parsing(number: int) -> None:
    assert numerals.parse(numerals.write(number)) == number


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_separators_change_nothing(number: int) -> None:
    assert numerals.parse(f"{number:,}") == numerals.parse(str(number)) == number


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("1,100万", 11_000_000),
        ("1 730", 1730),
        ("１２３４", 1234),
        ("3万4000", 34_000),
        ("25万6千", 256_000),
        ("三万五", 35_000),
        ("二百三十余万", 2_300_000),
        ("一千零一万零一", 10_010_001),
        ("一万五千亿", 1_500_000_000_000),
        ("二十万亿", 20_000_000_000_000),
        ("廿三", 23),
        ("二〇二一", 2021),
        ("两千", 2000),
        ("0.0045万", 45),
        ("三十五点五", "35.5"),
    ],
)
def test_forms_found_in_reports(numeral: str, value: int | str) -> None:
    assert numerals.parse(numeral) == Decimal(value)


@pytest.mark.parametrize("words", ["", "件", "点", "三点", "abc", "1.2.3", "-5"])
def test_what_is_no_numeral_is_refused(words: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which message depends on the place it fails
        numerals.parse(words)


def test_negative_numbers_have_no_chinese_numeral() -> None:
    with pytest.raises(ValueError, match="no sign"):
        numerals.write(-1)
