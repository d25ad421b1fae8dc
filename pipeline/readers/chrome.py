"""Lines that a website prints around a report: none of them may be read as part of it."""

import re

_LONGEST = 120  # a paragraph of a report is longer, or ends like a sentence

_CHROME = re.compile(
    r"""
    (?:当前|现在|所在)?的?(?:位置|所在位置)\s*[:：] | ^首页\s*[>＞»›/|] | [>＞»›].*[>＞»›]
  | (?:浏览|阅读|点击|访问)(?:次数|量|数|率)?\s*[:：] | ^\d+\s*(?:次|人)?(?:浏览|阅读)$
  | ^[【\[（(]?\s*字\s*[体号](?:大小|显示|调整|设置)? | 大\s*[】\]]?\s*[【\[|]?\s*中\s*[】\]]?\s*[【\[|]?\s*小(?![\u4e00-\u9fff])
  | ^[【\[（(]?\s*(?:上|下|前|后)一[篇页条则]\s*(?:[:：】\]>]|$|\s) | ^(?:首页|尾页|末页)(?:\s|$) | ^第?\s*\d+\s*/\s*\d+\s*页?$
  | ^[【\[（(]?\s*(?:打印|关闭|收藏|纠错|返回|我要|分享|视力保护|语音|听全文)[^，]{0,12}$ | 分享(?:到|至)[:：\s]?  | 扫一?扫 | 二维码
  | ICP备 | 公网安备 | 版权所有 | Copyright | © | 网站标识码 | 网站(?:支持|声明|地图|管理|维护|技术) | 政府网站找错
  | ^\s*(?:主办|承办|协办|技术支持|维护|制作|开发)(?:单位|部门)?\s*[:：] | 建议使用.*(?:分辨率|浏览器) | ^联系我们 | 无障碍 | 长者(?:模式|版|专区)
  | ^(?:今天|现在)是 | ^(?:20\d\d年\d+月\d+日\s*)?(?:星期|周)[一二三四五六日天](?:\s|$) | ^\d{1,2}:\d{2}(?::\d{2})?$
  | ^[【\[（(]?\s*(?:责任编辑|责编|编辑|校对|作者|录入|审核)\s*[:：]
  | ^相关(?:链接|阅读|文章|文档|信息|新闻|稿件|附件|解读|推荐)[:：]?$ | ^(?:附件|文件|报告)(?:下载|列表)\s*[:：]? | ^(?:点击)?下载
  | ^(?:https?|file):// | ^(?:登录|注册|搜索|检索|退出|English|繁體|繁体|简体|RSS)(?:\s|$)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_chrome(line: str) -> bool:
    """Whether a line belongs to the page and not to the report."""
    if len(line) > _LONGEST or line.startswith("|") or line.endswith(("。", "；")):
        return False
    return bool(_CHROME.search(line.strip()))
