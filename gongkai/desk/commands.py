"""运行: serving the desk and the site, and checking the installation."""

import json
import signal
import socket
import subprocess
import sys
from collections import Counter

import click
from django.conf import settings
from django.core import checks
from django.db import connection
from waitress import serve as waitress_serve

from gongkai.audit.queries import verify
from gongkai.cli import EXIT_FOUND, Command, Stop
from gongkai.registers.derived import moved
from gongkai.rulebook.queries import calendar


@click.command("serve", cls=Command, help="启动服务（工作台、公开站和后台任务）")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="地址", help="监听地址")
@click.option("--port", default=8000, envvar="PORT", show_default=True, metavar="端口", help="监听端口，也可用环境变量 PORT")
@click.option("--no-jobs", is_flag=True, help="不启动后台任务进程")
def serve(host: str, port: int, no_jobs: bool) -> None:
    run_server(host, port, with_jobs=not no_jobs)


def behind_a_proxy(address: str) -> dict:
    """How waitress is told of a proxy that may be believed about the visitor's address and scheme; nothing without one."""
    return {"trusted_proxy": address, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}, "clear_untrusted_proxy_headers": True} if address else {}


def run_server(host: str, port: int, *, with_jobs: bool = True) -> None:
    """Serve until interrupted; the jobs process lives and dies with this one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise Stop(f"端口 {port} 已被占用，请换一个端口，例如 PORT={port + 1}。") from None
    # Imported here: it loads the whole serving stack, which no other command needs.
    from gongkai.wsgi import application

    jobs = subprocess.Popen([sys.executable, "-m", "gongkai", "jobs", "work"]) if with_jobs else None

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    click.echo(f"工作台：http://{host}:{port}/desk/　公开站：http://{host}:{port}/　按 Ctrl+C 结束。")
    try:
        waitress_serve(application, host=host, port=port, threads=8, ident=None, _quiet=True, **behind_a_proxy(settings.TRUSTED_PROXY))
    except KeyboardInterrupt:
        click.echo("已停止。")
    finally:
        if jobs is not None:
            jobs.terminate()
            jobs.wait(timeout=10)


@click.command("check", cls=Command, help="检查安装：配置、数据库、审计链和派生期限")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def check(as_json: bool) -> int:
    deployed = settings.SETTINGS_MODULE.endswith("production")
    found = [
        {"level": "错误" if m.level >= checks.ERROR else "提示", "sentence": m.msg, "hint": m.hint or ""}
        for m in checks.run_checks(include_deployment_checks=deployed)
    ]
    chain = verify()
    found += [{"level": "错误", "sentence": fault, "hint": "请报告审计管理员"} for fault in chain.faults]
    found += [
        {"level": "错误", "sentence": f"{move.subject}的{move.label}存为{move.before}，依据应为{move.after}", "hint": "夜间核对时会自动更正并记入审计日志"}
        for move in moved(calendar())
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check")
            result = cursor.fetchone()[0]
            if result != "ok":
                found.append({"level": "错误", "sentence": f"数据库文件损坏：{result}", "hint": "请从备份恢复"})
    if as_json:
        click.echo(json.dumps({"found": found, "links": chain.links, "unsealed": chain.unsealed}, ensure_ascii=False, indent=2))
    else:
        for item in found:
            click.echo(f"{item['level']}：{item['sentence']}" + (f"（{item['hint']}）" if item["hint"] else ""))
        counted = Counter(item["level"] for item in found)
        click.echo(f"检查完毕：{counted['错误']}个错误，{counted['提示']}个提示；审计链{chain.links}枚封签，{chain.unsealed}条待封签。")
    return EXIT_FOUND if any(item["level"] == "错误" for item in found) else 0


COMMANDS = [serve, check]
