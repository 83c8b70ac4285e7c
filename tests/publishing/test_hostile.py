"""The publishing desk against whoever should not be there, two who write or review at once, and texts that a spreadsheet would run."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from gongkai.accounts.permissions import may
from gongkai.accounts.roles import Role
from gongkai.benefits.models import BenefitPolicy
from gongkai.channels.models import Delivery
from gongkai.documents.models import Interpretation, NormativeDocument
from gongkai.guides.models import Guide, Matter
from gongkai.law.refusals import Refused
from gongkai.publishing import actions
from gongkai.publishing.models import Article
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.reviewing import actions as chain
from gongkai.reviewing import bundles
from gongkai.reviewing.models import Look, Release
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.publishing import ColumnFactory
from tests.reviewing.conftest import GATES, article, cast, looked, office  # noqa: F401  the people of the chain and their article

pytestmark = pytest.mark.django_db
TITLE = "尚未公开的并购重组方案"


@pytest.fixture
def at(client):
    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in


@pytest.fixture
def desk(article, cast, looked):  # noqa: F811
    """Everything of the publishing desk that bears the title: (address, thing, record)."""
    registers.change(get_register("articles"), Article.objects.get(), by=cast.clerk, title=TITLE)
    item = Article.objects.get()
    sent = chain.submit(item, by=cast.clerk)
    looked(sent)
    chain.release(sent, by=cast.coordinator)
    item.refresh_from_db()
    facts = {"office": item.office, "section": cast.room}
    document = registers.create(get_register("documents"), NormativeDocument(title=f"{TITLE}办法", number="青工信规〔2022〕1号", kind="normative", signed_on=date(2022, 3, 1), **facts), by=cast.clerk)
    one = registers.create(get_register("interpretations"), Interpretation(title=f"{TITLE}解读", document=document, in_text=True, covers_content=True, **facts), by=cast.clerk)
    bundle = bundles.make(item.office, title=f"{TITLE}及解读", items=[document, one], by=cast.clerk)
    waiting = bundles.submit(bundle, by=cast.clerk)[0]
    found = []
    for slug, record in (("articles", item), ("documents", document), ("interpretations", one)):
        thing = get_register(slug).thing
        found += [(reverse(name, args=[slug, record.pk]), thing, record) for name in ("registers:edit", "registers:history", "registers:void")]
        found += [
            (reverse(f"publishing_{name}", args=[slug, record.pk]), thing, record)
            for name in ("autosave", "body_from_word", "preview", "versions", "notes", "attribute", "lock", "number")
        ]  # fmt: skip
        found.append((reverse("reviewing:about", args=[record._meta.label, record.pk]), thing, record))
    policy = registers.create(get_register("benefit-policies"), BenefitPolicy(name=f"{TITLE}奖补", issuer="青禾市工业和信息化局", support="reward", **facts), by=cast.clerk)
    found += [(reverse(name, args=["benefit-policies", policy.pk]), "benefits.policy", policy) for name in ("registers:edit", "registers:history", "registers:void")]
    found.append((reverse("reviewing:about", args=[policy._meta.label, policy.pk]), "benefits.policy", policy))
    matter = registers.create(get_register("matters"), Matter(name=f"{TITLE}备案", kind="filing", code="000000000001", basis="条例", listed_on=date(2022, 1, 4), **facts), by=cast.clerk)
    guide = registers.create(get_register("guides"), Guide(title=f"{TITLE}指南", matter=matter, column=item.column, conditions="条件", materials="材料", steps="流程", **facts), by=cast.clerk)
    guide_sent = chain.submit(guide, by=cast.clerk)
    found += [(reverse(name, args=["guides", guide.pk]), "guides.guide", guide) for name in ("registers:edit", "registers:history", "registers:void")]
    found += [(reverse("registers:do", args=["guides", guide.pk, "declare"]), "guides.guide", guide), (reverse("reviewing:about", args=[guide._meta.label, guide.pk]), "guides.guide", guide)]
    found += [(reverse(f"reviewing:{name}", args=[s.pk]), "reviewing.submission", s) for name in ("submission", "sheet") for s in (sent, waiting, guide_sent)]
    found.append((reverse("reviewing:bundle", args=[bundle.pk]), "reviewing.submission", waiting))
    delivery = Delivery.objects.get()
    found += [(reverse(name, args=[delivery.pk]), "channels.delivery", delivery) for name in ("channels_delivery", "channels_copy", "channels_archive", "channels_gazette")]
    found.append((reverse("registers:do", args=["documents", document.pk, "declare"]), "documents.document", document))
    return found


LISTS = [
    "/desk/reviewing/", "/desk/reviewing/?show=open", "/desk/reviewing/?show=out", "/desk/reviewing/bundles/", "/desk/channels/",
    *(f"/desk/registers/{slug}/" for slug in ("articles", "documents", "interpretations", "benefit-policies", "guides", "matters", "posts", "secrecy-reviews")),
    *(f"/desk/registers/{slug}/export.{kind}/" for slug in ("articles", "documents", "secrecy-reviews") for kind in ("csv", "xlsx")),
]


def said(answer) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if data[:2] == b"PK":
        return "".join(str(cell) for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet.iter_rows(values_only=True) for cell in row)
    return data.decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DIRECTOR, Role.SECRECY])
def test_another_office_finds_none_of_it(desk, at, role):
    stranger = UserFactory(office=OfficeFactory(name="青禾市商务局"), role=role)
    door = at(stranger)
    for address, _, _ in desk:
        for answer in (door.get(address), door.post(address, {"do": "release", "reason": "x", "verb": "withdraw", "text": "x"})):
            assert answer.status_code in (403, 404, 405) and TITLE not in said(answer), address
    for address in LISTS:
        answer = door.get(address)
        assert answer.status_code in (200, 403) and TITLE not in said(answer), address
    assert Article.objects.public().exists() and not Article.objects.get().notes.exists()


@pytest.mark.slow
def test_whoever_lacks_the_right_is_refused_without_a_word_of_it(desk, at, cast):  # noqa: F811
    tried = 0
    other = SectionFactory(office=cast.room.office, name="节能科")
    for role in Role:
        person = UserFactory(office=cast.room.office, role=role, role__section=other if role in (Role.CLERK, Role.HEAD) else None)
        for address, thing, record in desk:
            if may(person, thing, "view", record) or ("/reviewing/" in address and may(person, "documents.document", "view", record)):
                continue
            answer = at(person).get(address)
            # A reviewer reads what he reviews, whatever else he may not.
            if answer.status_code == 200 and role in (Role.LEGAL, Role.SECRECY, Role.DISCLOSURE_HEAD, Role.COORDINATOR, Role.DEPUTY_DIRECTOR, Role.DIRECTOR):
                continue
            tried += 1
            assert answer.status_code in (302, 403, 404, 405) and TITLE not in said(answer), (role, address)
    assert tried > 20


@pytest.mark.slow
def test_who_may_only_read_changes_nothing(desk, at, cast):  # noqa: F811
    """A post to anything by someone who may see it and no more leaves it as it was."""
    reader = UserFactory(office=cast.room.office, role=Role.CLERK, role__section=SectionFactory(office=cast.room.office, name="节能科"))
    before = Article.objects.values().get(), Look.objects.count(), Release.objects.count()
    for address, _, _ in desk:
        if "/notes/" in address or "/autosave/" in address:
            continue  # a colleague's remark changes nothing of the article; what is typed is the typist's own
        at(reader).post(address, {"do": "release", "step": "first", "reason": "x", "title": "改题", "verb": "withdraw", "version": "1", "on": "2022-03-01", "where": "网站"})
    assert (Article.objects.values().get(), Look.objects.count(), Release.objects.count()) == before


# -- Exports -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=HYPERLINK(\"http://x\",\"点\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1"])
def test_no_export_of_the_desk_holds_a_formula(at, cast, text):  # noqa: F811
    facts = {"office": cast.room.office, "section": cast.room}
    registers.create(get_register("articles"), Article(title=text, summary=text, source=text[:90], body=f"<p>{text}</p>", column=ColumnFactory(office=cast.room.office), **facts), by=cast.clerk)
    registers.create(get_register("documents"), NormativeDocument(title=text, kind="plan", signed_on=date(2022, 3, 1), **facts), by=cast.clerk)
    for slug in ("articles", "documents"):
        book = at(cast.coordinator).get(f"/desk/registers/{slug}/export.xlsx/")
        cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))) for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink] and any(text.strip() in str(cell.value) for cell in cells), slug
        table = at(cast.coordinator).get(f"/desk/registers/{slug}/export.csv/")
        lines = b"".join(table.streaming_content).decode("utf-8-sig")
        assert text.strip() in lines.replace('""', '"')
        assert not [part for line in lines.splitlines() for part in line.split(",") if part.strip('" ').startswith(("=", "+", "@", "\t"))], slug


# -- Two at once -------------------------------------------------------------------------------------------------------


def form_of(item: Article, **changes) -> dict:
    return {"seen": item.changed_at.isoformat(), "column": item.column_id, "kind": "article", "title": item.title, "attribute": "open", "section": item.section_id, **changes}


def test_the_second_of_two_editors_is_told_and_loses_nothing(article, at, cast):  # noqa: F811
    address = reverse("registers:edit", args=["articles", article.pk])
    mine = form_of(article, title="第二人的标题", plain="第二人的正文")
    assert at(cast.clerk).post(address, form_of(article, title="第一人的标题")).status_code == 302
    answer = at(cast.coordinator).post(address, mine)
    page = said(answer)
    assert answer.status_code == 200 and "被别人改过" in page and "第一人的标题" in page and "第二人的标题" in page
    assert Article.objects.get().title == "第一人的标题"


def test_what_was_typed_before_a_colleague_saved_does_not_overwrite_him_when_restored(article, at, cast):  # noqa: F811
    address = reverse("registers:edit", args=["articles", article.pk])
    typed = form_of(article, title="昨天没存的标题")
    assert at(cast.clerk).post(reverse("publishing_autosave", args=["articles", article.pk]), typed).status_code == 200
    at(cast.coordinator).post(address, form_of(article, title="同事今天的标题"))
    page = said(at(cast.clerk).get(f"{address}?restore=1"))
    assert "昨天没存的标题" in page and f'name="seen" value="{typed["seen"]}"' in page
    answer = at(cast.clerk).post(address, typed)
    assert "被别人改过" in said(answer) and "同事今天的标题" in said(answer) and Article.objects.get().title == "同事今天的标题"


@pytest.mark.slow
def test_of_two_reviewers_who_opened_the_same_page_one_opinion_stands(article, at, cast, office):  # noqa: F811
    second = UserFactory(name="梁书简", office=office, role=Role.HEAD, role__section=cast.room)
    sent = chain.submit(article, by=cast.clerk)
    address = reverse("reviewing:submission", args=[sent.pk])
    answers = {"do": "pass", "step": "first", "opinion": "同意", **{f"gate_{key}": "on" for key in GATES}}
    for person in (cast.head, second):
        assert "初审" in said(at(person).get(address))
    for person in (cast.head, second):
        at(person).post(address, answers)
    assert list(Look.objects.values_list("by__name", flat=True)) == [cast.head.name]


# -- What is past its day ----------------------------------------------------------------------------------------------


def test_what_expired_while_it_was_under_review_does_not_go_out(article, cast, looked):  # noqa: F811
    actions.edit(article, by=cast.clerk, expires_on=timezone.localdate() - timedelta(days=1))
    sent = chain.submit(Article.objects.get(), by=cast.clerk)
    looked(sent)
    with pytest.raises(Refused, match="到期下线日期"):
        chain.release(sent, by=cast.coordinator)
    assert not Release.objects.exists() and not Article.objects.public().exists()

