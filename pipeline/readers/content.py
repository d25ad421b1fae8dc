"""What a reader hands over, and how it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.errors import ReadError
from pipeline.model import both


@dataclass(frozen=True, slots=True)
class Content:
    """The text of one file with what its format says about it."""

    text: str
    encoding: str = ""  # of the bytes; "" where the format has none
    titles: tuple[str, ...] = ()  # stated outside the text, the most trusted first
    metadata: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[int, ...] = ()  # where each page starts in the text
    warnings: tuple[str, ...] = ()


def refused(zh: str, en: str) -> ReadError:
    """What the file is, and what would help."""
    return ReadError(
        both(
            f"{zh}；请另存为 UTF-8 编码的纯文本（.txt）后再导入。",
            f"{en}; save it as plain text (.txt) in UTF-8.",
        )
    )


def damaged(zh: str, en: str) -> ReadError:
    """A file of a known kind that cannot be opened or is made to do harm."""
    return ReadError(both(f"{zh}；请重新下载或另存一份。", f"{en}; download or save it again."))


def too_large(zh: str, en: str) -> ReadError:
    """More than any report needs."""
    return ReadError(both(f"{zh}；请只导入报告正文。", f"{en}; import the report's text only."))
