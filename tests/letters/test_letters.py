"""Letters: wordings by date, signatures bound to a text, numbers without gaps, and nothing changed once frozen."""

import threading
from base64 import b64decode
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO

import pytest
import typst
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.files.models import StoredFile
from gongkai.foi.result_rules import RESULTS
from gongkai.law.refusals import Refused
from gongkai.letters import actions, posting, printing, rules
from gongkai.letters.models import Letter, Material, Rendering, Series
from gongkai.letters.rules import Facts, Signature, State, Step
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory

DAY = date(2024, 3, 15)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"


def filled(kind: str, day: date = DAY) -> dict[str, str]:
    return {name: "林溪桥" if name == "申请人" else f"{name}一项" for name in rules.fields_of(rules.wording(rules.kinds()[kind], day))}


class People:
    def __init__(self):
        self.case = ApplicantFactory().application
        office = self.case.office
        self.clerk = UserFactory(name="许知禾", office=office, role=Role.CLERK, role__section=self.case.section)
        self.legal = UserFactory(name="卢正言", office=office, role=Role.LEGAL)
        self.secrecy = UserFactory(name="严守一", office=office, role=Role.SECRECY)
        self.leader = UserFactory(name="章怀瑾", office=office, role=Role.DEPUTY_DIRECTOR)

    def draft(self, kind="denied_process", **facts) -> Letter:
        return actions.draft(self.case, kind=kind, by=self.clerk, fields=filled(kind) | facts, written_on=DAY, number=self.case.number)

    def signed(self, kind="denied_process", **facts) -> Letter:
        letter = self.draft(kind, **facts)
        for step in rules.kinds()[kind].steps:
            actions.sign(letter, step=step, by={Step.LEGAL: self.legal, Step.SECRECY: self.secrecy, Step.APPROVE: self.leader}[step])
        return letter

    def frozen(self, kind="denied_process", **facts) -> Letter:
        return actions.freeze(self.signed(kind, **facts), by=self.clerk)


@pytest.fixture
def people(db):
    return People()


# Papers


def word(*lines: str) -> bytes:
    document, held = Document(), BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(held)
    return held.getvalue()


def pdf(*lines: str) -> bytes:
    return typst.compile(('#set text(font: "Noto Sans SC")\n' + "\n\n".join(lines)).encode(), font_paths=[str(posting.FONTS)], ignore_system_fonts=True)


FORMS = {"pdf": pdf, "docx": word, "txt": lambda *lines: "\n".join(lines).encode()}
MARKED = [("机密★10年", "关于报送情况的报告"), ("秘密", "关于报送情况的报告"), ("关于报送情况的报告", "正文", "正文", "正文", "正文", "此件秘密★")]
CLEAN = [("关于报送情况的报告", "其中涉及商业秘密2019年度报告已附后"), ("关于保守国家秘密的通知", "机密、秘密级事项另行办理")]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("lines", "marked"), [(lines, True) for lines in MARKED] + [(lines, False) for lines in CLEAN])
def test_a_paper_that_bears_a_mark_does_not_come_in(people, form, lines, marked):
    upload = ContentFile(FORMS[form](*lines), f"来文.{form}")
    if not marked:
        assert actions.add_material(people.case, by=people.clerk, upload=upload, label="来文", number=people.case.number).file.refused == ""
        return
    with pytest.raises(Refused, match=f"“来文.{form}”载有密级标识，不能使用。涉密材料不得录入本系统"):
        actions.add_material(people.case, by=people.clerk, upload=upload, label="来文", number=people.case.number)
    assert not Material.objects.exists() and "载有密级标识" in StoredFile.objects.get().refused


@pytest.mark.parametrize(("label", "name"), [("机密★10年 名单", "名单.png"), ("名单", "秘密★5年.png")])
def test_a_paper_that_is_called_by_a_mark_does_not_come_in(people, label, name):
    with pytest.raises(Refused, match="不得录入涉密信息"):
        actions.add_material(people.case, by=people.clerk, upload=ContentFile(PNG, name), label=label, number=people.case.number)
    assert not Material.objects.exists() and not StoredFile.objects.exists()


def test_a_paper_that_is_only_about_a_secret_of_trade_comes_in(people):
    upload = ContentFile(PNG, "商业秘密2019年度清单.png")
    assert actions.add_material(people.case, by=people.clerk, upload=upload, label="商业秘密2019年度清单", number=people.case.number).file.refused == ""


@pytest.mark.slow
def test_a_scan_that_bears_a_mark_is_no_proof(people):
    letter = people.frozen()
    with pytest.raises(Refused, match="载有密级标识"):
        actions.stamp(letter, by=people.clerk, scan=ContentFile(pdf("机密★10年", "答复"), "用印.pdf"), bound_to=letter.rendering.pdf_sha256)
    actions.stamp(letter, by=people.clerk, scan=ContentFile(pdf("答复"), "用印.pdf"), bound_to=letter.rendering.pdf_sha256)
    with pytest.raises(Refused, match="载有密级标识"):
        actions.deliver(Letter.objects.get(pk=letter.pk), by=people.clerk, way="direct", on=DAY, proof="签收人", scan=ContentFile(pdf("绝密★长期", "回执"), "回执.pdf"))


@pytest.mark.slow
def test_the_clerk_is_told_on_the_page_of_the_case(people, client):
    client.force_login(people.clerk, backend="gongkai.accounts.backends.PostBackend")
    said = client.post(reverse("foi:material", args=[people.case.pk]), {"label": "来文", "file": ContentFile(word("机密★10年", "报告"), "来文.docx")}, follow=True)
    assert "涉密材料不得录入本系统" in said.content.decode()


# Wordings


def test_every_result_has_its_letter_and_there_are_enough_kinds():
    assert set(RESULTS) <= set(rules.kinds()) and len(rules.kinds()) >= 24


@pytest.mark.slow
@pytest.mark.parametrize("kind", rules.kinds())
def test_every_kind_is_printed(people, kind):
    letter = people.draft(kind)
    assert printing.pdf(letter).startswith(b"%PDF")
    said = "\n".join(p.text for p in Document(BytesIO(printing.docx(letter))).paragraphs)
    assert letter.title in said and "{" not in said and "〔" not in said
    assert letter.facts().missing == ()


@pytest.mark.parametrize(("kind", "day", "first", "direct"), [
    ("denied_process", date(2023, 12, 31), False, True), ("denied_process", date(2024, 1, 1), True, False),
    ("denied_secret", date(2024, 1, 1), True, False), ("partial", date(2026, 5, 6), True, False), ("partial", date(2022, 5, 6), False, True),
    ("granted", date(2024, 1, 1), False, True), ("not_exist", date(2024, 1, 1), False, True), ("repeat", date(2019, 6, 3), False, True),
])  # fmt: skip
def test_refusals_name_review_first_since_2024(kind, day, first, direct):
    text = rules.wording(rules.kinds()[kind], day)
    assert ("不得直接提起行政诉讼" in text) is first and ("6个月内" in text) is direct


@pytest.mark.parametrize("remedy", ["choice", "review_first"])
def test_the_channel_for_a_review_over_the_internet_is_named_from_2024(remedy):
    day, kind = date(2024, 1, 1), rules.kinds()["denied_process"]
    assert rules.wording(kind, day, remedy + ".online") == rules.wording(kind, day, remedy) + "\n通过互联网提交行政复议申请书的渠道：{复议网上渠道}。"
    assert "复议网上渠道" in rules.online_fields(day) and remedy + ".online" in dict(rules.remedies(day))
    assert rules.online_fields(date(2023, 12, 31)) == [] and remedy + ".online" not in dict(rules.remedies(date(2023, 12, 31)))


@pytest.mark.parametrize(("way", "remedy", "written_on", "refused"), [
    ("network", "review_first", date(2024, 1, 2), True), ("network", "choice", date(2024, 1, 2), True), ("network", "choice.online", date(2024, 1, 2), False),
    ("post", "choice", date(2024, 1, 2), False), ("network", "choice", date(2023, 12, 29), False), ("network", "", date(2024, 1, 2), False),
])  # fmt: skip
def test_a_reply_over_the_internet_names_a_channel_for_the_review(way, remedy, written_on, refused):
    facts = rules.Facts("granted", 1, "d", (), (), True, True, True)
    found = rules.objections_to_delivering(
        facts, way=way, carrier="ems" if way == "post" else "", on=date(2024, 1, 3), written_on=written_on, today=date(2024, 1, 3), remedy=remedy,
    )  # fmt: skip
    assert [one.basis for one in found] == (["行政复议法 22.2"] if refused else [])


@pytest.mark.parametrize("remedy", ["choice", "review_first"])
@pytest.mark.parametrize("day", [date(2022, 5, 6), date(2024, 1, 1), date(2026, 5, 6)])
def test_the_days_for_seeking_remedy_are_the_figures_of_the_day(remedy, day, monkeypatch):
    said = rules.wording(rules.kinds()["granted"], day, remedy)
    assert "60日内" in said and ("15日内" in said if remedy == "review_first" and day.year >= 2024 else "6个月内" in said)
    known = rules.figure

    def moved(room, name, on):
        found = known(room, name, on)
        return replace(found, value={"review_days": 61, "suit_months": 7, "suit_after_review_days": 16}.get(name, found.value))

    monkeypatch.setattr(rules, "figure", moved)
    said = rules.wording(rules.kinds()["granted"], day, remedy)
    assert "61日内" in said and "15日内" not in said and "6个月内" not in said and ("16日内" in said or "7个月内" in said)


def test_every_refusal_under_14_to_16_must_go_to_review_first():
    for kind in rules.kinds().values():
        assert (kind.remedy == "review_first") is (kind.key.startswith("denied_") or kind.key == "partial")


def test_there_is_no_wording_before_its_first_day():
    assert rules.kinds()["fee_notice"].version(date(2020, 12, 31)) is None


# Signatures


def test_one_person_is_not_two(people):
    letter = people.draft()
    with pytest.raises(Refused, match="须先办理法制审核"):
        actions.sign(letter, step=Step.APPROVE, by=people.leader)
    with pytest.raises(Refused, match="拟稿人不能"):
        actions.sign(letter, step=Step.LEGAL, by=people.clerk)
    actions.sign(letter, step=Step.LEGAL, by=people.legal)
    with pytest.raises(Refused, match="不同的人"):
        actions.sign(letter, step=Step.SECRECY, by=people.legal)


def test_a_changed_text_needs_every_look_again(people):
    letter = people.signed()
    assert letter.state == State.APPROVED
    changed = actions.redraft(letter, by=people.clerk, fields=filled("denied_process") | {"理由": "另一个理由"})
    assert changed.state == State.DRAFT and rules.owed(changed.facts()) == (Step.LEGAL, Step.SECRECY, Step.APPROVE)
    with pytest.raises(Refused, match="尚未完成法制审核"):
        actions.freeze(changed, by=people.clerk)


def test_a_gap_in_the_text_is_not_signed(people):
    with pytest.raises(Refused, match="未填的内容：理由"):
        actions.sign(people.draft(理由=""), step=Step.LEGAL, by=people.legal)


@pytest.mark.slow
@given(st.lists(st.sampled_from(["redraft", "legal", "secrecy", "approve", "freeze", "stamp", "deliver", "void"]), max_size=14))
def test_no_sequence_delivers_what_was_not_stamped_nor_freezes_what_was_not_signed(verbs):
    facts, texts = Facts("denied_process", drafted_by=1, digest="0"), 0
    by = {"legal": 2, "secrecy": 3, "approve": 4}
    for verb in verbs:
        if verb in by and not rules.objections_to_signing(facts, Step(verb), by[verb]):
            facts = replace(facts, signatures=(*facts.signatures, Signature(verb, by[verb], facts.digest)))
        elif verb == "redraft" and not rules.objections_to_moving("redraft", facts):
            texts += 1
            facts = replace(facts, digest=str(texts))
        elif verb == "freeze" and not rules.objections_to_freezing(facts):
            assert {s.step for s in rules.standing(facts)} == set(by)
            facts = replace(facts, frozen=True, rendered=True)
        elif verb == "stamp" and not rules.objections_to_stamping(facts, "d", "d"):
            assert facts.frozen
            facts = replace(facts, stamped=True)
        elif verb == "deliver" and not rules.objections_to_delivering(facts, way="direct", carrier="", on=DAY, written_on=DAY, today=DAY):
            assert facts.stamped
            facts = replace(facts, delivered=True)
        elif verb == "void" and not rules.objections_to_voiding(facts, "写错"):
            assert not facts.delivered
            facts = replace(facts, void=True)
    if facts.delivered:
        assert facts.stamped and facts.frozen and len({s.by for s in rules.standing(facts)} | {facts.drafted_by}) == 4


# Freezing


def test_a_letter_goes_from_draft_to_delivery(people):
    letter = people.frozen()
    assert letter.number == "青工信公开答〔2024〕1号"
    kept = letter.rendering
    assert sha256(b64decode(kept.pdf)).hexdigest() == kept.pdf_sha256 and actions.render(letter, by=None).pk == kept.pk
    with pytest.raises(Refused, match="尚未用印"):
        actions.deliver(letter, by=people.clerk, way="post", on=DAY, proof="EMS 1234")
    with pytest.raises(Refused, match="不是这份定稿文书"):
        actions.stamp(letter, by=people.clerk, scan=ContentFile(PNG, "用印件.png"), bound_to="0" * 64)
    actions.stamp(letter, by=people.clerk, scan=ContentFile(PNG, "用印件.png"), bound_to=kept.pdf_sha256)
    letter = Letter.objects.get(pk=letter.pk)
    with pytest.raises(Refused, match="须通过邮政企业"):
        actions.deliver(letter, by=people.clerk, way="post", on=DAY, proof="某快递 1234")
    actions.deliver(letter, by=people.clerk, way="post", carrier="ems", on=DAY, proof="EMS 1234")
    assert Letter.objects.get(pk=letter.pk).state == State.DELIVERED


@pytest.mark.parametrize("statement", [
    "UPDATE letters_letter SET number = 'x'", "DELETE FROM letters_letter", "UPDATE letters_rendering SET pdf_sha256 = 'x'",
    "DELETE FROM letters_rendering", "UPDATE letters_signature SET digest = 'x'",
])  # fmt: skip
def test_the_database_keeps_what_is_frozen(people, statement):
    people.frozen()
    with pytest.raises(DatabaseError, match="不可"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.slow
def test_a_void_number_stays_and_the_next_is_the_next(people):
    first = people.frozen()
    actions.void(first, by=people.clerk, reason="申请人姓名写错")
    assert people.frozen().number == "青工信公开答〔2024〕2号"
    assert (Letter.objects.get(pk=first.pk).state, Letter.objects.get(pk=first.pk).number) == (State.VOID, "青工信公开答〔2024〕1号")


def test_a_missing_glyph_takes_no_number(people):
    letter = people.signed(理由="文中有“\U0001f600”")
    with pytest.raises(Refused, match="\U0001f600"):
        actions.freeze(letter, by=people.clerk)
    assert not Series.objects.exists() and Letter.objects.get(pk=letter.pk).frozen_at is None


def test_printing_may_be_retried_after_the_number_was_taken(people, monkeypatch):
    letter, real, calls = people.signed(), printing.docx, []

    def fails_once(of):
        calls.append(of)
        if len(calls) == 1:
            raise OSError("磁盘已满")
        return real(of)

    monkeypatch.setattr(printing, "docx", fails_once)
    with pytest.raises(OSError, match="磁盘"):
        actions.freeze(letter, by=people.clerk)
    letter = Letter.objects.get(pk=letter.pk)
    assert letter.number and not Rendering.objects.exists()
    actions.render(letter, by=people.clerk)
    assert Series.objects.get().last == 1 and Rendering.objects.count() == 1


def test_a_number_is_given_back_when_freezing_fails(people, monkeypatch):
    letter = people.signed()
    real = actions.record
    monkeypatch.setattr(actions, "record", lambda verb, *a, **k: real(verb, *a, **k) if verb != "letters.frozen" else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.freeze(letter, by=people.clerk)
    monkeypatch.setattr(actions, "record", real)
    assert actions.freeze(letter, by=people.clerk).serial == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_clerks_at_once_take_eight_numbers():
    office, taken, errors = OfficeFactory(), [], []
    ready = threading.Barrier(8)

    def clerk():
        ready.wait()
        try:
            for _ in range(5):
                with transaction.atomic():
                    taken.append(actions.take_serial(office, "答", 2024))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=clerk) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and sorted(taken) == list(range(1, 41))


# Whose papers, whose names


def test_no_paper_of_one_case_goes_into_a_letter_of_another(people):
    other = ApplicationFactory(office=people.case.office)
    paper = actions.add_material(other, by=people.clerk, upload=ContentFile(PNG, "清单.png"), label="清单", number=other.number)
    letter = people.draft("granted")
    with pytest.raises(Refused, match="另一件申请"):
        actions.enclose(letter, by=people.clerk, material=paper)
    own = actions.add_material(people.case, by=people.clerk, upload=ContentFile(PNG, "清单.png"), label="清单", number=people.case.number)
    with pytest.raises(Refused, match="须附"):
        actions.freeze(people.signed("granted"), by=people.clerk)
    actions.enclose(letter, by=people.clerk, material=own)
    assert letter.enclosures.get().material == own


def test_names_are_sealed_at_rest_and_absent_from_the_log(people):
    letter = people.frozen()
    with connection.cursor() as cursor:
        cursor.execute("SELECT fields FROM letters_letter")
        assert "林溪桥" not in str(cursor.fetchall())
        cursor.execute("SELECT pdf, docx FROM letters_rendering")
        assert "JVBERi" not in str(cursor.fetchall())
    assert not any("林溪桥" in str(entry.facts) + entry.subject_label for entry in Entry.objects.all())
    assert letter.rendering.pdf.startswith("JVBERi")


@pytest.mark.slow
@pytest.mark.parametrize(("who", "sees"), [("clerk", True), ("legal", False), ("secrecy", False), ("leader", False)])
def test_reviewers_read_the_text_without_the_names(client, people, who, sees):
    letter = people.frozen()
    client.force_login(getattr(people, who), backend="gongkai.accounts.backends.PostBackend")
    page = client.get(reverse("letters:letter", args=[letter.pk]))
    assert ("林溪桥" in page.content.decode()) is sees and "过程性信息" in page.content.decode()
    assert (client.get(reverse("letters:paper", args=[letter.pk, "pdf"])).status_code == 200) is sees
    assert Entry.objects.filter(verb="letters.read").exists() is sees


@pytest.mark.slow
def test_the_desk_drafts_with_the_facts_of_the_case(client, people):
    client.force_login(people.clerk, backend="gongkai.accounts.backends.PostBackend")
    address = reverse("foi:draft", args=[people.case.pk, "denied_process"])
    form = client.get(address).context["form"]
    given_ = {bound.name: "属于讨论记录" if bound.label == "理由" else bound.value() or "青禾市禾岸区人民法院" for bound in form}
    assert "林溪桥" in given_.values() and people.case.number in given_.values()
    answer = client.post(address, given_)
    letter = Letter.objects.get()
    assert answer["Location"] == reverse("letters:letter", args=[letter.pk]) and letter.facts().missing == ()
    for who, do in ((people.legal, "legal"), (people.secrecy, "secrecy"), (people.leader, "approve"), (people.clerk, "freeze")):
        client.force_login(who, backend="gongkai.accounts.backends.PostBackend")
        assert client.post(reverse("letters:letter", args=[letter.pk]), {"do": do}).status_code == 302
    assert Letter.objects.get(pk=letter.pk).state == State.FROZEN


def test_the_drawing_is_the_table():
    assert rules.MOVES.drawing() in (rules.FOLDER.parent / "README.md").read_text(encoding="utf-8")


def test_what_bears_a_mark_is_not_written_into_a_letter(people):
    with pytest.raises(Refused, match="密级标识"):
        people.draft(理由="秘密★5年")
    letter = people.draft()
    with pytest.raises(Refused, match="密级标识"):
        actions.redraft(letter, by=people.clerk, fields=filled("denied_process") | {"理由": "机密★10年"})
