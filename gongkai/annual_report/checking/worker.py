"""The process in which files are read: whatever a file does to it, the one that asked lives on.

Run as a module. Each line in is a JSON list [path, name, whether prose is wanted]; each line out is the reports' verdict-ready JSON.
Memory is limited here, time by the asker, who ends this process and starts another.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gongkai.annual_report.checking.prose import weigh
from gongkai.annual_report.checking.reading import read_reports
from gongkai.annual_report.checking.wire import pack
from gongkai.exchange.blocks import Unreadable
from gongkai.exchange.reading import office

MEMORY = 420 * 1024 * 1024
CONVERT_SECONDS = 7
CONVERT_MEMORY = 260 * 1024 * 1024  # beside the worker, and beside what the converter's own libraries take


def limit_memory() -> None:
    """No more than so much of its own data, where the system can say so."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(path: str, name: str, prose: bool = False) -> dict:
    """The reports of a file, or why there are none; with their prose when that is asked for."""
    try:
        reports = read_reports(Path(path), name)
        for report in reports:
            weigh(report)
        return {"reports": [pack(report) | ({"prose": report.prose} if prose else {}) for report in reports]}
    except Unreadable as problem:
        return {"sentence": problem.sentence, "code": problem.code}
    except MemoryError:
        return {"sentence": f"“{name}”内容过大，内存不够，没有核对。请只保留年度报告的正文和表格。", "code": "too_big"}
    except RecursionError:
        return {"sentence": f"“{name}”层层嵌套过深，没有核对。请把正文复制到Word后再试。", "code": "nested"}
    except Exception:  # whatever people hand in, the person gets a sentence
        return {"sentence": f"“{name}”读取时出错，没有核对。请用原来的软件打开，另存一份后再试。", "code": "broken"}


def main() -> None:
    limit_memory()
    office.TIME_LIMIT, office.MEMORY_LIMIT = CONVERT_SECONDS, CONVERT_MEMORY
    out = sys.stdout
    sys.stdout = sys.stderr  # what a library prints must not be taken for an answer
    for line in sys.stdin:
        out.write(json.dumps(answer(*json.loads(line)), ensure_ascii=True) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
