"""The head of a report: its title and the particulars a page prints above it."""

import re
from collections.abc import Iterable

_HEAD = 1000  # characters in which a title or a line of metadata may stand
_TITLE_MAX = 80

_LINE = re.compile(r"[^\r\n]+")
# What may follow a title in its line: … 发布时间：2024-01-10 · …，现予公布。
_AFTER_TITLE = re.compile(r"\s+(?=[\u4e00-\u9fff]{2,6}\s*[:：])|[，,](?=现)")
_WIDE_GAP = re.compile(r"[ \t\u3000\xa0]{2,}")
_TITLE = re.compile(
    r"(?:法治政府|依法行政|法治建设|法治).{0,30}(?:报告|总结|情况|汇报|小结|回顾)(?:（[^（）]{1,20}）|\([^()]{1,20}\))?"
    r"(?:[及和暨与](?:20\d\d年度?|下一年度?).{0,8}(?:计划|安排|打算|要点|思路|谋划|规划|部署|重点))?$"
)
_ISSUER_LINE = re.compile(
    r"(?:办事处|人民政府|委员会|管委会|办公室|工委|党委|[局厅镇乡院]|街道|关于|[区县市省]|20\d\d年度?)$"
)
_LABELS = (
    "索引号 发布机构 发布单位 发文机关 发文单位 制发机关 公开责任部门 信息来源 来源 成文日期 生成日期 发文日期 "
    "发布日期 公开日期 发布时间 文号 发文字号 标题 名称 信息名称 主题分类 主题词 有效性"
).split()
# Words of other sites for the same thing.
_SAME = {
    "发布单位": "发布机构",
    "公开责任部门": "发布机构",
    "生成日期": "成文日期",
    "发文日期": "成文日期",
    "公开日期": "发布日期",
    "发文字号": "文号",
    "信息名称": "标题",
}
_LABEL = "|".join(r"\s*".join(label) for label in sorted(_LABELS, key=len, reverse=True))
_META_LINE = re.compile(rf"^\W{{0,3}}({_LABEL})\s*[:：]\s*(\S[^\r\n]{{0,80}})")
# A label with its value, in a line of several or in cells side by side.
_PAIR = re.compile(
    rf"(?:^|(?<=[\s|【\[•]))({_LABEL})\s*[】\]]?\s*(?:[:：]\s*\|?|\|)\s*([^\s|][^|]{{0,80}}?)"
    r"(?=\s*(?:\||$|【|\s{2})|\s(?:[一-鿿]\s?){2,6}[】\]]?\s*[:：])"
)


def title(text: str) -> str:
    """The report's own title within the first lines, its issuer lines included; "" where there is none."""
    parts = [
        part
        for line in _head_lines(text)
        for wide in _WIDE_GAP.split(line)
        for part in _AFTER_TITLE.split(wide)
        if part
    ]
    for first in range(len(parts)):
        for last in range(first, min(first + 3, len(parts))):
            piece = parts[first : last + 1]
            joined = "".join(piece)
            if len(joined) > _TITLE_MAX or re.search("[。；，：:!！?？>]", joined):
                break
            if _TITLE.search(joined):
                return _with_issuer(parts[:first], joined)
    return ""


def chosen(stated: Iterable[str], own: str) -> str:
    """The title in the text, or the one stated outside it where that says more or stands alone."""
    titles = [own, *(one for one in stated if len(one) <= _TITLE_MAX and _TITLE.search(one))]
    first = next((one for one in titles if one), "")
    return max((one for one in titles if first in one), key=len)


def metadata(text: str) -> dict[str, str]:
    """Lines such as 发布机构：… that a page prints above its report."""
    found: dict[str, str] = {}
    parts = [part for line in _head_lines(text) for part in _WIDE_GAP.split(line)]
    for part in parts:  # 索引号：…　　发布机构：… stand in one line
        if match := _META_LINE.match(part):
            found.setdefault(_name(match[1]), match[2].strip())
    return found


def particulars(line: str) -> dict[str, str]:
    """Labels and values of one line of a page: 发布日期：2022-01-10 来源：… or | 索引号 | 123 | 发布机构 | … |."""
    return {_name(match[1]): match[2].strip() for match in _PAIR.finditer(line)}


def _name(label: str) -> str:
    plain = re.sub(r"\s", "", label)
    return _SAME.get(plain, plain)


def _with_issuer(before: list[str], joined: str) -> str:
    result = joined
    for part in reversed(before[-2:]):
        longer = part + result
        if len(longer) > _TITLE_MAX or _META_LINE.match(part) or not _ISSUER_LINE.search(part):
            break
        result = longer
    return result


def _head_lines(text: str) -> list[str]:
    lines = (match[0].strip() for match in _LINE.finditer(text, 0, _HEAD))
    return [line for line in lines if line]
