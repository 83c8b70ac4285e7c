"""The superior's view: reports of several offices, checked, summed, the late and the missing told."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongkai.accounts.roles import Role
from gongkai.annual_report import actions, duties, rules
from gongkai.annual_report import gathering as room
from gongkai.annual_report.gathering import gathering
from gongkai.annual_report.models import GatheredReport, GatheringBatch
from gongkai.audit.models import Entry
from gongkai.files.actions import keep
from gongkai.law.refusals import Refused
from gongkai.rulebook.actions import adjust
from tests.factories.accounts import OfficeFactory, UserFactory

from .shapes import html, random_paper, word

pytestmark = pytest.mark.slow

PAGE = "/desk/report/2023/gathered/"


def paper(name, seed, year=2023):
    made = random_paper(seed)
    made.office, made.year = name, year
    return made


@pytest.mark.django_db
def test_reports_are_gathered_checked_and_summed(client):
    office = OfficeFactory(name="青禾市人民政府办公室")
    person = UserFactory(office=office, role=Role.COORDINATOR)
    client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
    one, other, gone = paper("青禾市商务局", 1), paper("青禾市财政局", 2), paper("青禾市水利局", 3, 2022)
    other.three["granted"][6] = str(int(other.three["granted"][6]) + 3)
    for each, on in ((one, "2024-01-20"), (other, "2024-02-03"), (gone, "2023-01-20")):
        answer = client.post(PAGE, {"file": SimpleUploadedFile(f"{each.office}.html", html(each)), "received_on": on})
        assert answer.status_code == 302, answer.content.decode()
    found = gathering(office, 2023, date(2024, 2, 10))
    assert [(line.row.agency, line.late_by, bool(line.wrong)) for line in found.lines] == [("青禾市商务局", 0, False), ("青禾市财政局", 3, True)]
    assert found.missing == [("青禾市水利局", 10)] and found.counted == 2
    assert found.sums["three/new_received/total"] == sum(int(each.three["new_received"][6]) for each in (one, other))
    page = client.get(PAGE).content.decode()
    assert "青禾市水利局" in page and "逾期" in page and "有错误" in page and "2个单位合计" in page
    refused = client.post(PAGE, {"file": SimpleUploadedFile("通知.html", "<p>关于开会的通知</p>".encode()), "received_on": "2024-01-20"}).content.decode()
    assert "没有读到年度报告的表格" in refused
    superior = UserFactory(office=office, role=Role.SUPERIOR)
    client.force_login(superior, backend="gongkai.accounts.backends.PostBackend")
    assert client.get(PAGE).status_code == 200 and client.post(PAGE, {}).status_code == 403


@pytest.fixture
def lead(db):
    office = OfficeFactory(name="青禾市人民政府办公室", superior="青禾市人民政府")
    return office, UserFactory(office=office, role=Role.COORDINATOR)


def archive(files: dict[str, bytes]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return SimpleUploadedFile("各单位年报.zip", out.getvalue())


def test_an_archive_of_reports_is_read_in_the_background_file_by_file(client, lead, django_capture_on_commit_callbacks):
    office, person = lead
    client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
    one, other = paper("青禾市商务局", 1), paper("青禾市财政局", 2)
    dated = html(other).replace(b"<h1>", "<p>发布日期：2024-02-03</p><h1>".encode())
    upload = archive({"商务局/年报.docx": word(one), "财政局/年报.html": dated, "__MACOSX/._年报.html": b"x", "通知.txt": "关于开会的通知".encode(), "目录/": b""})
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(PAGE, {"do": "gather", "file": upload})
    batch = GatheringBatch.objects.get()
    assert answer.url == f"{PAGE}batch/{batch.pk}/"
    assert [(entry["name"], entry["state"]) for entry in batch.entries] == [("商务局/年报.docx", "done"), ("财政局/年报.html", "done"), ("通知.txt", "refused")]
    page = client.get(answer.url)
    assert "登记2份，1个没有登记" in page.content.decode() and "没有读到年度报告的表格" in page.content.decode() and "Refresh" not in page
    found = gathering(office, 2023, date(2024, 2, 10))
    assert [(line.row.agency, line.row.received_on, line.late_by) for line in found.lines] == [("青禾市商务局", None, 0), ("青禾市财政局", date(2024, 2, 3), 3)]
    GatheringBatch.objects.update(entries=[{**batch.entries[0], "state": "waiting"}, *batch.entries[1:]], finished_at=None)
    page = client.get(answer.url)
    assert "已读2个，还有1个" in page.content.decode() and page["Refresh"]
    actions.go_through(batch.pk)
    assert GatheredReport.objects.count() == 3 and GatheringBatch.objects.get().finished_at


def test_a_batch_is_cancelled_with_a_reason_and_what_was_read_stays(client, lead):
    office, person = lead
    client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
    batch = actions.gather_many(office, [archive({f"{n}/年报.html": html(paper(f"青禾市{name}局", n)) for n, name in enumerate("甲乙丙")})], by=person)
    entries = [{**batch.entries[0], "state": "done", "said": "青禾市甲局2023年度"}, *batch.entries[1:]]
    GatheringBatch.objects.update(entries=entries)
    address = f"{PAGE}batch/{batch.pk}/"
    assert "取消没有读的文件" in client.get(address).content.decode()
    answer = client.post(address, {"do": "cancel", "reason": " "})
    assert "请写明取消的原因" in answer.content.decode() and "Refresh" not in answer and GatheringBatch.objects.get().count("waiting") == 2
    client.post(address, {"do": "cancel", "reason": "上传错了压缩包"})
    page = client.get(address)
    assert "已取消：登记1份，2个没有读" in page.content.decode() and "Refresh" not in page and "取消没有读的文件" not in page.content.decode()
    actions.go_through(batch.pk)
    assert [entry["state"] for entry in GatheringBatch.objects.get().entries] == ["done", "cancelled", "cancelled"] and not GatheredReport.objects.exists()
    entry = Entry.objects.get(verb="annual_report.gathering_cancelled")
    assert (entry.facts["done"], entry.facts["count"], entry.facts["reason"]) == (1, 2, "上传错了压缩包")
    assert not Entry.objects.filter(verb="annual_report.gathering_done").exists()
    with pytest.raises(Refused, match="已经读完"):
        actions.cancel_batch(batch, "再取消", by=person)
    superior = UserFactory(office=office, role=Role.SUPERIOR)
    client.force_login(superior, backend="gongkai.accounts.backends.PostBackend")
    assert client.post(address, {"do": "cancel", "reason": "取消"}).status_code == 403


@pytest.mark.parametrize(("upload", "said"), [
    (SimpleUploadedFile("坏.zip", b"PK\x03\x04 not a package"), "不完整或已损坏"), (SimpleUploadedFile("空.zip", b"PK\x05\x06" + bytes(18)), "没有可以登记的文件"),
])  # fmt: skip
def test_an_archive_that_cannot_be_opened_is_refused_in_a_sentence(client, lead, upload, said):
    client.force_login(lead[1], backend="gongkai.accounts.backends.PostBackend")
    assert said in client.post(PAGE, {"do": "gather", "file": upload}).content.decode() and not GatheringBatch.objects.exists()


def test_an_archive_damaged_within_a_file_is_refused_in_a_sentence_and_nothing_is_kept(client, lead):
    content = bytearray(archive({"年报.txt": "".join(map(chr, range(0x4E00, 0x6E00))).encode()}).read())
    for place in range(60, 200):
        content[place] ^= 0xFF
    client.force_login(lead[1], backend="gongkai.accounts.backends.PostBackend")
    page = client.post(PAGE, {"do": "gather", "file": SimpleUploadedFile("年报.zip", bytes(content))}).content.decode()
    assert "“年报.zip”不完整或已损坏" in page and not GatheringBatch.objects.exists() and not GatheredReport.objects.exists()


def test_an_archive_that_unpacks_without_end_is_stopped_early(lead, monkeypatch):
    monkeypatch.setattr("gongkai.annual_report.unpacking.FILE_BYTES", 100_000)
    with pytest.raises(Refused, match="过大"):
        actions.gather_many(lead[0], [archive({"年报.txt": b"0" * 5_000_000})], by=lead[1])


def gathered(lead, *papers, on=None):
    for each in papers:
        stored = keep(SimpleUploadedFile(f"{each.office}{each.year}.html", html(each)), office=lead[0], by=lead[1])
        actions.bring_in(lead[0], stored, by=lead[1], received_on=on)


def test_who_owes_a_report_is_told_by_the_roll_and_by_last_year_without_one(client, lead):
    office, person = lead
    client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
    gathered(lead, paper("青禾市商务局", 1), paper("青禾市气象局", 2), on=date(2024, 1, 20))
    assert gathering(office, 2023, date(2024, 1, 25)).missing == []
    assert "请写明应报单位" in client.post(PAGE, {"do": "roll", "names": " "}).content.decode()
    client.post(PAGE, {"do": "roll", "names": "商务局\n青禾市教育局\n青禾市商务局\n北坡镇人民政府"})
    found = gathering(office, 2023, date(2024, 2, 1))
    assert found.missing == [("青禾市教育局", 1), ("北坡镇人民政府", 1)] and found.owed == 3  # 商务局 is one office under two names
    assert [(line.row.agency, line.listed) for line in found.lines] == [("青禾市商务局", True), ("青禾市气象局", False)]
    assert gathering(office, 2024, date(2025, 1, 5)).roll == found.roll


def test_a_report_that_does_not_follow_from_the_year_before_is_told(client, lead):
    office, person = lead
    before, after = paper("青禾市商务局", 5, 2022), paper("青禾市商务局", 6)
    gathered(lead, before, after)
    [line] = gathering(office, 2023, date(2024, 1, 20)).lines
    assert line.inconsistent and any("结转下年" in finding.sentence for finding in line.between)
    client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
    assert "对不上" in client.get(PAGE).content.decode()
    shown = client.get(f"{PAGE}{line.row.pk}/").content.decode()
    assert "与上年" in shown and after.three["granted"][6] in shown
    assert client.get(f"{PAGE}{line.row.pk}/file/")["Content-Disposition"].startswith("attachment")


def test_a_summed_number_opens_what_each_office_reports_and_the_governments_own_is_held_against_it(client, lead):
    office, person = lead
    one, other = paper("青禾市商务局", 1), paper("青禾市财政局", 2)
    whole = paper("青禾市人民政府", 3)
    for row in one.form.table_three.rows:
        whole.three[row.key] = [str(int(a) + int(b)) for a, b in zip(one.three[row.key], other.three[row.key], strict=True)]
    whole.four = {group: [str(int(a) + int(b)) for a, b in zip(one.four[group], other.four[group], strict=True)] for group in one.four}
    gathered(lead, one, other, whole, on=date(2024, 3, 20))
    found = gathering(office, 2023, date(2024, 3, 25))
    assert [line.row.agency for line in found.lines] == ["青禾市商务局", "青禾市财政局"] and not found.own.late and all(line.late for line in found.lines)
    assert {key.split("/")[0] for key, *_ in found.against} == {"two"}
    client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
    page = client.get(f"{PAGE}cell/?key=three/new_received/total").content.decode()
    total = sum(int(each.three["new_received"][6]) for each in (one, other))
    assert f"2个单位合计{total}。" in page and page.index("青禾市商务局") and one.three["new_received"][6] in page and other.three["new_received"][6] in page
    assert client.get(f"{PAGE}cell/?key=three/nothing/total").status_code == 404 and "与汇总不一致" in client.get(PAGE).content.decode()


def test_a_report_in_another_form_is_listed_and_not_summed(lead):
    old = random_paper(4, "60")
    old.office, old.year = "青禾市水利局", 2023
    gathered(lead, old, paper("青禾市商务局", 1))
    found = gathering(lead[0], 2023, date(2024, 1, 20))
    assert [(line.row.agency, line.whole, line.form.key) for line in found.lines] == [("青禾市商务局", True, "30"), ("青禾市水利局", False, "60")] and found.counted == 1


def test_the_lead_bodys_own_duty_is_its_governments_report_by_the_end_of_march(lead):
    office, person = lead
    assert list(duties.government(office.pk, date(2024, 1, 1), date(2024, 2, 1))) == []
    adjust(office, room="annual_report", key="is_lead_body", starts_on=date(2023, 1, 1), value=True, reason="市政府办公室是本市政府信息公开工作主管部门", by=person)
    [owed] = duties.government(office.pk, date(2024, 1, 1), date(2024, 2, 1))
    assert (owed.due_on, owed.basis, owed.done_on) == (date(2024, 3, 31), "条例 49.2", None) and "青禾市人民政府2023年" in owed.subject
    gathered(lead, paper("青禾市人民政府", 3), on=date(2024, 4, 2))
    [owed] = duties.government(office.pk, date(2024, 1, 1), date(2024, 5, 1))
    assert owed.done_on == date(2024, 4, 2) and owed.was_late()


@pytest.mark.parametrize(("agency", "day"), [
    ("青禾市商务局", date(2024, 1, 31)), ("青禾市人民政府", date(2024, 3, 31)), ("青禾市人民政府办公室", date(2024, 1, 31)), ("北坡镇人民政府", date(2024, 1, 31)), ("平潭综合实验区", date(2024, 3, 31)),
])  # fmt: skip
def test_governments_from_the_county_up_have_until_the_end_of_march(agency, day):
    assert rules.last_date(2023, government=rules.is_government(agency)) == day


def test_names_of_one_office_are_known_again():
    assert room.same("青禾市商务局", "商务局") and room.same("青禾市商务局（市口岸办）", "青禾市商务局") and not room.same("青禾市商务局", "青禾市财政局")
