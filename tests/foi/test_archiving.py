"""The file of a case: complete, in order, paginated, with digests; put away once closed and never changed."""

import json
import zipfile
from datetime import date
from hashlib import sha256
from io import BytesIO

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.foi import actions, archiving
from gongkai.foi.models import Archive, Remedy, ThirdPartyOpinion
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from tests.factories.accounts import UserFactory
from tests.factories.foi import ThirdPartyOpinionFactory
from tests.foi.test_by_letter import MARCH, Office

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def office(db):
    return Office()


def closed(office):
    office.deliver(office.stamped("correction", MARCH[4], 补正期限="2022年3月25日"), "post", MARCH[7])
    actions.corrected(office.now, by=office.clerk, on=MARCH[10])
    letters.add_material(office.case, by=office.clerk, upload=ContentFile(b"a,b\n1,2\n", "检索记录.csv"), label="检索记录", number=office.case.number)
    return office.deliver(office.stamped("granted", MARCH[24]), "post", MARCH[25])


def words(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range().replace("\r\n", "") for page in pypdfium2.PdfDocument(pdf)]


def test_the_file_holds_everything_in_order_and_says_where(office):
    case = closed(office)
    made = archiving.pack(case, by=office.clerk)
    titles = [paper.title for paper in made.papers]
    assert titles[:3] == ["申请及办理情况", "时限计算书", "政府信息公开申请补正告知书"] and titles[-1] == "办理日志"
    assert {"政府信息公开申请补正告知书审批与送达", "政府信息公开申请答复书", "政府信息公开申请答复书用印件", "清单", "检索记录"} <= set(titles)
    pages = words(made.pdf)
    assert len(pages) == made.pages == made.papers[-1].first + made.papers[-1].pages - 1
    for n, text in enumerate(pages, 1):
        assert f"{n} / {made.pages}" in text
    for paper in made.papers:
        assert paper.digest[:16] in "".join(pages[:2]).replace(" ", "")
    reply = next(paper for paper in made.papers if paper.title == "政府信息公开申请答复书")
    assert "答复书" in pages[reply.first - 1] and "林溪桥" in pages[made.papers[0].first - 1]
    assert case.opinions.count() == 0 and "登记文书" in pages[-1] + pages[-2]
    assert Entry.objects.filter(verb="foi.packed", actor=office.clerk).count() == 1


def test_the_zip_proves_its_own_digests(office):
    made = archiving.pack(closed(office), by=office.clerk)
    with zipfile.ZipFile(BytesIO(made.zip())) as packed:
        sums = dict(reversed(line.split("  ", 1)) for line in packed.read("SHA256SUMS").decode().splitlines())
        assert set(packed.namelist()) == {*sums, "目录.json", "SHA256SUMS"}
        assert all(sha256(packed.read(name)).hexdigest() == digest for name, digest in sums.items())
        assert [line["page"] for line in json.loads(packed.read("目录.json"))] == [paper.first for paper in made.papers]
        assert any(name.endswith("检索记录.csv") for name in sums)


def test_a_closed_case_is_put_away_and_stays_as_it_was(office):
    with pytest.raises(Refused, match="不能办理此事项"):
        archiving.archive(office.now, by=office.clerk, number="2022-永久-1", on=MARCH[30])
    case = closed(office)
    with pytest.raises(Refused, match="早于办结日期"):
        archiving.archive(case, by=office.clerk, number="2022-永久-1", on=MARCH[20])
    kept = archiving.archive(case, by=office.clerk, number="2022-永久-1", on=MARCH[30])
    assert office.now.state == "已归档" and office.now.closed_on == MARCH[25]
    assert sha256(archiving.kept_pdf(Archive.objects.get())).hexdigest() == kept.pdf_sha256 and "2022-永久-1" in words(archiving.kept_pdf(kept))[0]
    for statement in ("UPDATE foi_archive SET number = 'x'", "DELETE FROM foi_archive"):
        with pytest.raises(DatabaseError, match="归档不可"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pdf FROM foi_archive")
        assert "JVBERi" not in str(cursor.fetchall())


def test_what_is_not_settled_is_not_put_away(client, office):
    case = closed(office)
    letters.draft(case, kind="service_record", by=office.clerk, fields={}, written_on=MARCH[28], number=case.number)
    with pytest.raises(Refused, match="请先送达或作废"):
        archiving.archive(case, by=office.clerk, number="1", on=MARCH[30])
    client.force_login(office.clerk, backend="gongkai.accounts.backends.PostBackend")
    said = client.get(reverse("foi:case", args=[case.pk])).content.decode()
    assert "请先送达或作废" in said


def test_the_file_leaves_only_with_who_may(client, office):
    case = closed(office)
    address = reverse("foi:file", args=[case.pk, "pdf"])
    client.force_login(office.legal, backend="gongkai.accounts.backends.PostBackend")
    assert client.post(address).status_code == 403 and not Entry.objects.filter(verb="foi.packed").exists()
    client.force_login(office.clerk, backend="gongkai.accounts.backends.PostBackend")
    answer = client.post(address)
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF") and "no-store" in answer["Cache-Control"]
    page = reverse("foi:case", args=[case.pk])
    assert client.post(page, {"do": "archive", "number": "2022-永久-2", "on": "2022-03-30"}).status_code == 302
    assert "归档目录" in client.get(page).content.decode()
    kept = Archive.objects.get()
    assert client.get(reverse("foi:archived", args=[case.pk, kept.pk])).content.startswith(b"%PDF")
    assert kept.on == date(2022, 3, 30)


@pytest.fixture
def put_away(office):
    case = closed(office)
    asked = ThirdPartyOpinionFactory(application=case, sent_on=MARCH[11], received_by_on=MARCH[14], opinion_on=MARCH[15])
    archiving.archive(office.now, by=office.clerk, number="2022-永久-1", on=MARCH[30])
    office.asked = asked
    return office


@pytest.mark.parametrize("name", ["category", "result", "day", "opinion", "new_opinion", "void", "void_opinion", "applicant"])
def test_what_is_entered_of_an_archived_case_stands(put_away, name):
    case, asked, by = put_away.now, put_away.asked, put_away.clerk
    of, letters_of = get_register("applications"), get_register("third-party-opinions")
    deeds = {
        "category": lambda: registers.change(of, case, by=by, applicant_category="business"), "result": lambda: registers.change(of, case, by=by, result="partial"),
        "day": lambda: registers.change(of, case, by=by, handed_in_on=date(2022, 2, 28)), "opinion": lambda: registers.change(letters_of, asked, by=by, agrees=True),
        "new_opinion": lambda: registers.create(letters_of, ThirdPartyOpinion(office=case.office, application=case, kind="agency", sent_on=MARCH[12]), by=by),
        "void": lambda: registers.void(of, case, by=by, reason="登错"), "void_opinion": lambda: registers.void(letters_of, asked, by=by, reason="登错"),
        "applicant": lambda: actions.write_applicant(case, by=by, name="林溪桥二"),
    }  # fmt: skip
    with pytest.raises(Refused, match="已归档，登记的内容不能再改.*退回更正"):
        deeds[name]()
    assert Entry.objects.latest("pk").verb == "foi.archived"


def test_a_case_taken_back_is_mended_and_put_away_again_beside_its_first_file(put_away, client):
    by = UserFactory(office=put_away.now.office, role=Role.COORDINATOR)
    with pytest.raises(Refused, match="错在哪里"):
        actions.take_back(put_away.now, by=by, document="呈批单9号", reason=" ")
    client.force_login(by, backend="gongkai.accounts.backends.PostBackend")
    page = reverse("foi:case", args=[put_away.now.pk])
    assert "退回更正" in client.get(page).content.decode()
    assert client.post(page, {"do": "take_back", "document": "呈批单9号", "reason": "申请人类别登记有误"}).status_code == 302
    assert put_away.now.state == "已答复" and Entry.objects.latest("pk").facts["reason"] == "申请人类别登记有误"
    registers.change(get_register("applications"), put_away.now, by=by, applicant_category="business")
    archiving.archive(put_away.now, by=by, number="2022-永久-1（更正）", on=date(2022, 4, 6))
    assert put_away.now.state == "已归档" and put_away.now.applicant_category == "business" and Archive.objects.count() == 2


def test_what_comes_after_the_archive_is_not_barred(put_away):
    case, by = put_away.now, put_away.clerk
    remedy = Remedy(office=case.office, application=case, kind="reconsideration", organ="青禾市人民政府", accepted_on=date(2022, 4, 1))
    made = registers.create(get_register("remedies"), remedy, by=by)
    registers.change(get_register("remedies"), made, by=by, decided_on=date(2022, 4, 29), result="corrected", document_number="青府行复〔2022〕7号")
    actions.reopen(case, by=by, remedy=Remedy.objects.get(), on=date(2022, 5, 5))
    assert put_away.now.state == "重新办理"
