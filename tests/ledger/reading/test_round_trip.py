"""Any plan, laid out in any of the shapes offices use, is read back as it was."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.ledger.reading import read_plan

from .papers import grid, grid_source, text_source, told

HAN = "一二三四五六七八九十"
TITLE = "青禾市工业和信息化局2023年政务公开工作分工方案"

titles = st.builds(
    "{}{}信息公开".format,
    st.sampled_from(["加强", "做好", "推进", "规范", "深化"]),
    st.sampled_from(
        ["财政预决算", "营商环境", "稳岗就业", "公共服务", "重大项目", "技术改造", "节能降耗", "中小企业"]
    ),
)
tasks = st.builds(
    "{}{}{}。".format,
    st.sampled_from(["及时公布", "按季度更新", "认真梳理", "多形式解读", "汇总发布", "主动回应"]),
    st.sampled_from(
        [
            "惠企政策目录",
            "项目申报指南",
            "12345热线反映的问题",
            "“双随机、一公开”结果",
            "资金分配情况（含第二批）",
            "《管理办法》修订说明",
        ]
    ),
    st.sampled_from(["", "，并做好解读", "，做到应公开尽公开", "；遇有变化的，三日内更新"]),
)
units = st.sampled_from(
    [
        "办公室",
        "法规科",
        "办公室、财务科",
        "法规科牵头，各科室配合",
        "办公室、信息化科牵头，各业务科室配合落实",
        "各科室",
        "运行监测与综合科牵头，相关科室配合",
        "机关党委（组织人事科）",
    ]
)
dues = st.sampled_from(["年底前", "持续推进", "6月底前", "11月30日前", "长期坚持", "每季度"])
progresses = st.sampled_from(
    ["已公布4份。", "截至11月30日，开展9场，惠及1200余家企业。", "正在推进，计划12月完成。", "参加培训2次。"]
)


@dataclass(frozen=True)
class Row:
    text: str
    units: str
    due: str
    progress: str


@dataclass(frozen=True)
class Part:
    title: str
    rows: tuple[Row, ...]


rows = st.builds(Row, tasks, units, dues, progresses)
parts = st.builds(Part, titles, st.lists(rows, min_size=1, max_size=4).map(tuple))
plans = st.lists(parts, min_size=1, max_size=5, unique_by=lambda part: part.title).map(tuple)
deep_plans = st.lists(
    st.tuples(titles, st.lists(parts, min_size=1, max_size=3, unique_by=lambda part: part.title).map(tuple)),
    min_size=1,
    max_size=4,
    unique_by=lambda chapter: chapter[0],
).map(tuple)


def expected(plan: tuple[Part, ...], *, numbered: bool, due: bool = True, stop: str = "") -> list[str]:
    found, count = [], 0
    for i, part in enumerate(plan):
        found.append(f"章 {HAN[i]}、 {part.title}")
        for row in part.rows:
            count += 1
            tail = f"|{row.due}" if due else ""
            found.append(f"{f'{count}.' if numbered else '-'} {row.text}|{row.units}{stop}{tail}")
    return found


def lines(plan: tuple[Part, ...], *, numbered: bool) -> list[list[str]]:
    """Rows of four cells, the chapter only in the first row of its own."""
    found, count = [], 0
    for i, part in enumerate(plan):
        for j, row in enumerate(part.rows):
            count += 1
            head = f"{HAN[i]}、{part.title}" if j == 0 else ""
            found.append([head, f"{count}.{row.text}" if numbered else row.text, row.units, row.due])
    return found


HEAD = ["工作任务", "具体要求", "责任科室", "时限要求"]


def as_tab_cells(rows: list[list[str]]) -> str:
    return (
        TITLE + "\n\n" + "\n\n".join("\n".join("\t" + cell for cell in row) for row in [HEAD, *rows]) + "\n"
    )


def as_piped_lost(rows: list[list[str]]) -> str:
    return TITLE + "\n" + "\n".join(" | ".join(cell for cell in row if cell) + " |" for row in [HEAD, *rows])


def as_piped_padded(rows: list[list[str]]) -> str:
    """The lost first cell is made up for by a blank one at the end, as one web converter does."""
    return (
        TITLE
        + "\n"
        + "\n".join(
            " | ".join(c for c in row if c) + " |" + " |" * sum(not c for c in row) for row in [HEAD, *rows]
        )
    )


def as_vertical_pipes(rows: list[list[str]]) -> str:
    return "\n|\n".join(cell for row in [HEAD, *rows] for cell in row if cell) + "\n|\n"


def as_vertical_lines(rows: list[list[str]]) -> str:
    return TITLE + "\n" + "\n".join(cell for row in [HEAD, *rows] for cell in row if cell)


def as_markdown(rows: list[list[str]]) -> str:
    body = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"# {TITLE}\n\n| " + " | ".join(HEAD) + " |\n|---|---|---|---|\n" + body + "\n"


def as_tsv(rows: list[list[str]]) -> str:
    return TITLE + "\n" + "\n".join("\t".join(row) for row in [HEAD, *rows])


def as_csv(rows: list[list[str]]) -> str:
    held = io.StringIO()
    csv.writer(held).writerows([HEAD, *rows])
    return held.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    "render",
    [
        as_tab_cells,
        as_piped_lost,
        as_piped_padded,
        as_vertical_pipes,
        as_vertical_lines,
        as_markdown,
        as_tsv,
        as_csv,
    ],
)
@pytest.mark.parametrize("numbered", [True, False], ids=["编号", "不编号"])
@given(plan=plans)
def test_text_comes_back(render, numbered, plan):
    text = render(lines(plan, numbered=numbered))
    draft = read_plan(text_source(text))
    assert told(draft) == expected(plan, numbered=numbered), text
    assert draft.coverage == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("merged", [True, False], ids=["合并", "空白"])
@given(plan=plans, breaks=st.integers(1, 9))
def test_grid_comes_back(merged, breaks, plan):
    """Also with the header repeated on each page."""
    rows = lines(plan, numbered=False)
    made = [[str(i + 1), *row] for i, row in enumerate(rows)]
    heading = ["序号", *HEAD]
    laid = [heading]
    for i, row in enumerate(made):
        again = i and i % breaks == 0
        if again:
            laid.append(heading)
        laid.append(row if row[1] or not merged or again else [row[0], "^", *row[2:]])
    draft = read_plan(grid_source(TITLE, grid(*laid)))
    wanted = [line if line.startswith("章") else line[1:] for line in expected(plan, numbered=False)]
    numbers = iter(range(1, len(rows) + 1))
    wanted = [line if line.startswith("章") else f"{next(numbers)}{line}" for line in wanted]
    assert told(draft) == wanted
    assert draft.coverage == 1.0


def as_list(plan: tuple[Part, ...], gap: str) -> str:
    found = []
    count = 0
    for i, part in enumerate(plan):
        found.append(f"{HAN[i]}、{part.title}")
        for row in part.rows:
            count += 1
            found.append(f"{count}.{row.text}{gap}责任科室：{row.units}{gap}完成时限：{row.due}")
    return TITLE + "\n" + gap.join(found)


@pytest.mark.slow
@pytest.mark.parametrize("gap", ["\n", " "], ids=["分段", "连成一段"])
@given(plan=plans)
def test_list_comes_back(gap, plan):
    draft = read_plan(text_source(as_list(plan, gap)))
    assert told(draft) == expected(plan, numbered=True)
    assert draft.coverage == 1.0


@pytest.mark.slow
@given(plan=plans)
def test_flat_text_comes_back(plan):
    text = TITLE + "".join(HEAD)
    count = 0
    for i, part in enumerate(plan):
        text += f"{HAN[i]}、{part.title}"
        for row in part.rows:
            count += 1
            text += f"{count}.{row.text}{row.units}{row.due}"
    draft = read_plan(text_source(text))
    assert told(draft) == expected(plan, numbered=True), text
    assert "no_separators" in {doubt.code for doubt in draft.doubts}


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["tab", "piped", "vertical", "grid"])
@given(plan=deep_plans)
def test_three_levels_come_back(shape, plan):
    heading = ["工作要求", "一级要点", "计划措施", "落实情况", "责任科室"]
    rows: list[list[str]] = []
    wanted: list[str] = []
    for i, (title, points) in enumerate(plan):
        wanted.append(f"章 {HAN[i]}、 {title}")
        for j, part in enumerate(points):
            wanted.append(f"要点 （{HAN[j]}） {part.title}")
            for k, row in enumerate(part.rows):
                rows.append(
                    [
                        f"{HAN[i]}、{title}" if j == k == 0 else "",
                        f"（{HAN[j]}）{part.title}" if k == 0 else "",
                        row.text,
                        row.progress,
                        row.units,
                    ]
                )
                wanted.append(f"- {row.text}|{row.units}|∅|{row.progress}")
    if shape == "tab":
        source = text_source(
            TITLE + "\n\n" + "\n\n".join("\n".join("\t" + cell for cell in row) for row in [heading, *rows])
        )
    elif shape == "piped":
        source = text_source(
            "\n".join(" | ".join(cell for cell in row if cell) + " |" for row in [heading, *rows])
        )
    elif shape == "vertical":
        source = text_source("\n|\n".join(cell for row in [heading, *rows] for cell in row if cell))
    else:
        laid = [heading, *[[cell or "^" for cell in row[:2]] + row[2:] for row in rows]]
        source = grid_source(grid(*laid))
    assert told(read_plan(source)) == wanted
