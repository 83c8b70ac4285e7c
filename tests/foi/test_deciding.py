"""The decision tree reaches every row of table three, and each way through it ends in exactly one."""

import re
from datetime import date

import pytest
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.foi import casework, deciding, result_rules
from gongkai.law.instruments import Basis
from gongkai.letters import rules as letter_rules
from tests.factories.accounts import UserFactory
from tests.factories.foi import ApplicationFactory

PATHS = deciding.paths()


@pytest.mark.parametrize("row", [row.key for row in result_rules.ROWS])
def test_every_row_is_reached(row):
    assert any(deciding.decision(result).row == row for _, result in PATHS)


def test_every_result_is_reached_by_one_way_and_every_question_asked():
    assert sorted(result for _, result in PATHS) == sorted(result_rules.RESULTS)
    assert {q.key for answers, _ in PATHS for q, _ in deciding.walk(answers).answered} == set(deciding.QUESTIONS)


@pytest.mark.parametrize(("answers", "result"), PATHS, ids=[result for _, result in PATHS])
def test_each_way_ends_in_one_decision_and_not_before(answers, result):
    found = deciding.walk(answers)
    assert found.decision and found.question is None and found.decision.result == result
    assert sum(row.key == found.decision.row for row in result_rules.ROWS) == 1
    assert deciding.walk(answers[:-1]).decision is None
    assert found.decision.review_first is (result.startswith("denied_") or result == "partial")
    for basis in (*found.decision.articles, *(question.basis for question, _ in found.answered)):
        Basis.parse(basis)


def test_an_answer_the_question_does_not_know_goes_no_further():
    assert deciding.walk(["yes", "nonsense", "yes"]).question.key == "heard"


@pytest.mark.django_db
def test_the_page_asks_one_question_at_a_time_and_hands_the_result_to_the_reply(client):
    application = ApplicationFactory()
    clerk = UserFactory(office=application.office, role=Role.CLERK, role__section=application.section)
    client.force_login(clerk, backend="gongkai.accounts.backends.PostBackend")
    address = reverse("foi:decide", args=[application.pk])
    said = client.get(address).content.decode()
    assert "申请内容是否明确" in said and "可不可以公开" not in said
    assert "《中华人民共和国政府信息公开条例》第三十条" in said and "本件已于" not in said
    answers = next(answers for answers, result in PATHS if result == "denied_process")
    said = client.get(address, {"a": ".".join(answers)}).content.decode()
    assert "不予公开—属于四类过程性信息" in said and "复议" in said
    page = client.get(reverse("foi:case", args=[application.pk]), {"result": "denied_process"})
    form = next(form for offer, form, *_ in page.context["offered"] if offer.act.verb == "reply")
    assert form["result"].value() == "denied_process"


@pytest.mark.django_db
def test_whoever_answers_for_a_case_that_has_ended_is_told_so(client):
    application = ApplicationFactory(answered=True)
    client.force_login(UserFactory(office=application.office, role=Role.COORDINATOR), backend="gongkai.accounts.backends.PostBackend")
    said = client.get(reverse("foi:decide", args=[application.pk])).content.decode()
    assert "办结，结果为“予以公开”。在这里作答不改变已有的结果" in said


def test_numbers_of_days_come_from_the_figures():
    """On 逐问定案 and beside the acts: a number changed in the law changes in one place."""
    said = [question.law for question in deciding.QUESTIONS.values()] + [act.hint for act in casework.ACTS]
    assert not [text for text in said if re.search(r"\d+(个工作日|日内)", text)]
    assert "7个工作日内一次性告知" in letter_rules.figured(deciding.QUESTIONS["clear"].law, date(2022, 3, 1))
