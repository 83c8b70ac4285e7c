"""All the tables, one after another:  python -m benchmarks [--quick]. Whole, it takes some forty minutes on two cores."""

import argparse

from . import (
    annual_report,
    foi,
    importing,
    indicators,
    links,
    publishing,
    reads,
    report_check,
    report_hostile,
    screening,
    search,
    sitebuild,
    workdays,
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="全部速度对比表")
    parser.add_argument("--quick", action="store_true", help="用小数据跑一遍，只看结果是否一致")
    quick = parser.parse_args().quick
    for title, table in (
        ("工作日推算", lambda: workdays.table(workdays.rows())),
        ("台账全部指标", lambda: indicators.table(indicators.rows(quick))),
        ("十万行导入", lambda: importing.table(importing.rows(quick))),
        ("内容筛查", lambda: screening.table(screening.rows(quick))),
        ("网站与Hugo", lambda: sitebuild.table(sitebuild.rows(quick))),
        ("由nginx读", lambda: reads.table(reads.rows(quick))),
        ("检索", lambda: search.table(search.rows(quick))),
        ("核对站内链接", lambda: links.table(links.rows(quick))),
        ("放行一篇", lambda: publishing.table(publishing.rows(quick))),
        ("年度报告表格", lambda: annual_report.table(annual_report.rows(quick))),
        ("依申请公开", lambda: foi.table(foi.rows(quick))),
        ("年度报告核对", lambda: report_check.table(report_check.rows(quick))),
        ("年度报告核对恶意文件", lambda: report_hostile.table(report_hostile.rows(quick))),
    ):  # fmt: skip
        print(f"\n== {title} ==\n", flush=True)
        print(table(), flush=True)


if __name__ == "__main__":
    main()
