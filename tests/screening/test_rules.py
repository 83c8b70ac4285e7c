"""What screening finds in a text, and what looks alike and is not found."""

from datetime import date

import pytest

from gongkai.screening.rules import (
    REFUSE,
    WARN,
    Draft,
    Passage,
    Screener,
    Target,
    Term,
    Validity,
    bears_mark,
    shipped_terms,
)

from .desk import draft, found, rules_and_quotes, screener, table


def only(rule: str, *passages, by=None) -> list[str]:
    return [quote for key, quote in rules_and_quotes(*passages, by=by) if key == rule]


# -- Wording ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "quotes"), [
    pytest.param("市人民攻府办公室", ["攻府"], id="通报过的错字"),
    pytest.param("市人民攻\u200b府", ["攻\u200b府"], id="中间藏着看不见的字符"),
    pytest.param("全面推进秸杆综合利用", ["秸杆"], id="错别字"),
    pytest.param("依照条列第三十三条", ["条列"], id="条例写成条列"),
    pytest.param("请逐条列出存在的问题", [], id="逐条列出不是条例"),
    pytest.param("意见分条列举如下", [], id="分条列举不是条例"),
    pytest.param("与健康有关。相关健康档案", [], id="相关健康不是关键"),
    pytest.param("抓住关健环节", ["关健"], id="关键写成关健"),
    pytest.param("提拔款待", [], id="提拔与款待相连"),
    pytest.param("批复盖章后生效", [], id="批复盖章不是覆盖"),
    pytest.param("台风登陆前，请登录系统填报", [], id="登陆与登录各得其所"),
    pytest.param("请登陆系统填报", ["登陆系统"], id="登录写成登陆"),
    pytest.param("不忘初心，牢记使命", ["不忘初心，牢记使命"], id="两句之间用了逗号"),
    pytest.param("不忘初心,牢记使命", ["不忘初心,牢记使命"], id="半角逗号也一样"),
    pytest.param("不忘初心、牢记使命", [], id="顿号正确"),
    pytest.param("第一，但须说明理由；统一但不僵化", [], id="第一但、统一但不是一旦"),
    pytest.param("一但发生变更", ["一但"], id="一旦写成一但"),
    pytest.param("自收到申请之日起15个工作日内答复", ["15个工作日内答复"], id="旧条例的答复期限"),
    pytest.param("第三方自收到之日起15个工作日内提出意见", [], id="征求第三方意见本来就是15个工作日"),
    pytest.param("依据国务院令第４９２号", ["国务院令第４９２号"], id="全角数字的旧令号"),
    pytest.param("国有企业（国企企业家）座谈会", [], id="国企企业家"),
])
def test_wording_of_the_list_is_found_and_what_looks_like_it_is_not(text, quotes):
    assert only("term", text) == quotes


def test_a_term_says_what_is_right_and_where_that_comes_from():
    (finding,) = [f for f in found("市人民攻府") if f.rule == "term"]
    assert (finding.severity, finding.suggestion, finding.label) == ("refuse", "政府", "正文第1段")
    assert "通报" in finding.basis and "政府" in finding.why


def test_every_shipped_term_has_a_source_and_is_found_by_itself():
    version, terms = shipped_terms()
    assert version and len(terms) >= 40
    for term in terms:
        assert term.source, f"{term.wrong} has no source"
        assert [f.quote for f in found(term.wrong) if f.rule == "term"] == [term.wrong]
        if term.right:
            assert not [f for f in found(term.right) if f.rule == "term"], f"{term.right} is said to be right and is found"


def test_the_offices_own_list_wins_over_the_shipped_one():
    own = screener([Term("法人代表", level="allow"), Term("条列", "条例", "refuse", source="本机关")])
    assert not only("term", "法人代表签字", by=own)
    assert [f.severity for f in found("条列", by=own)] == ["refuse"]


def test_the_longer_of_two_terms_is_told_and_overlapping_ones_both():
    own = screener([Term("甲乙"), Term("甲乙丙"), Term("丙丁戊"), Term("乙")])
    assert only("term", "甲乙丙丁戊", by=own) == ["甲乙丙", "丙丁戊"]


# -- Personal data ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "rule", "quotes"), [
    pytest.param("身份证11010519491231002X", "id_number", ["11010519491231002X"], id="校验位为X"),
    pytest.param("身份证11010519491231002x", "id_number", ["11010519491231002x"], id="校验位小写"),
    pytest.param("１１０１０５１９４９１２３１００２Ｘ", "id_number", ["１１０１０５１９４９１２３１００２Ｘ"], id="全角"),
    pytest.param("110105 19491231 002X", "id_number", ["110105 19491231 002X"], id="分三段写"),
    pytest.param("①11010519491231002X", "id_number", ["11010519491231002X"], id="前面有带圈序号"),
    pytest.param("编号110105194912310021", "id_number", [], id="校验位不符又没有写明是身份证"),
    pytest.param("身份证号：110105194912310021", "id_number", ["110105194912310021"], id="写明是身份证而校验位不符"),
    pytest.param("11010519491331002X", "id_number", [], id="没有13月"),
    pytest.param("914420007123456789", "id_number", [], id="统一社会信用代码"),
    pytest.param("1101051949123100", "id_number", [], id="不足十八位"),
    pytest.param("A11010519491231002X", "id_number", [], id="前面连着字母"),
    pytest.param("440*************12", "id_number", [], id="已经隐去"),
    pytest.param("身份证号130503670401001", "old_id_number", ["130503670401001"], id="十五位并写明是身份证"),
    pytest.param("流水号130503670401001", "old_id_number", [], id="十五位没有写明"),
    pytest.param("身份证号130503671301001", "old_id_number", [], id="十五位月份不对"),
    pytest.param("电话13800138000", "mobile", ["13800138000"], id="手机"),
    pytest.param("138 0013 8000、138-0013-8001", "mobile", ["138 0013 8000", "138-0013-8001"], id="分段写的手机"),
    pytest.param("+8613800138000", "mobile", ["8613800138000"], id="带国家代码"),
    pytest.param("138****8000", "mobile", [], id="已经隐去中间四位"),
    pytest.param("12800138000", "mobile", [], id="没有128号段"),
    pytest.param("项目代码2203-442000-04-01-138001", "mobile", [], id="项目代码"),
    pytest.param("订单A13800138000", "mobile", [], id="前面连着字母"),
    pytest.param("13800138000.00元", "mobile", ["13800138000"], id="金额像手机号码时宁可请人看一眼"),
    pytest.param("家中电话0760-88801235", "landline", ["0760-88801235"], id="住宅电话"),
    pytest.param("(0760)88801235", "landline", ["(0760)88801235"], id="括号里的区号"),
    pytest.param("咨询电话：0760-88801235", "landline", [], id="咨询电话是对外公布的"),
    pytest.param("联系电话：0760-88801235", "landline", [], id="联系电话是对外公布的"),
    pytest.param("传真：0760-88801235", "landline", [], id="传真"),
    pytest.param("2022-11-30至2022-12-30", "landline", [], id="日期不是电话"),
    pytest.param("卡号6222020000000000012", "bank_card", [], id="校验位不符"),
    pytest.param("6222020000000000000", "bank_card", ["6222020000000000000"], id="银联卡号，校验位相符"),
    pytest.param("账号4000000000000002", "bank_card", ["4000000000000002"], id="写明账号的其他卡"),
    pytest.param("流水4000000000000002", "bank_card", [], id="没有写明是账号"),
])
def test_numbers_of_people(text, rule, quotes):
    assert only(rule, text) == quotes


def test_a_valid_id_number_is_refused_and_a_wrong_one_doubted():
    assert [f.severity for f in found("身份证11010519491231002X")] == ["refuse"]
    assert [f.severity for f in found("身份证号：110105194912310021")] == ["warn"]


def test_the_offices_own_telephone_is_no_finding():
    own = screener([Term("0760-8880 1235", level="allow"), Term("13800138000", level="allow"), Term("11010519491231002X", level="allow")])
    assert not only("landline", "电话：0760－88801235", by=own)
    assert not only("mobile", "138 0013 8000", by=own)
    assert only("id_number", "11010519491231002X", by=own), "what must not go out can't be allowed"


@pytest.mark.parametrize(("text", "quotes"), [
    pytest.param("家庭住址：青禾市禾苑镇东路8号3栋502房", ["青禾市禾苑镇东路8号3栋502房"], id="写明家庭住址"),
    pytest.param("户籍地址为青禾市东升镇沙口村12号", ["青禾市东升镇沙口村12号"], id="户籍地址"),
    pytest.param("张某住禾苑镇阳光花园小区3栋2单元502室", ["张某住禾苑镇阳光花园小区3栋2单元502室"], id="小区到户"),
    pytest.param("办公地址：青禾市禾苑路8号3栋502室", [], id="办公地址"),
    pytest.param("公司注册地址为禾苑镇阳光花园小区3栋502室", [], id="公司注册地址"),
    pytest.param("请填写家庭住址、联系电话", [], id="只是要求填写"),
    pytest.param("家庭住址不对外公开", [], id="说的是家庭住址这件事"),
    pytest.param("会议在局办公楼1号楼502会议室召开", [], id="会议室"),
    pytest.param("新建住房502间", [], id="住房的数目"),
])
def test_home_addresses(text, quotes):
    assert only("home_address", text) == quotes


@pytest.mark.parametrize(("rows", "finds"), [
    pytest.param(["姓名|补助金额（元）", "张三丰|300", "李四光|200"], True, id="姓名和金额"),
    pytest.param(["序号|姓名|身份证|发放金额", "1|张三丰|略|3,000.00元", "2|李四光|略|200元"], True, id="带序号"),
    pytest.param(["姓名|补助金额（元）", "张*丰|300", "李某某|200"], False, id="姓名已隐去"),
    pytest.param(["企业名称|奖励金额（万元）", "青禾机械有限公司|30", "青禾电子有限公司|20"], False, id="企业不是个人"),
    pytest.param(["姓名|职务", "张建国|局长", "李慧|副局长"], False, id="没有金额"),
    pytest.param(["姓名|补助金额（元）", "张三丰|300"], False, id="一个人不成名单"),
])
def test_lists_of_people_with_money(rows, finds):
    assert bool(only("names_with_money", table(*rows))) is finds


# -- Marks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("passages", "quotes"), [
    pytest.param(["标题", "机密★10年"], ["机密★"], id="级别加星号"),
    pytest.param(["第一段", "秘密　5年"], ["秘密　5年"], id="级别加期限"),
    pytest.param(["绝密", "第二段"], ["绝密"], id="文首单独一行"),
    pytest.param(["密级分为三级。", "绝密", "机密", "秘密"], [], id="列举密级的名称"),
    pytest.param(["关于加强商业秘密保护的通知", "保守国家秘密是每个人的义务"], [], id="行文中的词"),
])
def test_marks_are_refused_and_words_are_not(passages, quotes):
    marks = [f for f in found(*passages) if f.rule == "mark"]
    assert [f.quote for f in marks] == quotes and all(f.severity == "refuse" for f in marks)


def test_a_mark_is_known_to_other_rooms_by_the_same_rule():
    assert bears_mark("机密★10年") and not bears_mark("商业秘密")


# -- Leaders ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "expected"), [
    pytest.param("副局长张建国主持会议", [("leader_title", "副局长张建国")], id="职务写低了"),
    pytest.param("李慧局长出席", [("leader_title", "李慧局长")], id="职务写在后面且写高了"),
    pytest.param("局党组书记、局长张建国主持会议", [], id="职务正确"),
    pytest.param("局长张建国主持会议，副局长李慧参加", [], id="各是各的职务"),
    pytest.param("局长张建国、副局长李慧出席", [], id="顺序正确"),
    pytest.param("副局长李慧、局长张建国出席", [("leader_order", "李慧、局长张建国")], id="顺序颠倒"),
    pytest.param("李慧陪同张建国调研", [], id="不是并列"),
    pytest.param("副局长王强出席", [("leader_left", "副局长王强")], id="已离任"),
    pytest.param("时任副局长王强出席", [], id="写明时任"),
    pytest.param("王强同志获表彰", [], id="离任的人没有写职务"),
    pytest.param("市委书记、市长陈某会见局长张建国", [], id="别人的职务"),
    pytest.param("张建国际贸易公司", [], id="名字碰巧在别的词里"),
    pytest.param("张建国局长办公会议", [], id="会议名称里的职务不算"),
])
def test_leaders(text, expected):
    assert [(rule, quote) for rule, quote in rules_and_quotes(text) if rule.startswith("leader")] == expected


def test_a_leader_who_left_yesterday_was_in_office_yesterday():
    until = date(2021, 5, 1)
    assert not only("leader_left", "副局长王强出席", by=screener(today=until))
    assert only("leader_left", "副局长王强出席", by=screener(today=date(2021, 5, 2)))


# -- Days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "expected"), [
    pytest.param("2022年3月5日（星期五）", [("weekday", "2022年3月5日（星期五）")], id="星期不符"),
    pytest.param("2022年3月5日（星期六）、2022年3月6日（星期天）", [], id="星期相符"),
    pytest.param("２０２２年３月５日（周五）", [("weekday", "２０２２年３月５日（周五）")], id="全角"),
    pytest.param("二〇二二年三月五日星期五", [("weekday", "二〇二二年三月五日星期五")], id="汉字日期"),
    pytest.param("3月5日（星期五）", [], id="不知道哪一年"),
    pytest.param("2022年3月1日开始，3月5日（星期五）结束", [("weekday", "3月5日（星期五）")], id="同句前面写了年份"),
    pytest.param("2022年3月5日周末活动", [], id="周末不是星期几"),
    pytest.param("2022年2月29日", [("impossible_date", "2022年2月29日")], id="平年没有2月29日"),
    pytest.param("2024年2月29日", [], id="闰年有"),
    pytest.param("2月30日", [("impossible_date", "2月30日")], id="哪年都没有2月30日"),
    pytest.param("2月29日", [], id="不知道哪一年就可能有"),
    pytest.param("2022-02-30", [("impossible_date", "2022-02-30")], id="短横线"),
    pytest.param("版本2022.13.45", [], id="版本号不是日期"),
    pytest.param("2022年12月1日至2022年11月30日", [("date_range", "2022年12月1日至2022年11月30日")], id="起止颠倒"),
    pytest.param("2022年12月1日至1月5日", [("date_range", "2022年12月1日至1月5日")], id="跨年没有写年份"),
    pytest.param("2022年12月1日至2023年1月5日", [], id="跨年写了年份"),
    pytest.param("12月1日至2023年1月5日", [("date_range", "12月1日至2023年1月5日")], id="起期没有写年份，按止期的年份读"),
    pytest.param("2022年3月5日（星期六）起至2022年3月1日止", [("date_range", "2022年3月5日（星期六）起至2022年3月1日")], id="中间有星期和起字"),
    pytest.param("2022年11月5日至3日", [("date_range", "2022年11月5日至3日")], id="只写日的止期"),
    pytest.param("2022年11月5日至31日", [("impossible_date", "2022年11月5日至31日")], id="11月没有31日"),
    pytest.param("2022年11月5日至12日", [], id="正常的起止"),
    pytest.param("①2022年3月5日（星期六）", [], id="带圈序号不混进年份"),
    pytest.param("2022年12月1日发布，2021年1月1日施行的规定废止", [], id="不是起止"),
])
def test_days(text, expected):
    assert [(rule, quote) for rule, quote in rules_and_quotes(text) if rule in {"weekday", "impossible_date", "date_range"}] == expected


# -- Arithmetic ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "quotes"), [
    pytest.param(["镇街|件数|金额", "东升|3|1,200", "古镇|4|800", "小榄|5|1000", "合计|13|3,000"], ["13"], id="一列加错"),
    pytest.param(["镇街|件数", "东升|3", "古镇|4", "合计|7"], [], id="加对"),
    pytest.param(["镇街|件数", "合计|8", "东升|3", "古镇|4"], ["8"], id="合计在前"),
    pytest.param(["镇街|占比", "东升|33.3%", "古镇|33.3%", "小榄|33.3%", "合计|100%"], [], id="四舍五入的占比"),
    pytest.param(["镇街|占比", "东升|33.3%", "古镇|53.3%", "小榄|33.3%", "合计|100%"], ["100%"], id="占比之和不是百分之百"),
    pytest.param(["镇街|增长率", "东升|3", "古镇|4", "合计|5"], [], id="增长率不相加"),
    pytest.param(["镇街|件数", "东升|3", "古镇|若干", "合计|9"], [], id="有一格不是数"),
    pytest.param(["镇街|件数", "东升|3", "小计|3", "古镇|4", "合计|10"], [], id="有小计的表不判断"),
    pytest.param(["镇街|件数", "东升|3", "古镇|/", "小榄|4", "合计|8"], ["8"], id="斜线当作没有"),
    pytest.param(["年份|件数", "2021|3", "2022|4", "合计|7"], [], id="年份列不相加"),
])
def test_totals_of_tables(rows, quotes):
    assert only("table_sum", table(*rows)) == quotes


@pytest.mark.parametrize(("text", "expected"), [
    pytest.param("自然人8件、法人2件，共计11件", ["sum"], id="分项加起来不是共计"),
    pytest.param("自然人8件、法人3件，共计11件", [], id="分项相符"),
    pytest.param("自然人8件、法人近3件，共计12件", [], id="约数不参加计算"),
    pytest.param("收到申请11件，其中自然人8件、法人4件", ["sum"], id="其中多于总数"),
    pytest.param("收到申请11件，其中自然人8件", [], id="其中只列一部分"),
    pytest.param("收到申请11件，其中自然人8件，涉及3家企业", [], id="单位不同"),
    pytest.param("分别占60%、30%、20%", ["share"], id="占比超过百分之百"),
    pytest.param("分别占60%、30%、10%", [], id="占比相符"),
    pytest.param("分别增长60%、30%、20%", [], id="增长不是占比"),
    pytest.param("制定《甲办法》《乙规定》三项制度", ["count"], id="列出两件写了三项"),
    pytest.param("制定《甲办法》《乙规定》两项制度", [], id="两件"),
    pytest.param("制定《甲办法》《乙规定》等三项制度", [], id="有等字"),
    pytest.param("对东升镇、古镇镇、小榄镇两个镇开展检查", ["count"], id="三个镇写成两个，前面有介词"),
    pytest.param("在市政府统一部署下前往东升镇、古镇镇三个镇", [], id="前面连着别的话，不能确定"),
    pytest.param("包括：东升镇、古镇镇、小榄镇两个镇", ["count"], id="三个镇写成两个"),
    pytest.param("包括：东升镇、古镇镇、小榄镇三个镇", [], id="三个镇"),
    pytest.param("在优化流程、压缩时限的基础上推出三项措施", [], id="列举与数目无关"),
    pytest.param("“一网通办”“一窗受理”“一次办成”三项改革", [], id="引号里的三项"),
    pytest.param("“一网通办”“一窗受理”三项改革", ["count"], id="引号里只有两项"),
])
def test_sums_in_sentences(text, expected):
    assert [rule for rule, _ in rules_and_quotes(text) if rule in {"sum", "share", "count"}] == expected


# -- Documents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "quotes"), [
    pytest.param("根据国办公开办函〔2019〕60号编制", ["国办公开办函〔2019〕60号"], id="已被30号取代"),
    pytest.param("根据国办公开办函(2019)60号编制", ["国办公开办函(2019)60号"], id="括号不同也认得"),
    pytest.param("根据国办公开办函〔2021〕30号编制", [], id="现行"),
    pytest.param("国办公开办函〔2019〕60号同时废止", [], id="说的正是废止"),
    pytest.param("修订后代替国办公开办函〔2019〕60号", [], id="说的正是取代"),
    pytest.param("青工信〔2019〕60号", [], id="别家的文号"),
])
def test_documents_no_longer_in_force(text, quotes):
    assert only("expired", text) == quotes


def test_what_another_room_knows_of_a_document_is_asked():
    known = {"青工信规字〔2018〕3号": Validity("技改专项资金管理办法", date(2021, 6, 30), "青工信规字〔2021〕2号", "有效期届满")}
    by = screener(documents=known.get)
    (finding,) = [f for f in found("按照青工信规字〔2018〕3号执行", by=by) if f.rule == "expired"]
    assert finding.quote == "青工信规字〔2018〕3号" and "有效期届满" in finding.why and "〔2021〕2号" in finding.suggestion
    assert not only("expired", "按照青工信规字〔2018〕3号执行", by=screener(documents=known.get, today=date(2021, 6, 30)))


@pytest.mark.parametrize(("text", "expected"), [
    pytest.param("粤工信函[2021]44", [("[2021]44", "〔2021〕44号")], id="方括号又缺号字"),
    pytest.param("中工信【2019】249号", [("【2019】249号", "〔2019〕249号")], id="方头括号"),
    pytest.param("中府办（2022）8号", [("（2022）8号", "〔2022〕8号")], id="圆括号"),
    pytest.param("中府办〔2022〕号", [("〔2022〕号", "补上顺序号")], id="缺顺序号"),
    pytest.param("中府办〔2022〕第08号", [("〔2022〕第08号", "〔2022〕8号")], id="加了第字和虚位"),
    pytest.param("中府办〔2022〕8号", [], id="写法正确"),
    pytest.param("（2022）粤20民初123号", [], id="法院案号"),
    pytest.param("增长情况（2022）", [], id="括号里只是年份"),
    pytest.param("［2022］ 3 次会议", [], id="年份前面没有机关代字"),
])
def test_forms_of_document_numbers(text, expected):
    assert [(f.quote, f.suggestion) for f in found(text) if f.rule == "number_form"] == expected


# -- Links, pictures, gaps -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("href", "rule"), [
    pytest.param("https://www.qinghe.gov.cn/zcwj/1/", None, id="本站"),
    pytest.param("https://WWW.QINGHE.GOV.CN/zcwj/1/", None, id="本站，大写"),
    pytest.param("/zcwj/1/", None, id="站内"),
    pytest.param("/zcwj/404/", "dead_link", id="站内没有"),
    pytest.param("https://www.qinghe.gov.cn/zcwj/404/", "dead_link", id="写全的站内地址没有"),
    pytest.param("/zcwj/2/", "dead_link", id="已撤回"),
    pytest.param("/unknown/", None, id="没有人知道"),
    pytest.param("zcwj/1/", "bad_link", id="没有从根目录写起"),
    pytest.param("https://www.gov.cn/a", "foreign_link", id="站外"),
    pytest.param("https://www.qinghe.gov.cn.example.com/", "foreign_link", id="冒充的站名"),
    pytest.param("http://http://www.gov.cn", "bad_link", id="重复的开头"),
    pytest.param("www.gov.cn", "bad_link", id="没有开头"),
    pytest.param("http://www gov.cn", "bad_link", id="有空格"),
    pytest.param("javascript:alert(1)", "bad_link", id="脚本"),
    pytest.param("file:///C:/a.doc", "bad_link", id="自己电脑上的文件"),
    pytest.param("https://[::1", "bad_link", id="读不懂"),
    pytest.param("", "bad_link", id="空"),
    pytest.param("mailto:gk@qinghe.gov.cn", None, id="邮箱"),
    pytest.param("#top", None, id="页内"),
])
def test_links(href, rule):
    link = Passage("body/1/link/1", "正文第1段的链接", "通知全文", kind="link", href=href)
    assert [f.rule for f in found(link, by=screener(own_hosts={"www.qinghe.gov.cn"}, resolve=STANDS.get))] == ([rule] if rule else [])


STANDS = {"/zcwj/1/": Target.THERE, "/zcwj/2/": Target.WITHDRAWN, "/zcwj/404/": Target.MISSING}


@pytest.mark.parametrize(("href", "severity"), [
    pytest.param("/zcwj/404/", REFUSE, id="站内没有"),
    pytest.param("https://www.qinghe.gov.cn/zcwj/404/", WARN, id="同一域名下或许有别的程序"),
    pytest.param("/zcwj/2/", REFUSE, id="已撤回"),
    pytest.param("https://www.qinghe.gov.cn/zcwj/2/", REFUSE, id="已撤回，写全"),
])
def test_what_leads_nowhere_must_be_put_right(href, severity):
    link = Passage("body/1/link/1", "正文第1段的链接", "通知全文", kind="link", href=href)
    assert [f.severity for f in found(link, by=screener(own_hosts={"www.qinghe.gov.cn"}, resolve=STANDS.get))] == [severity]


@pytest.mark.parametrize(("passage", "expected"), [
    pytest.param(Passage("body/1", "图", kind="image"), [("no_alternative", "warn")], id="没有替代文字"),
    pytest.param(Passage("body/1", "图", kind="image", alt="IMG_2022.jpg"), [("no_alternative", "hint")], id="替代文字是文件名"),
    pytest.param(Passage("body/1", "图", kind="image", alt="申报流程：网上提交、窗口核验、公示、拨付"), [], id="写明内容"),
    pytest.param(Passage("body/1", "图", kind="image", alt="市人民攻府大楼"), [("term", "refuse")], id="替代文字也要筛查"),
    pytest.param(Passage("body/1", "表", kind="table", rows=[["", " "], ["", ""]]), [("empty_table", "warn")], id="空表"),
    pytest.param(Passage("body/1", "标题", " ", kind="heading"), [("empty_heading", "warn")], id="空标题"),
])
def test_blocks(passage, expected):
    assert [(f.rule, f.severity) for f in found(passage)] == expected


@pytest.mark.parametrize(("text", "quotes"), [
    pytest.param("会议时间：待定", ["待定"], id="待定"),
    pytest.param("人选有待定论", [], id="有待定论"),
    pytest.param("情况有待核实。", [], id="有待核实是一句话"),
    pytest.param("XX公司、XXX路", ["XX", "XXX"], id="叉号"),
    pytest.param("×××同志", ["×××"], id="乘号"),
    pytest.param("申请人王××、李XX", [], id="有意隐去的名字"),
    pytest.param("XXL号工作服", [], id="尺码"),
    pytest.param("中府办【】号", ["【】"], id="空的方头括号"),
    pytest.param("金额（　）元", ["（　）"], id="空的括号"),
    pytest.param("签名：______", ["______"], id="下划线"),
    pytest.param("【政策解读】技改补贴", [], id="有字的方头括号"),
    pytest.param("调用f()", [], id="函数的括号"),
])
def test_placeholders(text, quotes):
    assert only("placeholder", text) == quotes


@pytest.mark.parametrize(("text", "expected"), [
    pytest.param("各镇街,各部门:", [("punctuation", ",")], id="汉字之间的半角逗号"),
    pytest.param("1,200元，见http://a.cn:80/", [], id="数字和网址里的"),
    pytest.param("通知如下，，请执行。。", [("punctuation", "，，")], id="标点重叠，同一段只提示一次"),
    pytest.param("未完待续……。", [], id="省略号"),
    pytest.param("共２０件", [("width", "２０")], id="全角数字"),
    pytest.param("关于《办法的通知", [("punctuation", "《")], id="书名号不成对"),
    pytest.param("“引文”，《书名》。", [], id="成对"),
])
def test_marks_of_punctuation_are_hints(text, expected):
    marks = [f for f in found(text) if f.rule in {"punctuation", "width"}]
    assert [(f.rule, f.quote) for f in marks] == expected and all(f.severity == "hint" for f in marks)


@pytest.mark.parametrize(("passages", "quotes"), [
    pytest.param(["一是甲。三是乙。三是丙。"], ["三是"], id="一是三是"),
    pytest.param(["一是甲；二是乙；三是丙。"], [], id="连续"),
    pytest.param(["二是乙。"], [], id="不从一开始的引文"),
    pytest.param(["一、甲", "正文", "三、丙"], ["三、"], id="标题跳号"),
    pytest.param(["一、甲", "（一）子", "（二）丑", "二、乙", "（一）寅"], [], id="下一级重新编号"),
    pytest.param(["一、甲", "（一）子", "（一）丑"], [], id="从一重新开始可能是另一处"),
    pytest.param(["二、乙", "二、乙"], ["二、"], id="重号"),
])
def test_numbering(passages, quotes):
    assert only("numbering", *passages) == quotes


# -- The whole -------------------------------------------------------------------------------------------------------


def test_findings_come_in_reading_order_and_quote_what_stands_there():
    passages = ["攻府在2022年2月30日", table("姓名|金额", "张三丰|3", "李四光|4", "合计|9"), Passage("title", "标题", "关健事项")]
    findings = found(*passages)
    asked = {p.path: p for p in draft(*passages).passages}
    assert [f.path for f in findings] == sorted((f.path for f in findings), key=["body/1", "body/9", "title"].index)
    assert {f.rule for f in findings} >= {"term", "impossible_date", "names_with_money", "table_sum"}
    for finding in findings:
        assert asked[finding.path].written[finding.start : finding.end] == finding.quote


def test_a_digest_is_the_same_for_the_same_words_wherever_they_moved():
    (first,) = found("抓住关健环节")
    _, second = found("市人民攻府", "前面加了一句。抓住关健环节")
    assert first.digest == second.digest
    (other,) = found("一但发生")
    assert other.digest != first.digest
    sums = [f.digest for rows in (["甲|3", "乙|4", "合计|9"], ["甲|3", "乙|5", "合计|9"]) for f in found(table("镇|件", *rows)) if f.rule == "table_sum"]
    assert len(set(sums)) == 2, "the same total over other figures is another finding"


def test_an_empty_draft_has_no_findings():
    assert Screener([], [], None, date(2022, 1, 1)).screen(Draft([])) == []
    assert found("", "　") == []
