"""Letters that go by one post: printed together, envelopes with them, numbers registered all or none."""

from datetime import date
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pypdfium2
import pytest
import typst
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.files import pdfium
from gongkai.files.actions import keep
from gongkai.files.models import StoredFile
from gongkai.foi import actions as foi
from gongkai.foi import joining, queue
from gongkai.foi.models import Applicant, Application, Handover, Redaction
from gongkai.law.refusals import Refused
from gongkai.letters import actions, posting, rules
from gongkai.letters.models import Letter, Material
from gongkai.letters.posting import To
from gongkai.letters.rules import Step
from tests.factories.accounts import SectionFactory, UserFactory
from tests.foi.test_at_once import at_once
from tests.letters.test_letters import PNG, People

BACKEND = "gongkai.accounts.backends.PostBackend"
ON = date(2024, 3, 18)


@pytest.fixture
def people(db):
    found = People()
    Applicant.objects.filter(application=found.case).update(address="")
    applicant = found.case.applicant
    applicant.name, applicant.address = "林溪桥", "青禾市青禾区石桥镇12号"
    applicant.save()
    return found


def stamped(people, kind="denied_process") -> Letter:
    letter = people.frozen(kind)
    actions.stamp(letter, by=people.clerk, scan=ContentFile(PNG, name="用印.png"), bound_to=letter.rendering.pdf_sha256)
    return Letter.objects.get(pk=letter.pk)


def to(letters) -> dict[int, To]:
    return {letter.pk: To("林溪桥", "青禾市青禾区石桥镇12号", "528400") for letter in letters}


def words(content: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)]


@pytest.mark.slow
def test_only_what_has_its_number_and_was_not_sent_waits_for_who_may_send_it(people):
    people.draft()
    ready = stamped(people)
    assert list(posting.waiting(people.clerk)) == [ready]
    assert list(posting.waiting(people.legal)) == []
    other = UserFactory(office=people.case.office, role=Role.CLERK, role__section=SectionFactory(office=people.case.office, name="信息化推进科"))
    assert list(posting.waiting(other)) == []
    actions.deliver(ready, by=people.clerk, way="post", carrier="ems", on=ON, proof="1234567890123")
    assert list(posting.waiting(people.clerk)) == []


@pytest.mark.slow
def test_the_list_asks_as_often_for_one_letter_as_for_three_and_opens_nothing_sealed(client, people, monkeypatch):
    client.force_login(people.clerk, backend=BACKEND)
    client.get(reverse("letters:waiting"))
    numbers = []
    for more in (1, 2):
        for _ in range(more):
            stamped(people, "consult_third")
        with monkeypatch.context() as sealed, CaptureQueriesContext(connection) as captured:
            sealed.setattr("gongkai.vault.fields.open_text", lambda _: pytest.fail("打开了加密的内容"))
            said = client.get(reverse("letters:waiting")).content.decode()
        numbers.append(len(captured))
    assert said.count("已用印") == 3 and numbers[0] == numbers[1]


@pytest.mark.slow
def test_the_picked_ones_are_asked_for_at_once(client, people):
    client.force_login(people.clerk, backend=BACKEND)
    letters, numbers = [stamped(people, "consult_third") for _ in range(2)] + [stamped(people)], []
    client.get(reverse("letters:waiting"))
    for picked in (letters[:1], letters[1:]):
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("letters:post"), {"letter": [letter.pk for letter in picked]})
        numbers.append(len([one for one in captured if "SAVEPOINT" not in one["sql"]]))
    # An applicant's address takes two more: may he see whose case it is, and where does he live.
    assert numbers[1] == numbers[0] + 2


@pytest.mark.slow
def test_an_unstamped_letter_waits_and_is_told_from_a_stamped_one(client, people):
    client.force_login(people.clerk, backend=BACKEND)
    people.frozen("consult_third")
    assert "待用印" in client.get(reverse("letters:waiting")).content.decode()
    assert [posting.stamped(one) for one in posting.waiting(people.clerk)] == [False]
    stamped(people)
    assert [posting.stamped(one) for one in posting.waiting(people.clerk)] == [False, True]


def test_where_an_applicant_lives_is_not_told_to_a_section_that_gave_his_case_away(people):
    letter = stamped(people)
    Application.objects.filter(pk=people.case.pk).update(section=SectionFactory(office=people.case.office, name="信息化推进科"))
    with pytest.raises(PermissionDenied):
        posting.addressed([Letter.objects.get(pk=letter.pk)], by=people.clerk)


@pytest.mark.slow
def test_a_letter_goes_along_with_its_case_to_another_section(client, people):
    letter, draft, section = stamped(people), people.draft("consult_third"), SectionFactory(office=people.case.office, name="信息化推进科")
    clerk, head = (UserFactory(office=people.case.office, role=role, role__section=section) for role in (Role.CLERK, Role.HEAD))
    joining.hand_over(people.case, by=people.leader, section=section, reason="属该科职责", on=ON)
    assert (list(posting.waiting(people.clerk)), list(posting.waiting(clerk))) == ([], [letter])
    assert [one for one, _ in queue.letters_for(head)] == [draft]
    pages = reverse("letters:letter", args=[letter.pk]), reverse("letters:post") + f"?letter={letter.pk}"
    client.force_login(people.clerk, backend=BACKEND)
    assert [client.get(page).status_code for page in pages] == [403, 403] and client.post(pages[0], {"do": "void", "reason": "写错"}).status_code == 403
    assert client.get(reverse("letters:paper", args=[letter.pk, "pdf"])).status_code == 403
    with pytest.raises(PermissionDenied):
        posting.post([letter], to([letter]), {letter.pk: "1234567890123"}, carrier="ems", on=ON, by=people.clerk)
    client.force_login(clerk, backend=BACKEND)
    assert [client.get(page).status_code for page in pages] == [200, 200] and "青禾市青禾区石桥镇12号" in client.get(pages[1]).content.decode()
    posting.post([letter], to([letter]), {letter.pk: "1234567890123"}, carrier="ems", on=ON, by=clerk)
    assert Application.objects.get(pk=people.case.pk).state == "已答复"


@pytest.mark.slow
def test_a_letter_comes_back_with_a_case_that_was_returned(people):
    letter, section = stamped(people), SectionFactory(office=people.case.office, name="信息化推进科")
    clerk = UserFactory(office=people.case.office, role=Role.CLERK, role__section=section)
    joining.hand_over(people.case, by=people.leader, section=section, reason="属该科职责", on=ON)
    joining.send_back(Handover.objects.get(), by=clerk, reason="不属本科职责", on=ON)
    assert (list(posting.waiting(people.clerk)), list(posting.waiting(clerk))) == ([letter], [])


@pytest.mark.slow
def test_letters_are_printed_one_after_another_each_from_the_front_of_a_sheet(people):
    letters = [stamped(people), stamped(people, "consult_third")]
    singles = [len(pypdfium2.PdfDocument(BytesIO(posting.letters_pdf([one], by=people.clerk, both_sides=False)))) for one in letters]
    both = words(posting.letters_pdf(letters, by=people.clerk, both_sides=True))
    first = singles[0] + singles[0] % 2
    assert letters[0].number in "".join(both[0].split()) and letters[1].number in "".join(both[first].split()) and len(both) % 2 == 0
    assert Entry.objects.filter(verb="letters.printed_together").count() == 4


# What may not leave


def pdf(said: str, pages: int = 1) -> bytes:
    return typst.compile(('#set text(font: "Noto Sans SC")\n' + "\n#pagebreak()\n".join([said] * pages)).encode(), font_paths=[str(posting.FONTS)], ignore_system_fonts=True)


def enclosing(people, content: bytes, label="检索记录") -> Letter:
    """A stamped letter with a PDF in it, which came in before its mark was looked for."""
    letter, case = people.draft("consult_third"), people.case
    with patch("gongkai.files.actions._further", []):
        stored = keep(ContentFile(content, f"{label}.pdf"), office=case.office, by=people.clerk)
    paper = Material.objects.create(office=case.office, subject_kind=case._meta.label, subject_id=case.pk, label=label, file=stored, by=people.clerk)
    actions.enclose(letter, by=people.clerk, material=paper)
    actions.sign(letter, step=Step.APPROVE, by=people.leader)
    frozen = actions.freeze(Letter.objects.get(pk=letter.pk), by=people.clerk)
    actions.stamp(frozen, by=people.clerk, scan=ContentFile(PNG, name="用印.png"), bound_to=frozen.rendering.pdf_sha256)
    return Letter.objects.get(pk=letter.pk)


def neither(letters, by, says: str) -> None:
    """Neither the letters nor their envelopes are printed, and nothing says they were."""
    for make in (lambda: posting.letters_pdf(letters, by=by, both_sides=True), lambda: posting.envelopes_pdf(letters, to(letters), size="dl", by=by)):
        with pytest.raises(Refused, match=says):
            make()
    assert not Entry.objects.filter(verb__in=["letters.printed_together", "letters.enveloped"]).exists()


@pytest.mark.slow
def test_a_paper_that_is_being_covered_is_not_printed_for_the_post(people):
    fine, letter = stamped(people, "consult_third"), enclosing(people, pdf("名单"))
    paper = letter.enclosures.get().material
    Redaction.objects.create(application=people.case, material=paper, source=paper.file, pages=1, begun_by=people.clerk)
    neither([fine, letter], people.clerk, f"{letter.number}：“检索记录”含有不予公开的内容")


@pytest.mark.slow
def test_the_letter_of_a_case_that_was_withdrawn_is_not_printed_for_the_post(people):
    letter = stamped(people)
    foi.withdraw(people.case, by=people.clerk, on=ON)
    neither([letter], people.clerk, f"{letter.number}：该申请目前为“已撤回”")


def test_a_letter_that_was_voided_meanwhile_is_not_printed_for_the_post(people):
    letter = stamped(people)
    actions.void(letter, by=people.clerk, reason="写错")
    neither([letter], people.clerk, f"{letter.number}已经送达或者作废")


@pytest.mark.slow
def test_a_paper_that_failed_its_check_leaves_by_no_way(people):
    letter = enclosing(people, pdf("名单"))
    StoredFile.objects.filter(pk=letter.enclosures.get().material.file_id).update(refused="带有恶意内容")
    neither([letter], people.clerk, "“检索记录”没有通过检查")
    with pytest.raises(Refused, match="“检索记录”没有通过检查"):
        actions.deliver(letter, by=people.clerk, way="direct", on=ON, proof="签收")


def test_a_paper_called_by_its_mark_leaves_by_no_way(people):
    letter = enclosing(people, pdf("名单"), label="机密★10年 名单")
    neither([letter], people.clerk, "载有密级标识")
    with pytest.raises(Refused, match="载有密级标识"):
        actions.deliver(letter, by=people.clerk, way="direct", on=ON, proof="签收")


@pytest.mark.parametrize(("said", "pages", "marked"), [
    ("秘密\n\n关于报送情况的报告", 1, True), ("关于报送情况的报告\n\n机密★10年", 3, True), ("其中涉及商业秘密2019年度报告已附后", 1, False), ("前言" * 50 + "商业秘密2019年度", 1, False),
])  # fmt: skip
def test_a_paper_that_bears_a_mark_is_not_printed_for_the_post(people, said, pages, marked):
    letter = enclosing(people, pdf(said, pages))
    if marked:
        with pytest.raises(Refused, match=f"{letter.number}的附件“检索记录”载有密级标识"):
            posting.letters_pdf([letter], by=people.clerk, both_sides=False)
    assert Entry.objects.filter(verb="letters.printed_together").exists() is False
    if not marked:
        assert "商业秘密" in "".join(words(posting.letters_pdf([letter], by=people.clerk, both_sides=False)))


@pytest.mark.parametrize("now", [pytest.param(b"%PDF-1.7 another", id="换了"), pytest.param(None, id="没有了")])
def test_a_paper_that_is_not_what_was_signed_is_not_printed_for_the_post(people, now):
    # A paper of its own: tests that run beside this one share the folder where files lie by their content.
    letter = enclosing(people, pdf(f"名单，后来{'换了' if now else '没有了'}"))
    path = Path(letter.enclosures.get().material.file.content.path)
    path.write_bytes(now) if now else path.unlink()
    with pytest.raises(Refused, match=f"{letter.number}的附件“检索记录”的文件找不到，或者与登记的摘要不符"):
        posting.letters_pdf([letter], by=people.clerk, both_sides=False)
    assert not Entry.objects.filter(verb="letters.printed_together").exists()


@pytest.mark.slow
def test_a_paper_whose_name_has_the_words_alone_leaves(people):
    letter = enclosing(people, pdf("名单"), label="商业秘密2019年度清单")
    assert actions.objections_to_leaving(letter, people.clerk) == []
    assert posting.letters_pdf([letter], by=people.clerk, both_sides=False)


def test_more_than_a_machine_holds_is_printed_in_parts(people, monkeypatch):
    letter = enclosing(people, pdf("名单"))
    monkeypatch.setattr(posting, "MOST_BYTES", 100)
    with pytest.raises(Refused, match="请分批勾选"):
        posting.letters_pdf([letter], by=people.clerk, both_sides=False)


# Envelopes


@pytest.mark.slow
def test_an_envelope_names_whom_it_is_for_and_nothing_of_the_case(people):
    letter = stamped(people)
    [said] = words(posting.envelopes_pdf([letter], posting.addressed([letter], by=people.clerk), size="dl", by=people.clerk))
    flat = "".join(said.split())
    assert "林溪桥" in flat and "石桥镇12号" in flat and people.case.office.name in flat and letter.number in flat
    assert people.case.subject not in flat and letter.title not in flat
    assert {"letters.addressed", "letters.enveloped"} <= set(Entry.objects.values_list("verb", flat=True))


@pytest.mark.parametrize("kind", [key for key, kind in rules.kinds().items() if kind.to != "申请人"])
def test_what_is_not_for_the_applicant_never_goes_to_him(people, kind):
    letter = Letter.objects.get(pk=people.draft(kind).pk)
    found = posting.addressed([letter], by=people.clerk)[letter.pk]
    assert found.name != "林溪桥" and found.address == ""


def test_a_third_partys_envelope_has_not_the_applicants_address(people):
    letter = stamped(people, "consult_third")
    found = posting.addressed([letter], by=people.clerk)[letter.pk]
    assert found.name == "收件人一项" and found.address == ""
    with pytest.raises(Refused, match="没有收件人或通信地址，不能打印信封"):
        posting.envelopes_pdf([letter], {letter.pk: found}, size="dl", by=people.clerk)


LONG = "青禾市青禾区石桥镇" * 30


@pytest.mark.slow
@pytest.mark.parametrize(("name", "address", "size", "says"), [
    pytest.param("林溪桥", LONG, "dl", "的收件人和地址太长，5号信封（220×110毫米）印不下", id="地址太长"),
    pytest.param("林溪桥" * 60, "石桥镇12号", "dl", "的收件人和地址太长", id="名称太长"),
    pytest.param("林𠮷桥", "石桥镇12号", "dl", "的收件人或地址中的“𠮷”在信封的字体中没有", id="字体没有的字"),
    pytest.param("林溪桥", "石桥镇12号한", "c4", "的收件人或地址中的“한”在信封的字体中没有", id="字体没有的文字"),
    pytest.param("林溪\ue000", "石桥镇12号", "dl", r"印不出来的字符（U\+E000）", id="自造字"),
    pytest.param("林溪桥", "石桥\u202e镇12号", "dl", r"印不出来的字符（U\+202E）", id="反向"),
    pytest.param("林溪桥", "石桥\x00镇12号", "dl", r"印不出来的字符（U\+0000）", id="空字节"),
    pytest.param("林溪桥", "石桥\ufffd镇", "dl", r"印不出来的字符（U\+FFFD）", id="乱码"),
    pytest.param(" ", "石桥镇12号", "dl", "没有收件人或通信地址", id="没有收件人"),
])  # fmt: skip
def test_an_envelope_that_could_not_be_read_is_named_and_none_is_printed(people, name, address, size, says):
    fine, letter = stamped(people, "consult_third"), stamped(people, "consult_third")
    with pytest.raises(Refused, match=says) as refused:
        posting.envelopes_pdf([fine, letter], to([fine]) | {letter.pk: To(name, address)}, size=size, by=people.clerk)
    assert [letter.number in one.sentence and fine.number not in one.sentence for one in refused.value.objections] == [True]
    assert not Entry.objects.filter(verb="letters.enveloped").exists()


@pytest.mark.parametrize(("name", "address", "size"), [
    pytest.param("林溪桥", "青禾市青禾区石桥镇" * 15, "dl", id="长地址"), pytest.param("林溪桥", LONG, "c4", id="大信封"), pytest.param("W" * 60, "B" * 100, "dl", id="断不开的字母"),
    pytest.param("青禾市泽辰照明有限公司", "。" * 60, "dl", id="断不开的标点"), pytest.param("龘·㑇", "é Ж 12-3#", "c5", id="生僻字"),
])  # fmt: skip
def test_an_envelope_is_printed_whole_on_its_page(people, name, address, size):
    letter = stamped(people)
    with pdfium.opened(posting.envelopes_pdf([letter], {letter.pk: To(name, address, "528400")}, size=size, by=people.clerk)) as made:
        [page] = made
        (width, height), text = page.get_size(), page.get_textpage()
        said = "".join(text.get_text_range().split()).replace("\u200b", "")
        assert all(part in said for part in ("528400", "".join(address.split()), name, letter.number))
        boxes = [text.get_charbox(n) for n in range(text.count_chars())]
    assert all(25 < left and right < width - 25 and 20 < low and up < height - 20 for left, low, right, up in boxes if right > left)


def test_an_office_whose_own_name_has_no_glyph_is_told_so(people):
    letter = stamped(people)
    letter.office.address = "府前路𠮷号"
    with pytest.raises(Refused, match="本机关的名称或地址中的“𠮷”"):
        posting.envelopes_pdf([letter], to([letter]), size="dl", by=people.clerk)


@pytest.mark.parametrize(("number", "says"), [("", "没有填邮件号码"), ("12345", "应为13位"), ("EZ123456789CN4", "应为13位"), ("EZ12345678一CN", "应为13位"), ("EZ1234\x0056789CN", "应为13位")])
def test_a_number_that_is_none_is_refused_and_nothing_is_registered(people, number, says):
    letter = stamped(people)
    with pytest.raises(Refused, match=says):
        posting.post([letter], to([letter]), {letter.pk: number}, carrier="ems", on=ON, by=people.clerk)
    assert not Letter.objects.filter(delivery__isnull=False).exists()


@pytest.mark.slow
def test_one_number_is_for_one_envelope(people):
    first, second = stamped(people), stamped(people, "consult_third")
    there = to([first, second])
    numbers = dict.fromkeys(there, "EZ123456789CN")
    with pytest.raises(Refused, match="填给了不同的收件人"):
        posting.post([first, second], there | {second.pk: To("青禾市泽辰照明有限公司", "高新区9号")}, numbers, carrier="ems", on=ON, by=people.clerk)
    actions.deliver(first, by=people.clerk, way="post", carrier="ems", on=ON, proof="EZ123456789CN")
    with pytest.raises(Refused, match="已登记在别的文书上"):
        posting.post([second], there, numbers, carrier="ems", on=ON, by=people.clerk)


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["ez 123 456 789 cn", "ＥＺ１２３４５６７８９ＣＮ", "\ufeffEZ123456789CN\u200b", "EZ123456789CN\t"])
def test_a_number_is_known_however_it_was_typed(people, typed):
    first, second = stamped(people, "consult_third"), stamped(people, "consult_third")
    posting.post([first], to([first]), {first.pk: typed}, carrier="ems", on=ON, by=people.clerk)
    assert Letter.objects.get(pk=first.pk).delivery.proof == "EZ123456789CN"
    with pytest.raises(Refused, match="邮件号码EZ123456789CN已登记在别的文书上"):
        posting.post([second], to([second]), {second.pk: typed}, carrier="ems", on=ON, by=people.clerk)


@pytest.mark.slow
@pytest.mark.parametrize(("first", "second", "refused"), [
    ("EZ123456789CN", "EZ123456789CN", True), ("EMS EZ123456789CN，已寄出", "ez123456789cn", True), ("EZ123456789CN", "邮件号码：ＥＺ１２３４５６７８９ＣＮ", True),
    ("EZ123456789CN", "EZ123456790CN", False), ("与前一份同一信封", "与前一份同一信封", False), ("REGISTEREDMAIL", "REGISTEREDMAIL", False),
])  # fmt: skip
def test_the_page_of_one_letter_asks_after_its_number_too(people, first, second, refused):
    one, other = stamped(people, "consult_third"), stamped(people, "consult_third")
    actions.deliver(one, by=people.clerk, way="post", carrier="ems", on=ON, proof=first)
    if refused:
        with pytest.raises(Refused, match="EZ123456789CN已登记在别的文书上"):
            actions.deliver(other, by=people.clerk, way="post", carrier="ems", on=ON, proof=second)
    else:
        actions.deliver(other, by=people.clerk, way="post", carrier="ems", on=ON, proof=second)
    assert Letter.objects.filter(delivery__isnull=False).count() == 1 + (not refused)


@pytest.mark.slow
def test_what_names_nobody_is_no_one_envelope(people):
    letters = [stamped(people, "consult_third") for _ in range(2)]
    numbers = dict.fromkeys([letter.pk for letter in letters], "EZ123456789CN")
    with pytest.raises(Refused, match="没有写收件人和地址"):
        posting.post(letters, {letter.pk: To("", "") for letter in letters}, numbers, carrier="ems", on=ON, by=people.clerk)
    posting.post(letters, to(letters), numbers, carrier="ems", on=ON, by=people.clerk)
    assert Letter.objects.filter(delivery__proof="EZ123456789CN").count() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_those_who_register_one_number_at_once_one_does():
    for n in range(4):
        people = People()
        letters, number = [stamped(people, "consult_third") for _ in range(6)], f"EZ12345678{n}CN"

        def by_list(letter, people=people, number=number):
            return lambda: posting.post([letter], to([letter]), {letter.pk: number}, carrier="ems", on=ON, by=people.clerk)

        def by_page(letter, people=people, number=number):
            return lambda: actions.deliver(letter, by=people.clerk, way="post", carrier="ems", on=ON, proof=f"EMS {number}")

        done, refused = at_once(*map(by_list, letters[:3]), *map(by_page, letters[3:]))
        assert (len(done), len(refused)) == (1, 5) and all("已登记在别的文书上" in str(one) for one in refused)
        assert Letter.objects.filter(delivery__proof__contains=number).count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_post_of_many_and_the_delivery_of_one_of_them_do_not_wait_for_each_other_for_ever():
    for n in range(4):
        people = People()
        letters = [stamped(people, "consult_third") for _ in range(4)]
        numbers = {letter.pk: f"EZ1234567{n}{m}CN" for m, letter in enumerate(letters)}
        done, refused = at_once(
            lambda letters=letters, numbers=numbers, people=people: posting.post(letters, to(letters), numbers, carrier="ems", on=ON, by=people.clerk),
            *[lambda one=one, people=people: actions.deliver(one, by=people.clerk, way="direct", on=ON, proof="签收") for one in letters[1:]],
        )  # fmt: skip
        assert len(done) + len(refused) == 4 and Letter.objects.filter(pk__in=numbers, delivery__way="direct").count() in (0, 1, 2, 3)


@pytest.mark.slow
def test_one_that_is_refused_leaves_all_unregistered(people):
    ready, unstamped = stamped(people), people.frozen("consult_third")
    numbers = {ready.pk: "EZ123456789CN", unstamped.pk: "EZ123456790CN"}
    with pytest.raises(Refused, match="尚未用印，不能送达（所选文书都没有登记）"):
        posting.post([ready, unstamped], to([ready, unstamped]), numbers, carrier="ems", on=ON, by=people.clerk)
    assert not Letter.objects.filter(delivery__isnull=False).exists()


@pytest.mark.slow
@pytest.mark.parametrize(("changed", "says"), [
    pytest.param({"number-1": "EZ123456789CN" * 4}, "的邮件号码</a>：最多40个字，现有52个", id="号码太长"),
    pytest.param({"number-1": "EZ123456789CN\x00"}, None, id="号码空字节"),
    pytest.param({"number-1": "EZ12345678９"}, "的邮件号码应为13位字母和数字", id="号码短"),
    pytest.param({"number-1": None}, "没有填邮件号码", id="少一个号码"),
    pytest.param({"number-999999": "EZ123456790CN"}, "填写的内容与所选文书对不上", id="多一个号码"),
    pytest.param({"number-x": "EZ123456790CN"}, "填写的内容与所选文书对不上", id="不知是谁的号码"),
    pytest.param({"number-1": ["EZ123456790CN", "EZ123456791CN"]}, "填写的内容与所选文书对不上", id="两个号码"),
    pytest.param({"name-1": "林" * 201}, "的收件人</a>：最多200个字，现有201个", id="收件人太长"),
    pytest.param({"address-1": "镇" * 301}, "的通信地址</a>：最多300个字，现有301个", id="地址太长"),
    pytest.param({"name-1": "林\x00"}, None, id="收件人空字节"),
    pytest.param({"on": "2090-01-01"}, "送达日期在今天之后", id="今后"), pytest.param({"on": "2000-01-01"}, "送达日期早于成文日期", id="成文以前"),
    pytest.param({"on": "二〇二四年"}, "交邮日期</a>：", id="不是日期"), pytest.param({"on": "99999999-01-01"}, "交邮日期</a>：", id="没有的年份"), pytest.param({"on": "2024-03-18\x00"}, None, id="日期空字节"),
    pytest.param({"on": ""}, "交邮日期</a>：", id="没有日期"), pytest.param({"carrier": "sf"}, "邮件种类</a>：", id="其他快递"), pytest.param({"carrier": ""}, "邮件种类</a>：", id="没有种类"),
    pytest.param({"letter": "²"}, "没有认出所选的文书", id="不是文书"), pytest.param({"letter": None}, "请先勾选", id="没有文书"),
    pytest.param({"do": "burn"}, "没有认出要做的操作", id="不是按钮"), pytest.param({"do": "keep"}, "登记2份交邮", id="回车"),
])  # fmt: skip
def test_what_is_typed_is_neither_cut_nor_half_done(client, people, changed, says):
    first, second = stamped(people, "consult_third"), stamped(people, "consult_third")
    client.force_login(people.clerk, backend=BACKEND)
    typed = {"letter": [first.pk, second.pk], "do": "post", "carrier": "ems", "on": ON.isoformat(), "size": "dl"}
    for letter, number in ((first, "EZ123456788CN"), (second, "EZ123456789CN")):
        typed |= {f"name-{letter.pk}": "林溪桥", f"address-{letter.pk}": "石桥镇12号", f"postcode-{letter.pk}": "", f"number-{letter.pk}": number}
    changed = {name.replace("-1", f"-{second.pk}") if name.endswith("-1") else name: value for name, value in changed.items()}
    typed = {name: value for name, value in (typed | changed).items() if value is not None}
    shown = client.post(reverse("letters:post"), typed, follow=True)
    said = shown.content.decode()
    assert (shown.status_code == 200 and says in said) if says else shown.status_code == 400
    assert not Letter.objects.filter(delivery__isnull=False).exists() and not Entry.objects.filter(verb="letters.delivered").exists()
    if "letter" not in changed and shown.status_code == 200:
        assert all(f'value="{escape(one)}"' in said or f">\n{escape(one)}</textarea>" in said for name, value in typed.items() if name.startswith(("number", "name", "address")) and not name.endswith(("x", "999999")) for one in [value] if isinstance(one, str) and one)


@pytest.mark.slow
def test_what_is_wrong_with_a_number_hinders_no_print(client, people):
    letter = stamped(people)
    client.force_login(people.clerk, backend=BACKEND)
    typed = {"letter": letter.pk, f"name-{letter.pk}": "林溪桥", f"address-{letter.pk}": "石桥镇12号", f"postcode-{letter.pk}": "５２８４００", f"number-{letter.pk}": "1" * 50, "on": "明天", "size": "dl"}
    for do in ("letters", "envelopes"):
        assert client.post(reverse("letters:post"), typed | {"do": do})["Content-Type"] == "application/pdf"
    assert "的邮政编码</a>" in client.post(reverse("letters:post"), typed | {"do": "envelopes", f"postcode-{letter.pk}": "5" * 30}).content.decode()


@pytest.mark.slow
def test_a_clerk_prints_and_registers_on_the_page_and_the_case_follows(client, people):
    letter = stamped(people)
    client.force_login(people.clerk, backend=BACKEND)
    listed = client.get(reverse("letters:waiting")).content.decode()
    assert letter.number in listed and reverse("foi:queue") in listed and 'aria-current="page">寄送' in listed
    page = client.get(reverse("letters:post"), {"letter": letter.pk}).content.decode()
    assert "石桥镇12号</textarea>" in page and "登记1份交邮" in page and "maxlength" not in page
    typed = {"letter": letter.pk, f"name-{letter.pk}": "林溪桥", f"address-{letter.pk}": "石桥镇12号", f"number-{letter.pk}": "ez 123456789 cn", "carrier": "ems", "size": "c5"}
    for do in ("letters", "envelopes"):
        answer = client.post(reverse("letters:post"), typed | {"do": do})
        assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"] and answer.content.startswith(b"%PDF")
    wrong = client.post(reverse("letters:post"), typed | {"do": "post", "on": (timezone.localdate().replace(year=2090)).isoformat()}).content.decode()
    assert "送达日期在今天之后" in wrong and "ez 123456789 cn" in wrong
    client.post(reverse("letters:post"), typed | {"do": "post", "on": ON.isoformat()})
    letter.refresh_from_db()
    assert letter.delivery.proof == "EZ123456789CN" and letter.delivery.on == ON and letter.delivery.carrier == "ems"
    people.case.refresh_from_db()
    assert people.case.dispatched_on == ON
    assert client.post(reverse("letters:post"), typed | {"do": "letters"}, follow=True).content.decode().count("已经送达、作废或者还没有定稿") == 1
