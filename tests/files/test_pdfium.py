"""PDFium is used by one thread at a time, and nothing it read is left open for another thread to close."""

from threading import Thread

import pytest
import typst

from gongkai.exchange.reading.pages import read_pdf
from gongkai.files import pdfium
from gongkai.files.checks.flat import _pdf_needs_password
from gongkai.foi import redacting


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    path = tmp_path_factory.mktemp("pdfium") / "paper.pdf"
    path.write_bytes(typst.compile(b"#for n in range(3) [page #n #pagebreak(weak: true)]"))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("use", [
    pytest.param(lambda path: pdfium.pages_in(path.read_bytes()), id="数页"),
    pytest.param(lambda path: _pdf_needs_password(path.read_bytes()), id="查密码"),
    pytest.param(lambda path: read_pdf(path, "paper.pdf"), id="导入"),
    pytest.param(lambda path: redacting.open_paper(path.read_bytes(), "pdf"), id="区分处理"),
    pytest.param(lambda path: redacting.leaks(path.read_bytes(), 1), id="查夹带"),
])  # fmt: skip
def test_whoever_reads_a_pdf_waits_for_who_reads_one(paper, use):
    waiting = Thread(target=use, args=[paper], daemon=True)
    with pdfium.LOCK:
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive(), "没有等锁就用了 PDFium"
    waiting.join(30)
    assert not waiting.is_alive()


def test_nothing_stays_open_after_the_lock_is_let_go(paper):
    with pdfium.opened(paper) as pdf:
        page = pdf[0]
        text = page.get_textpage()
    assert (pdf.raw, page.raw, text.raw) == (None, None, None)
    with pytest.raises(ValueError), pdfium.opened(paper) as pdf:
        raise ValueError
    assert pdf.raw is None and pdfium.LOCK.acquire(blocking=False)
    pdfium.LOCK.release()


#: A form with one field, filled in; as some programs leave it, without a picture of what is written in it.
FORM = [
    b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /NeedAppearances true /DR << /Font << /F1 5 0 R >> >> /DA (/F1 12 Tf 0 g) >> >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Resources << /Font << /F1 5 0 R >> >> /Annots [4 0 R] >>",
    b"<< /Type /Annot /Subtype /Widget /FT /Tx /F 4 /T (a) /V (FILLED) /DA (/F1 12 Tf 0 g) /Rect [50 100 200 120] /P 3 0 R >>", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
]  # fmt: skip


def form() -> bytes:
    made, places = b"%PDF-1.7\n", []
    for n, said in enumerate(FORM, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (n, said)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(made)


def test_what_was_filled_into_a_form_is_printed_with_its_page(paper):
    with pdfium.opened() as whole:
        pdfium.append(whole, paper.read_bytes())
        pdfium.append(whole, form())
        made = pdfium.saved(whole)
    with pdfium.opened(made) as pdf:
        assert len(pdf) == 4 and pdf[3].get_textpage().get_text_range() == "FILLED"


def test_an_opened_paper_holds_nothing_of_the_library(paper):
    opened = redacting.open_paper(paper.read_bytes(), "pdf")
    assert len(opened) == 3 and isinstance(opened.pdf, bytes)
    assert "".join(letter.text for letter in opened.all_letters()) == "page0page1page2"
