"""Documents and interpretations are written like articles: blocks, pictures, Word files, what was typed and not saved."""

import pytest
from django.core.files.base import ContentFile

from gongkai.accounts.roles import Role
from gongkai.documents import content, pages, reviewables
from gongkai.documents.models import Interpretation, NormativeDocument
from gongkai.publishing import attachments, markup
from gongkai.publishing import content as written
from gongkai.publishing.models import Autosave
from gongkai.reviewing import actions as chain
from gongkai.sockets import get_reviewable
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.documents import InterpretationFactory, NormativeDocumentFactory
from tests.publishing.test_content import PNG
from tests.publishing.test_word import paper
from tests.publishing.test_word import written as docx
from tests.reviewing.conftest import cast, office  # noqa: F401  the people of the chain

from . import test_chain
from .test_chain import EXEMPT, looked  # noqa: F401

register_one = test_chain.written
pytestmark = pytest.mark.django_db
TABLE = "<p>标准如下：</p><table><caption>标准</caption><tr><th>项目</th><th>上限</th></tr><tr><td rowspan=\"2\">技改</td><td>100万元</td></tr><tr><td>50|万元</td></tr></table><p>附则。</p>"


@pytest.fixture
def at(client):
    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in


def typed(document, **blocks) -> dict:
    return {
        "seen": document.changed_at.isoformat(), "title": document.title, "number": document.number, "kind": document.kind, "signed_on": "2022-03-01", "attribute": "open",
        "interpretation_exemption": "仅调整联系方式", "interpretation_exempted_on": "2022-03-01", "section": document.section_id, **blocks,
    }  # fmt: skip


def block(n: int, kind: str, **values) -> dict:
    return {f"body-{n}-deleted": "", f"body-{n}-order": str(n), f"body-{n}-type": kind, f"body-{n}-id": ""} | {f"body-{n}-value-{name}": value for name, value in values.items()}


def test_a_document_is_written_in_blocks_reviewed_as_such_and_its_picture_goes_out(register_one, cast, looked, at):  # noqa: F811
    document = register_one(**EXEMPT)
    desk, edit = at(cast.clerk), f"/desk/registers/documents/{document.pk}/"
    assert "data-w-block-data-value" in desk.get(edit).content.decode()
    assert desk.post(edit, typed(document, plain="第一条", material=ContentFile(PNG, name="流程图.png"))).status_code == 302
    document.refresh_from_db()
    picture = document.materials.get()
    blocks = block(0, "heading", text="总则", level="2") | block(1, "table", rows="项目|上限\n技改|100万元", caption="标准", head_row="on") | block(2, "image", image=str(picture), alt="申报流程", caption="")
    answer = desk.post(edit, typed(document, **blocks, **{"body-count": "3"}))
    assert answer.status_code == 302, answer.content.decode()
    document.refresh_from_db()
    assert document.words.startswith("总则\n标准") and document.revisions.count() == 1
    submission = chain.submit(document, by=cast.clerk)
    assert [one["kind"] for one in submission.content["blocks"]] == ["heading", "table", "image"] and submission.files == [[picture.stored.sha256, "流程图.png"]]
    assert {"blocks/0", "blocks/1"} <= {one.path for one in get_reviewable(submission.kind).passages(submission.content)}
    looked(submission)
    chain.release(submission, by=cast.coordinator)
    page = next(iter(pages.found(document.office_id, [NormativeDocument.path_of(document.pk)]))).render()
    html = (page if isinstance(page, bytes) else page.encode()).decode()
    address = written.public_path(submission.content["blocks"][2]["file"])
    assert '<th scope="col">上限</th>' in html and written.public_address(submission.content["blocks"][2]["file"]) in html
    assert [one.path for one in attachments.produced(document.office_id)] == [address]
    assert address in attachments.touched(document.office_id, frozenset({f"normativedocument:{document.pk}"}))
    assert desk.get(f"/desk/materials/{picture.stored.sha256}/")["Content-Type"] == "image/png"
    stranger = UserFactory(office=OfficeFactory(name="青禾市商务局"), role=Role.COORDINATOR)
    assert at(stranger).get(f"/desk/materials/{picture.stored.sha256}/").status_code == 404


def test_a_word_file_becomes_the_body_of_an_interpretation(at):
    writer = UserFactory(role=Role.COORDINATOR)
    one = InterpretationFactory(document__office=writer.office, published_on=None, published_elsewhere="")
    address = f"/desk/interpretations/{one.pk}/from-word/"
    answer = at(writer).post(address, {"file": ContentFile(docx(paper).read(), name="解读.docx")})
    assert answer.status_code == 302, answer.content.decode()
    one.refresh_from_db()
    assert (one.title, one.brought_file.name) == (Interpretation.objects.get().title, "解读.docx") and "表格" not in one.losses
    assert {"table", "image"} <= {b.block_type for b in one.body} and one.materials.exists() and one.revisions.exists()
    stranger = UserFactory(office=OfficeFactory(name="青禾市商务局"), role=Role.COORDINATOR)
    assert at(stranger).get(address).status_code == 404
    assert at(writer).get(f"/desk/guides/{one.pk}/from-word/").status_code == 404


def test_what_was_typed_into_a_document_is_given_back(at):
    writer = UserFactory(role=Role.COORDINATOR)
    document = NormativeDocumentFactory(office=writer.office)
    assert set(at(writer).post(f"/desk/documents/{document.pk}/autosave/", {"title": "写到一半"}).json()) == {"at"}
    assert Autosave.objects.get().kind == "documents.NormativeDocument"
    assert "写到一半" in at(writer).get(f"/desk/registers/documents/{document.pk}/?restore=1").content.decode()
    assert "有修改没有保存" not in at(writer).get("/desk/registers/articles/add/").content.decode()


def test_a_copy_released_before_there_were_blocks_is_shown_and_read_as_it_was():
    document = NormativeDocumentFactory()
    old = {name: value for name, value in content.snapshot(document).items() if name not in ("blocks", "column_id")} | {"body": TABLE}
    assert "<td rowspan=\"2\">技改</td>" in content.body_html(old) and "100万元" in content.body_text(old)
    assert "附则。" in "".join(one.text for one in reviewables.passages(old))
    NormativeDocument.objects.filter(pk=document.pk).update(released=old)
    assert "附则。" in next(iter(pages.found(document.office_id, [NormativeDocument.path_of(document.pk)]))).render().decode()


@pytest.mark.parametrize(("html", "blocks"), [
    pytest.param("<p>第一条</p><ul><li>甲</li></ul>", [("paragraph", "<p>第一条</p><ul><li>甲</li></ul>")], id="没有表格的原样"),
    pytest.param(TABLE, [
        ("paragraph", "<p>标准如下：</p>"),
        ("table", {"caption": "标准", "rows": "项目 | 上限\n技改 | 100万元\n↑ | 50\\|万元", "head_row": True, "head_column": False}),
        ("paragraph", "<p>附则。</p>"),
    ], id="表格单成一块"),
    pytest.param("<div>前<table><tr><td>甲</td></tr></table>后</div>", [
        ("paragraph", "<p>前</p>"), ("table", {"caption": "", "rows": "甲", "head_row": False, "head_column": False}), ("paragraph", "<p>后</p>"),
    ], id="包在里面的表格"),
])
def test_rich_text_from_before_becomes_blocks_and_loses_no_word(html, blocks):
    made = markup.blocks_of(html)
    assert [(one["type"], one["value"]) for one in made] == blocks
    body = NormativeDocument._meta.get_field("body").to_python(made)
    assert "".join(written.words(body).replace("|", "").split()) == "".join(markup.text_of(html).replace("|", "").split())


def test_a_register_keeps_what_an_import_brings_as_blocks():
    document = NormativeDocumentFactory(body=TABLE)
    assert [one.block_type for one in NormativeDocument.objects.get(pk=document.pk).body] == ["paragraph", "table", "paragraph"]
