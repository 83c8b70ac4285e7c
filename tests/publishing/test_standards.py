"""Public pages against what they are measured by: the checker of HTML, the weight, the tags of 47号."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import step_aside

from .standards import answered, built, office  # noqa: F401

pytestmark = pytest.mark.django_db


def checker() -> list[str]:
    """The command of the Nu Html Checker: $VNU_JAR, or the package vnu-jar that npm put beside the system's own."""
    java = shutil.which("java")
    jars = [os.environ.get("VNU_JAR", ""), *(f"{root}/node_modules/vnu-jar/build/dist/vnu.jar" for root in ("/usr/lib", "/usr/local/lib"))]
    jar = next((jar for jar in jars if jar and Path(jar).is_file()), None)
    if java is None or jar is None:
        step_aside("vnu", "没有找到 HTML 检查程序 vnu：运行 tools/ci-setup，或装好 Java 并用环境变量 VNU_JAR 指明 vnu.jar。")
    return [java, "-jar", jar, "--errors-only", "--asciiquotes"]


@pytest.mark.slow
def test_no_page_has_an_error_of_html(built, answered, tmp_path):  # noqa: F811
    command, folder = checker(), tmp_path / "checked"
    for path, content in [*built.items(), *((f"live/{name}.html", content) for name, content in answered.items())]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "wrong.html").write_text('<!doctype html><html lang="zh-CN"><title>错</title><p><b>文<table><tr><td role="nothing"></table>')
    said = subprocess.run([*command, "--skip-non-html", str(folder)], capture_output=True, text=True, timeout=300).stderr
    lines = [line.replace(str(folder), "") for line in said.splitlines()]
    assert any("wrong.html" in line for line in lines), f"检查程序没有查出写错的一页：{said[:300]}"
    assert not [line for line in lines if "wrong.html" not in line]
