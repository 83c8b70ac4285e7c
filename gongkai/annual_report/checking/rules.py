"""The rules of the tables: what must add up, what may not be blank, which form is for which year. No Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from gongkai.annual_report.checking.cells import Kind, Value
from gongkai.annual_report.checking.findings import Finding, hard, note, soft, unread
from gongkai.annual_report.checking.report import Report, Tables
from gongkai.annual_report.forms import Form, Identity, Row, form_for, forms

_MANY = 4  # where more cells than this say the same, one sentence says it for all


def shown(number: Decimal | int) -> str:
    """A number as a clerk writes it."""
    number = Decimal(number)
    return str(int(number)) if number == number.to_integral_value() else str(number.normalize())


def name_of(row: Row) -> str:
    """A row's label without its remark."""
    return row.label.split("（区分")[0]


def check_tables(report: Report) -> list[Finding]:
    """Everything wrong within the tables of one report."""
    found = [*report.findings, *report.tables.findings, *_presence(report)]
    found += _form(report)
    found += _cells(report.tables)
    found += _three(report.tables)
    found += _four(report.tables)
    found += _two(report.tables)
    return found


# -- What is there -----------------------------------------------------------------------------------------------------


def _presence(report: Report) -> Iterator[Finding]:
    tables = report.tables
    if report.kind == "json":
        return
    if not tables.two and not tables.three and not tables.four:
        if report.pictures:
            yield unread("picture", "表二至表四", f"没有读到表格文字，文件里有{report.pictures}张图片，表格可能是图片，无法核对。请用文字表格发布，或提供可复制的文本。", "表格用文字，不用图片")
        elif report.headings or report.title:
            yield unread("no_tables", "表二至表四", "没有读到第二、三、四部分的表格。请确认文件包含表格全文。", "年度报告含三张统计表", "30号")
        else:
            yield unread("not_a_report", "全文", "没有找到年度报告的标题、六个部分或表格，不像一份政府信息公开工作年度报告。")
        return
    for held, label in ((tables.two, "表二"), (tables.three, "表三"), (tables.four, "表四")):
        if not held:
            picture = f"文件里有{report.pictures}张图片，此表可能是图片，无法核对。" if report.pictures else "没有读到这张表，请对照原件。"
            yield unread("picture" if report.pictures else "table_missing", label, picture, "年度报告含三张统计表", "30号")
    if form := tables.form:
        if tables.three:
            missing = [row for row in form.table_three.rows if all(tables.three_at(row.key, c.key).kind is Kind.ABSENT for c in form.table_three.columns)]
            if missing:
                names = "、".join(f"“{name_of(row)}”" for row in missing[:_MANY])
                yield hard("row_missing", "表三", f"缺{len(missing)}行：{names}{'等' if len(missing) > _MANY else ''}。", "表三的行与格式一致", form.basis)
        if tables.two:
            gone = [row for block in form.table_two.blocks for row in block.rows if not any(key[:2] == (block.key, row.key) for key in tables.two)]
            if gone and tables.form_two == form.key:
                yield soft("row_missing", "表二", f"没有读到{'、'.join(f'“{row.label}”' for row in gone)}，请核对是否缺行。", "表二的行与格式一致", form.basis)


def _form(report: Report) -> Iterator[Finding]:
    tables, year = report.tables, report.year
    held = forms()
    if tables.form_two and tables.form_three and tables.form_two != tables.form_three:
        yield hard("mixed_forms", "表二、表三", f"表二是{held[tables.form_two].label}，表三是{held[tables.form_three].label}，两个格式混用。", "一份报告用一个格式", (right.basis if (right := form_for(year or 2021)) else "30号"))
    if year is None:
        if tables.form:
            yield soft("year_unknown", "标题", "没有认出报告年度，未判断格式是否适用。")
        return
    right = form_for(year)
    for key, label in ((tables.form_two, "表二"), (tables.form_three, "表三")):
        if key and right is not None and key != right.key:
            sign = {"60": "表头为“本年新制作数量”等旧列" if label == "表二" else "“（六）其他处理”只有一行", "30": "表头为“本年制发件数”等新列" if label == "表二" else "“（六）其他处理”分三行"}[key]
            yield hard("wrong_form", label, f"{year}年度报告应使用{right.label}，{label}用的是{held[key].label}（{sign}）。", f"{right.number}自{right.first_year}年度报告起适用", right.basis)
    years = {int(y) for y in report.period}
    if years and year not in years or len(years) > 1:
        spoken = "至".join(sorted({f"{y}年" for y in report.period}))
        yield hard("year", "标题、统计期限", f"标题是{year}年度，统计期限写的是{spoken}。", "统计期限为报告年度1月1日至12月31日", right.basis if right else "")


# -- The cells ---------------------------------------------------------------------------------------------------------


def places(tables: Tables) -> Iterator[tuple[str, str, str, Value]]:
    """Every cell read: its table, its name, the kind of figure it should hold, its value."""
    form = tables.form
    if two := forms().get(tables.form_two):
        for block, row, column in two.table_two.cells():
            if (value := tables.two.get((block.key, row.key, column.key))) is not None:
                yield "表二", f"“{row.label}”{column.label}", column.kind, value
    if form:
        for row in form.table_three.rows:
            for column in form.table_three.columns:
                if (value := tables.three.get((row.key, column.key))) is not None:
                    yield "表三", f"“{name_of(row)}”{column.label}", "count", value
    four = forms()["30"].table_four
    for group in four.groups:
        for column in four.columns:
            if (value := tables.four.get((group.key, column.key))) is not None:
                yield "表四", f"“{group.label}”{column.label}", "count", value


def _cells(tables: Tables) -> Iterator[Finding]:
    blanks: dict[str, list[str]] = {}
    dashes: dict[str, list[str]] = {}
    filled: dict[str, int] = {}
    slips: dict[str, list[tuple[str, str, Value]]] = {}
    for table, name, kind, value in places(tables):
        where = f"{table}{name}" + (f"（{value.place}）" if value.place else "")
        filled[table] = filled.get(table, 0) + (value.number is not None or value.kind is Kind.UNSURE)
        match value.kind:
            case Kind.BLANK:
                blanks.setdefault(table, []).append(name)
            case Kind.DASH:
                dashes.setdefault(table, []).append(name)
            case Kind.BAD:
                yield hard("not_a_number", where, f"这一格写的是“{value.written}”，应为数字。", "表内填数字，没有的填0")
            case Kind.ABSENT if not tables.lost and _row_was_read(tables, value):
                yield unread("cell_missing", where, "这一格没有读到，请对照原件。")
            case Kind.SLIP if not (kind == "money" and value.written.endswith("元")):
                slips.setdefault(table, []).append((where, name, value))
        if value.number is not None and value.kind in (Kind.NUMBER, Kind.SLIP):
            if kind == "count" and value.number < 0 or kind == "money" and value.number < 0:
                yield hard("negative", where, f"这一格是{value.written}，不能小于0。", "件数、金额不小于0")
            elif kind in ("count", "change") and value.number != value.number.to_integral_value():
                yield hard("not_whole", where, f"这一格是{value.written}，件数应为整数。", "件数为整数")
    for table, some in slips.items():
        if len(some) <= _MANY:
            for where, _, value in some:
                yield soft("slip", where, f"这一格写作“{value.written}”，按{shown(value.counts)}核对，请改为规范的数字。", "表内填数字")
        else:
            told = "、".join(f"{name}“{value.written}”按{shown(value.counts)}" for _, name, value in some[:_MANY])
            yield soft("slip", table, f"有{len(some)}格不是规范的数字，像是识别或录入的差错：{told}等，请改正。", "表内填数字")
    for table in ("表二", "表三", "表四"):
        empty, dashed = blanks.get(table, []), dashes.get(table, [])
        if (empty or dashed) and not filled.get(table):
            yield hard("empty_table", table, f"整张表没有一个数字（{'空白' if empty else '“/”'}），没有的应填0。", "表内填数字，没有的填0")
            continue
        if empty and not (table == "表三" and tables.lost):
            yield note("blank", table, f"有{len(empty)}格空白：{_some(empty)}。没有的应填0；核对时按0计算。", "空白与0含义不同，没有的填0")
        if dashed:
            yield soft("dash", table, f"有{len(dashed)}格写“/”或横线：{_some(dashed)}。没有的应填0；核对时按0计算。", "没有的填0")


def _row_was_read(tables: Tables, value: Value) -> bool:
    """Whether a cell that was not found stands in a row that was: a row missing whole is said elsewhere."""
    return bool(value.place)


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:_MANY]) + ("等" if len(names) > _MANY else "")


# -- Sums --------------------------------------------------------------------------------------------------------------


def _three(tables: Tables) -> Iterator[Finding]:
    form = tables.form if tables.form_three else None
    if form is None or not tables.three:
        return
    if not any(value.number is not None for value in tables.three.values()):
        return
    names = {row.key: name_of(row) for row in form.table_three.rows}
    heads = {column.key: column.label for column in form.table_three.columns}
    for row in form.table_three.rows:
        at = _cell(tables.three, lambda key, row=row: (row.key, key))
        yield from _sum(form.identity("I3"), form, f"表三“{names[row.key]}”", at, heads, blank_matters=True)
    for identity in form.identities:
        if identity.along != "columns" or tables.lost:
            continue
        for column in form.table_three.columns:
            at = _cell(tables.three, lambda key, column=column: (key, column.key)) if column.key != "total" else totals_of(tables, form)
            yield from _sum(identity, form, f"表三“{column.label}”列", at, names, blank_matters=identity.key == "I2")
    if tables.lost:
        for identity in (i for i in form.identities if i.along == "columns"):
            yield from _sum(identity, form, "表三“总计”列", _cell(tables.three, lambda key: (key, "total")), names, blank_matters=False)


def _four(tables: Tables) -> Iterator[Finding]:
    if not any(value.number is not None for value in tables.four.values()):
        return
    form = tables.form or forms()["30"]
    heads = {column.key: column.label for column in form.table_four.columns}
    for group in form.table_four.groups:
        at = _cell(tables.four, lambda key, group=group: (group.key, key))
        yield from _sum(form.identity("I4"), form, f"表四“{group.label}”", at, heads, blank_matters=True)


def totals_of(tables: Tables, form: Form) -> Callable[[str], Value]:
    """The column of totals, where a total left blank counts as what it should be: it is a finding already."""

    def at(row: str) -> Value:
        value = tables.three_at(row, "total")
        others = [tables.three_at(row, column.key) for column in form.table_three.columns[:-1]]
        if value.kind in (Kind.BLANK, Kind.DASH) and any(v.number is not None for v in others):
            return Value(value.written, sum((v.counts for v in others), Decimal(0)), Kind.NUMBER, value.place)
        return value

    return at


def _cell(table: dict, key_of: Callable[[str], tuple]) -> Callable[[str], Value]:
    return lambda key: table.get(key_of(key)) or Value("", None, Kind.ABSENT)


def _sum(identity: Identity, form: Form, where: str, at: Callable[[str], Value], names: dict[str, str], *, blank_matters: bool) -> Iterator[Finding]:
    """Whether both sides are equal; a blank total is a finding of its own where its parts are not nothing."""
    left, right = [at(key) for key in identity.left], [at(key) for key in identity.right]
    if not all(value.is_known for value in (*left, *right)):
        return
    one, other = sum(v.counts for v in left), sum(v.counts for v in right)
    if blank_matters and len(left) == 1 and left[0].number is None and any(v.number is not None for v in right):
        amount = "应为" + shown(other)
        yield hard("blank_total", where, f"“{names[identity.left[0]]}”{'空白' if left[0].kind is Kind.BLANK else '写作“' + left[0].written + '”'}，{amount}。", identity.sentence, form.basis)
        return
    if one == other:
        return
    parts = lambda keys, values: "＋".join(f"{_short(names[key])}{shown(v.counts)}" for key, v in zip(keys, values, strict=True) if v.counts or len(keys) <= 2)  # noqa: E731
    place = next((v.place for v in left if v.place), "")
    if len(left) == 1:
        sentence = f"{_short(names[identity.left[0]])}写的是{shown(one)}，各项相加{parts(identity.right, right) or '0'}＝{shown(other)}，相差{shown(abs(one - other))}。"
    else:
        sentence = f"{parts(identity.left, left)}＝{shown(one)}，{parts(identity.right, right)}＝{shown(other)}，相差{shown(abs(one - other))}。"
    yield hard(identity.key, where + (f"（{place}）" if place else ""), sentence, identity.sentence, form.basis)


def _short(label: str) -> str:
    """A label short enough for a sum."""
    for long, brief in (
        ("本年新收", "新收"), ("上年结转", "上年结转"), ("总计", "总计"), ("结转下年度", "结转下年"), ("逾期不补正", "逾期不补正"), ("未按收费", "逾期未缴费"),
    ):  # fmt: skip
        if long in label:
            return brief
    return label.split("、")[-1].split("）")[-1].split(".")[-1][:12]


def _two(tables: Tables) -> Iterator[Finding]:
    """Table two has no printed sum; what cannot be is said."""
    if tables.form_two == "30":
        for row in ("rules", "normative"):
            issued, in_force = tables.two.get(("item_1", row, "issued")), tables.two.get(("item_1", row, "in_force"))
            if issued and in_force and issued.number is not None and in_force.number is not None and issued.number > in_force.number:
                label = {"rules": "规章", "normative": "行政规范性文件"}[row]
                yield soft("V2", f"表二“{label}”", f"本年制发{shown(issued.number)}件，多于现行有效{shown(in_force.number)}件；除非当年制发当年废止，请核对。", "现行有效件数一般不少于本年制发件数", "30号")
    if tables.form_two == "60":
        for row, label in (("rules", "规章"), ("normative", "规范性文件")):
            opened, total = tables.two.get(("item_1", row, "opened")), tables.two.get(("item_1", row, "open_total"))
            if opened and total and opened.number is not None and total.number is not None and opened.number > total.number:
                yield soft("V2", f"表二“{label}”", f"本年新公开{shown(opened.number)}件，多于对外公开总数量{shown(total.number)}件，请核对。", "对外公开总数量不少于本年新公开数量", "60号")


# -- Two years of one office -------------------------------------------------------------------------------------------


def check_years(reports: Iterable[Report]) -> list[tuple[Report, Finding]]:
    """What does not follow from one year's report to the next, for offices that have two in a row."""
    held: dict[tuple[str, int], Report] = {}
    for report in reports:
        if report.office and report.year:
            held.setdefault((report.office, report.year), report)
    found: list[tuple[Report, Finding]] = []
    for (office, year), report in sorted(held.items()):
        before = held.get((office, year - 1))
        if before is not None:
            found += [(report, finding) for finding in _carried(before, report)]
            found += [(report, finding) for finding in _in_force(before, report)]
    return found


def _carried(before: Report, after: Report) -> Iterator[Finding]:
    form = after.tables.form
    if form is None or not after.tables.three or not before.tables.three:
        return
    for column in form.table_three.columns:
        last, now = before.tables.three_at("carried_forward", column.key), after.tables.three_at("carried_over", column.key)
        if last.is_known and now.is_known and last.counts != now.counts:
            yield soft(
                "I5", f"表三“{column.label}”列",
                f"{after.year}年上年结转{shown(now.counts)}件，{before.year}年报告结转下年{shown(last.counts)}件，相差{shown(abs(now.counts - last.counts))}。申请人类型更正、并案或机构变动应当说明。",
                form.identity("I5").sentence, form.basis,
            )  # fmt: skip


def _in_force(before: Report, after: Report) -> Iterator[Finding]:
    if before.tables.form_two != "30" or after.tables.form_two != "30":
        return
    form = forms()["30"]
    for row, label in (("rules", "规章"), ("normative", "行政规范性文件")):
        at = lambda report, column, row=row: report.tables.two.get(("item_1", row, column))  # noqa: E731
        last, made, gone, now = at(before, "in_force"), at(after, "issued"), at(after, "repealed"), at(after, "in_force")
        if not all(v is not None and v.is_known for v in (last, made, gone, now)):
            continue
        due = last.counts + made.counts - gone.counts
        if due != now.counts:
            yield soft(
                "V1", f"表二“{label}”",
                f"上年现行有效{shown(last.counts)}＋本年制发{shown(made.counts)}－本年废止{shown(gone.counts)}＝{shown(due)}，表内现行有效{shown(now.counts)}，相差{shown(abs(due - now.counts))}。有效期届满失效、补录或统计范围变化应当说明。",
                form.identity("V1").sentence, "30号",
            )  # fmt: skip


def take_way(report: Report, block: str, row: str, way: Sequence[int]) -> None:
    """Settle how figures of table two that ran together are cut, on the word of the caller, who says why."""
    columns = next(b.columns for b in forms()[report.tables.form_two].table_two.blocks if b.key == block)
    for column, number in zip(columns, way, strict=True):
        report.tables.two[block, row, column.key] = Value(str(number), Decimal(number), Kind.NUMBER)
    del report.tables.two_ways[block, row]
