"""Bringing a table in: read and shown, judged row by row, written by a person's word, all of it or none."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from gongkai.audit.models import Entry
from gongkai.events.models import Attendance, Interview
from gongkai.exchange.models import Batch
from gongkai.registers.importing import actions as importing
from gongkai.registers.importing.checks import weigh
from gongkai.registers.register import get_register
from tests.factories.events import EventFactory, InterviewFactory, credit_code

URL = "/desk/registers/interviews/import/"


@pytest.fixture(scope="module")
def labels():
    """The register's own headings, so that a renamed column does not break the tests."""
    return {c.name: c.label for c in get_register("interviews").table_spec().columns}


@pytest.fixture
def table(labels):
    def write(*rows: dict, name="采访.csv") -> SimpleUploadedFile:
        columns = ["interviewed_on", "media", "media_kind", "subject", "section"]
        usual = {"interviewed_on": "2022-06-08", "media": "青禾日报", "media_kind": "报刊", "subject": "主题", "section": ""}
        lines = [",".join(labels[c] for c in columns), *(",".join(str({**usual, **row}[c]) for c in columns) for row in rows)]
        return SimpleUploadedFile(name, "\n".join(lines).encode("utf-8-sig"))

    return write


def bring(browser, upload) -> Batch:
    answer = browser.post(URL, {"file": upload})
    assert answer.status_code == 302, answer.content.decode()[:500]
    return Batch.objects.order_by("-pk").first()


def page(browser, batch) -> str:
    return browser.get(f"{URL}{batch.pk}/").content.decode()


def test_a_good_file_is_shown_first_and_written_only_on_confirmation(at, coordinator, section, table):
    browser = at(coordinator)
    batch = bring(browser, table({"subject": "甲"}, {"subject": "乙", "section": "企业服务科"}))
    assert (batch.state, batch.rows, Interview.objects.count()) == (Batch.State.READ, 2, 0)
    assert "读出2行，2行可以导入" in page(browser, batch) and "确认写入2条" in page(browser, batch)
    browser.post(f"{URL}{batch.pk}/", {"confirm": "1"})
    batch.refresh_from_db()
    assert (batch.state, batch.written) == (Batch.State.DONE, 2)
    assert set(Interview.objects.values_list("subject", "section__name", "interviewed_on", "office", "brought_by")) == {
        ("甲", None, date(2022, 6, 8), coordinator.office_id, batch.pk), ("乙", "企业服务科", date(2022, 6, 8), coordinator.office_id, batch.pk),
    }  # fmt: skip
    assert Entry.objects.filter(verb="registers.brought").count() == 1, "一批一条审计记录"


@pytest.fixture
def in_the_background(settings, monkeypatch):
    """Two rows are many, and the jobs process comes when it is called."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(importing, "AT_ONCE_BYTES", 10)
    monkeypatch.setattr(importing, "AT_ONCE_ROWS", 1)

    def work() -> None:
        for waiting in DBTaskResult.objects.ready():
            waiting.claim("测试")
            Worker(queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None, worker_id="测试", excluded_queue_names=[]).run_task(waiting)

    return work


@pytest.mark.slow
def test_a_large_file_is_read_and_written_by_the_jobs_process_while_the_page_says_so(at, coordinator, table, in_the_background):
    browser = at(coordinator)
    batch = bring(browser, table({"subject": "甲"}, {"subject": "乙"}))
    assert (batch.state, batch.rows) == (Batch.State.READING, 0) and "正在读取" in page(browser, batch) and "确认写入" not in page(browser, batch)
    in_the_background()
    batch.refresh_from_db()
    assert (batch.state, batch.rows) == (Batch.State.READ, 2) and "确认写入2条" in page(browser, batch)
    browser.post(f"{URL}{batch.pk}/", {"confirm": "1"})
    batch.refresh_from_db()
    assert batch.state == Batch.State.RUNNING and "正在后台写入2条" in page(browser, batch) and not Interview.objects.exists()
    assert "不能再写入" in browser.post(f"{URL}{batch.pk}/", {"confirm": "1"}, follow=True).content.decode()
    in_the_background()
    batch.refresh_from_db()
    assert (batch.state, batch.written, Interview.objects.count()) == (Batch.State.DONE, 2, 2)
    importing.write_later.call(batch.pk, coordinator.pk, False)
    assert Interview.objects.count() == 2, "任务再跑一遍，不会写两次"
    assert Entry.objects.get(verb="registers.brought").actor == coordinator


def test_a_large_file_that_is_no_table_says_so_when_it_was_read(at, coordinator, in_the_background):
    browser = at(coordinator)
    batch = bring(browser, SimpleUploadedFile("说明.csv", "没有这列\n随便写的\n".encode()))
    in_the_background()
    batch.refresh_from_db()
    assert batch.state == Batch.State.REFUSED and batch.sentence in page(browser, batch)


def test_every_faulty_row_is_named_with_row_column_and_sentence(at, coordinator, table, labels):
    browser = at(coordinator)
    batch = bring(browser, table({"subject": "好的"}, {"interviewed_on": "2022年11月31日", "subject": "日期不对"}, {"media_kind": "小报", "subject": "类别不对"}, {"subject": ""}, {"section": "没有的科", "subject": "科室不对"}))
    assert [(row, column) for row, column, _ in batch.faults] == [(3, labels["interviewed_on"]), (4, labels["media_kind"]), (5, labels["subject"]), (6, labels["section"])]
    assert all(sentence.endswith("。") for _, _, sentence in batch.faults)
    text = page(browser, batch)
    assert "第3行" in text and "没有找到科室“没有的科”" in text


def test_nothing_is_written_while_a_row_is_faulty_unless_the_person_says_so(at, coordinator, table):
    browser = at(coordinator)
    batch = bring(browser, table({"subject": "好的"}, {"subject": ""}))
    text = browser.post(f"{URL}{batch.pk}/", {"confirm": "1"}, follow=True).content.decode()
    assert Interview.objects.count() == 0 and "有1行不符合要求" in text
    browser.post(f"{URL}{batch.pk}/", {"confirm": "1", "only_good": "1"})
    batch.refresh_from_db()
    assert list(Interview.objects.values_list("subject", flat=True)) == ["好的"]
    assert batch.sentence == "已写入1条，1行有误未导入" and [f[0] for f in batch.faults] == [3], "没有导入的行要留下清单"


def test_rows_that_are_already_there_or_come_twice_are_flagged(at, coordinator, table):
    InterviewFactory(office=coordinator.office, media="青禾日报", subject="已登记", interviewed_on=date(2022, 6, 8))
    batch = bring(at(coordinator), table({"subject": "已登记"}, {"subject": "两遍"}, {"subject": "两遍"}))
    assert [f[0] for f in batch.faults] == [2, 4]
    assert "登记簿中已有相同的记录" in batch.faults[0][2] and "与第3行重复" in batch.faults[1][2]


def test_confirming_twice_writes_once(at, coordinator, table):
    browser = at(coordinator)
    batch = bring(browser, table({"subject": "只一次"}))
    browser.post(f"{URL}{batch.pk}/", {"confirm": "1"})
    text = browser.post(f"{URL}{batch.pk}/", {"confirm": "1"}, follow=True).content.decode()
    assert Interview.objects.count() == 1 and "不能再写入" in text


def test_what_was_entered_since_the_preview_stops_the_writing(at, coordinator, table):
    browser = at(coordinator)
    batch = bring(browser, table({"subject": "甲"}, {"subject": "乙"}))
    InterviewFactory(office=coordinator.office, media="青禾日报", subject="乙", interviewed_on=date(2022, 6, 8))
    text = browser.post(f"{URL}{batch.pk}/", {"confirm": "1"}, follow=True).content.decode()
    batch.refresh_from_db()
    assert Interview.objects.filter(subject="甲").count() == 0, "全有或全无"
    assert batch.state == Batch.State.READ and "预览之后登记簿有变动" in text and [f[0] for f in batch.faults] == [3]


def test_a_batch_given_up_can_t_be_written(at, coordinator, table):
    browser = at(coordinator)
    batch = bring(browser, table({"subject": "不要了"}))
    browser.post(f"{URL}{batch.pk}/", {"drop": "1"})
    browser.post(f"{URL}{batch.pk}/", {"confirm": "1"})
    batch.refresh_from_db()
    assert batch.state == Batch.State.DROPPED and not Interview.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        pytest.param("空.csv", b"", "空", id="空文件"),
        pytest.param("图.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 200, "", id="扩展名与内容不符"),
        pytest.param("坏.xlsx", b"PK\x03\x04" + b"0" * 500, "", id="损坏的表格"),
        pytest.param("别的.csv", "姓名,年龄\n张三,30\n".encode(), "没有找到媒体采访的表头", id="不是这张表"),
        pytest.param("光有表头.csv", None, "表头下面没有数据", id="没有数据"),
    ],
)
def test_a_file_that_can_t_be_read_is_kept_with_one_sentence(at, coordinator, table, name, content, says):
    upload = SimpleUploadedFile(name, content) if content is not None else table(name=name)
    browser = at(coordinator)
    batch = bring(browser, upload)
    assert batch.state == Batch.State.REFUSED and batch.sentence.endswith("。") and says in batch.sentence
    listed = browser.get("/desk/registers/imports/").content.decode()
    assert f"导入批次{batch.pk}" in listed and "不能导入" in listed
    answer = browser.get(f"{URL}{batch.pk}/file/")
    assert b"".join(answer.streaming_content) == (content if content is not None else b"".join(upload.chunks()))
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Disposition"].startswith("attachment")


def test_choosing_no_file_says_so(at, coordinator):
    assert "请先选择要导入的文件" in at(coordinator).post(URL).content.decode()


def test_the_template_comes_back_filled_in(at, coordinator, labels):
    browser = at(coordinator)
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{URL}template/").content))
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for name, value in {"interviewed_on": "2022年6月8日", "media": "青禾日报", "media_kind": "电视", "subject": "照模板填"}.items():
        sheet.cell(2, heads[labels[name]], value)
    out = io.BytesIO()
    book.save(out)
    batch = bring(browser, SimpleUploadedFile("模板.xlsx", out.getvalue()))
    assert (batch.rows, batch.faults) == (1, []), batch.sentence
    browser.post(f"{URL}{batch.pk}/", {"confirm": "1"})
    assert Interview.objects.get().media_kind == Interview.MediaKind.TELEVISION


def test_an_export_can_be_brought_in_by_another_office(at, coordinator, stranger):
    InterviewFactory(office=coordinator.office, subject="原样回来", interviewee="局长")
    content = b"".join(at(coordinator).get("/desk/registers/interviews/export.xlsx/").streaming_content)
    browser = at(stranger)
    batch = bring(browser, SimpleUploadedFile("导出.xlsx", content))
    browser.post(f"{URL}{batch.pk}/", {"confirm": "1"})
    copy = Interview.objects.get(office=stranger.office)
    original = Interview.objects.get(office=coordinator.office)
    for f in get_register("interviews").fields:
        if f != "section":
            assert getattr(copy, f) == getattr(original, f), f


def test_faults_leave_as_a_workbook(at, coordinator, table):
    browser = at(coordinator)
    batch = bring(browser, table({"subject": ""}))
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get(f"{URL}{batch.pk}/faults/").content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("行号", "列", "问题") and rows[1][0] == 2 and "没有填写" in rows[1][2]


def test_another_record_is_found_by_its_name_and_doubt_is_said(at, coordinator):
    spec = {c.name: c.label for c in get_register("attendances").table_spec().columns}
    EventFactory(office=coordinator.office, title="同名会", held_on=date(2022, 1, 5), planned_on=None)
    EventFactory(office=coordinator.office, title="同名会", held_on=date(2022, 2, 5), planned_on=None)
    event = EventFactory(office=coordinator.office, title="独一场")
    head = [spec[n] for n in ("event", "enterprise", "credit_code", "way", "persons")]
    rows = [("独一场", "甲公司", credit_code(1), "线下", 1), ("同名会", "乙公司", credit_code(2), "线下", 1), ("没开过", "丙公司", credit_code(3), "线下", 1), (f"同名会[#{event.pk}]", "丁公司", credit_code(4), "线下", 1)]
    text = "\n".join(",".join(map(str, row)) for row in [head, *rows])
    batch = importing.bring(get_register("attendances"), SimpleUploadedFile("参会.csv", text.encode()), by=coordinator)
    assert [(f[0], f[2][:7]) for f in batch.faults] == [(3, "有2个活动叫“"), (4, "没有找到活动“")], batch.sentence
    importing.confirm(get_register("attendances"), batch, by=coordinator, only_good=True)
    assert set(Attendance.objects.values_list("enterprise", "event")) == {("甲公司", event.pk), ("丁公司", event.pk)}


def test_a_head_brings_in_for_his_own_section_only(at, head, section, other_section, table):
    browser = at(head)
    batch = bring(browser, table({"subject": "没写科室"}, {"subject": "别的科室", "section": "信息化科"}))
    assert [f[0] for f in batch.faults] == [3] and "您只能导入企业服务科的记录" in batch.faults[0][2]
    browser.post(f"{URL}{batch.pk}/", {"confirm": "1", "only_good": "1"})
    assert Interview.objects.get().section == section


def test_a_clerk_may_not_import_and_others_batches_are_out_of_sight(at, clerk, head, coordinator, stranger, table):
    mine = bring(at(coordinator), table({"subject": "协调员的"}))
    assert at(clerk).get(URL).status_code == 403
    assert at(head).get(f"{URL}{mine.pk}/").status_code == 404, "只导本科室的人看不到别人的批次"
    assert at(stranger).get(f"{URL}{mine.pk}/").status_code == 404
    assert at(stranger).get(f"{URL}{mine.pk}/file/").status_code == 404


@pytest.fixture
def wrong_order(labels):
    """Ten interviews; the eighth, in row 9, is told before it was held, which the database forbids."""
    columns = ["interviewed_on", "media", "media_kind", "subject", "published_on"]
    rows = [["2022-06-08", "青禾日报", "报刊", f"第{n}次", "2022-06-01" if n == 7 else "2022-06-09"] for n in range(10)]
    return SimpleUploadedFile("采访.csv", "\n".join(",".join(row) for row in [[labels[c] for c in columns], *rows]).encode())


def test_a_rule_of_the_database_is_known_at_the_preview(coordinator, wrong_order):
    batch = importing.bring(get_register("interviews"), wrong_order, by=coordinator)
    assert batch.faults == [[9, "", "刊播日期不能早于采访日期。"]]


def test_what_only_the_database_knows_is_traced_to_its_rows(coordinator, wrong_order, monkeypatch):
    """Met while writing: then nothing stands, and the row is named."""
    from gongkai.registers.importing import rows

    monkeypatch.setattr(rows, "violated", lambda item: [])
    batch = importing.bring(get_register("interviews"), wrong_order, by=coordinator)
    assert batch.faults == []
    batch = importing.confirm(get_register("interviews"), batch, by=coordinator)
    assert (batch.state, batch.faults) == (Batch.State.READ, [[9, "", "刊播日期不能早于采访日期。"]])
    assert Interview.objects.count() == 0


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (Q(persons__gte=1), False), (Q(persons__gte=0), True), (~Q(persons=0), False), (Q(enterprise__in=["甲"]), True),
        (Q(event=None), True), (Q(event__isnull=False), False), (Q(event_id__gt=3), None), (Q(event_id__gt=3) | Q(persons=0), True),
        (Q(enterprise__regex="x"), None), (Q(persons__lt=F("persons")), False), (Q(persons__lt=F("nothing")), None), (Q(), True),
    ],
)  # fmt: skip
def test_conditions_are_weighed_as_the_database_would(condition, says):
    assert weigh(condition, Attendance(enterprise="甲", persons=0)) is says


def test_queries_grow_with_chunks_and_not_with_rows(coordinator, table):
    register = get_register("interviews")

    def queries(rows: int) -> int:
        upload = table(*({"subject": f"第{rows}批第{n}条"} for n in range(rows)))
        with CaptureQueriesContext(connection) as seen:
            importing.bring(register, upload, by=coordinator)
        return len(seen)

    queries(1)
    assert queries(400) == queries(3)
