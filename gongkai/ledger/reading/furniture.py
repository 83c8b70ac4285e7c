"""What surrounds a plan on the page: breadcrumbs, share buttons, notices, notes, signatures, comments."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .numbering import han_value, number_at_start
from .page import Page, Piece

NAVIGATION = re.compile(
    r"(?:当前位置|您的位置|您现在的位置|您当前|网站首页|首页|返回顶部|返回首页|返回|打印本页|打印|关闭窗口|关闭|分享到?|微信|微博|新浪微博|QQ空间|QQ|"
    r"朋友圈|字体|字号|【?\s*大\s*中\s*小\s*】?|全真版|文字版|文件下载|附件下载|下载|相关链接|相关附件|相关文件|相关文档|相关解读|政策解读|收藏|扫一扫[^。]{0,20}|"
    r"来源\s*[：:][^。]{0,30}|(?:发布时间|发布日期|成文日期|日期|时间)\s*[：:]?\s*(?:20\d\d[-年./]\d{1,2}[-月./]\d{1,2}日?)?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?|"
    r"(?:浏览|点击|阅读|访问)(?:次数|量|数)?\s*[：:]?\s*\d{0,8}\s*次?|"
    r"分享(?:到|至)?\s*[：:]?|微信好友|QQ好友|人人网|豆瓣|无障碍(?:阅读|浏览)?|长者(?:模式|版)|政务新媒体|网站标识码\s*[：:]?\s*\w{0,16}|[^\s]{0,4}公网安备.{0,30}|"
    r"附件\s*[：:]?|关闭本页|我要(?:打印|纠错|收藏)|纠错|智能问答|"
    r"索引号\s*[：:].{0,40}|信息来源\s*[：:].{0,30}|责任编辑\s*[：:].{0,20}|版权所有.{0,40}|网站地图|联系我们|(?:主办|承办|技术支持)(?:单位)?\s*[：:]\s*[^\s]{0,40}|"
    r"[^\s]{0,6}ICP备.{0,30}|上一篇.{0,60}|下一篇.{0,60}|-->|<!--|>|»|\||第?\s*\d{1,3}\s*页(?:\s*[/，,共]\s*共?\s*\d{1,3}\s*页)?|[-—－]\s*\d{1,3}\s*[-—－]|"
    r"(?:19|20)\d\d-\d{1,2}-\d{1,2}(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?)"
)
_BETWEEN = " \t\u3000\xa0>»|/【】[]［］：:，,、（）()"
_NAVIGATION_HEAD = re.compile(r"(?:当前位置|您的位置|您现在的位置)[：:]?.*")
_NOTE = re.compile(
    r"\s*(?:注|备注|说明|填表说明|注释)\s*\d{0,2}\s*[：:．.、]|\s*※|\s*填报(?:人|单位|日期|时间)\s*[：:]"
    r"|\s*(?:(?:单位|部门|科室|主要|分管)?(?:负责人|领导)(?:[（(](?:签字|签名|签章)[）)]|签字|签名)|联系人|联系电话|联系方式|填表人|审核人|制表人?|制表单位|审批人|签发人?|复核人?|经办人|填表日期|盖章|[（(]盖章[）)])\s*[：:]"
)
_TOTAL = re.compile(r"(?:合\s*计|总\s*计|小\s*计|共\s*计)(?:[：:]?\s*\d*\s*[项条个]?)?|共\s*\d{1,3}\s*[项条]")
_SIGNATURE = re.compile(
    r"[一-鿿]{0,30}(?:局|委|办公室|政府|管委会|委员会|中心|厅|院)?\s*(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[（(]此件[^）)]{2,12}[）)]"
)
_DOWNLOAD = re.compile(
    r"[^\s。；;，,|]{0,80}\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)(?=$|[\s一-鿿）)])", re.IGNORECASE
)
_FOOT = re.compile(r"[^。；;]{0,80}第\s*\d{1,3}\s*页(?:\s*[/／，,]?\s*共\s*\d{1,3}\s*页)?")
_SIGNER = re.compile(r"[一-鿿（）()、\s]{2,40}(?:局|委|办公室|办公厅|政府|管委会|委员会|中心|厅|院|处|署|公司|集团|学校)")
_ANNEX = re.compile(r"\s*附件\s*\d{0,2}\s*[：:]?\s*")
COMMENT = re.compile(r"#\s*([一-鿿]{1,8})\s*[：:]\s*(.*)")

_KIND = (
    "任务分解表|工作分解表|分解表|分工方案|分工表|任务分工|责任分工|工作台账|任务台账|台账|任务清单|责任清单|重点任务清单|工作要点|工作方案|实施方案|"
    "主要任务|重点工作任务|工作任务表|工作任务|任务一览表|工作计划|落实情况表|落实情况|工作安排|"
    "推进表|进度表|任务表|责任表|汇总表|安排表|落实表|明细表|一览表"
)
# 工作任务 is a kind of paper, and 工作任务分工, 工作任务清单 are too: a name runs on through these words.
_RUNS_ON = "(?:分工|分解|责任|清单|台账|推进|进度|落实|完成|情况|汇总|明细|一览|安排|方案|计划|细则){0,4}"
_TITLE = re.compile(
    r"[^\s。；;！？|：:]{2,70}?(?:"
    + _KIND
    + r")"
    + _RUNS_ON
    + r"(?:[^\s。；;！？|：:，,]{0,10}(?:"
    + _KIND
    + r")"
    + _RUNS_ON
    + r")*表?(?:的通知|的函)?(?:[（(][^（()）]{2,12}[）)])?"
)
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)\s*(?=年|年度|-)")
_HAN_YEAR = re.compile(r"二[〇○零Oo0][一二三四五六七八九〇○零]{2}年")
_ORGAN = re.compile(
    r"[一-鿿]{2,30}?(?:委员会办公室|管委会办公室|人民政府办公室|人民政府办公厅|人民政府|委员会|管委会|办公室|办公厅|管理局|集团|中心|局|厅|委|院)"
)


@dataclass(slots=True)
class Front:
    """What the text before the first task says about the plan."""

    title: str = ""
    year: int | None = None
    issuer: str = ""
    comment_title: str = ""
    comment_issuer: str = ""
    comment_year: int | None = None


def years_in(text: str) -> list[int]:
    """Years written with 年, in Arabic (also full-width) or Chinese figures; 〔2019〕 of a number is none."""
    plain = unicodedata.normalize("NFKC", text)
    found = [int(match.group(1)) for match in _YEAR.finditer(plain)]
    for match in _HAN_YEAR.finditer(text):
        digits = [han_value(char) if char not in "○Oo0" else 0 for char in match.group()[:-1]]
        if len(digits) == 4 and None not in digits:
            found.append(int("".join(str(digit) for digit in digits)))
    return found


def is_navigation(text: str) -> bool:
    text = text.strip()
    if len(text) > 200:
        return False
    if _NAVIGATION_HEAD.fullmatch(text) and len(text) < 120:
        return True
    parts = [part for part in re.split(r"[\s>»|/]+", text) if part]
    return bool(parts) and (
        bool(NAVIGATION.fullmatch(text))
        or all(NAVIGATION.fullmatch(part) for part in parts)
        or _is_run_of_navigation(text)
    )


def _is_run_of_navigation(text: str) -> bool:
    """分享到：微信 微博 【打印】: one button after the other, with nothing but signs between them."""
    at = 0
    while at < len(text):
        if text[at] in _BETWEEN:
            at += 1
            continue
        found = NAVIGATION.match(text, at)
        if not found or found.end() == at:
            return False
        at = found.end()
    return True


def is_title(text: str) -> bool:
    """Whether a text is the name of a plan (…任务分解表)."""
    return bool(_TITLE.fullmatch(re.sub(r"\s+", "", text)))


def is_note(text: str) -> bool:
    return bool(_NOTE.match(text))


def is_total(text: str) -> bool:
    return bool(_TOTAL.fullmatch(text.strip()))


def is_rule(text: str) -> bool:
    """Lines drawn with signs, and separators standing alone."""
    return not re.search(r"\w", text)


def is_signature(text: str) -> bool:
    return len(text) <= 60 and bool(_SIGNATURE.fullmatch(re.sub(r"\s+", "", text)))


def is_signer(text: str) -> bool:
    """Whether a line above the date at the foot of a paper names who issued it."""
    return bool(_SIGNER.fullmatch(text.strip())) and not number_at_start(text)


def is_download(text: str) -> bool:
    return len(text) <= 120 and bool(
        re.fullmatch(
            r"(?:附件\s*\d{0,2}\s*[：:]?)?\s*" + _DOWNLOAD.pattern + r"[\s附件下载]*",
            text.strip(),
            re.IGNORECASE,
        )
    )


def aside_reason(text: str) -> str | None:
    """Why a line outside the tasks may be set aside, or None when nobody can say."""
    if is_navigation(text):
        return "网页导航、分享按钮等文字"
    if is_note(text):
        return "表下注释"
    if is_total(text):
        return "合计行"
    if is_signature(text):
        return "落款"
    if is_download(text):
        return "附件下载文字"
    if _ANNEX.fullmatch(text):
        return "附件标记"
    if _FOOT.fullmatch(text.strip()):
        return "页脚"
    return None


def strip_comments(page: Page, front: Front) -> int:
    """Set aside the comment lines at the head of a text, and return where the paper itself begins.

    Such lines (# 机关: …) were added by whoever saved the page. A Markdown heading is no comment:
    it has no short key before a colon.
    """
    at = 0
    while at < len(page.text):
        end = page.text.find("\n", at)
        end = len(page.text) if end < 0 else end
        line = page.text[at:end]
        match = COMMENT.fullmatch(line.strip().lstrip("\ufeff")[:2000])
        if not match:
            if line.strip():
                break
            at = end + 1
            continue
        key, value = match.group(1), match.group(2).strip()
        plain = re.sub(r"[（(][^（()）]*[）)]", "", value).strip()
        if key == "机关":
            front.comment_issuer = plain
        elif key == "标题":
            front.comment_title = plain
        elif key == "日期" and "不详" not in value:
            years = years_in(value) or [int(y) for y in re.findall(r"^(20\d\d)\b", value)]
            front.comment_year = years[0] if years else None
        page.strip(page.piece(at, end), "文件头说明，不属于原文")
        at = end + 1
    return min(at, len(page.text))


def read_front(page: Page, pieces: list[Piece], front: Front) -> None:
    """Find title, year and issuer before the first task, and set that text aside."""
    titles: list[tuple[bool, str]] = []
    for piece in pieces:
        for match in _TITLE.finditer(re.sub(r"(?<=[一-鿿])\s*\n\s*(?=[一-鿿\d])", "", piece.text)[:20000]):
            title = match.group()
            title = re.sub(r"^(?:[（(][^（()）]*[）)])+", "", title)
            title = re.sub(r"^#+\s*", "", title)
            title = re.sub(r"^附件\s*(?:\d{1,2}(?=[^\d年]))?\s*[：:]?", "", title).strip("《》“”")
            if "《" in title:
                title = title[title.rindex("《") + 1 :]
            if len(title) >= 6:
                titles.append(("公开" in title, title))
    known = [title for public, title in titles if public] or [title for _, title in titles]
    if known:
        # 关于印发…的通知 wraps the paper's own name; the plainer one is the paper.
        plain = [title for title in known if not title.endswith(("的通知", "的函"))]
        front.title = (plain or known)[-1]
        years = years_in(front.title)
        front.year = years[0] if years else None
    whole = "\n".join(piece.text for piece in pieces)[:20000]
    organ = _ORGAN.match(front.title)
    if organ and organ.end() <= len(re.split(r"\d|关于", front.title, maxsplit=1)[0]):
        front.issuer = organ.group()
    else:
        notice = re.search(
            r"(?:^|[\s：:。》])([一-鿿]{3,30}?(?:局|委员会|管委会|办公室|办公厅|人民政府|厅|中心))关于印发",
            whole,
        )
        if notice:
            front.issuer = notice.group(1)
    for piece in pieces:
        for part in _front_parts(page, piece):
            if is_rule(part.text):
                page.sign(part.start, part.end)
                continue
            page.strip(part, _front_reason(part.text, front.title))


def _front_parts(page: Page, piece: Piece) -> list[Piece]:
    parts = [
        page.piece(piece.start + m.start(), piece.start + m.end())
        for m in re.finditer(r"\S+", page.text[piece.start : piece.end])
    ]
    # Within a line of prose a blank separates nothing worth telling apart.
    return parts if len(parts) <= 400 else [piece]


def _front_reason(text: str, title: str) -> str:
    if title and (text in title or title in text and len(text) <= len(title) + 24):
        return "标题"
    if is_navigation(text) or re.match("当前位置|您的位置", text) or text.startswith("首页"):
        return "网页导航、分享按钮等文字"
    return aside_reason(text) or "表前文字"


def strip_download_tail(page: Page, piece: Piece, front_text: str) -> Piece:
    """Cut file names and download buttons off the end of flat text; what remains is returned.

    The name of the file is glued to the last cell. It starts where the words of the paper's own
    notice (…关于印发…的通知) start.
    """
    text = page.text[piece.start : piece.end]
    match = re.search(
        r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)(?:\s|附件|下载|点击|打印|关闭|[（(][^（()）]{0,12}[）)])*$",
        text,
        re.IGNORECASE,
    )
    if not match:
        tail = re.search(
            r"(?:\s*(?:附件下载|下载附件|文件下载|打印本页|打印|关闭窗口|关闭|分享到?[：:]?|微信|新浪微博|微博|QQ空间|朋友圈|收藏|返回顶部|返回|扫一扫))+\s*$",
            text[-200:],
        )
        if not tail:
            return piece
        start = piece.end - (len(text[-200:]) - tail.start())
    else:
        base, length = match.start(), 0
        limit = min(base, 100)
        while length < limit and text[base - length - 1 : base] in front_text:
            length += 1
        if length < 6:
            named = re.search(
                r"(?:附件\s*\d{0,2}\s*[：:]?|关于|\s)[^\s。；;]{2,80}$", text[max(0, base - 100) : base]
            )
            length = min(base, 100) - named.start() if named else 0
        start = piece.start + base - length
    page.strip(page.piece(start, piece.end), "附件下载文字")
    return page.piece(piece.start, start)
