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

from gongkai.audit.models import Entry
from gongkai.foi import actions, archiving
from gongkai.foi.models import Archive
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from tests.foi.test_by_letter import MARCH, Office

pytestmark = pytest.mark.django_db


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
