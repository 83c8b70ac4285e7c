"""The law of an application, as tables and without a database."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gongkai.foi import public_rules, rules
from gongkai.foi.rules import Case, Channel, Consulted, ConsultedKind, Delivery, State
from gongkai.law import shipped_calendar
from gongkai.law.figures import Adjustment

CALENDAR = shipped_calendar()
CASE = Case(Channel.COUNTER, date(2026, 3, 2))


def day(month: int, number: int) -> date:
    return date(2026, month, number)


@pytest.mark.parametrize(
    ("channel", "received"),
    [
        pytest.param(Channel.COUNTER, day(3, 2), id="当面：提交之日"),
        pytest.param(Channel.ORAL, day(3, 2), id="口头代填：提交之日"),
        pytest.param(Channel.POST_SIGNED, day(3, 4), id="挂号邮寄：机关签收之日"),
        pytest.param(Channel.POST_PLAIN, day(3, 6), id="平信：确认之日"),
        pytest.param(Channel.INTERNET, day(3, 6), id="互联网：双方确认之日"),
        pytest.param(Channel.FAX, day(3, 6), id="传真：双方确认之日"),
    ],
)
def test_day_of_receipt_depends_on_the_channel(channel, received):
    assert rules.received_on(channel, day(3, 2), signed_on=day(3, 4), confirmed_on=day(3, 6)) == received


@pytest.mark.parametrize("channel", [Channel.POST_PLAIN, Channel.INTERNET, Channel.FAX])
def test_nothing_runs_before_receipt_is_confirmed(channel):
    case = Case(channel, day(3, 2))
    assert rules.reply_clock(case, CALENDAR) is None
    assert rules.state_of(case) is State.UNCONFIRMED


@pytest.mark.parametrize(
    ("delivery", "signed_for", "replied"),
    [
        pytest.param(Delivery.DIRECT, day(4, 2), day(4, 2), id="直接送达：签收之日"),
        pytest.param(Delivery.DIRECT, None, None, id="直接送达未签收：尚未答复"),
        pytest.param(Delivery.AGENCY, day(4, 2), day(4, 2), id="委托送达：签收之日"),
        pytest.param(Delivery.POST, day(4, 2), day(3, 30), id="邮寄：交邮之日，不是收到之日"),
        pytest.param(Delivery.NETWORK, None, day(3, 30), id="网络：发送之日"),
    ],
)
def test_day_of_reply_depends_on_the_delivery(delivery, signed_for, replied):
    assert rules.replied_on(delivery, day(3, 30), signed_for) == replied


@pytest.mark.parametrize(
    ("facts", "due"),
    [
        pytest.param({}, day(3, 30), id="二十个工作日"),
        pytest.param({"extended_on": day(3, 30), "extended_days": 20}, day(4, 28), id="最后一日延长二十个工作日，跨清明节"),
        pytest.param({"extended_on": day(3, 31), "extended_days": 20}, day(3, 30), id="期满后延长无效"),
        pytest.param({"correction_asked_on": day(3, 4), "corrected_on": day(3, 16)}, day(4, 14), id="补正重新起算"),
        pytest.param({"correction_asked_on": day(3, 30), "corrected_on": day(4, 1)}, day(4, 30), id="最后一日告知补正，仍为有效"),
        pytest.param({"correction_asked_on": day(3, 31), "corrected_on": day(4, 1)}, day(3, 30), id="期满后告知补正无效"),
        pytest.param({"correction_asked_on": day(3, 4)}, None, id="等待补正，末日待定"),
        pytest.param({"fee_noticed_on": day(3, 4), "fee_paid_on": day(3, 16)}, day(4, 14), id="缴费重新起算"),
        pytest.param(
            {"correction_asked_on": day(3, 4), "corrected_on": day(3, 16), "extended_on": day(4, 14), "extended_days": 1},
            day(4, 15), id="补正后再延长",
        ),
        pytest.param(
            {"extended_on": day(3, 5), "extended_days": 20, "correction_asked_on": day(3, 9), "corrected_on": day(3, 16)},
            day(4, 14), id="补正前的延长随原期限失效",
        ),
        pytest.param(
            {"extended_on": day(3, 5), "extended_days": 20, "fee_noticed_on": day(3, 9), "fee_paid_on": day(3, 16)},
            day(4, 14), id="缴费前的延长随原期限失效",
        ),
        pytest.param(
            {"extended_on": day(3, 5), "extended_days": 20, "consulted": (Consulted(ConsultedKind.THIRD_PARTY, day(3, 9), day(3, 10), day(3, 12)),)},
            day(5, 6), id="征求意见不影响已有的延长",
        ),
        pytest.param(
            {"consulted": (Consulted(ConsultedKind.THIRD_PARTY, day(3, 4), day(3, 5), day(3, 9)),)},
            day(4, 2), id="征求第三方意见三个工作日不计",
        ),
        pytest.param(
            {"consulted": (Consulted(ConsultedKind.THIRD_PARTY, day(3, 4), day(3, 5)),)},
            day(4, 22), id="第三方不答复，满十五个工作日后恢复计算",
        ),
        pytest.param({"consulted": (Consulted(ConsultedKind.THIRD_PARTY, day(3, 4)),)}, None, id="第三方何时收到未知，末日待定"),
        pytest.param({"consulted": (Consulted(ConsultedKind.THIRD_PARTY, day(3, 4), returned_on=day(3, 9)),)}, day(4, 2), id="没有送达，至退回之日不计"),
        pytest.param({"consulted": (Consulted(ConsultedKind.AGENCY, day(3, 4), day(3, 5)),)}, None, id="其他机关没有十五日之限"),
        pytest.param(
            {"consulted": (
                Consulted(ConsultedKind.THIRD_PARTY, day(3, 4), day(3, 5), day(3, 9)),
                Consulted(ConsultedKind.CO_MAKER, day(3, 5), day(3, 6), day(3, 9)),
            )},
            day(4, 2), id="两处同时征求，重叠的只算一次",
        ),
    ],
)  # fmt: skip
def test_last_day_of_a_reply(facts, due):
    assert rules.reply_clock(replace(CASE, **facts), CALENDAR).last_day == due


def test_waiting_for_a_fee_may_be_taken_out_instead_of_starting_afresh():
    case = replace(CASE, fee_noticed_on=day(3, 4), fee_paid_on=day(3, 16))
    own = [Adjustment("fee_restart", date(2026, 1, 1), "resume", "本机关按扣除等待时间计算")]
    assert rules.reply_clock(case, CALENDAR, own).last_day == day(4, 10)
    # Then nothing restarts, and an extension stays.
    extended = replace(case, extended_on=day(3, 3), extended_days=5)
    assert rules.reply_clock(extended, CALENDAR, own).last_day == CALENDAR.add(day(4, 10), 5)


def test_an_office_may_count_the_day_of_receipt():
    own = [Adjustment("count_first_day", date(2026, 1, 1), True, "本机关从严计算")]
    assert rules.reply_clock(CASE, CALENDAR, own).last_day == day(3, 27)


def test_silence_of_a_third_party_and_of_a_co_maker_mean_opposite_things():
    assert "不视为同意" in rules.silence_means(ConsultedKind.THIRD_PARTY)
    assert "视为同意公开" in rules.silence_means(ConsultedKind.CO_MAKER)
    assert "不视为" not in rules.silence_means(ConsultedKind.CO_MAKER)


# Objections


def codes(found) -> set[str]:
    return {objection.code for objection in found}


ASKED = {"correction_asked_on": day(3, 4), "correction_due_on": day(3, 25)}
POSTED = {"delivery": Delivery.POST, "dispatched_on": day(3, 30)}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, set(), id="刚收到"),
        pytest.param({**POSTED, "result": "granted"}, set(), id="按期答复"),
        pytest.param({**POSTED}, {"no_result"}, id="有答复日期没有结果"),
        pytest.param({"result": "granted", "dispatched_on": day(3, 30)}, {"no_delivery"}, id="没有送达方式"),
        pytest.param({"result": "granted", "delivery": Delivery.NONE, "dispatched_on": day(3, 30)}, {"not_delivered"}, id="予以公开不能不送达"),
        pytest.param({**POSTED, "result": "granted", "dispatched_on": day(3, 1)}, {"before_receipt"}, id="答复早于收到"),
        pytest.param({"correction_asked_on": day(3, 4)}, {"no_correction_due"}, id="补正没有期限"),
        pytest.param(ASKED, set(), id="第二日告知补正"),
        pytest.param({"correction_asked_on": day(3, 11), "correction_due_on": day(3, 25)}, set(), id="第七日告知补正"),
        pytest.param({"correction_asked_on": day(3, 12), "correction_due_on": day(3, 25)}, {"asked_late"}, id="第八日告知补正"),
        pytest.param(
            {"correction_asked_on": day(3, 12), "correction_due_on": day(3, 25), "correction_late_reason": "第三方反映后才发现不明确"},
            set(), id="第八日告知补正，写明理由",
        ),
        pytest.param(
            {"correction_asked_on": day(3, 31), "correction_due_on": day(4, 20), "correction_late_reason": "遗漏"},
            {"too_late"}, id="期满后告知补正",
        ),
        pytest.param({"corrected_on": day(3, 4)}, {"corrected_before_asking"}, id="没有告知就有补正"),
        pytest.param({**ASKED, **POSTED, "result": "granted"}, {"awaiting_correction"}, id="等待补正时不能作实体答复"),
        pytest.param({**ASKED, "corrected_on": day(3, 16), **POSTED, "result": "unclear_after_fix"}, set(), id="补正后仍不明确"),
        pytest.param({**POSTED, "result": "unclear_after_fix"}, {"not_corrected"}, id="没补正就说仍不明确"),
        pytest.param(
            {**ASKED, "delivery": Delivery.NONE, "dispatched_on": day(3, 25), "result": "abandoned_fix"},
            {"not_lapsed"}, id="补正期限最后一日不能视为放弃",
        ),
        pytest.param(
            {**ASKED, "delivery": Delivery.NONE, "dispatched_on": day(3, 26), "result": "abandoned_fix"}, set(), id="逾期不补正",
        ),
        pytest.param(
            {"fee_noticed_on": day(3, 4), "delivery": Delivery.NONE, "dispatched_on": day(4, 1), "result": "abandoned_fee"},
            {"not_lapsed"}, id="缴费期限第二十日不能视为放弃",
        ),
        pytest.param(
            {"fee_noticed_on": day(3, 4), "delivery": Delivery.NONE, "dispatched_on": day(4, 2), "result": "abandoned_fee"},
            set(), id="逾期不缴费",
        ),
        pytest.param({"withdrawn_on": day(3, 9), "result": "withdrawn"}, set(), id="撤回"),
        pytest.param({"withdrawn_on": day(3, 9), "result": "granted"}, {"other_result"}, id="撤回不能另有结果"),
        pytest.param({"extended_on": day(3, 27), "extended_days": 20, "consented": True}, set(), id="延长"),
        pytest.param({"extended_on": day(3, 27), "extended_days": 20}, {"no_consent"}, id="延长未经同意"),
        pytest.param({"extended_on": day(3, 27), "extended_days": 21, "consented": True}, {"too_long"}, id="延长二十一日"),
        pytest.param({"extended_on": day(3, 31), "extended_days": 5, "consented": True}, {"too_late"}, id="期满后延长"),
        pytest.param({"extended_on": day(3, 27), "consented": True}, {"half_extension"}, id="只登记一半"),
        pytest.param({"consulted": (Consulted(ConsultedKind.THIRD_PARTY, day(3, 1)),)}, {"before_receipt"}, id="收到前征求意见"),
        pytest.param({"consulted": (Consulted(ConsultedKind.THIRD_PARTY, day(3, 4), returned_on=day(3, 3)),)}, {"returned_before_sent"}, id="发出前退回"),
        pytest.param({"consulted": (Consulted(ConsultedKind.THIRD_PARTY, day(3, 4), day(3, 7), returned_on=day(3, 8)),)}, {"served_and_returned"}, id="已签收又退回"),
        pytest.param({"handed_in_on": date(2019, 5, 14)}, {"older_law"}, id="修订前收到"),
        pytest.param({"handed_in_on": date(2202, 3, 2)}, {"no_calendar"}, id="年份写错"),
    ],
)  # fmt: skip
def test_objections_to_the_facts_of_a_case(facts, expected):
    # Half an extension is also one of no days.
    assert codes(rules.objections(replace(CASE, **facts), CALENDAR)) - ({"too_long"} if "half_extension" in expected else set()) == expected


def test_a_second_extension_and_a_second_asking_are_refused():
    extended = replace(CASE, extended_on=day(3, 9), extended_days=5, consented=True)
    found = rules.objections_to_extending(extended, 5, consented=True, on=day(3, 10), calendar=CALENDAR)
    assert codes(found) == {"extended_before"}
    corrected = replace(extended, correction_asked_on=day(3, 10), corrected_on=day(3, 16))
    found = rules.objections_to_extending(corrected, 5, consented=True, on=day(3, 18), calendar=CALENDAR)
    assert codes(found) == {"extended_before"}  # it lapsed with the period it extended, and was the one
    corrected = replace(CASE, **ASKED, corrected_on=day(3, 9))
    assert codes(rules.objections_to_asking(corrected, day(3, 10), "", CALENDAR)) == {"asked_before"}


def test_no_objection_raises_on_facts_in_any_disorder():
    """What a table brings may be anything; the rules answer with sentences, never with an error."""
    wild = replace(
        CASE, correction_asked_on=day(3, 9), corrected_on=day(3, 4), correction_due_on=day(3, 1), fee_noticed_on=date(2020, 1, 1),
        fee_paid_on=date(2019, 1, 1), extended_on=day(3, 1), consulted=(Consulted(ConsultedKind.CO_MAKER, day(3, 9), day(3, 3), day(3, 2)),),
    )  # fmt: skip
    rules.reply_clock(wild, CALENDAR)
    assert len(codes(rules.objections(wild, CALENDAR))) >= 4


@pytest.mark.parametrize(
    ("channel", "due"),
    [
        pytest.param(Channel.POST_PLAIN, day(3, 6), id="平信当日确认"),
        pytest.param(Channel.INTERNET, day(3, 9), id="互联网次一工作日"),
        pytest.param(Channel.COUNTER, None, id="当面无须确认"),
    ],
)
def test_receipt_is_confirmed_by(channel, due):
    assert rules.confirm_due_on(channel, day(3, 6), CALENDAR) == due


def test_verbs_end_where_the_table_says():
    # Even what is put away may be taken up again, by a decision that corrects the reply; nothing else leads out of there.
    assert set(rules.MOVES.ends()) == set() and rules.MOVES.verbs(State.ARCHIVED) == ["reopen", "take_back"]
    assert {verb for state in (State.ANSWERED, State.ABANDONED, State.WITHDRAWN) for verb in rules.MOVES.verbs(state)} == {"archive", "reopen"}
    assert not rules.MOVES.allows(State.AWAITING_CORRECTION, "reply")


def test_the_readme_draws_the_table_of_moves():
    assert rules.MOVES.drawing() in (Path(rules.__file__).parent / "README.md").read_text(encoding="utf-8")


# What can't be, found by hand


MARCH = {n: date(2022, 3, n) for n in range(1, 32)}
ANSWERED = {"result": "granted", "delivery": Delivery.POST, "dispatched_on": MARCH[30]}
ASKED = {"correction_asked_on": MARCH[4], "correction_due_on": MARCH[25]}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param({**ASKED, "correction_asked_on": MARCH[28], "correction_late_reason": "指向不明", "correction_due_on": date(2022, 4, 15), "corrected_on": date(2022, 4, 6), **ANSWERED}, "收到补正日期晚于办结日期", id="答复后才补正，逾期的答复就成了按期"),
        pytest.param({"correction_asked_on": MARCH[31], "correction_due_on": date(2022, 4, 15), "corrected_on": MARCH[31], "correction_late_reason": "指向不明", **ANSWERED}, "告知补正日期晚于办结日期", id="答复后告知补正"),
        pytest.param({"extended_on": MARCH[31], "extended_days": 5, "consented": True, **ANSWERED}, "告知延长日期晚于办结日期", id="答复后延长"),
        pytest.param({"fee_noticed_on": MARCH[28], "fee_paid_on": MARCH[31], **ANSWERED}, "缴费日期晚于办结日期", id="答复后缴费"),
        pytest.param({"fee_sent_on": MARCH[31], **ANSWERED}, "收费通知发出日期晚于办结日期", id="答复后收费"),
        pytest.param({**ASKED, "corrected_on": MARCH[16], "result": "withdrawn", "withdrawn_on": MARCH[10]}, "收到补正日期晚于办结日期", id="撤回后补正"),
        pytest.param({**ASKED, "correction_due_on": MARCH[4]}, "补正期限须晚于告知补正日期", id="当天告知当天补正"),
    ],
)  # fmt: skip
def test_a_step_after_the_end_is_refused(facts, said):
    found = [o.sentence for o in rules.objections(Case(Channel.COUNTER, MARCH[1], **facts), CALENDAR)]
    assert any(said in sentence for sentence in found), found


@pytest.mark.parametrize("facts", [
    pytest.param({"fee_sent_on": MARCH[8], "fee_noticed_on": MARCH[14], "result": "withdrawn", "withdrawn_on": MARCH[10]}, id="通知在途时撤回，随后签收"),
    pytest.param({"consulted": (Consulted(ConsultedKind.THIRD_PARTY, MARCH[8], MARCH[9], MARCH[31]),), **ANSWERED}, id="答复后第三方才回复"),
    pytest.param({**ASKED, "corrected_on": MARCH[30], **ANSWERED}, id="补正当天就答复"),
])  # fmt: skip
def test_what_may_still_come_after_the_end_stands(facts):
    assert rules.objections(Case(Channel.COUNTER, MARCH[1], **facts), CALENDAR) == []


def test_a_fact_that_has_not_happened_is_no_fact():
    today = MARCH[10]
    assert rules.objections_to_days_to_come(Case(Channel.COUNTER, MARCH[1], **ASKED), today) == []
    for facts in ({"handed_in_on": MARCH[11]}, {"corrected_on": date(2032, 3, 9)}, {"consulted": (Consulted(ConsultedKind.AGENCY, MARCH[9], None, MARCH[11]),)}):
        [found] = rules.objections_to_days_to_come(replace(Case(Channel.COUNTER, MARCH[1], **ASKED), **facts), today)
        assert "还没有到" in found.sentence


def test_registered_mail_is_signed_for_and_not_confirmed():
    case = Case(Channel.POST_SIGNED, MARCH[1])
    assert rules.state_of(replace(case, confirmed_on=MARCH[3])) is State.UNCONFIRMED and "签收之日" in rules.objections_to_confirming(case)[0].sentence
    assert rules.objections_to_confirming(Case(Channel.POST_PLAIN, MARCH[1])) == []


@pytest.mark.parametrize(("facts", "heading", "says", "last_stage"), [
    pytest.param(ANSWERED, "已答复", "答复日期是2022年3月30日", "答复", id="已答复"),
    pytest.param({**ASKED, "result": "abandoned_fix", "delivery": Delivery.NONE, "dispatched_on": MARCH[28]}, "不再处理", "没有补正", "不再处理", id="视为放弃"),
    pytest.param({"result": "withdrawn", "withdrawn_on": MARCH[8]}, "已撤回", "已按您的意思撤回", "撤回", id="撤回"),
    pytest.param({**ANSWERED, "reopened_on": date(2022, 5, 5), "redone_on": date(2022, 5, 20)}, "已重新答复", "2022年5月20日", "重新答复", id="重新答复"),
])  # fmt: skip
@pytest.mark.parametrize("archived", [None, date(2022, 6, 6)], ids=["未归档", "已归档"])
def test_the_applicant_reads_how_his_case_ended_whether_or_not_the_file_is_put_away(facts, heading, says, last_stage, archived):
    case = Case(Channel.COUNTER, MARCH[1], **facts, archived_on=archived)
    said = public_rules.standing(case, date(2022, 6, 20), confirm_due_on=None, last_day=MARCH[29], fee_due_on=None)
    assert (said.heading, public_rules.stages(case)[-1][0]) == (heading, last_stage) and says in said.means


def test_the_applicant_of_a_reopened_case_reads_the_new_day_and_not_the_one_gone_by():
    case = Case(Channel.COUNTER, MARCH[1], **ANSWERED, reopened_on=date(2022, 5, 5))
    said = public_rules.standing(case, date(2022, 6, 20), confirm_due_on=None, last_day=MARCH[29], fee_due_on=None, redo_due_on=date(2022, 6, 2))
    assert said.heading == "正在重新办理" and "2022年6月2日重新答复您" in said.means and "3月29日" not in said.means
    assert public_rules.stages(case)[-2:] == [("答复", MARCH[30], True), ("重新答复", None, False)]


def test_every_state_has_its_words_for_the_applicant():
    """A state the page does not know reads as if the office were still at work."""
    source = Path(public_rules.__file__).read_text(encoding="utf-8")
    told = source[source.index("def standing") : source.index("def stages")]
    assert {state.name for state in State if f"State.{state.name}" not in told} == {"OPEN", "ARCHIVED"}
