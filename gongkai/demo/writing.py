"""What the bureau's papers, notices and explanations say, in the blocks they are written in. All of it is made up."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from gongkai.law.calendar import chinese_date

from . import stock
from .cast import OFFICE
from .deeds import Days

#: How an application for support goes, from the notice to the money: step and what is done in it.
STEPS = (
    ("网上申报", "企业在线填报，上传佐证材料"), ("形式审查", "5个工作日内一次告知需要补齐的材料"), ("专家评审", "随机抽取专家，评审结果当场签字"),
    ("社会公示", "拟支持名单公示5个工作日"), ("资金拨付", "公示无异议后直达企业账户"),
)  # fmt: skip
CALL = f"咨询电话：{OFFICE['phone']}；地址：{OFFICE['address']}；办公时间：{OFFICE['hours']}。"


class Text(NamedTuple):
    """What is written: a sentence for lists, the blocks, what it is about, and the picture's steps where a picture goes with it."""

    summary: str
    body: list[dict]
    keywords: str
    picture: Sequence[tuple[str, str]] = ()


def text_of(title: str, category: str, section: str, posted: date, days: Days) -> Text:
    """The text of an item by what its title promises. The same title on the same day always says the same."""
    rng = Random(f"{title}:{posted:%Y%m%d}")
    subject = next((name for name in sorted(stock.SUBJECTS, key=len, reverse=True) if name in title), title)
    if title.startswith("一图读懂"):
        return _at_a_glance(subject, section)
    if category == "news":
        return _news(title, subject, section, posted, rng, days)
    if category == "interpretation":
        return _explained(title, subject, section)
    if title.endswith("公示"):
        return _list(title, subject, section, posted, rng, days)
    return _notice(title, subject, section, posted, rng, days)


# -- Blocks ----------------------------------------------------------------------------------------------------------


def _p(*sentences: str) -> dict:
    return {"type": "paragraph", "value": "".join(f"<p>{sentence}</p>" for sentence in sentences)}


def _h(text: str) -> dict:
    return {"type": "heading", "value": {"text": text, "level": "2"}}


def _table(caption: str, *rows: Sequence[str]) -> dict:
    return {
        "type": "table",
        "value": {
            "caption": caption,
            "rows": "\n".join(" | ".join(row) for row in rows),
            "head_row": True,
            "head_column": False,
        },
    }


def _qa(*pairs: tuple[str, str]) -> dict:
    return {"type": "qa", "value": [{"question": question, "answer": answer} for question, answer in pairs]}


def _numbered(*items: str) -> dict:
    return {"type": "paragraph", "value": "<ol>" + "".join(f"<li>{item}</li>" for item in items) + "</ol>"}


# -- Items -----------------------------------------------------------------------------------------------------------


def _notice(title: str, subject: str, section: str, posted: date, rng: Random, days: Days) -> Text:
    until = days.add(posted, rng.randrange(12, 23))
    window = f"{chinese_date(days.add(posted, 1))}至{chinese_date(until)}"
    return Text(
        f"{subject}自{chinese_date(days.add(posted, 1))}起受理申报，{chinese_date(until)}截止，全程网上办理，不收取费用。",
        [
            _p("各镇街经济发展部门，各有关企业：", f"为做好{subject}工作，现将有关事项通知如下。"),
            _h("一、申报对象"),
            _p(
                f"在本市登记、依法经营并开展{subject}相关活动的工业企业。近三年内有严重失信记录的，不予受理。"
            ),
            _h("二、申报时间和方式"),
            _p(
                f"受理时间为{window}。企业在市惠企政策平台填报，无须提交纸质材料；已有数据能够核验的材料，不再要求企业提供。"
            ),
            _h("三、申报材料"),
            _numbered(
                f"{subject}申报表；",
                "项目实施情况说明；",
                "设备、软件或者服务的合同、发票和付款凭证；",
                "项目所在地镇街的现场核查意见。",
            ),
            _h("四、办理流程"),
            _table("办理流程和时限", ("步骤", "内容"), *STEPS),
            _h("五、其他事项"),
            _p(
                "本通知所列事项不收取任何费用，未委托任何中介机构代办。提供虚假材料的，取消资格并追回资金。",
                f"由{section}受理和解释。{CALL}",
            ),
        ],
        subject,
    )


def _list(title: str, subject: str, section: str, posted: date, rng: Random, days: Days) -> Text:
    names = rng.sample(
        [
            f"青禾市{a}{b}{rng.choice(stock.TRADES)}有限公司"
            for a in stock.MARKS
            for b in stock.MARKS
            if a != b
        ],
        rng.randrange(5, 10),
    )
    sums = [rng.randrange(8, 100) for _ in names]
    with_money = "资金" in title
    rows = [
        (str(n), name, rng.choice(stock.TOWNS), *((str(amount),) if with_money else ()))
        for n, (name, amount) in enumerate(zip(names, sums, strict=True), 1)
    ]
    if with_money:
        rows.append(("合计", f"{len(names)}家", "", str(sum(sums))))
    last = days.add(posted, 5)
    return Text(
        f"{subject}拟支持{len(names)}家企业"
        + (f"，安排资金{sum(sums)}万元" if with_money else "")
        + f"，公示至{chinese_date(last)}。",
        [
            _p(
                f"经企业申报、形式审查、专家评审，现将{title.removesuffix('公示')}予以公示。公示时间为{chinese_date(days.add(posted, 1))}至{chinese_date(last)}。"
            ),
            _table(
                title.removesuffix("公示"),
                ("序号", "企业名称", "所在镇街", *(("金额（万元）",) if with_money else ())),
                *rows,
            ),
            _p(
                f"公示期内有异议的，请以书面形式向{section}反映，写明事实和联系方式。对反映人的信息予以保密。",
                CALL,
            ),
        ],
        subject,
    )


def _explained(title: str, subject: str, section: str) -> Text:
    if title.endswith("新旧政策对比"):
        return Text(
            f"一张表看清{subject}前后两版政策的差别。",
            [
                _p(f"{subject}政策修订以后，对象、标准和办理方式有以下变化。"),
                _table(f"{subject}新旧政策对比", ("内容", "原政策", "现行政策"), ("申报次数", "一年一次", "一年两次"), ("纸质材料", "一式三份", "不需要"), ("最高额度", "80万元", "100万元"), ("资金拨付", "经镇街转拨", "直达企业账户")),
                _p("原政策期间已经受理的项目，按原政策办完；企业自愿的，可以改按现行政策申报。", f"由{section}解释。{CALL}"),
            ],
            subject,
        )  # fmt: skip
    return Text(
        f"就{subject}的对象、标准、材料和时限，回答企业问得最多的五个问题。",
        [
            _p(f"围绕{subject}，我们把企业来电来访中问得最多的问题整理如下。"),
            _qa(
                (
                    "哪些企业可以申报？",
                    f"在本市登记、依法经营并开展{subject}相关活动的工业企业，不限规模和所有制。",
                ),
                (
                    "可以得到什么支持？",
                    "按核定投入的一定比例给予奖补，单个项目最高100万元；以贷款方式投入的，可以选择贴息，最高50万元，两者不重复享受。",
                ),
                (
                    "需要准备哪些材料？",
                    "申报表、项目实施情况说明、合同发票和付款凭证。营业执照、纳税和社保情况由我们通过数据共享核验。",
                ),
                (
                    "多久能有结果？",
                    "受理截止后五个工作日内完成形式审查，二十个工作日内完成评审，随后公示五个工作日。",
                ),
                ("申报要不要交费？", "不收取任何费用，也没有委托任何机构代办。"),
            ),
            _p(f"政策由{section}解释。{CALL}"),
        ],
        subject,
    )


def _at_a_glance(subject: str, section: str) -> Text:
    return Text(
        f"{subject}从申报到拨付的五个步骤，一图读懂。",
        [
            _h("办理步骤"),
            _table(f"{subject}办理步骤", ("步骤", "内容"), *STEPS),
            _p(f"政策由{section}解释。{CALL}"),
        ],
        subject,
        STEPS,
    )


def _news(title: str, subject: str, section: str, posted: date, rng: Random, days: Days) -> Text:
    held = days.on_or_before(posted - timedelta(days=1))
    town, firms = rng.choice(stock.TOWNS), rng.randrange(6, 48)
    what = title.removeprefix(f"我局开展{subject}")
    return Text(
        f"{chinese_date(held)}，我局在{town}开展{subject}{what}，{firms}家企业参加。",
        [
            _p(
                f"{chinese_date(held)}，我局在{town}开展{subject}{what}，{section}和{town}经济发展部门工作人员、{firms}家企业代表参加。",
                f"{section}介绍了{subject}的支持对象、标准和办理步骤，逐项回答企业提出的问题。企业提出的意见共{rng.randrange(3, 12)}条，能够当场答复的当场答复，需要研究的列出清单、明确时限。",
                f"下一步，我局将根据企业意见完善{subject}办理指引，在本网站公开答复情况，并把常见问题补充到政策解读中。",
            )
        ],
        subject,
    )


# -- Documents and what explains them ------------------------------------------------------------------------------------


def paper(subject: str, section: str, is_normative: bool, effective: date) -> list[dict]:
    """A document: articles where it is normative, parts where it is a plan."""
    if not is_normative:
        return [
            _p(f"为推动{subject}工作，结合本市工业发展实际，制定本规划。"),
            _h("一、总体要求"),
            _p("坚持企业主体、政府引导，坚持问题导向、分类施策，坚持公开透明、全程监督。"),
            _h("二、主要目标"),
            _table("主要目标", ("指标", "规划期末目标"), (f"参与{subject}的规模以上工业企业", "500家以上"), ("建成示范项目", "50个"), ("服务企业", "每年不少于1000家次")),
            _h("三、重点任务"),
            _numbered("摸清企业需求，建立项目库，每半年更新一次；", "培育专业服务机构，公开服务目录和评价结果；", "组织供需对接，每年不少于四场；", "推广典型做法，案例在本网站公开。"),
            _h("四、保障措施"),
            _p(f"由{section}牵头推进，年度任务、完成情况和资金使用向社会公开，接受监督。"),
        ]  # fmt: skip
    return [
        _p(f"第一条　为做好{subject}工作，规范资金使用，根据《青禾市促进工业高质量发展若干意见》（青府〔{effective.year - 1}〕12号），结合本市实际，制定本文件。"),
        _p(f"第二条　在本市登记、依法经营并开展{subject}相关活动的工业企业，适用本文件。"),
        _p("第三条　支持方式和最高额度按下表执行。同一项目只能选择一种支持方式。"),
        _table("支持方式和最高额度", ("类别", "支持方式", "最高额度（万元）"), ("设备和软件投资", "奖补", "100"), ("项目贷款", "贴息", "50"), ("检验检测和认证", "奖补", "20")),
        _p("第四条　企业通过市惠企政策平台申报。市工业和信息化局自受理截止之日起五个工作日内完成形式审查，需要补齐材料的，一次告知。"),
        _p("第五条　评审专家随机抽取，与申报企业有利害关系的应当回避。拟支持名单在本机关网站公示五个工作日。"),
        _p("第六条　公示无异议的，资金直接拨付到企业账户；有异议的，自收到异议之日起十个工作日内核实并答复。"),
        _p("第七条　企业应当按照申报内容使用资金。弄虚作假的，取消资格，追回资金，三年内不再受理其申报。"),
        _p("第八条　资金安排、评审结果和绩效评价情况向社会公开。"),
        _p(f"第九条　本文件由青禾市工业和信息化局负责解释，具体工作由{section}承担。"),
        _p(f"第十条　本文件自{chinese_date(effective)}起施行，有效期五年。"),
    ]  # fmt: skip


def explanation(title: str, subject: str, section: str, is_normative: bool) -> list[dict]:
    """What explains a document: why, what, what is new, how to go about it."""
    news = (
        [
            _h("新旧差异"),
            _table(
                "新旧差异",
                ("内容", "原来", "现在"),
                ("申报方式", "线下提交", "全程网上办理"),
                ("审查时限", "未明确", "五个工作日"),
                ("资金拨付", "经镇街转拨", "直达企业账户"),
            ),
        ]
        if is_normative
        else []
    )
    return [
        _p(f"现就《{title}》解读如下。"),
        _h("制定背景"),
        _p(f"近年来企业对{subject}的需求持续增长，原有做法在对象、标准和程序上不够清楚。在征求企业和社会公众意见的基础上，制定了这份文件。"),
        _h("主要内容"),
        _p("文件明确了对象、标准、程序和监督四个方面的内容，把企业关心的条件和时限一次说清。"),
        *news,
        _h("办理指引"),
        _qa(
            ("企业怎样办理？", f"按年度通知在市惠企政策平台申报，由{section}受理。"),
            ("多长时间能办好？", "形式审查五个工作日，评审二十个工作日，公示五个工作日。"),
            ("在哪里咨询？", f"拨打{OFFICE['phone']}，或者到{OFFICE['address']}{section}咨询。"),
        ),
    ]  # fmt: skip


# -- The platform's columns ------------------------------------------------------------------------------------------------


def platform(slug: str, words: str, year: int) -> list[dict]:
    """What one column of the platform holds: its sentence, and the table or list a reader comes for."""
    return [_p(words), *_PLATFORM.get(slug, lambda year: [])(year), _p(CALL)]


_PLATFORM = {
    "gkzn": lambda year: [
        _h("一、信息分类和编排"),
        _p("主动公开的信息按公开目录分类，每条信息有索引号、名称、文号、发布机构、成文日期和发布日期。"),
        _h("二、主动公开"),
        _p("在本网站政府信息公开栏目公开，也可以在市档案馆、图书馆的公共查阅点查阅。依法应当主动公开的，自形成或者变更之日起20个工作日内公开。"),
        _h("三、依申请公开"),
        _table(
            "申请的途径", ("途径", "怎样提交"), ("网上", "在本网站“依申请公开”栏目填写"), ("当面", f"{OFFICE['address']}，{OFFICE['hours']}"), ("邮寄", f"{OFFICE['address']}办公室收，信封注明“政府信息公开申请”"), ("传真", OFFICE["fax"]),
        ),
        _p("申请应当写明姓名或者名称、身份证明、联系方式，所需信息的名称、文号或者其他特征，以及获取的方式。不需要说明用途。"),
        _h("四、监督和救济"),
        _p("认为本机关未依法履行政府信息公开义务的，可以向市政务公开主管部门投诉举报，也可以依法申请行政复议或者提起行政诉讼。"),
    ],
    "gkzd": lambda year: [
        _numbered(
            "谁公开、谁审查：信息由制作科室提出公开属性和理由；",
            "先审查、后公开：保密审查逐项进行，审查人与撰稿人不为同一人；",
            "三审三校：科室、政府信息公开工作机构、分管领导依次审核；", "不能确定是否可以公开的，依法报有关主管部门确定；", "不予公开的信息定期评估，情况变化的及时公开。",
        ),
    ],
    "tongji": lambda year: [
        _table(f"{year}年前三季度主要指标", ("指标", "一季度", "上半年", "前三季度"), ("规模以上工业增加值同比（%）", "2.6", "3.4", "4.1"), ("工业投资同比（%）", "6.2", "7.5", "8.3"), ("技术改造投资同比（%）", "4.8", "6.1", "7.0")),
    ],
    "yujuesuan": lambda year: [
        _table(f"{year}年部门支出预算（万元）", ("功能分类", "预算数"), ("一般公共服务支出", "1280"), ("资源勘探工业信息等支出", "8640"), ("社会保障和就业支出", "326"), ("住房保障支出", "214"), ("合计", "10460")),
    ],
    "caigou": lambda year: [
        _table(f"{year}年集中采购实施情况（万元）", ("项目", "方式", "预算金额", "成交金额"), ("办公设备", "网上竞价", "36", "33"), ("印刷服务", "定点采购", "12", "12"), ("工业运行监测系统维护", "竞争性磋商", "58", "55"), ("合计", "", "106", "100")),
    ],
    "zhongdaxiangmu": lambda year: [
        _table(f"{year}年技术改造投资项目备案情况", ("行业", "项目（个）", "计划投资（亿元）"), ("装备制造", "42", "18.6"), ("电子信息", "31", "12.4"), ("轻工纺织", "27", "6.8"), ("合计", "100", "37.8")),
    ],
    "renshi": lambda year: [
        _table(f"{year}年招录情况", ("职位", "计划（名）", "录用（名）"), ("综合管理", "2", "2"), ("信息化管理", "1", "1"), ("节能监察", "1", "1"), ("合计", "4", "4")),
    ],
    "jianyi": lambda year: [
        _table(f"{year}年承办和办理结果（件）", ("类别", "承办", "已经解决", "列入计划", "留作参考"), ("人大代表建议", "16", "9", "5", "2"), ("政协提案", "21", "13", "6", "2"), ("合计", "37", "22", "11", "4")),
        _p("全部在规定期限内答复，答复全文在本栏目公开，涉及个人信息的除外。"),
    ],
}  # fmt: skip
