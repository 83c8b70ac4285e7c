"""收费台账 as a table that leaves: numbers of applications, sums, dates, 财政票据; nobody's name but those of the office."""

from collections.abc import Iterator
from tempfile import TemporaryFile

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.exchange.tables import Column, TableSpec
from gongkai.exchange.writing import write_csv, write_xlsx

from .models import Fee

sentences(foi__fees_exported="导出{year}年信息处理费台账，{rows}条")
TABLE = TableSpec("fees", "信息处理费台账", (
    Column("number", "申请编号", width=24), Column("mode", "计费方式", width=10), Column("units", "件数", "integer", width=8), Column("pages", "页数", "integer", width=8),
    Column("words", "分档计算", width=50), Column("amount", "应缴金额（元）", "integer"), Column("reason", "收费理由", width=30),
    Column("decided_by", "决定人", width=10), Column("decided_on", "决定日期", "date"), Column("sent_on", "通知发出日期", "date"), Column("noticed_on", "收到通知日期", "date"),
    Column("paid_on", "缴费日期", "date"), Column("paid", "实缴金额（元）", "integer"), Column("receipt_number", "财政票据号码", width=20),
    Column("dropped_on", "不再收取日期", "date"), Column("dropped_reason", "不再收取的原因", width=30),
))  # fmt: skip


def rows(office_id: int, year: int) -> Iterator[list]:
    """The fees decided in the year, oldest first."""
    found = Fee.objects.filter(application__office_id=office_id, application__voided_at=None, decided_on__year=year)
    for fee in found.select_related("application", "decided_by").order_by("decided_on", "pk"):
        of = fee.application
        yield [
            of.number, fee.get_mode_display(), fee.units if fee.mode == Fee.Mode.CASES else None, fee.pages or None, fee.words, fee.amount, fee.reason, fee.decided_by.name,
            fee.decided_on, of.fee_sent_on, of.fee_noticed_on, of.fee_paid_on, fee.paid, fee.receipt_number, fee.dropped_on, fee.dropped_reason,
        ]  # fmt: skip


def write(office_id: int, year: int, kind: str, *, by):
    """The ledger as xlsx or csv in a file that vanishes when closed. The log says who took it."""
    target = TemporaryFile()
    written = write_csv(target, TABLE, rows(office_id, year)) if kind == "csv" else write_xlsx(target, TABLE, rows(office_id, year), title=f"{year}年信息处理费台账")
    record("foi.fees_exported", by=by, office_id=office_id, year=year, rows=written)
    target.seek(0)
    return target
