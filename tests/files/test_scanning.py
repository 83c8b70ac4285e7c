"""What a virus scanner says of an upload is heeded; a scanner that is named and silent lets nothing in."""

import socket
import struct
import threading
import zipfile
from contextlib import contextmanager
from io import BytesIO

import pytest
from django.core.files.base import ContentFile

from gongkai.files.actions import keep
from gongkai.files.apps import scanner_named
from gongkai.files.checks import ATTACHABLE, Refused, inspect
from gongkai.files.checks.scanning import EICAR
from tests.factories.accounts import OfficeFactory


@contextmanager
def clamd(tmp_path, kind: str = "tcp", answer: bytes = b"", limit: int = 1 << 30):
    """A scanner that speaks clamd's INSTREAM and knows one virus; `seen` is what it was sent."""
    listening = socket.socket(socket.AF_UNIX if kind == "unix" else socket.AF_INET)
    where = str(tmp_path / "clamd.ctl")
    listening.bind(where if kind == "unix" else ("127.0.0.1", 0))
    listening.listen()
    seen = []

    def serve():
        while True:
            try:
                link, _ = listening.accept()
            except OSError:
                return
            with link, link.makefile("rwb") as talk:
                assert talk.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack(">I", talk.read(4))[0]:
                    content += talk.read(size)
                seen.append(content)
                said = answer or (b"stream: Win.Test.Bad-1 FOUND" if b"bad-thing" in content else b"stream: OK")
                talk.write((b"INSTREAM size limit exceeded. ERROR" if len(content) > limit else said) + b"\0")

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"unix:{where}" if kind == "unix" else f"127.0.0.1:{listening.getsockname()[1]}", seen
    finally:
        listening.close()


def text(tmp_path, content: bytes, name: str = "说明.txt"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_what_the_scanner_finds_is_refused_and_the_rest_is_known_to_be_scanned(tmp_path, settings, kind):
    with clamd(tmp_path, kind) as (where, seen):
        settings.CLAMD = where
        content = "正文".encode() * 300_000
        assert inspect(text(tmp_path, content)).scanned and seen == [content]
        with pytest.raises(Refused, match="带有病毒（Win.Test.Bad-1）") as caught:
            inspect(text(tmp_path, b"bad-thing"))
        assert caught.value.code == "virus"


def test_a_silent_scanner_lets_nothing_in(tmp_path, settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.CLAMD = f"127.0.0.1:{port}"
    with pytest.raises(Refused, match="查杀服务没有回应") as caught:
        inspect(text(tmp_path, b"words"))
    assert caught.value.code == "unscanned"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"UNKNOWN COMMAND", b"stream: whatever"])
def test_an_answer_that_is_no_verdict_lets_nothing_in(tmp_path, settings, answer):
    with clamd(tmp_path, answer=answer) as (where, _):
        settings.CLAMD = where
        with pytest.raises(Refused, match="没有完成检查"):
            inspect(text(tmp_path, b"words"))


def test_without_a_scanner_files_come_in_unscanned_and_the_operator_is_told(tmp_path, settings):
    settings.CLAMD = ""
    assert inspect(text(tmp_path, b"words")).scanned is False
    assert [one.id for one in scanner_named(None)] == ["files.W001"] and "CLAMD" in scanner_named(None)[0].hint
    settings.CLAMD = "127.0.0.1:3310"
    assert scanner_named(None) == []


@pytest.mark.parametrize("before", [0, 3, 256 * 1024 - 30])
def test_the_test_pattern_is_known_without_a_scanner(tmp_path, before):
    with pytest.raises(Refused, match="EICAR"):
        inspect(text(tmp_path, b"a" * before + EICAR))


def test_the_test_pattern_is_found_inside_a_package(tmp_path):
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        made.writestr("word/document.xml", "<d/>")
        made.writestr("word/media/image1.bin", EICAR)
    with pytest.raises(Refused, match="EICAR"):
        inspect(text(tmp_path, held.getvalue(), "方案.docx"))


@pytest.mark.parametrize("name", ["图.svg", "图.txt", "图.xml", "图.png"])
@pytest.mark.parametrize("head", ["", '<?xml version="1.0"?>', "<!-- a -->", '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n'])
def test_an_svg_is_refused_under_any_name(tmp_path, name, head):
    svg = f'{head}<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    with pytest.raises(Refused, match="SVG"):
        inspect(text(tmp_path, svg.encode(), name), allowed=ATTACHABLE)


@pytest.mark.django_db
def test_a_refused_file_is_kept_for_looking_at_and_used_by_nothing(tmp_path, settings):
    with clamd(tmp_path) as (where, _):
        settings.CLAMD = where
        stored = keep(ContentFile(b"bad-thing", "说明.txt"), office=OfficeFactory(), by=None)
        assert "带有病毒" in stored.refused and stored.kind == ""
