"""Plain text: every character of the file is kept, only a byte order mark goes."""

import re

from pipeline.errors import ReadError
from pipeline.readers.content import Content, refused

# Any Chinese page has some of these; bytes of another kind decoded as GB18030 or Big5 hardly do.
_ORDINARY = re.compile("[的一是在和有為为了年政。、]")
_HAN = re.compile("[一-鿿]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# As browsers understand a page's declaration: each name by the larger set that holds it.
_CODECS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "utf-8": "utf-8", "utf8": "utf-8",
}  # fmt: skip
_NAMES = {"big5hkscs": "big5"}
_LOST = 1000  # one character in so many may be broken where the page declares its encoding


def read(data: bytes) -> Content:
    """UTF-8, UTF-16 (with a byte order mark), GB18030 or Big5; raises ReadError for anything else."""
    text, encoding = decode(data)
    return Content(text, encoding)


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The text and the encoding it was in. What decodes strictly as UTF-8 is UTF-8, whatever is declared."""
    if data.startswith(_UTF16):
        text, encoding = _strict(data, "utf-16"), "utf-16"
    elif (text := _strict(data, "utf-8")) is not None:
        encoding = "utf-8"
    else:
        text, encoding = _chinese(data, _CODECS.get(declared.strip().lower(), ""))
    if text is None:
        raise _unknown()
    if "\x00" in text:
        raise refused("文件是二进制内容，不是纯文本", "the file is binary, not plain text")
    return text.removeprefix("\ufeff"), _NAMES.get(encoding, encoding)


def _chinese(data: bytes, declared: str) -> tuple[str | None, str]:
    for codec in dict.fromkeys((declared, "gb18030", "big5hkscs")):
        text = _strict(data, codec) if codec else None
        if text is not None and _is_chinese(text):
            return text, codec
    if declared:  # a page cut inside a character, as some systems store their descriptions
        text = data.decode(declared, errors="replace")
        if text.count("\ufffd") * _LOST <= len(text) and _is_chinese(text):
            return text, declared
    return None, ""


def _is_chinese(text: str) -> bool:
    sample = text[:200_000]
    ordinary = len(_ORDINARY.findall(sample))
    return ordinary > 0 and ordinary * 50 >= len(_HAN.findall(sample))


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _unknown() -> ReadError:
    return refused(
        "编码无法识别（既不是 UTF-8、UTF-16，也不是 GB18030 或 Big5）",
        "the encoding is not known (neither UTF-8, UTF-16 nor GB18030 or Big5)",
    )
