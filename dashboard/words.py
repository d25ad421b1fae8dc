"""Words of a question or of a report, cut as the pipeline cuts them for its index. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import rjieba

_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")


@cache
def _jieba(terms: frozenset[str]) -> rjieba.Jieba:
    jieba = rjieba.Jieba()
    for term in sorted(terms):
        jieba.add_word(term, None, None)
    return jieba


def cut(text: str, terms: Iterable[str]) -> list[str]:
    """The words of two or more characters; `terms` are the words of the database that must not be cut apart."""
    plain = (unicodedata.normalize("NFKC", text) if _WIDE.search(text) else text).lower()
    words = _jieba(frozenset(terms)).cut(plain, hmm=False)
    return [word for word in words if len(word) > 1 and word[0].isalnum()]
