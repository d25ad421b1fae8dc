"""Word boundaries where they matter: jieba, loaded only when a window of text has to be cut.

jieba's own cache in the shared temporary folder is a known permission problem (fxsjy/jieba#26), so the dictionary is
built in memory; HMM stays off because it invents words across numbers (1/万余份).
"""

import logging
import string
import warnings
from collections.abc import Callable
from functools import cache


@cache
def _cut() -> Callable[[str], list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # jieba 0.42.1 has invalid escapes and imports pkg_resources
        import jieba  # noqa: PLC0415 - 0.6 s of dictionary that most commands never need

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return lambda text: list(tokenizer.cut(text, HMM=False))


def words(text: str) -> list[str]:
    """The words of a short window of text: 受理信访事项 → 受理, 信访, 事项."""
    return _cut()(text)


@cache
def _characters(light: frozenset[str]) -> frozenset[str]:
    return frozenset("".join(light) + string.whitespace + "\u3000\xa0")


def only_light(text: str, light: frozenset[str]) -> bool:
    """True where a window says nothing of its own, so that the subject before it goes on: 共计, 合计达."""
    text = text.strip()
    if not text or text in light:
        return True
    # Most windows hold a character that no light word has: those need not be cut into words.
    return _characters(light).issuperset(text) and all(
        word in light or word.isspace() for word in words(text)
    )
