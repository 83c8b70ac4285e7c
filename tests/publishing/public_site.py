"""A small site of every page kind, for the tests that read it."""

from datetime import date

from django.core.files.base import ContentFile

from gongkai.files.models import StoredFile
from gongkai.publishing.models import Publication, PublicationHead, SiteProfile
from gongkai.sockets import Page, page_sources
from tests.factories.accounts import OfficeFactory
from tests.factories.benefits import BenefitPolicyFactory, BenefitUpdateFactory
from tests.factories.consultation import ConsultationFactory, ConsultationNoticeFactory, OpinionFactory
from tests.factories.documents import DocumentRelationFactory, InterpretationFactory, NormativeDocumentFactory
from tests.factories.events import EventFactory
from tests.factories.guides import GuideFactory
from tests.factories.publishing import ArticleFactory, ColumnFactory

BODY = """<h2>一、总体情况</h2><p>2022年一季度，全市规模以上工业增加值同比增长6.8%，<b>制造业投资</b>增长12.3%，详见<a href="https://www.qinghe.example/tj/">市统计局网站</a>和<a href="/documents/">政策文件库</a>。</p>
<ul><li>新增技改项目42个；</li><li>新认定“专精特新”企业18家。</li></ul><blockquote>稳增长、促转型、优服务。</blockquote><h3>（一）主要措施</h3><p>市工业和信息化局会同各镇街逐户走访重点企业，协调解决用工、用电、融资等问题一百二十余个。</p>"""
STRUCTURED = """<table><caption>2022年一季度主要指标</caption><thead><tr><th scope="col">指标</th><th scope="col">本期（亿元）</th><th scope="col">上年同期（亿元）</th><th scope="col">同比增长（%）</th><th scope="col">累计</th><th scope="col">说明</th></tr></thead>
<tbody><tr><th scope="row">规模以上工业增加值</th><td>120.5</td><td>112.8</td><td>6.8</td><td>120.5</td><td>可比价</td></tr><tr><th scope="row">工业投资</th><td>45.2</td><td>40.3</td><td>12.2</td><td>45.2</td><td>现价</td></tr></tbody></table>
<figure><img src="/static/ui/seal.svg" alt="工业增加值走势图" width="120" height="120"><figcaption>图1　工业增加值走势</figcaption></figure>
<dl class="qa"><dt>问：哪些企业可以申报？</dt><dd>答：在本市登记、上一年度设备投资五百万元以上的工业企业。</dd></dl><div class="official"><h2>第一章　总则</h2><p>第一条　为规范专项资金管理，制定本办法。</p><p class="right">青禾市工业和信息化局</p></div>"""
HTML = "<h2>第一章　总则</h2><p>第一条　为支持工业企业技术改造，根据有关规定，结合本市实际，制定本办法。</p><p>第二条　本办法所称技术改造，是指工业企业采用新技术、新工艺、新设备对现有设施进行改造。</p>"


def whole_site(office=None):
    """An office with at least one page of each kind."""
    office = office or OfficeFactory()
    SiteProfile.objects.create(
        office=office, name="青禾市工业和信息化局网站", domain="gxj.qinghe.example", id_code="0000000001", icp="青ICP备00000000号", police="青公网安备00000000000000号",
        sponsor=office.name, address=office.address, phone=office.phone, mark_url="https://bszs.conac.example/", mistakes_url="https://zfwzgl.example/", supports_ipv6=True,
    )  # fmt: skip
    xxgk = ColumnFactory(office=office, name="政府信息公开", slug="xxgk", column_type="catalogue", description="公开指南、公开制度和法定主动公开内容")
    notices = ColumnFactory(office=office, name="通知公告", slug="tzgg", column_type="notice", description="面向企业和公众的通知、公告、公示", order=1)
    news = ColumnFactory(office=office, name="工作动态", slug="gzdt", column_type="news", order=2)
    policies = ColumnFactory(office=office, name="行政规范性文件", slug="guifanxing", parent=xxgk, column_type="policy")
    statistics = ColumnFactory(office=office, name="统计信息", slug="tongji", parent=xxgk, column_type="catalogue", archived_on=date(2023, 1, 4))
    services = ColumnFactory(office=office, name="办事指南", slug="bszn", column_type="service", order=3)
    for n in range(45):
        ArticleFactory(office=office, column=notices, published_on=date(2022, 1 + n % 9, 1 + n % 27), body=f"<p>公告正文{n}。</p>", title=f"关于公布2022年第{n + 1}批“专精特新”中小企业名单的公告")
    ArticleFactory(office=office, column=news, published=True, title="我市一季度工业经济实现良好开局", summary="规模以上工业增加值同比增长6.8%。", body=BODY, source="市工业和信息化局", editor="林禾", keywords="工业经济")
    ArticleFactory(office=office, column=statistics, published=True, title="2022年一季度工业运行情况", body=BODY + STRUCTURED)
    stored = StoredFile.objects.create(office=office, name="扶持办法.pdf", sha256="0" * 64, size=11, kind="pdf")
    stored.content.save("original", ContentFile(b"%PDF-1.4 \n%"))
    old = NormativeDocumentFactory(office=office, column=policies, repealed_on=date(2022, 3, 1), signed_on=date(2020, 5, 6), title="青禾市技术改造补助办法", number="青工信规〔2020〕2号", body=HTML)
    new = NormativeDocumentFactory(office=office, column=policies, body=HTML, file=stored, index_number="11449900MB2022019H/2022-00014", subject_words="技术改造,扶持", summary="规定技术改造项目的扶持范围、标准和程序。")
    DocumentRelationFactory(document=new, relation="repeals", other=old, other_title="")
    DocumentRelationFactory(document=new)
    InterpretationFactory(document=new, column=None, body=BODY, summary="三问三答读懂扶持办法。", interpreter="周岚")
    done = ConsultationFactory(office=office, fed_back=True, document=new)
    ConsultationNoticeFactory(consultation=done)
    OpinionFactory(consultation=done, number=1, declined=True, fed_back_on=date(2022, 4, 20), public_content="建议降低设备投资门槛")
    OpinionFactory(consultation=done, number=2, fed_back=True)
    running = ConsultationFactory(office=office, published_on=date(2026, 11, 1), ends_on=date(2089, 12, 1))
    ConsultationNoticeFactory(consultation=running)
    benefit = BenefitPolicyFactory(office=office, document=new)
    BenefitUpdateFactory(policy=benefit)
    GuideFactory(office=office, column=services, published_on=date(2022, 2, 1))
    EventFactory(office=office)
    gone = ArticleFactory(office=office, column=notices, published=True, live=False, title="已撤下的公告")
    withdraw(gone, "表述有误")
    return office


def withdraw(record, reason: str) -> None:
    head, _ = PublicationHead.objects.get_or_create(office=record.office)
    head.last += 1
    head.save()
    from django.utils import timezone

    Publication.objects.create(office=record.office, number=head.last, at=timezone.now(), deed="withdrawn", kind=record._meta.label, record_id=record.pk, title=str(record), keys=[], reason=reason)


def produce(office) -> dict[str, Page]:
    """Every page there is, by path; two of one path would be a fault."""
    found: dict[str, Page] = {}
    for source in page_sources().values():
        for page in source.produce(office.pk):
            assert page.path not in found, page.path
            found[page.path] = page
    return found
