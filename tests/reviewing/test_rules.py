"""The chain as a fold: what falls with a change, what stays, who may look, when something may go out."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.reviewing.rules import (
    REVIEWS,
    Look,
    Sent,
    State,
    Step,
    Verdict,
    chain,
    digest_of,
    objections_to_look,
    objections_to_submitting,
)

DAY = datetime(2022, 3, 1, 9)
AUTHOR, FIRST, SECOND, THIRD, SECRET, LEADER = 1, 11, 12, 13, 21, 31
WHO = {Step.FIRST: FIRST, Step.SECOND: SECOND, Step.THIRD: THIRD, Step.SECRECY: SECRET}


def sent(number=1, digest="甲", *, at=0, **more):
    return Sent(number, digest, frozenset({AUTHOR}), DAY + timedelta(hours=at), **more)


def ok(step, number=1, by=None, at=1):
    return Look(number, step, Verdict.PASS, by or WHO[step], DAY + timedelta(hours=at))


def back(step, number=1, at=2):
    return Look(number, step, Verdict.RETURN, WHO[step], DAY + timedelta(hours=at))


def again(step, number, at=5):
    return Look(number, step, Verdict.RECONFIRM, WHO[step], DAY + timedelta(hours=at))


F, S, T, P = (ok(step) for step in (Step.FIRST, Step.SECOND, Step.THIRD, Step.SECRECY))
ALL = [F, S, T, P]


@pytest.mark.parametrize(("submissions", "looks", "state", "approved", "still_open"), [
    pytest.param([sent()], [], State.AT_FIRST, False, {Step.FIRST, Step.SECRECY}, id="送审后等初审，保密审查可同时进行"),
    pytest.param([sent()], [F], State.AT_SECOND, False, {Step.SECOND, Step.SECRECY}, id="初审通过等复审"),
    pytest.param([sent()], [F, S, T], State.REVIEWED, False, {Step.SECRECY}, id="三审通过，没有保密审查不能发布"),
    pytest.param([sent()], [P], State.AT_FIRST, False, {Step.FIRST}, id="只有保密审查不能发布"),
    pytest.param([sent()], ALL, State.REVIEWED, True, set(), id="三审三校和保密审查都通过"),
    pytest.param([sent()], [F, back(Step.SECOND)], State.RETURNED, False, set(), id="复审退回"),
    pytest.param([sent()], [*ALL[:3], back(Step.SECRECY)], State.RETURNED, False, set(), id="保密审查退回"),
    pytest.param([sent(), sent(2, "乙", at=3)], [F], State.AT_FIRST, False, {Step.FIRST, Step.SECRECY}, id="初审后撰稿人改稿，初审失效"),
    pytest.param([sent(), sent(2, "乙", at=3)], ALL, State.AT_FIRST, False, {Step.FIRST, Step.SECRECY}, id="全部通过后改稿，全部失效"),
    pytest.param([sent(), sent(2, "乙", at=3)], [F, ok(Step.SECOND, 2), ok(Step.THIRD, 2), ok(Step.SECRECY, 2)], State.AT_FIRST, False, {Step.FIRST}, id="改稿后只有复审终审也不能发布"),
    pytest.param([sent(), sent(2, at=3)], [F, back(Step.SECOND)], State.AT_SECOND, False, {Step.SECOND, Step.SECRECY}, id="原样再送，初审仍有效"),
    pytest.param([sent(), sent(2, "乙", at=3, edited_at=Step.SECOND, edited_by=SECOND)], [F, P, ok(Step.SECOND, 2, at=3)], State.AT_THIRD, False,
                 {Step.FIRST, Step.THIRD, Step.SECRECY}, id="复审人改稿：初审须复核，保密审查重来，终审可办"),
    pytest.param([sent(), sent(2, "乙", at=3, edited_at=Step.SECOND, edited_by=SECOND)],
                 [F, ok(Step.SECOND, 2, at=3), ok(Step.THIRD, 2, at=4), ok(Step.SECRECY, 2, at=4)], State.REVIEWED, False, {Step.FIRST}, id="初审未复核不能发布"),
    pytest.param([sent(), sent(2, "乙", at=3, edited_at=Step.SECOND, edited_by=SECOND)],
                 [F, ok(Step.SECOND, 2, at=3), ok(Step.THIRD, 2, at=4), ok(Step.SECRECY, 2, at=4), again(Step.FIRST, 2)], State.REVIEWED, True, set(), id="复核后可以发布"),
    pytest.param([sent(), sent(2, "乙", at=3, edited_at=Step.THIRD, edited_by=THIRD)], [F, S, P, ok(Step.THIRD, 2, at=3)], State.REVIEWED, False,
                 {Step.FIRST, Step.SECOND, Step.SECRECY}, id="终审人改稿：初审复审都须复核"),
    pytest.param([sent(emergency=True)], [P], State.AT_FIRST, False, {Step.THIRD}, id="应急：保密审查后等领导签发"),
    pytest.param([sent(emergency=True)], [T], State.REVIEWED, False, {Step.FIRST, Step.SECOND, Step.SECRECY}, id="应急：没有保密审查也不能发布"),
    pytest.param([sent(emergency=True)], [T, P], State.REVIEWED, True, {Step.FIRST, Step.SECOND}, id="应急：签发后可以发布，初审复审补办"),
    pytest.param([sent(emergency=True)], [T, P, F, S], State.REVIEWED, True, set(), id="应急：补办完毕"),
])  # fmt: skip
def test_where_a_submission_stands(submissions, looks, state, approved, still_open):
    found = chain(submissions, looks)
    assert (found.state, found.approved, set(found.open_steps)) == (state, approved, still_open)


def test_the_order_in_which_opinions_are_read_does_not_matter():
    submissions = [sent(), sent(2, "乙", at=3, edited_at=Step.SECOND, edited_by=SECOND)]
    looks = [F, P, ok(Step.SECOND, 2, at=3), again(Step.FIRST, 2)]
    assert chain(submissions[::-1], looks[::-1]) == chain(submissions, looks)


@pytest.mark.parametrize(("looks", "step", "verdict", "by", "codes"), [
    pytest.param([], Step.FIRST, Verdict.PASS, FIRST, [], id="初审"),
    pytest.param([], Step.FIRST, Verdict.PASS, AUTHOR, ["own_work"], id="自己的稿件"),
    pytest.param([], Step.SECRECY, Verdict.PASS, AUTHOR, ["own_work"], id="自己的稿件不能自己保密审查"),
    pytest.param([], Step.SECOND, Verdict.PASS, SECOND, ["not_yet"], id="没有初审不能复审"),
    pytest.param([F], Step.SECOND, Verdict.PASS, FIRST, ["same_person"], id="同一人两审"),
    pytest.param([F, S], Step.THIRD, Verdict.PASS, FIRST, ["same_person"], id="初审人不能终审"),
    pytest.param([F], Step.FIRST, Verdict.PASS, FIRST, ["passed"], id="重复点击"),
    pytest.param([F], Step.SECRECY, Verdict.PASS, FIRST, ["secrecy_apart"], id="初审人不能兼保密审查"),
    pytest.param([P], Step.FIRST, Verdict.PASS, SECRET, ["secrecy_apart"], id="保密审查人不能兼初审"),
    pytest.param([F, back(Step.SECOND)], Step.THIRD, Verdict.PASS, THIRD, ["returned"], id="退回后不能再审"),
    pytest.param([F], Step.FIRST, Verdict.RECONFIRM, FIRST, ["nothing_to_reconfirm"], id="没有改动无须复核"),
    pytest.param([F], Step.FIRST, Verdict.RETURN, FIRST, ["passed"], id="通过后不能由原环节退回"),
])  # fmt: skip
def test_who_may_look(looks, step, verdict, by, codes):
    found = chain([sent()], looks)
    assert [o.code for o in objections_to_look(found, step, verdict, by=by, authors={AUTHOR})] == codes


def test_an_office_short_of_people_may_let_a_reviewer_do_the_secrecy_review():
    found = chain([sent()], [F])
    assert not objections_to_look(found, Step.SECRECY, Verdict.PASS, by=FIRST, authors={AUTHOR}, secrecy_may_review=True)


def test_only_the_one_who_passed_it_reconfirms_and_another_passes_it_anew():
    submissions = [sent(), sent(2, "乙", at=3, edited_at=Step.SECOND, edited_by=SECOND)]
    looks = [F, ok(Step.SECOND, 2, at=3)]
    found = chain(submissions, looks)
    assert [o.code for o in objections_to_look(found, Step.FIRST, Verdict.RECONFIRM, by=99, authors={AUTHOR})] == ["not_the_reviewer"]
    assert not objections_to_look(found, Step.FIRST, Verdict.RECONFIRM, by=FIRST, authors={AUTHOR})
    assert not objections_to_look(found, Step.FIRST, Verdict.PASS, by=99, authors={AUTHOR})


@pytest.mark.parametrize(("digest", "state", "released", "code"), [
    pytest.param("甲", State.AT_SECOND, None, "unchanged", id="没有改动，审核继续"),
    pytest.param("甲", State.RETURNED, None, None, id="退回后可以原样再送"),
    pytest.param("乙", State.AT_SECOND, None, None, id="有改动"),
    pytest.param("甲", State.REVIEWED, "甲", "released", id="与已发布的相同"),
])  # fmt: skip
def test_when_submitting_changes_nothing(digest, state, released, code):
    found = objections_to_submitting(digest=digest, last=sent(), last_state=state, released=released)
    assert [o.code for o in found] == ([code] if code else [])


def test_the_digest_sees_every_part_and_no_order_of_keys():
    content = {"title": "通知", "body": ["一", "二"], "channels": ["website"], "files": [["ab", "附件.docx"]]}
    assert digest_of(content) == digest_of(dict(reversed(content.items())))
    for part, other in [("title", "通知 "), ("body", ["二", "一"]), ("channels", ["website", "wechat"]), ("files", [["ac", "附件.docx"]]), ("files", [["ab", "附件1.docx"]])]:
        assert digest_of({**content, part: other}) != digest_of(content), part


# -- Properties: whatever happened, nothing goes out that was not seen as it is ----------------------------------------

EVENTS = st.lists(st.one_of(
    st.just(("everyone",)), st.just(("everyone",)),
    st.tuples(st.just("write"), st.sampled_from("甲乙丙")),
    st.tuples(st.just("look"), st.sampled_from(list(Step)), st.sampled_from(list(Verdict)), st.sampled_from([AUTHOR, FIRST, SECOND, THIRD, SECRET, LEADER])),
    st.tuples(st.just("edit"), st.sampled_from(REVIEWS), st.sampled_from([FIRST, SECOND, THIRD, LEADER]), st.sampled_from("甲乙丙丁")),
), max_size=25)  # fmt: skip


@given(EVENTS)
def test_what_may_go_out_was_passed_by_four_people_who_saw_it_as_it_is(events):
    submissions, looks = [sent()], []
    for hour, event in enumerate(events, 1):
        found, newest = chain(submissions, looks), submissions[-1]
        moment = DAY + timedelta(hours=hour)
        if event[0] == "write":
            if not objections_to_submitting(digest=event[1], last=newest, last_state=found.state, released=None):
                submissions.append(Sent(newest.number + 1, event[1], frozenset({AUTHOR}), moment))
        elif event[0] == "look":
            _, step, verdict, by = event
            if not objections_to_look(found, step, verdict, by=by, authors={AUTHOR}):
                looks.append(Look(newest.number, step, verdict, by, moment))
        elif event[0] == "everyone":
            for step, by in WHO.items():
                found = chain(submissions, looks)
                verdict = Verdict.RECONFIRM if found.stage(step).state == "reconfirm" else Verdict.PASS
                if not objections_to_look(found, step, verdict, by=by, authors={AUTHOR}):
                    looks.append(Look(newest.number, step, verdict, by, moment))
        else:
            _, step, by, digest = event
            if digest != newest.digest and not objections_to_look(found, step, Verdict.PASS, by=by, authors={AUTHOR}):
                submissions.append(Sent(newest.number + 1, digest, frozenset({AUTHOR}), moment, edited_at=step, edited_by=by))
                looks.append(Look(newest.number + 1, step, Verdict.PASS, by, moment))
        found = chain(submissions, looks)
        if found.approved:
            newest = submissions[-1]
            seen = {stage.step: stage.look for stage in found.stages}
            assert all(look is not None for look in seen.values())
            digests = {s.number: s.digest for s in submissions}
            assert {digests[look.number] for look in seen.values()} == {newest.digest}, "有人看到的不是这一稿"
            people = [look.by for look in seen.values()]
            assert len(set(people)) == 4 and AUTHOR not in people
