"""Documents and interpretations are written like articles: blocks, pictures, Word files, what was typed and not saved."""

from datetime import date

import pytest
from django.core.files.base import ContentFile

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.documents import content, pages, reviewables
from gongkai.documents.models import Interpretation, NormativeDocument
from gongkai.publishing import actions as publishing
from gongkai.publishing import attachments, markup
from gongkai.publishing import content as written
from gongkai.publishing.models import Autosave
from gongkai.reviewing import actions as chain
from gongkai.sockets import duty_sources, get_reviewable
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_what_was_typed_into_a_document_is_given_back(at):
    writer = UserFactory(role=Role.COORDINATOR)
    document = NormativeDocumentFactory(office=writer.office)
    assert set(at(writer).post(f"/desk/documents/{document.pk}/autosave/", {"title": "写到一半"}).json()) == {"at"}
    assert Autosave.objects.get().kind == "documents.NormativeDocument"
    assert "写到一半" in at(writer).get(f"/desk/registers/documents/{document.pk}/?restore=1").content.decode()
    assert "有修改没有保存" not in at(writer).get("/desk/registers/articles/add/").content.decode()


@pytest.mark.slow
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


# -- Versions, notes, lock, preview, attribute: one mechanism for whatever is written --------------------------------------

KINDS = [pytest.param("documents", NormativeDocumentFactory, id="政策文件"), pytest.param("interpretations", InterpretationFactory, id="政策解读")]


def made(factory, writer):
    drafted = {"published_on": None, "published_elsewhere": ""}
    item = factory(document__office=writer.office, **drafted) if factory is InterpretationFactory else factory(office=writer.office, **drafted)
    return publishing.edit(item, by=writer, summary="第一稿摘要", body=type(item)._meta.get_field("body").to_python("<p>最高补贴20万元。</p>"))


def said(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "factory"), KINDS)
def test_versions_are_kept_compared_and_brought_back(at, slug, factory):
    writer = UserFactory(role=Role.COORDINATOR)
    item = made(factory, writer)
    publishing.edit(item, by=writer, summary="第二稿摘要", body=type(item)._meta.get_field("body").to_python("<p>最高补贴30万元。</p>"))
    desk, address = at(writer), f"/desk/{slug}/{item.pk}/versions/"
    found = said(desk.get(address))
    assert "最高补贴<del>20</del><ins>30</ins>万元。" in found and "第<del>一</del><ins>二</ins>稿摘要" in found
    assert f'href="/desk/{slug}/{item.pk}/versions/"' in said(desk.get(f"/desk/registers/{slug}/{item.pk}/"))
    desk.post(address, {"version": item.revisions.order_by("pk").first().pk})
    item.refresh_from_db()
    assert (item.summary, item.words, item.revisions.count()) == ("第一稿摘要", "最高补贴20万元。", 3)


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "factory"), KINDS)
def test_colleagues_remark_and_lock_and_nothing_of_it_goes_out(at, slug, factory):
    writer, other = UserFactory(name="许小禾", role=Role.COORDINATOR), UserFactory(name="周明澜", role=Role.COORDINATOR)
    item = made(factory, writer)
    at(other).post(f"/desk/{slug}/{item.pk}/notes/", {"quote": "20万元", "text": "请核对上限"})
    assert "请核对上限" in said(at(writer).get(f"/desk/{slug}/{item.pk}/notes/")) and "核对上限" not in str(content.snapshot(item))
    at(other).post(f"/desk/{slug}/{item.pk}/lock/")
    assert "周明澜已锁定这篇" in said(at(writer).post(f"/desk/{slug}/{item.pk}/from-word/", {"file": ContentFile(docx(paper).read(), name="稿.docx")}))
    at(writer).post(f"/desk/{slug}/{item.pk}/lock/", {"free": "1"})
    at(writer).post(f"/desk/{slug}/{item.pk}/notes/", {"settle": item.notes.get().pk})
    item.refresh_from_db()
    assert not item.locked and item.notes.get().settled_by == writer
    told = Entry.objects.filter(verb__in=("publishing.noted", "publishing.locked", "publishing.unlocked", "publishing.note_settled")).order_by("id")
    assert [(entry.verb, entry.actor_name) for entry in told] == [
        ("publishing.noted", "周明澜"), ("publishing.locked", "周明澜"), ("publishing.unlocked", "许小禾"), ("publishing.note_settled", "许小禾"),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "factory"), KINDS)
def test_the_preview_is_of_the_working_copy_and_nobody_elses(at, slug, factory):
    writer = UserFactory(role=Role.COORDINATOR)
    item = made(factory, writer)
    shown = said(at(writer).get(f"/desk/{slug}/{item.pk}/preview/"))
    assert "最高补贴20万元。" in shown and "第一稿摘要" in shown and 'class="sheet"' in shown
    stranger = UserFactory(office=OfficeFactory(name="青禾市商务局"), role=Role.COORDINATOR)
    for page in ("preview", "versions", "notes", "lock", "attribute", "number"):
        assert at(stranger).get(f"/desk/{slug}/{item.pk}/{page}/").status_code == 404
        assert at(writer).get(f"/desk/guides/{item.pk}/{page}/").status_code == 404


def test_a_note_of_one_record_is_not_settled_from_another(at):
    writer = UserFactory(role=Role.COORDINATOR)
    item, other = made(NormativeDocumentFactory, writer), made(NormativeDocumentFactory, writer)
    note = publishing.note(other, text="请核对", by=writer)
    assert at(writer).post(f"/desk/documents/{item.pk}/notes/", {"settle": note.pk}).status_code == 404
    note.refresh_from_db()
    assert note.settled_at is None


def test_a_documents_attribute_is_weighed_and_its_change_begins_the_days_anew(at):
    writer = UserFactory(role=Role.COORDINATOR)
    document = made(NormativeDocumentFactory, writer)
    address = f"/desk/documents/{document.pk}/attribute/"
    closed = {"attribute": "withheld", "purpose": "无", "effect": "无", "consequence": "影响决策", "reason": "过程稿", "ground": "process", "is_policy": "on", "decided_on": "2022-03-01"}
    assert "应先送政务公开工作机构审查" in said(at(writer).post(address, closed))
    at(writer).post(address, {**closed, "opinion": "同意", "opinion_on": "2022-02-28"})
    document.refresh_from_db()
    assert document.attribute == "withheld" and "认定为不予公开" in said(at(writer).get(address))
    at(writer).post(address, {"attribute": "open", "purpose": "告知企业", "effect": "可以申报", "consequence": "无", "reason": "决策已作出", "decided_on": "2022-06-01"})
    document.refresh_from_db()
    (owed,) = [duty for duty in duty_sources()["publishing.proactive"].produce(document.office_id, date(2022, 1, 1), date(2022, 6, 30)) if str(document) == duty.subject]
    assert (document.attribute, owed.due_on) == ("open", date(2022, 6, 30)), "变更之日起20个工作日，端午节不计"
    assert at(writer).get(f"/desk/interpretations/{InterpretationFactory(document=document).pk}/attribute/").status_code == 404


def test_a_document_without_a_number_gets_its_index_number_when_it_is_sent(register_one, cast):  # noqa: F811
    document = register_one(**EXEMPT)
    document.office.credit_code = "114420000073329991"
    document.office.save()
    submission = chain.submit(document, by=cast.clerk)
    assert submission.content["index_number"] == "114420000073329991/2022-00001"
