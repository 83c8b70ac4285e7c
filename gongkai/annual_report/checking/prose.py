"""The prose of a report beside its tables. A difference of scope is explained; a difference without one is shown.

Every number in a sentence is classified by the words that lead up to it. What cannot be classified is left alone:
a reader forgives a number that was not compared, not one that was compared with the wrong cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gongkai.annual_report.checking.cells import Value
from gongkai.annual_report.checking.findings import Finding, note, soft
from gongkai.annual_report.checking.report import Report
from gongkai.annual_report.checking.rules import shown, totals_of
from gongkai.annual_report.forms import forms
from gongkai.text.figures import Figure, find_figures

_SENTENCE = re.compile(r"[^。;\n!]+")
_CLAUSE = re.compile(r"[,，:：]")
_SCOPES = re.compile(r"市本级|区本级|县本级|省本级|本级|局机关|机关本部|本机关|办公室本部|市政府办|区政府办|县政府办|各县[(（]?[区市]|各区[(（]?县|各镇街|各镇|各乡镇|各街道|各部门|各单位|全省|全市|全区|全县|全镇|全系统|下属|直属|街镇")
_COMPARED = re.compile(r"同比|较上|比上|较去|比去|较20|比20|环比|增加|减少|增长|下降|上升|上年同期|去年同期|往年|历年|累计|自20\d\d年以来")
_AS_OF = re.compile(r"截[至止到](?:20\d\d年)?(\d{1,2})月(\d{1,2})日")
_OTHER_BUSINESS = re.compile(r"投诉|来信|来电|来访|咨询|留言|提案|建议案|人大|政协|热线|工单|信访件|信箱|诉求|问政|民意|意见建议|执法|许可申请|申请材料|补贴申请|救助|复核|复议申请|行政复议|诉讼")
_COUNTS = ("件", "宗", "份", "条", "例", "次", "件次", "起", "项", "个", "人", "批次", "人次", "余次", "户", "家")


@dataclass(frozen=True, slots=True)
class Known:
    """A number of the tables that prose may speak of."""

    key: str
    label: str
    number: Decimal


@dataclass(frozen=True, slots=True)
class Said:
    """A number of the prose, what it is said to be, and its sentence."""

    about: str
    figure: Figure
    sentence: str


#: House limits, far above any report's: what lies beyond is not weighed.
_PROSE, _SENTENCES, _LENGTH = 60_000, 1_500, 1_200


def weigh(report: Report) -> None:
    """Find what is to be said of the prose and keep it with the report; costly, so done where time is limited."""
    if report.said is None:
        report.said = check_prose(report)
        report.hints = {key: sorted(numbers) for key, numbers in _hints_for_two(report).items()}


def check_prose(report: Report) -> list[Finding]:
    """Prose against tables, parts against totals, percentages, the fee sentence, the headings."""
    found = [*_headings(report), *_fee_sentence(report)]
    sentences = _sentences(report.prose)
    known = _known(report)
    for said in _said(sentences):
        found += _compared(said, report, known)
    before = ""
    for sentence in sentences:
        found += _parts(sentence, known)
        found += _shares(sentence, before)
        found += _denied(sentence, known)
        found += _other_year(sentence, report)
        before = f"{before};{sentence}"[-240:]
    found += _claims(report)
    return _once(found)


def _sentences(text: str) -> list[str]:
    """The sentences that hold a number or say that there was none."""
    found = (m[0].strip()[:_LENGTH] for m in _SENTENCE.finditer(text[:_PROSE]))
    return [sentence for sentence in found if re.search(r"\d|[一二三四五六七八九十未没无]", sentence)][:_SENTENCES]


def _once(found: list[Finding]) -> list[Finding]:
    seen: set[tuple[str, str]] = set()
    kept = []
    for finding in found:
        if (finding.code, finding.sentence) not in seen:
            seen.add((finding.code, finding.sentence))
            kept.append(finding)
    return kept


# -- What a number is said to be ---------------------------------------------------------------------------------------


def _said(sentences: Sequence[str]) -> Iterator[Said]:
    carried = 0  # how many sentences ago applications were spoken of
    for sentence in sentences:
        figures = [f for f in find_figures(sentence) if f.kind in ("count", "money") and f.unit in (*_COUNTS, "元")]
        court = ""  # which proceeding 维持、纠正 … belong to
        asked = "carried" if 0 < carried <= 8 else ""  # whether applications have been spoken of
        carried = carried + 1 if carried and not re.match(r"[(（]?[一二三四五六七][)）、]", sentence) else 0
        before_end = 0
        for figure in figures:
            lead = sentence[before_end : figure.start]
            tail = re.split(r"[,，。;；()（）\d]", sentence[figure.end :], maxsplit=1)[0][:16]
            before_end = figure.end
            if re.search(r"复议", lead):
                court = "review"
            if re.search(r"诉讼|起诉|应诉", lead):
                court = "suit"
                if re.search(r"未经复议直接", lead):
                    court = "direct_suit"
                elif re.search(r"复议后", lead):
                    court = "suit_after"
            about = _about(lead, tail, sentence, court, asked)
            if about in ("received", "new", "processed"):
                asked, carried = about, 1
            if about:
                yield Said(about, figure, sentence)


def _about(lead: str, tail: str, sentence: str, court: str, asked: str) -> str:
    """What a number counts, from the words before it and those right after; empty when they do not say."""
    clause = _CLAUSE.split(lead)[-1] if not re.search(r"其中", lead) else lead.split("其中")[-1]
    near = lead[-28:]
    if _COMPARED.search(clause) or _COMPARED.search(tail) or re.match(r"部分|方面|环节|层面|专栏|栏目|章节|事项清单", tail):
        return ""
    if "信息处理费" in lead:
        return ""
    if court and (outcome := _outcome(clause or near)):
        return f"{court}.{outcome}"
    if re.search(r"复议[^、]{0,14}$", clause) and not re.search(r"诉讼|答复复议|纠错率", clause):
        return "review.total" if re.search(r"信息公开|政务公开|依申请|行政复议", sentence) and not re.search(r"其他|全局|办理行政复议案", clause) and _of_disclosure(sentence) else ""
    if re.search(r"(?:诉讼|起诉)[^、]{0,14}$", clause):
        if not _of_disclosure(sentence):
            return ""
        return f"{court}.total" if court else "suit.total"
    if re.search(r"规范性文件|政府规章|(?<!的)规章", clause) and "政策性文件" not in clause:
        return _document(clause, tail)
    if re.search(r"结转|顺延|转入|转至", near + tail):
        if re.search(r"下[一]?年|次年|20\d\d年(?:度)?(?:继续|办理|答复)|下一步|翌年", near + tail):
            return "carried_forward"
        if re.search(r"上[一]?年|去年|20\d\d年(?:度)?结转|以前年度", near + tail):
            return "carried_over"
    if re.search(r"尚未办结|正在办理|未办结", clause + tail) and asked:
        return "carried_forward"
    if _OTHER_BUSINESS.search(clause):
        return ""
    if asked and (result := _result(clause)):
        return result
    if "申请" not in sentence:
        return ""
    if re.search(r"答复|办结|办理完毕|处理完毕|已回复", clause) and not re.search(r"(?:收到|受理|接收|新收)[^,，]{0,20}$", clause):
        return "processed" if asked or re.search(r"申请", lead) else ""
    if re.search(r"(?:新收|新增)[^,，]{0,24}$", clause) and re.search(r"申请", clause + tail):
        return "new"
    if re.search(r"(?:收到|受理|接收|接到|收悉|办理|收取|登记|处理)(?!.*(?:收费|费用))[^,，]{0,40}$", clause) and re.search(r"申请", clause + tail):
        if re.search(r"(?:网络|网上|在线|邮件|邮箱|信函|信件|当面|现场|窗口|传真|邮寄|平台)[^,，]{0,12}$", clause):
            return ""
        return "received"
    return ""


def _result(clause: str) -> str:
    """The row or column of table three that the end of a clause names."""
    if re.search(r"予以公开(?:及|和|或|、)(?:予以)?部分公开[^,，]{0,6}$", clause):
        return "granted_or_partial"
    for words, key in _RESULTS:
        if re.search(rf"(?<![及和或、]){words}(?:的|申请|类|提出|提交|共|为|有|信息|处理|答复|\s)*[约共计]*$", clause.strip()):
            return key
    return ""


_RESULTS = (
    ("予以公开", "granted"), ("部分公开", "partial"), ("不予公开", "denied"), ("无法提供", "unable"), ("不予处理", "unhandled"), ("其他处理", "otherwise"),
    ("不掌握相关政府", "not_held"), ("自然人", "column.natural"), ("商业企业", "column.business"), ("科研机构", "column.research"), ("社会公益组织", "column.welfare"),
    ("法律服务机构", "column.law_firm"), ("法人[或和]其他组织", "column.legal"),
)  # fmt: skip


def _of_disclosure(sentence: str) -> bool:
    return bool(re.search(r"信息公开|政务公开|依申请", sentence))


def _outcome(clause: str) -> str:
    for words, key in (("维持", "upheld"), ("纠正", "corrected"), ("撤销", ""), ("其他结果", "otherwise"), ("未审结|未结|正在审理|审理中", "pending")):
        if re.search(rf"(?:{words})[^\d]{{0,6}}$", clause):
            return key
    return ""


def _document(clause: str, tail: str) -> str:
    if re.search(r"解读|备案|审查|审核|公平竞争|起草|征求", clause):
        return ""
    which = "normative" if "规范性文件" in clause else "rules"
    if re.search(r"现行有效|继续有效", clause) and not re.search(r"废止|失效", clause):
        return f"{which}.in_force"
    if re.search(r"清理(?!废止)|修改|修订", clause):
        return ""
    if re.search(r"废止|失效", clause):
        return f"{which}.repealed" if not re.search(r"制定|印发|出台|现行有效", clause) else ""
    if re.search(r"制发|制定|印发|出台|新增|发布|新制", clause) and not re.search(r"市政府|省政府|转发|公开", clause.split("规")[0][:6] if which == "rules" else ""):
        return f"{which}.issued"
    return ""


# -- Against the tables ------------------------------------------------------------------------------------------------


def _known(report: Report) -> dict[str, list[Known]]:
    """What each kind of statement may rightly equal; the first is what it should be, the others are scopes."""
    tables = report.tables
    held: dict[str, list[Known]] = {}
    form = tables.form

    totals = totals_of(tables, form) if form is not None else None

    def three(row: str, column: str = "total") -> Decimal | None:
        value = totals(row) if column == "total" and totals is not None else tables.three.get((row, column))
        return value.counts if value is not None and value.is_known else None

    def put(key: str, *ways: tuple[str, Decimal | None]) -> None:
        known = [Known(key, label, number) for label, number in ways if number is not None]
        if known and ways[0][1] is not None:
            held[key] = known

    def plus(*numbers: Decimal | None) -> Decimal | None:
        return None if any(n is None for n in numbers) else sum((n for n in numbers if n is not None), Decimal(0))

    if form is not None and tables.three and any(v.number is not None for v in tables.three.values()):
        new, over, done, forward = three("new_received"), three("carried_over"), three("total_processed"), three("carried_forward")
        put("received", ("本年新收", new), ("本年新收＋上年结转", plus(new, over)), ("本年办结（七）总计", done))
        put("new", ("本年新收", new))
        put("processed", ("（七）总计", done), ("本年新收", new), ("（七）总计－上年结转", plus(done, -over if over is not None else None)), ("本年新收＋上年结转", plus(new, over)))
        put("carried_forward", ("结转下年度继续办理", forward))
        put("carried_over", ("上年结转", over))
        for key in ("granted", "partial", "not_held"):
            put(key, (form.table_three.row(key).label.split("（区")[0], three(key)))
        put("granted_or_partial", ("（一）予以公开＋（二）部分公开", plus(three("granted"), three("partial"))))
        for group in form.table_three.groups:
            if group.key in ("denied", "unable", "unhandled", "otherwise"):
                put(group.key, (group.label, plus(*(three(row.key) for row in form.table_three.rows_under(group.key)))))
        if form.key == "60":
            put("otherwise", ("（六）其他处理", three("other_handling")))
        if not tables.lost:
            for column in form.table_three.columns[:-1]:
                received, over_here = three("new_received", column.key), three("carried_over", column.key)
                name = f"“{column.label}”"
                put(f"column.{column.key}", (f"{name}新收", received), (f"{name}新收＋上年结转", plus(received, over_here)), (f"{name}办结", three("total_processed", column.key)))
            legal = [c.key for c in form.table_three.columns if c.under == "legal"]
            put("column.legal", ("法人或其他组织新收", plus(*(three("new_received", c) for c in legal))), ("法人或其他组织新收＋上年结转", plus(*(three(r, c) for c in legal for r in ("new_received", "carried_over")))))
    if tables.four and any(v.number is not None for v in tables.four.values()):
        _put_four(report, put, plus)
    if tables.form_two == "30":
        for row, label in (("rules", "规章"), ("normative", "行政规范性文件")):
            for column, head in (("issued", "本年制发件数"), ("repealed", "本年废止件数"), ("in_force", "现行有效件数")):
                value = tables.two.get(("item_1", row, column))
                put(f"{row}.{column}", (f"表二“{label}”{head}", value.number if value is not None else None))
    return held


def _put_four(report: Report, put, plus) -> None:
    columns = {column.key: column.label for column in forms()["30"].table_four.columns}

    def four(group: str, column: str) -> Decimal | None:
        value: Value = report.tables.four_at(group, column)
        return value.counts if value.is_known else None

    for column, label in columns.items():
        put(f"review.{column}", (f"表四行政复议{label}", four("reconsideration", column)))
        direct, after = four("direct_suit", column), four("suit_after", column)
        put(f"suit.{column}", (f"表四行政诉讼（两栏之和）{label}", plus(direct, after)), (f"表四未经复议直接起诉{label}", direct), (f"表四复议后起诉{label}", after))
        put(f"direct_suit.{column}", (f"表四未经复议直接起诉{label}", direct))
        put(f"suit_after.{column}", (f"表四复议后起诉{label}", after))


def _compared(said: Said, report: Report, held: dict[str, list[Known]]) -> Iterator[Finding]:
    known = held.get(said.about)
    if not known:
        return
    figure, quoted = said.figure, f"“{_quote(said)}”"
    right = known[0]
    if figure.admits(right.number):
        return
    for other in known[1:]:
        if figure.admits(other.number):
            yield note("scope", "正文", f"{quoted}与{right.label}{shown(right.number)}不同，是{other.label}＝{shown(other.number)}的口径，不算矛盾。", "新收、办理总量等口径不同应当说明")
            return
    sentence = f"{quoted}，表内{right.label}是{shown(right.number)}" + ("，其他口径（" + "、".join(f"{k.label}{shown(k.number)}" for k in known[1:]) + "）也不是" if len(known) > 1 else "") + "。"
    if "suit" in said.about and re.search(r"二审|上诉|再审|审级", said.sentence):
        yield note("scope", "正文", f"{sentence}句中分审级计数，表内一件案件的各审可以只计一次，不判为矛盾。", "按案件与按审级的口径不同")
        return
    if (as_of := _AS_OF.search(said.sentence)) and (as_of[1], as_of[2]) != ("12", "31"):
        yield note("scope", "正文", f"{sentence}句中是“{as_of[0]}”的数，与全年的表不同，不判为矛盾。", "截至年中的数与全年的数口径不同")
        return
    if scope := _SCOPES.search(said.sentence):
        if report_scope_differs(report, scope[0]):
            yield note("scope", "正文", f"{sentence}句中是“{scope[0]}”的口径，与表的统计范围可能不同，不判为矛盾。", "本级与全域口径不同应当说明")
            return
    yield soft("I7", "正文与表", sentence, "正文的数字与表一致")


def report_scope_differs(report: Report, scope: str) -> bool:
    """Whether a scope named in a sentence is another than that of the report: 本级 in the report of a whole city, 全市 in a bureau's."""
    whole = bool(re.search(r"(?:人民政府|管委会|管理委员会|试验区|实验区|开发区|新区|[省市区县旗])$", report.office)) or not report.office
    if whole:  # the departments without the government's own office are a part of the whole, as that office is
        return not scope.startswith("全")
    return scope.startswith(("全", "各")) or scope in ("下属", "直属", "街镇")


def _quote(said: Said) -> str:
    start = max(0, said.figure.start - 26)
    return ("…" if start else "") + said.sentence[start : said.figure.end + 2].strip()


# -- Within the prose --------------------------------------------------------------------------------------------------

_OPENS_PARTS = re.compile(r"其中|包括|分别为|分别是|(?<=[条件份次个篇则项])[:：(（]")


_OTHER_WAY = re.compile(r"办结|答复|予以|部分公开|不予|无法|结转|办理|处理|全部|均|已|掌握")


def _parts(sentence: str, known: dict[str, list[Known]]) -> Iterator[Finding]:
    """Parts that add up to more than their total, or to little less: as many words as `其中` open them."""
    for opener in _OPENS_PARTS.finditer(sentence):
        before = [f for f in find_figures(sentence[: opener.start()]) if f.kind == "count"]
        if not before or sentence[before[-1].end : opener.start()].strip("，, (（:：") not in ("",) and len(sentence[before[-1].end : opener.start()]) > 6:
            continue
        total = before[-1]
        rest = sentence[opener.end() :]
        if opener[0] in "(（" or sentence[: opener.start()].rstrip().endswith(("(", "（")):
            rest = re.split(r"[)）]", rest, maxsplit=1)[0]
        parts = []
        at = 0
        for figure in find_figures(rest):
            between = rest[at : figure.start]
            if figure.kind != "count" or figure.unit != total.unit or re.search(r"其中|另有|另外|此外|同时|同比|较|比|占|累计|[)）].*[,，。]", between):
                break
            if sum(Decimal(f.value) for _, f in parts) == Decimal(total.value) and _OTHER_WAY.search(between):
                break  # the same cases told once more, by another division
            parts.append((between, figure))
            at = figure.end
        exact = [f for _, f in parts if f.is_exact]
        if len(parts) < 2 or len(exact) != len(parts) or not total.is_exact:
            continue
        summed = sum((Decimal(f.value) for f in exact), Decimal(0))
        added = "＋".join(shown(Decimal(f.value)) for f in exact)
        whole = Decimal(total.value)
        quoted = f"“{sentence[max(0, total.start - 14) : total.end]}，其中…”"
        if summed > whole and all(Decimal(f.value) <= whole for f in exact):
            yield soft("parts", "正文", f"{quoted}：各分项{added}＝{shown(summed)}，多于总数{shown(whole)}。", "分项之和不大于总数")
        elif any(k.number == summed for k in known.get("processed", ())) and any(k.number == whole for k in known.get("received", ())):
            return  # received so many, and what was done with those that were decided
        elif summed < whole and len(parts) >= 3 and whole - summed <= max(1, whole / 20):
            yield soft("parts", "正文", f"{quoted}：各分项{added}＝{shown(summed)}，比总数{shown(whole)}少{shown(whole - summed)}；如果分项是全部，请核对。", "分项之和等于总数")
        return


_SHARE = re.compile(r"(?:占(?:比|总数|申请总数|总量|总数的|比为|比达|申请总量)?(?:的)?|比例(?:为|达)?|占全部[^,，\d]{0,8})\s*(\d+(?:\.\d+)?)\s*%")


def _shares(sentence: str, before: str) -> Iterator[Finding]:
    """A part with its percentage of a total named just before, in this sentence or the ones it follows."""
    figures = [f for f in find_figures(sentence) if f.kind == "count"]
    wholes_before = [f for f in find_figures(before) if f.kind == "count"]
    for match in _SHARE.finditer(sentence):
        earlier = [f for f in figures if f.end <= match.start()]
        if not earlier or match.start() - earlier[-1].end > 12:
            continue
        part = earlier[-1]
        wholes = [f for f in [*wholes_before, *earlier[:-1]] if f.unit == part.unit and f.is_exact and Decimal(f.value) >= Decimal(part.value) > 0]
        loose = any(f.unit == part.unit and not f.is_exact for f in [*wholes_before, *earlier[:-1]])
        if not wholes or not part.is_exact or loose:
            continue
        said = Decimal(match[1])
        places = len(match[1].partition(".")[2])
        slack = Decimal(1).scaleb(-places)
        if not any(abs(Decimal(part.value) * 100 / Decimal(w.value) - said) <= slack for w in wholes):
            whole = min(wholes, key=lambda f: abs(Decimal(part.value) * 100 / Decimal(f.value) - said))
            right = (Decimal(part.value) * 100 / Decimal(whole.value)).quantize(Decimal(1).scaleb(-max(places, 1)))
            yield soft("share", "正文", f"“{sentence[max(0, part.start - 10) : match.end()]}”：{shown(Decimal(part.value))}÷{shown(Decimal(whole.value))}＝{right}%，写的是{match[1]}%。", "百分比按四舍五入核对")


_YEAR_FIRST = re.compile(r"(?:[一二三四五六][、.][^\d]{0,12}|[(][一二三四五][)][^\d。]{0,12}|\[[^\]]*\]\s*)?(20\d\d)年(?:度)?,?(?:我|本|全|区|市|县|共|办|局|镇|街道|收到|主动|新收|受理)")


def _other_year(sentence: str, report: Report) -> Iterator[Finding]:
    """A sentence that counts this year's work but begins with another year. Plans for the next year are no such sentence."""
    found = _YEAR_FIRST.match(sentence)
    if report.year is None or found is None or int(found[1]) == report.year:
        return
    if re.search(r"较|比|同期|计划|将|下一步|截至|《|拟|继续|进一步|力争|以来|相比", sentence) or not re.search(r"收到|受理|主动公开|发布|办结|答复|接收", sentence):
        return
    yield soft("other_year", "正文", f"“{sentence[:36]}…”说的是{found[1]}年，报告年度是{report.year}年，请核对是否沿用了其他年份的文字。", "统计期限为报告年度")


_NONE_RECEIVED = re.compile(r"(?:未|没有|无)(?:收到|受理|接到|接收)(?!.{0,10}(?:投诉|举报|复议|诉讼|补正|许可|审批|补贴|救助|认定))[^,，。]{0,14}申请")
_NO_COURT = re.compile(r"(?:未|没有|无)(?:发生|产生|出现|收到|被|因)?[^,，。\d]{0,24}(?:行政)?(?:复议[和、及与,，]?(?:被?提起)?(?:行政)?诉讼|复议|诉讼)")


def _denied(sentence: str, known: dict[str, list[Known]]) -> Iterator[Finding]:
    """What a sentence says there was none of, while the table has some."""
    if (found := _NONE_RECEIVED.search(sentence)) and (new := known.get("received")) and all(k.number for k in new[:2]):
        yield soft("I7", "正文与表", f"“{found[0]}”，表内{new[0].label}是{shown(new[0].number)}。", "正文的数字与表一致")
    if (found := _NO_COURT.search(sentence)) and _of_disclosure(sentence) and not re.search(r"败诉|纠错|纠正|被撤销|败", sentence):
        for word, key in (("复议", "review.total"), ("诉讼", "suit.total")):
            if word in found[0] and (held := known.get(key)) and held[0].number:
                yield soft("I7", "正文与表", f"“{found[0]}”，{held[0].label}是{shown(held[0].number)}。", "正文的数字与表一致")


def _headings(report: Report) -> Iterator[Finding]:
    form = report.tables.form
    titles = (form or forms()["30"]).sections
    if report.kind == "json" or len(report.headings) < 3:
        return
    for number, written in sorted(report.headings.items()):
        right = titles[number - 1]
        plain = re.sub(r"^[一二三四五六七1-6][、.]", "", written)
        if plain and plain != right:
            yield soft("heading", f"第{'一二三四五六'[number - 1]}部分标题", f"标题写作“{plain}”，格式为“{right}”。", "六部分标题与格式一致", form.basis if form else "30号")
    if {1, 5} <= report.headings.keys() and (missing := [n for n in range(1, 7) if n not in report.headings]):
        yield soft("section_missing", "全文", f"没有找到{'、'.join(f'“{titles[n - 1]}”' for n in missing)}部分，请核对。", "年度报告含六个部分", form.basis if form else "30号")
    if report.title and "工作年度报告" not in report.title and "年度报告" in report.title:
        yield note("title", "标题", f"标题写作“…{report.title[-12:]}”，格式名称为“政府信息公开工作年度报告”。", "标题与格式一致", form.basis if form else "30号")


def _fee_sentence(report: Report) -> Iterator[Finding]:
    """Section six says what was charged, even when nothing was. Said only of a file that has section six."""
    if 6 not in report.headings or (report.year or 2021) < 2021:  # 109号 is in force from 2021
        return
    last = re.split(r"其他需要报告(?:的)?事项", report.prose)[-1]
    if report.kind == "json" or re.search(r"信息处理费|信息公开处理费|收费情况|处理费|收取[^。]{0,12}费用", report.prose) or re.search(r"收费|收取|费用", last):
        return
    yield soft("fee_sentence", "第六部分", "没有写明信息处理费的收取情况；没有收取的，也应写明“未收取”。", "第六部分报告收取信息处理费的情况", "109号")


# -- Claims of machine-readable copies ---------------------------------------------------------------------------------


def _claims(report: Report) -> Iterator[Finding]:
    known = _known(report)
    for claim in report.claims:
        if isinstance(balance := claim.get("balance"), dict):
            yield from _balance(balance)
        label, total, parts = str(claim.get("label") or ""), claim.get("total"), claim.get("parts")
        if not isinstance(total, int):
            continue
        if isinstance(parts, dict) and (numbers := [n for n in parts.values() if isinstance(n, int)]):
            summed = sum(numbers)
            if summed > total or claim.get("parts_claimed_exhaustive") and summed != total:
                yield soft("parts", "正文", f"“{label}”{total}，各分项{'＋'.join(map(str, numbers))}＝{summed}，相差{abs(summed - total)}。", "分项之和等于总数")
        about = _CLAIM_ABOUT.get(label)
        if about and (options := known.get(about)) and total != options[0].number:
            if other := next((o for o in options[1:] if o.number == total), None):
                yield note("scope", "正文", f"“{label}”{total}与{options[0].label}{shown(options[0].number)}不同，是{other.label}的口径，不算矛盾。")
            else:
                yield soft("I7", "正文与表", f"“{label}”{total}，表内{options[0].label}是{shown(options[0].number)}。", "正文的数字与表一致")
        if label in ("复议", "诉讼") and isinstance(parts, dict):
            court = "review" if label == "复议" else "suit"
            for key, column in (("维持", "upheld"), ("纠正", "corrected"), ("其他", "otherwise"), ("未结", "pending")):
                if isinstance(parts.get(key), int) and (options := known.get(f"{court}.{column}")) and parts[key] != options[0].number:
                    yield soft("I7", "正文与表", f"“{label}”{key}{parts[key]}，{options[0].label}是{shown(options[0].number)}。", "正文的数字与表一致")


_CLAIM_ABOUT = {
    "受理": "received", "收到": "received", "依申请收到": "received", "依申请公开收到": "received", "依申请公开": "received", "答复": "processed", "办结": "processed",
    "含上年结转": "carried_over", "顺延下年": "carried_forward", "结转": "carried_forward", "自然人": "column.natural", "商业企业": "column.business",
    "规范性文件现行有效": "normative.in_force", "规范性文件制发": "normative.issued", "行政诉讼": "suit.total", "行政复议": "review.total",
    "复议": "review.total", "诉讼": "suit.total", "规章新增": "rules.issued", "现行有效行政规范性文件": "normative.in_force",
}  # fmt: skip


def _balance(balance: dict) -> Iterator[Finding]:
    numbers = [balance.get(key) for key in ("new", "carried_in", "done", "carried_out")]
    if all(isinstance(n, int) for n in numbers):
        new, over, done, forward = numbers
        if new + over != done + forward:
            yield soft("balance", "正文", f"新收{new}＋上年结转{over}＝{new + over}，办结{done}＋结转下年{forward}＝{done + forward}，相差{abs(new + over - done - forward)}。", "新收加上年结转等于办结加结转下年")


def _hints_for_two(report: Report) -> dict[str, set[int]]:
    """What the prose says of 制发, 废止 and 现行有效, for figures of table two that ran together."""
    hints: dict[str, set[int]] = {}
    for said in _said(_sentences(report.prose)):
        if said.about.startswith("normative.") and said.figure.is_exact and said.figure.value == int(said.figure.value):
            hints.setdefault(said.about.partition(".")[2], set()).add(int(said.figure.value))
    return hints
