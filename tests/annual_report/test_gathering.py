"""The superior's view: reports of several offices, checked, summed, the late and the missing told."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongkai.accounts.roles import Role
from gongkai.annual_report.gathering import gathering
from tests.factories.accounts import OfficeFactory, UserFactory

from .shapes import html, random_paper

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
    found = gathering(office, 2023)
    assert [(line.row.agency, line.late_by, bool(line.wrong)) for line in found.lines] == [("青禾市商务局", 0, False), ("青禾市财政局", 3, True)]
    assert found.missing == ["青禾市水利局"] and found.counted == 2
    assert found.sums["three/new_received/total"] == sum(int(each.three["new_received"][6]) for each in (one, other))
    page = client.get(PAGE).content.decode()
    assert "青禾市水利局" in page and "逾期" in page and "有错误" in page and "2个单位合计" in page
    refused = client.post(PAGE, {"file": SimpleUploadedFile("通知.html", "<p>关于开会的通知</p>".encode()), "received_on": "2024-01-20"}).content.decode()
    assert "没有读到年度报告的表格" in refused
    superior = UserFactory(office=office, role=Role.SUPERIOR)
    client.force_login(superior, backend="gongkai.accounts.backends.PostBackend")
    assert client.get(PAGE).status_code == 200 and client.post(PAGE, {}).status_code == 403
