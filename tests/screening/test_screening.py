"""Lists of wording by version, findings left with a reason, the page and the command."""

import json
import re
from datetime import date
from html import unescape

import pytest
from click.testing import CliRunner
from django.core.files.base import ContentFile

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.law.refusals import Refused
from gongkai.registers.actions import create
from gongkai.registers.register import get_register
from gongkai.screening import actions, lookups, queries
from gongkai.screening.commands import screen_command
from gongkai.screening.drafts import draft_of_text
from gongkai.screening.models import Dismissal, Leader, Term, TermList
from gongkai.screening.rules import Passage, Target, Validity
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.publishing import ArticleFactory
from tests.factories.screening import LeaderFactory, TermListFactory

from .desk import draft

pytestmark = pytest.mark.django_db
TODAY = date(2022, 11, 30)
TABLE = "类别,出现形式,应为,级别,依据或来源,例外\n错别字,青和市,青禾市,否决,本机关,青和市场\n电话,0760-88801235,,不作提示,本机关,\n"


@pytest.fixture
def office():
    return OfficeFactory(website="https://www.qinghe.example/", phone="0760-88800000")


@pytest.fixture
def clerk(office):
    return UserFactory(office=office, name="许知禾", role=Role.COORDINATOR)


def upload(text: str, name: str = "用语.csv") -> ContentFile:
    return ContentFile(text.encode(), name=name)


def quotes(office, text: str, today=TODAY) -> list[str]:
    return [finding.quote for finding in queries.screen(office, draft_of_text(text), today)]


# -- Lists -----------------------------------------------------------------------------------------------------------


def test_a_list_is_a_version_and_counts_from_the_day_it_is_put_in_force(office, clerk):
    first = actions.import_terms(upload(TABLE), office=office, by=clerk, source="办公室整理")
    assert (first.version, first.size, str(first.terms.get(wrong="青和市"))) == (1, 2, "青和市")
    assert first.terms.get(wrong="青和市").exceptions == ["青和市场"]
    assert quotes(office, "青和市，青和市场，住宅电话0760-88801235") == ["0760-88801235"], "imported is not yet in force"
    actions.put_in_force(first, by=clerk, starts_on=date(2022, 11, 30))
    assert quotes(office, "青和市，青和市场，住宅电话0760-88801235") == ["青和市"]
    assert quotes(office, "青和市", date(2022, 11, 29)) == []
    assert [e.verb for e in Entry.objects.filter(verb__startswith="screening").order_by("id")] == ["screening.terms_imported", "screening.terms_in_force"]


def test_an_older_version_stays_and_a_newer_one_takes_over(office, clerk):
    first = actions.import_terms(upload(TABLE), office=office, by=clerk)
    second = actions.import_terms(upload("出现形式,应为\n青木市,青禾市\n"), office=office, by=clerk)
    actions.put_in_force(first, by=clerk, starts_on=date(2022, 1, 1))
    actions.put_in_force(second, by=clerk, starts_on=date(2022, 6, 1))
    assert (second.version, TermList.objects.count(), Term.objects.count()) == (2, 2, 3)
    assert quotes(office, "青和市、青木市", date(2022, 5, 31)) == ["青和市"]
    assert quotes(office, "青和市、青木市") == ["青木市"]
    with pytest.raises(Refused, match="已于2022-01-01启用"):
        actions.put_in_force(first, by=clerk, starts_on=TODAY)


@pytest.mark.parametrize(("text", "said"), [
    pytest.param("出现形式,应为\n市,县\n", "太短", id="一个字"),
    pytest.param("出现形式,应为\n青和市,青禾市\n青和市,青禾市\n", "重复", id="重复"),
    pytest.param("出现形式,应为\nＡ类,甲类\nA类,甲类\n", "全角半角", id="只差全角半角"),
    pytest.param("出现形式,级别\n青和市,特别严重\n", "不在可选范围内", id="没有这个级别"),
    pytest.param("出现形式,例外\n青和市,青禾市场\n", "例外“青禾市场”里没有“青和市”", id="例外与用语无关"),
    pytest.param("出现形式,应为\n", "没有", id="空表"),
    pytest.param("姓名,电话\n张三,1\n", "没有找到用语表的表头", id="不是用语表"),
])
def test_a_faulty_list_is_refused_whole_with_the_row(office, clerk, text, said):
    good = "" if "没有" in said and "例外" not in said else "好词,正词\n"
    with pytest.raises(Refused, match=said):
        actions.import_terms(upload(text + (good if text.startswith("出现形式,应为") else "")), office=office, by=clerk)
    assert not TermList.objects.exists() and not Term.objects.exists()


def test_another_offices_list_is_not_ours(office, clerk):
    TermListFactory(office=OfficeFactory(name="禾丰市工业和信息化局"), terms=[("青和市", "青禾市")])
    assert quotes(office, "青和市") == []
    TermListFactory(office=office, terms=[("青和市", "青禾市")])
    assert quotes(office, "青和市") == ["青和市"]


@pytest.mark.shared
def test_the_facts_the_product_began_from_can_be_imported_as_they_are(office, clerk, shared):
    found = actions.import_terms(shared / "data" / "screening-terms.tsv", office=office, by=clerk)
    assert found.size == 48 and found.terms.get(wrong="攻府").level == "refuse"


def test_the_screener_is_compiled_once_for_a_version(office, django_assert_num_queries):
    TermListFactory(office=office, terms=[("青和市", "青禾市")])
    LeaderFactory(office=office)
    assert queries.screener_for(office, TODAY) is queries.screener_for(office, TODAY)
    with django_assert_num_queries(2):
        queries.screener_for(office, TODAY)


# -- What the office knows -------------------------------------------------------------------------------------------


def test_leaders_are_a_register_that_texts_are_held_against(office, clerk):
    create(get_register("leaders"), Leader(office=office, name="张建国", title="局党组书记、局长", rank=1, from_on=date(2020, 1, 1)), by=clerk)
    LeaderFactory(office=office, name="李慧", title="副局长", rank=2, voided_at="2022-01-01T00:00Z")
    assert quotes(office, "副局长张建国出席。李慧局长出席。") == ["副局长张建国"]


def test_the_offices_own_telephone_and_host_are_known_from_its_record(office):
    link = Passage("body/1", "链接", "通知", kind="link", href="https://qinghe.example/")
    assert queries.screen(office, draft(link), TODAY) == []
    assert quotes(office, "总机0760-88800000，住宅0760-88801111") == ["0760-88801111"]


def test_rooms_that_know_documents_and_addresses_are_asked(office, monkeypatch):
    monkeypatch.setattr(lookups, "_documents", [lambda pk, number: Validity("某办法", date(2021, 1, 1)) if (pk, number) == (office.pk, "青工信〔2018〕3号") else None])
    monkeypatch.setattr(lookups, "_links", [lambda pk, path: None, lambda pk, path: {"/a/": Target.THERE, "/b/": Target.MISSING}.get(path)])
    assert quotes(office, "按照青工信〔2018〕3号办理") == ["青工信〔2018〕3号"]
    links = [Passage(f"body/{n}", "链接", "通知", kind="link", href=href) for n, href in enumerate(("/a/", "/b/", "/unknown/"))]
    assert [(f.rule, f.path) for f in queries.screen(office, draft(*links), TODAY)] == [("dead_link", "body/1")]


# -- Leaving a finding -----------------------------------------------------------------------------------------------


def test_a_finding_left_with_a_reason_is_remembered_for_that_record_and_those_words(office, clerk):
    article, other = ArticleFactory(office=office), ArticleFactory(office=office, title="另一篇")
    (finding,) = queries.screen(office, draft_of_text("关健同志到会"), TODAY, article)
    actions.dismiss(finding, by=clerk, reason="人名", record=article)
    again = queries.screen(office, draft_of_text("加一句话。\n关健同志到会。攻府"), TODAY, article)
    assert [(f.quote, f.dismissed and (f.dismissed.reason, f.dismissed.by)) for f in again] == [("关健", ("人名", "许知禾")), ("攻府", None)]
    assert [f.quote for f in queries.standing(again)] == ["攻府"]
    assert queries.screen(office, draft_of_text("关健同志到会"), TODAY, other)[0].dismissed is None
    assert Entry.objects.filter(verb="screening.dismissed").get().facts["reason"] == "人名"


def test_leaving_twice_keeps_the_first_reason(office, clerk):
    article = ArticleFactory(office=office)
    (finding,) = queries.screen(office, draft_of_text("关健同志到会"), TODAY)
    actions.dismiss(finding, by=clerk, reason="人名", record=article)
    assert actions.dismiss(finding, by=clerk, reason="又一次", record=article).reason == "人名"
    assert Dismissal.objects.count() == Entry.objects.filter(verb="screening.dismissed").count() == 1


def test_what_must_be_put_right_cant_be_left_and_a_reason_is_required(office, clerk):
    article = ArticleFactory(office=office)
    for text in ("攻府", "身份证11010519491231002X", "机密★10年"):
        (finding,) = queries.screen(office, draft_of_text(text), TODAY)
        with pytest.raises(Refused, match="不能忽略"):
            actions.dismiss(finding, by=clerk, reason="理由", record=article)
    (finding,) = queries.screen(office, draft_of_text("关健"), TODAY)
    with pytest.raises(Refused, match="请填写忽略的理由"):
        actions.dismiss(finding, by=clerk, reason="　", record=article)
    assert not Dismissal.objects.exists()


def test_personal_data_is_left_without_being_kept(office, clerk):
    article = ArticleFactory(office=office)
    (finding,) = queries.screen(office, draft_of_text("值班手机13912345678"), TODAY)
    actions.dismiss(finding, by=clerk, reason="对外公布的工作电话", record=article)
    assert Dismissal.objects.get().quote == "13*******78"
    kept = " ".join(str(row) for model in (Dismissal, Entry) for row in model.objects.values_list())
    assert "13912345678" not in kept
    assert queries.screen(office, draft_of_text("手机13912345678"), TODAY, article)[0].dismissed


# -- The desk --------------------------------------------------------------------------------------------------------


def words(response) -> str:
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", response.content.decode())))


def signed_in(client, user):
    client.force_login(user, backend="gongkai.accounts.backends.PostBackend")
    return client


def test_a_clerk_pastes_a_text_and_sees_what_was_found_in_place(client, office):
    clerk = UserFactory(office=office, role=Role.CLERK, role__section=SectionFactory(office=office))
    answer = signed_in(client, clerk).post("/desk/screening/", {"text": "市人民攻府关于<b>2022年2月30日</b>的通知\n第二段"})
    page = answer.content.decode()
    assert '<mark class="finding is-refuse">' in page and 'href="#finding-1"' in page and 'id="place-2"' in page
    assert "&lt;b&gt;" in page and "<b>2022" not in page
    said = words(answer)
    assert "共2处" in said and "应为“政府”" in said and "没有“2022年2月30日”这一天" in said
    assert "没有发现问题" in words(client.post("/desk/screening/", {"text": "关于做好今年工作的通知"}))


def test_a_file_is_tried_as_well_and_a_broken_one_is_said_to_be(client, office):
    signed_in(client, UserFactory(office=office, role=Role.COORDINATOR))
    said = words(client.post("/desk/screening/", {"file": upload("市人民攻府", "稿件.txt")}))
    assert "稿件.txt" in said and "攻府" in said
    assert "请粘贴文字，或选择一个文件" in words(client.post("/desk/screening/", {"text": " "}))
    assert "docx" in words(client.post("/desk/screening/", {"file": upload("不是压缩包", "稿件.docx")}))


def test_a_list_is_imported_read_and_put_in_force_at_the_desk(client, office, clerk):
    signed_in(client, clerk)
    said = words(client.post("/desk/screening/terms/", {"file": upload(TABLE), "name": "用语表", "source": ""}, follow=True))
    assert "已导入第1版，2条，尚未启用" in said and "例外：青和市场" in said
    found = TermList.objects.get()
    said = words(client.post(f"/desk/screening/terms/{found.pk}/", {"starts_on": "2022-11-30"}, follow=True))
    assert "2022年11月30日启用" in said
    refused = words(client.post("/desk/screening/terms/", {"file": upload("出现形式,应为\n市,县\n"), "name": "用语表"}))
    assert "没有导入" in refused and "太短" in refused and TermList.objects.count() == 1
    assert "秸杆" in words(client.get("/desk/screening/terms/shipped/"))


def test_who_may_not_keep_the_list_is_turned_away(client, office):
    found = TermListFactory(office=office, in_force_from=None, terms=[("青和市", "青禾市")])
    signed_in(client, UserFactory(office=office, role=Role.CLERK, role__section=SectionFactory(office=office)))
    assert client.post("/desk/screening/terms/", {"file": upload(TABLE), "name": "x"}).status_code == 403
    assert client.post(f"/desk/screening/terms/{found.pk}/", {"starts_on": "2022-11-30"}).status_code == 403
    assert TermList.objects.get().in_force_from is None
    other = TermListFactory(office=OfficeFactory(name="禾丰市工业和信息化局"), terms=[("别家词", "")])
    answer = client.get(f"/desk/screening/terms/{other.pk}/")
    assert answer.status_code == 404 and "别家词" not in answer.content.decode()


# -- The command -----------------------------------------------------------------------------------------------------


def test_the_command_tells_what_it_found_and_ends_with_one(office, tmp_path):
    paper = tmp_path / "稿件.txt"
    paper.write_text("关于通知\n市人民攻府", encoding="utf-8")
    answer = CliRunner().invoke(screen_command, [str(paper)], standalone_mode=False)
    assert answer.return_value == 1 and "[必须改正]" in answer.output and "第2行" in answer.output and "共1处" in answer.output
    (finding,) = json.loads(CliRunner().invoke(screen_command, [str(paper), "--json"], standalone_mode=False).output)
    assert (finding["rule"], finding["quote"], finding["suggestion"]) == ("term", "攻府", "政府")
    paper.write_text("关于做好今年工作的通知", encoding="utf-8")
    assert CliRunner().invoke(screen_command, [str(paper)], standalone_mode=False).return_value == 0
