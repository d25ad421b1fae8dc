"""Numbers as Chinese reports write them: 1,730, １２, 二百三十, 3万4000, 25万6千, 二十万亿.

Readers on the market either rewrite the text or stop at one script; figures here mix both,
and every span has to point into the untouched text.
"""

import re
from decimal import Decimal
from itertools import pairwise

WIDE_DIGIT = re.compile("[０-９]")
NARROW_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
FORMS = str.maketrans("０１２３４５６７８９．，萬億兩", "0123456789.,万亿两")
TENS = {"廿": "二十", "卅": "三十"}

CHARACTERS = "".join(DIGITS) + "".join(SMALL) + "".join(LARGE) + "".join(TENS)

_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?|.", re.DOTALL)
_GROUPING = re.compile(r"(?<=[0-9])[, \u00a0\u2009](?=[0-9]{3})")
_ROUNDING = re.compile("[余多几来]")


def parse(numeral: str) -> Decimal:
    """The number a numeral states; words of rounding inside it (二百三十余万) do not change it."""
    if numeral.isascii() and numeral.isdecimal():
        return Decimal(numeral)
    plain = _ROUNDING.sub("", _GROUPING.sub("", numeral.strip().translate(FORMS)))
    for short, long in TENS.items():
        plain = plain.replace(short, long)
    whole, point, fraction = plain.partition("点")
    if point:
        # 三点五, 二点三万: the scale behind the decimals belongs to the whole
        decimals = fraction.rstrip("".join(LARGE))
        scale = _scale(fraction[len(decimals) :])
        return (_integer(whole) + Decimal(f"0.{_positional(decimals)}")) * scale
    return _integer(plain)


def _scale(words: str) -> Decimal:
    scale = Decimal(1)
    for word in words:
        scale *= LARGE[word]
    return scale


def _positional(digits: str) -> str:
    # 二〇二一: one digit after another, as in years and decimals
    if not digits or any(c not in DIGITS for c in digits):
        raise ValueError(f"not a row of digits: {digits!r}")
    return "".join(str(DIGITS[c]) for c in digits)


def _integer(plain: str) -> Decimal:
    tokens = _TOKEN.findall(plain)
    if not tokens:
        raise ValueError("no numeral")
    if len(tokens) > 1 and all(token in DIGITS for token in tokens):
        return Decimal(_positional(plain))
    high = low = section = Decimal(0)  # closed by 亿, closed by 万, still open
    digit: Decimal | None = None
    for token in tokens:
        if token in SMALL:
            section += (Decimal(1) if digit is None else digit) * SMALL[token]
            digit = None
        elif token == "万":
            low = (low + section + _open(digit, low + section)) * LARGE[token]
            section, digit = Decimal(0), None
        elif token == "亿":
            high += (low + section + _open(digit, low + section)) * LARGE[token]
            low, section, digit = Decimal(0), Decimal(0), None
        else:
            digit = Decimal(DIGITS[token]) if token in DIGITS else _arabic(token)
    return high + low + section + (digit or 0) * _dropped_scale(tokens)


def _open(digit: Decimal | None, so_far: Decimal) -> Decimal:
    # 万余份 says one 万 without the 一
    if digit is not None:
        return digit
    return Decimal(0) if so_far else Decimal(1)


def _dropped_scale(tokens: list[str]) -> int:
    # 三万五 is 35,000: the last digit stands one place below the unit before it
    if len(tokens) < 2 or tokens[-1] not in DIGITS:
        return 1
    return {**SMALL, **LARGE}.get(tokens[-2], 10) // 10


def _arabic(token: str) -> Decimal:
    if not token[0].isascii() or not token[0].isdigit():
        raise ValueError(f"not part of a numeral: {token!r}")
    return Decimal(token)


def write(number: int) -> str:
    """The numeral in Chinese: 10 is 十, 1001 is 一千零一, 20000 is 二万."""
    if number < 0:
        raise ValueError("no sign in Chinese numerals")
    if number == 0:
        return "零"
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10**4)
        groups.append(group)
    if len(groups) > 4:
        raise ValueError("beyond 万亿")
    names = ("", "万", "亿", "万亿")
    # 一万亿零三亿 would say 亿 twice: the upper two groups share one
    if len(groups) == 4 and groups[2]:
        names = ("", "万", "亿", "万")
    parts = [(group, names[i]) for i, group in enumerate(groups)][::-1]
    text = _thousands(parts[0][0]) + parts[0][1]
    for (before, _), (group, name) in pairwise(parts):
        if group:
            gap = "零" if group < 1000 or before == 0 else ""
            text += gap + _thousands(group) + name
    text = re.sub("零+", "零", text)
    return text.removeprefix("一") if text.startswith("一十") else text


def _thousands(number: int) -> str:
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + name
            gap = False
        else:
            gap = True
    return text
