"""The public page: a report in, what is wrong out, nothing kept."""

import tempfile
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongkai.annual_report import public_views
from gongkai.files.models import StoredFile
from tests.factories.accounts import OfficeFactory

from .shapes import html, random_paper


@pytest.fixture
def public(db, settings):
    OfficeFactory()
    settings.ROOT_URLCONF = "gongkai.urls_public"
    cache.clear()
    return Client()


def sent(public, content, name="年报.html"):
    answer = public.post("/report-check/", {"file": SimpleUploadedFile(name, content)})
    return answer.status_code, answer.content.decode(), answer


@pytest.mark.slow
def test_a_visitor_has_a_report_checked_and_nothing_is_kept(public, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    paper = random_paper(4)
    paper.three["total_processed"][6] = str(int(paper.three["total_processed"][6]) + 1)
    assert "核对后即删除" in public.get("/report-check/").content.decode()
    status, page, answer = sent(public, html(paper))
    assert status == 200 and "错误" in page and "总计" in page and not answer.cookies and answer["Cache-Control"] == "no-store"
    assert not StoredFile.objects.exists() and not list(Path(tmp_path).iterdir())
    assert "没有问题" in sent(public, html(random_paper(5)))[1]


@pytest.mark.slow
@pytest.mark.parametrize(("content", "name", "status", "sentence"), [
    pytest.param(b"", "\u5e74\u62a5.pdf", 200, "未能核对", id="空文件"),
    pytest.param(b"MZ\x00\x01", "x.exe", 200, "未能核对", id="程序"),
    pytest.param(b"<script>alert(1)</script>", "<b>.html", 200, "&lt;b&gt;", id="名称里的标记"),
])  # fmt: skip
def test_whatever_is_sent_gets_a_sentence(public, content, name, status, sentence):
    got, page, _ = sent(public, content or b" ", name)
    assert got == status and sentence in page and "<script>alert" not in page


def test_too_much_or_too_often_is_refused_in_words(public, monkeypatch):
    assert public.post("/report-check/").status_code == 400
    monkeypatch.setattr(public_views, "MEGABYTES", 0)
    status, page, _ = sent(public, b"x" * 100)
    assert status == 413 and "最大0MB" in page
    monkeypatch.setattr(public_views, "MEGABYTES", 10)
    monkeypatch.setattr(public_views, "A_MINUTE", 0)
    assert sent(public, b"x")[0] == 429
    monkeypatch.setattr(public_views, "A_MINUTE", 99)
    monkeypatch.setattr(public_views, "AT_ONCE", 0)
    assert sent(public, b"x")[0] == 503
