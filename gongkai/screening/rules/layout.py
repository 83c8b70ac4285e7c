"""What a page should not go out with: links that lead nowhere, pictures without words, gaps, half-typed marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from enum import Enum
from urllib.parse import urlsplit

from gongkai.text.numerals import outline

from .days import Amiss
from .findings import HINT, REFUSE, WARN, Passage


class Target(Enum):
    """What stands at an address of the public site."""

    THERE = "there"
    WITHDRAWN = "withdrawn"
    MISSING = "missing"


#: A path of the public site to what stands there; None when nobody can tell.
Resolve = Callable[[str], Target | None]

_SCHEMES = ("http", "https", "mailto", "tel")
_HOST = re.compile(r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$")
_IPV4 = re.compile(r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$")


def trouble_with_link(href: str, own_hosts: Collection[str], resolve: Resolve | None) -> tuple[str, str, str, str] | None:
    """(severity, rule, why, suggestion) for an address; None when nothing is wrong.

    `own_hosts` are the office's own, lower case; their pages and addresses without a host are put to `resolve`.
    A path of the site that leads nowhere must be put right. Under the full name of the host another program may answer
    (a platform of the superior's, pages of the former site), so that is left to whoever can look.
    """
    address = href.strip()
    if not address:
        return WARN, "bad_link", "链接没有地址", "填写地址或去掉链接"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return WARN, "bad_link", f"地址“{address}”写法不对", "核对地址"
    if re.search(r"\s", address) or re.search(r"://.*https?:?//", address):
        return WARN, "bad_link", f"地址“{address}”中有空格或重复的开头", "核对地址"
    if parts.scheme and parts.scheme.lower() not in _SCHEMES:
        return WARN, "bad_link", f"“{parts.scheme}:”开头的地址不能放在网页上" if parts.scheme != "file" else "地址指向自己电脑上的文件，别人打不开", "改用网站上的地址"
    if parts.scheme in ("mailto", "tel"):
        return None
    if not host:
        if parts.scheme or address.startswith("//") or "\\" in address or re.match(r"(?i)www\.|[a-z0-9-]+\.(?:gov\.cn|com|cn|org)(?:/|$)", address):
            return WARN, "bad_link", f"地址“{address}”不完整", "写出完整地址，以 https:// 开头"
        if address.startswith("#"):
            return None
        if parts.path and not parts.path.startswith("/"):
            return WARN, "bad_link", f"站内地址“{address}”没有从网站根目录写起", "改写成以 / 开头的地址"
    elif host not in own_hosts:
        plain = host.encode("idna").decode() if not host.isascii() and len(host) < 60 else host
        if not _HOST.match(plain) or (_IPV4.match(plain) and any(int(part) > 255 for part in plain.split("."))):
            return WARN, "bad_link", f"地址“{address}”的网站名写法不对", "核对地址"
        return HINT, "foreign_link", f"链接到本机关以外的网站 {host}", "核对该网站可信、内容合适；打开前会提示即将离开本网站"
    path = parts.path or "/"
    leads = resolve(path) if resolve is not None else None
    if leads is Target.WITHDRAWN:
        return REFUSE, "dead_link", f"站内地址“{path}”的内容已经撤回", "改为现行的页面，或去掉链接"
    if leads is Target.MISSING and host:
        return WARN, "dead_link", f"本站没有生成“{path}”这个页面", "核对能否打开；由同一网站名下的其他程序提供的，写明理由后保留"
    if leads is Target.MISSING:
        return REFUSE, "dead_link", f"站内没有“{path}”这个页面", "改为现有的页面，或去掉链接"
    return None


_FILE_NAME = re.compile(r"(?i)^(?:img|dsc|image|图片|微信图片|截图|未标题)?[\s_\-]*[0-9_\-]*\.?(?:jpe?g|png|gif|bmp|webp)?$|\.(?:jpe?g|png|gif|bmp|webp)$")


def trouble_with_picture(alt: str) -> tuple[str, str] | None:
    """(severity, why) for the words that stand for a picture."""
    if not alt.strip():
        return "warn", "图片没有替代文字，看不到图片的人不知道内容"
    if _FILE_NAME.search(alt.strip()):
        return "hint", f"替代文字“{alt.strip()}”像文件名，没有说明内容"
    return None


# Half-typed places. 张××, 李某 are names masked on purpose.
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
_CROSS = re.compile(r"[×Xx][×Xx]+")
_EMPTY = re.compile(r"【 *】|〔 *〕|\( *\)|《 *》|“ *”|___+")
_TO_COME = re.compile(r"待(?:定|补充?|填|核实?)(?=$|[\s),。;\0])", re.MULTILINE)
_HERE = re.compile(r"此处(?:填写|插入|添加|补充|输入)|这里(?:填写|插入|添加|补充)")


def judge_placeholders(plain: str) -> Iterator[Amiss]:
    """Places of a half-width text that were left to be filled in."""
    # Each pattern begins with a character or a class, so that the text is skipped over to where one stands.
    for match in sorted((m for pattern in (_CROSS, _EMPTY, _TO_COME, _HERE) for m in pattern.finditer(plain)), key=lambda m: m.start()):
        before, after = plain[max(0, match.start() - 1) : match.start()], plain[match.end() : match.end() + 1]
        word = before.isascii() and before.isalnum()
        if match.re is _CROSS:
            # 张×× is masked on purpose; XXL is a size and 2xx a kind of code.
            if word or (after.isascii() and after.isalnum()) or (before in _SURNAMES and before and len(match[0]) == 2):
                continue
        elif match.re is _EMPTY:
            if word and match[0][0] == "(":  # f()
                continue
        elif match[0][0] == "待" and before and before not in ":,;( \n\t\0":
            continue  # 有待核实 says something
        yield Amiss("placeholder", *match.span(), f"“{match[0]}”像没有填完的内容", "补齐或删去")


_BEFORE_HALF = re.compile(r"[\u4e00-\u9fff”》）]")
_HALF = re.compile(r"[,;:?!](?=[\u4e00-\u9fff“《（])")
_DOUBLED = re.compile(r"[，、；：。](?:[，、；：]|(?<!。。)。(?!。))")
_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ][０-９Ａ-Ｚａ-ｚ]*")
_PAIRS = (("《", "》"), ("“", "”"), ("〔", "〕"), ("【", "】"))


def judge_punctuation(text: str) -> Iterator[Amiss]:
    """Marks of a text as typed, wherever they stand; what of one kind stands in one passage is told once."""
    for half in _HALF.finditer(text):
        if half.start() and _BEFORE_HALF.match(text, half.start() - 1):
            yield Amiss("punctuation", *half.span(), "中文里用了半角标点", f"“{half[0].translate(_TO_FULL)}”")
    for doubled in _DOUBLED.finditer(text):
        yield Amiss("punctuation", *doubled.span(), "标点重叠", "留下一个")
    for wide in _WIDE.finditer(text):
        yield Amiss("width", *wide.span(), "数字、字母用了全角", f"“{wide[0].translate(_TO_HALF)}”")


def judge_pairs(text: str) -> Iterator[Amiss]:
    """Marks of a passage that come in pairs and don't."""
    for left, right in _PAIRS:
        opened, closed = text.count(left), text.count(right)
        if opened != closed:
            at = text.index(left if opened > closed else right)
            yield Amiss("punctuation", at, at + 1, f"“{left}”与“{right}”不成对", "补上缺少的一半")


def pairs_agree(text: str) -> bool:
    """Whether a whole draft has as many of each mark as of its other half; passages are then not asked one by one."""
    return all(text.count(left) == text.count(right) for left, right in _PAIRS)


_TO_FULL = str.maketrans(",;:?!", "，；：？！")
_TO_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

_SAID = re.compile(r"(?:^|(?<=[。；;，,：:\n\s]))([一二三四五六七八九])是(?![否不的])")


def judge_numbering(passages: Sequence[Passage]) -> Iterator[tuple[int, Amiss]]:
    """Numbers that repeat or leave one out: 一是…三是…, and headings 一、三、 of one level. (passage, what)."""
    counts: dict[int, int] = {}
    for index, passage in enumerate(passages):
        if passage.kind not in ("text", "heading"):
            continue
        text = passage.written
        said = [(match, "一二三四五六七八九".index(match[1]) + 1) for match in _SAID.finditer(text)] if "一是" in text else []
        if said and said[0][1] == 1:
            expected = 1
            for match, number in said:
                if number == 1:
                    expected = 1
                if number != expected:
                    yield index, Amiss("numbering", match.start(1), match.end(), f"此处应是“{'一二三四五六七八九'[expected - 1]}是”", f"{'一二三四五六七八九'[expected - 1]}是")
                    break
                expected += 1
        head = text[:1]
        if head in "一二三四五六七八九十（(" and head and (found := outline(text[:16])) is not None and found.level <= 2:
            counts = {level: number for level, number in counts.items() if level <= found.level}
            last = counts.get(found.level)
            if last is not None and found.number not in (last + 1, 1):
                yield index, Amiss("numbering", 0, len(found.written), f"上一条是第{last}，这一条是第{found.number}", "核对序号")
            counts[found.level] = found.number
