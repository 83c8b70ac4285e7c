"""The report at the desk: its numbers, what is behind them, and what has to be filled in."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.accounts.roles import Role
from gongkai.annual_report import tables
from gongkai.annual_report.forms import form_for
from gongkai.annual_report.models import EnteredCell
from gongkai.audit.models import Entry
from gongkai.evidence.models import FrozenAccount
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.documents import NormativeDocumentFactory
from tests.factories.foi import ApplicationFactory

pytestmark = pytest.mark.django_db
PAGE = "/desk/report/2022/"


@pytest.fixture
def office():
    return OfficeFactory()


@pytest.fixture
def at(client):
    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in


@pytest.fixture
def coordinator(office):
    return UserFactory(office=office, role=Role.COORDINATOR)


@pytest.mark.slow
def test_every_number_of_table_three_opens_its_records(at, coordinator, office):
    one = ApplicationFactory(office=office, handed_in_on=date(2022, 3, 1))
    ApplicationFactory(office=OfficeFactory(name="青禾市商务局"), handed_in_on=date(2022, 3, 1))
    desk = at(coordinator)
    page = desk.get(PAGE).content.decode()
    assert "7处相符" in page and "没有上年清单" in page and "key=three/new_received/total" in page and "3月1件" in page
    cell = desk.get(f"{PAGE}cell/?key=three/new_received/total").content.decode()
    assert one.number in cell and cell.count("公开申〔") == 1
    assert desk.get(f"{PAGE}cell/?key=three/没有/total").status_code == 404 and desk.get("/desk/report/1999/").status_code == 404


@pytest.mark.parametrize("key", ["three/new_received/total", "three/granted/natural", "three/carried_forward/total", "two/item_1/normative/issued"])
def test_what_a_number_has_counted_is_not_counted_again_for_its_list(at, coordinator, office, key):
    for month in (3, 5):
        ApplicationFactory(office=office, handed_in_on=date(2022, month, 1), answered=month == 3, applicant_category="natural")
        NormativeDocumentFactory(office=office, signed_on=date(2022, month, 1))
    desk = at(coordinator)
    with CaptureQueriesContext(connection) as asked:
        answer = desk.get(f"{PAGE}cell/?key={key}")
    listing = answer.context["listing"]
    assert listing.total == len(listing.rows) == answer.context["value"] > 0
    assert not [query for query in asked.captured_queries if "COUNT(*) FROM (SELECT" in query["sql"]]


@pytest.mark.slow
def test_what_no_register_knows_is_filled_in_with_its_source(at, coordinator, office):
    key, label = next((key, label) for key, label in tables.to_enter(form_for(2022)).items() if "licences" in key)
    desk = at(coordinator)
    assert "请写明数据来源" in desk.post(f"{PAGE}cell/?key={key}", {"number": "100", "source": ""}).content.decode()
    assert "应填整数" in desk.post(f"{PAGE}cell/?key={key}", {"number": "1.5", "source": "许可系统"}).content.decode()
    desk.post(f"{PAGE}cell/?key={key}", {"number": "100", "source": "行政许可系统年度统计"})
    assert EnteredCell.objects.get().by == coordinator and Entry.objects.filter(verb="annual_report.entered", actor=coordinator).count() == 1
    page = desk.get(f"{PAGE}cell/?key={key}").content.decode()
    assert ">100<" in page and "行政许可系统年度统计" in page and label in page
    head = UserFactory(office=office, role=Role.HEAD)
    assert at(head).post(f"{PAGE}cell/?key={key}", {"number": "7", "source": "随便"}).status_code == 403
    assert EnteredCell.objects.count() == 1


@pytest.mark.slow
def test_a_year_with_blanks_is_not_frozen_and_says_what_is_missing(at, coordinator, office):
    desk = at(coordinator)
    assert "尚未填写，没有的填0" in desk.post(PAGE, {"reason": ""}, follow=True).content.decode()
    assert not FrozenAccount.objects.exists()
    for key in tables.to_enter(form_for(2022)):
        desk.post(f"{PAGE}cell/?key={key}", {"number": "0", "source": "各科室报送"})
    assert "数字已冻结" in desk.post(PAGE, {"reason": ""}, follow=True).content.decode()
    assert FrozenAccount.objects.get().year == 2022


@pytest.mark.slow
def test_the_page_asks_the_same_for_one_case_and_for_three(at, coordinator, office, django_assert_max_num_queries):
    desk = at(coordinator)
    desk.get(PAGE)
    for many in (1, 3):
        for _ in range(many):
            ApplicationFactory(office=office)
        with django_assert_max_num_queries(30):
            desk.get(PAGE)


@pytest.mark.slow
@pytest.mark.django_db
def test_cells_from_other_systems_are_imported_in_one_table_with_it_as_their_paper(client):
    office = OfficeFactory()
    person = UserFactory(office=office, role=Role.COORDINATOR)
    client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
    lines = client.get("/desk/report/2022/cells.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "项目,数字,来源" and "行政许可—本年处理决定数量,," in lines and not any("信息处理费" in line or "行政规范性文件" in line for line in lines)

    def send(*rows):
        table = "\n".join(["项目,数字,来源", *rows]).encode("utf-8-sig")
        return client.post("/desk/report/2022/", {"do": "cells", "file": SimpleUploadedFile("填报.csv", table)})

    answer = send("行政许可—本年处理决定数量,36,行政审批系统", "行政处罚—本年处理决定数量,x,执法平台", "没有的项目,1,执法平台", "行政强制—本年处理决定数量,2,").content.decode()
    assert "第2行：“行政处罚—本年处理决定数量”应填数字" in answer and "第3行“没有的项目”不是" in answer and "第4行：请写明数据来源" in answer and not EnteredCell.objects.exists()
    assert send("行政许可—本年处理决定数量,36,行政审批系统", "行政处罚—本年处理决定数量,\"1,204\",执法平台", "行政强制—本年处理决定数量,,执法平台").status_code == 302
    assert {(cell.key, cell.number, cell.source, cell.by, cell.file.name) for cell in EnteredCell.objects.all()} == {
        ("two/item_5/licences/decisions", 36, "行政审批系统", person, "填报.csv"), ("two/item_6/penalties/decisions", 1204, "执法平台", person, "填报.csv"),
    }  # fmt: skip
    assert "没有表头" in client.post("/desk/report/2022/", {"do": "cells", "file": SimpleUploadedFile("表.csv", "甲,乙\n1,2\n".encode())}).content.decode()
