"""The fixed cast: 青禾市工业和信息化局, its sections and a person for each role. All of it is made up."""

from dataclasses import dataclass
from datetime import date

#: One password for the whole cast; the command prints it, and the password policy accepts it.
PASSWORD = "Qinghe-2022"

#: 449900 is the code of no place, so no real unit can bear this 统一社会信用代码.
OFFICE = {
    "name": "青禾市工业和信息化局",
    "short_name": "市工信局",
    "credit_code": "11449900MB2022019H",
    "city": "青禾市",
    "address": "青禾市青禾区禾丰路88号市政综合楼6楼",
    "hours": "工作日8:30—12:00，14:30—17:30",
    "phone": "0000-8822000",
    "fax": "0000-8822001",
    "email": "gxj@qinghe.example",
    "website": "https://gxj.qinghe.example/",
    "superior": "青禾市人民政府",
    "number_prefix": "青工信",
}

#: What the bureau's site states of itself. Reserved names and zeros: none of it is anybody's.
SITE = {
    "name": "青禾市工业和信息化局网站",
    "domain": "gxj.qinghe.example",
    "id_code": "0000000001",
    "icp": "青ICP备00000000号",
    "police": "青公网安备00000000000000号",
    "sponsor": "青禾市工业和信息化局",
    "organiser": "青禾市工业和信息化局信息化推进科",
    "address": "青禾市青禾区禾丰路88号市政综合楼6楼",
    "phone": "0000-8822000",
    "mark_url": "https://bszs.conac.example/",
    "mistakes_url": "https://zfwzgl.example/",
    "supports_ipv6": True,
}

OFFICE_SECTION, POLICY, MONITORING, PERSONNEL = "办公室", "产业政策与法制科", "运行监测与综合科", "组织人事科"
INNOVATION, CLUSTERS, SMALL, GREEN, DIGITAL = "制造业创新科", "产业集群科", "中小企业科", "节能与绿色发展科", "信息化推进科"
BUSINESS = (INNOVATION, CLUSTERS, SMALL, GREEN, DIGITAL)
SECTIONS = (OFFICE_SECTION, POLICY, MONITORING, PERSONNEL, *BUSINESS)


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the cast: `posts` are (role, section, title); a blank section is the whole office."""

    username: str
    name: str
    posts: tuple[tuple[str, str, str], ...] = ()
    does: str = ""


def _head(section: str, username: str, name: str, *more: tuple[str, str, str]) -> Member:
    return Member(username, name, (("head", section, "主任" if section == OFFICE_SECTION else "科长"), *more))


def _clerk(section: str, username: str, name: str) -> Member:
    return Member(username, name, (("clerk", section, ""),))


PEOPLE = (
    Member("shenzhiqiu", "沈知秋", (("coordinator", OFFICE_SECTION, "办公室副主任"),), "统筹台账与登记簿，先用这个账号"),
    _clerk(OFFICE_SECTION, "linxiaohe", "林小禾"),
    _clerk(OFFICE_SECTION, "yaoyifan", "姚一帆"),
    _head(OFFICE_SECTION, "gumingyuan", "顾明远", ("disclosure_head", OFFICE_SECTION, "政府信息公开工作机构负责人")),
    Member("zhongruogu", "钟若谷", (("secrecy", OFFICE_SECTION, "保密员"),)),
    _head(POLICY, "luzhengyan", "卢正言"),
    _clerk(POLICY, "fangyi", "方怡"),
    Member("hesiqi", "贺思齐", (("legal", POLICY, "法制员"),)),
    _head(MONITORING, "qinwangshu", "秦望舒"),
    _clerk(MONITORING, "taoran", "陶然"),
    _head(PERSONNEL, "wenruyu", "温如玉"),
    _clerk(PERSONNEL, "duruo", "杜若"),
    _head(INNOVATION, "shiqingyang", "石清扬"),
    _clerk(INNOVATION, "baizhou", "柏舟"),
    _head(CLUSTERS, "jiangyuanfan", "江远帆"),
    _clerk(CLUSTERS, "bailu", "白露"),
    _head(SMALL, "meiyingxue", "梅映雪"),
    _clerk(SMALL, "tianlong", "田垄"),
    _head(GREEN, "zhuqingsong", "竺青松"),
    _clerk(GREEN, "xiahe", "夏禾"),
    _head(DIGITAL, "yunqi", "云起"),
    _clerk(DIGITAL, "luoxing", "骆星"),
    Member("huoqiming", "霍启明", (("deputy_director", "", "副局长"),)),
    Member("zhanghuaijin", "章怀瑾", (("director", "", "局长"),)),
    Member("liuchangqing", "柳长青", (("superior", "", "市府办政务公开科"),)),
    Member("shian", "石安", (("system_admin", "", ""),)),
    Member("yanshouyi", "严守一", (("security_admin", "", ""),)),
    Member("jianming", "简明", (("audit_admin", "", ""),)),
    Member("lurenjia", "路人甲", (), "没有岗位，什么也看不到"),
)
CLERKS = {m.posts[0][1]: m.username for m in reversed(PEOPLE) if m.posts and m.posts[0][0] == "clerk"}
HEADS = {m.posts[0][1]: m.username for m in PEOPLE if m.posts and m.posts[0][0] == "head"}
NAMES = {m.username: m.name for m in PEOPLE}
COORDINATOR, DISCLOSURE_HEAD, SECRECY, LEGAL, LEADER = "shenzhiqiu", "gumingyuan", "zhongruogu", "hesiqi", "huoqiming"

#: 顾明远 is away for two weeks in August; 沈知秋 acts as 工作机构负责人 meanwhile: (month, day) from and to.
AWAY = ((8, 8), (8, 19))

#: The site's columns: slug, name, type, section that keeps it.
COLUMNS = (
    ("gzdt", "工作动态", "news", OFFICE_SECTION),
    ("tzgg", "通知公告", "notice", OFFICE_SECTION),
    ("zcwj", "政策文件", "policy", POLICY),
    ("zcjd", "政策解读", "interpretation", POLICY),
    ("yjzj", "意见征集", "consultation", OFFICE_SECTION),
    ("bszn", "办事指南", "service", OFFICE_SECTION),
)

#: Columns below 法定主动公开内容: code of the catalogue's entry, slug, name, and the one item it holds (with the year put in).
CONTENT = (
    ("08", "tongji", "统计信息", "{year}年前三季度工业经济运行情况", "前三季度工业生产平稳，规模以上工业增加值逐季回升。"),
    ("13", "yujuesuan", "预算决算", "青禾市工业和信息化局{year}年部门预算", "公开部门收支总体情况、三公经费预算和绩效目标。"),
    ("15", "caigou", "政府采购", "青禾市工业和信息化局{year}年政府集中采购实施情况", "公开集中采购目录内项目的预算、方式和结果。"),
    ("16", "zhongdaxiangmu", "重大建设项目", "{year}年工业技术改造投资项目备案情况", "公开技术改造投资项目的备案数量、行业和区域分布。"),
    ("19", "renshi", "人事招考", "青禾市工业和信息化局{year}年公务员招考录用情况", "公开招考职位、名额、报考条件和录用结果。"),
    ("20", "jianyi", "建议提案办理结果", "{year}年人大代表建议和政协提案办理情况", "公开建议提案的承办件数、办理结果和满意度。"),
)
#: Where the entries of the bureau's catalogue stand, by code: a column's slug; and what it says 无 of, with its reason.
CATALOGUE = {"01": "gkzn", "04": "zcwj", "05": "zcwj", "06": "zcjd", "07": "zcwj", "10": "bszn", **{code: slug for code, slug, *_ in CONTENT}}
NONE_OF = {
    "11": "本机关本年没有作出行政处罚和行政强制决定", "12": "本机关不承担双随机检查事项", "14": "本机关没有行政事业性收费项目",
    "18": "本机关没有单独编制的应急预案，执行市政府总体预案",
}  # fmt: skip

#: How many years before the one that is played the bureau began to keep its records here.
YEARS_BEFORE = 2


def begun_on(year: int) -> date:
    """The day on which the bureau's people, sections and columns stand."""
    return date(max(year - YEARS_BEFORE, 2020), 1, 2)


def consenter(day: date) -> str:
    """Who holds, or acts in, the post of 工作机构负责人 on that day."""
    (m1, d1), (m2, d2) = AWAY
    return COORDINATOR if date(day.year, m1, d1) <= day <= date(day.year, m2, d2) else DISCLOSURE_HEAD
