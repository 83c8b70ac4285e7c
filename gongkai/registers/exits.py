"""By which routes a register's content leaves: its exported table, and what its list shows."""

import io
from collections.abc import Iterator

from gongkai.exchange.writing import write_csv
from gongkai.sockets import register_exit

from . import exporting
from .register import all_registers


@register_exit("registers.export", "登记簿导出", "office")
def exports(office_id: int) -> Iterator[tuple[str, bytes]]:
    """Every register's whole table as its export would hold it."""
    for register in all_registers().values():
        out = io.BytesIO()
        table = exporting.spec(register)
        write_csv(out, table, exporting.values(register, register.model._base_manager.filter(office_id=office_id).order_by("pk"), table))
        yield f"登记簿导出：{register.label}", out.getvalue()
