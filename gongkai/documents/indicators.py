"""The numbers of documents: published, explained, sent to the gazette, evaluated, in force."""

from django.db.models import Exists, F, OuterRef, Q

from gongkai.sockets import Claim, Indicator, Scope, register_indicator

from .models import GazetteSubmission, Interpretation, Kind, in_force


def within(name: str):
    return lambda scope: Q(**{f"{name}__range": (scope.since, scope.as_of)})


def published_normative(scope: Scope) -> Q:
    return Q(kind=Kind.NORMATIVE, published_on__range=(scope.since, scope.as_of))


def signed_normative(scope: Scope) -> Q:
    return Q(kind=Kind.NORMATIVE, signed_on__range=(scope.since, scope.as_of))


def interpreted(scope: Scope) -> Q:
    """Documents, each once, however many interpretations came out in the year. Voided ones explain nothing."""
    published = Interpretation.objects.filter(
        office_id=scope.office_id, voided_at=None, published_on__range=(scope.since, scope.as_of), document__isnull=False,
    )
    return Q(pk__in=published.values("document_id"))


# -- 均及时解读 ----------------------------------------------------------------------------------------------------------


def interpretations_in_time(scope: Scope):
    return Interpretation.objects.filter(document=OuterRef("pk"), voided_at=None, published_on__lte=scope.as_of).filter(
        published_on__lte=OuterRef("interpretation_due_on")
    )


def explained_in_time(scope: Scope) -> Q:
    """Explained by the last day, or exempted by then, as known on the as-of day."""
    exempted = Q(interpretation_exempted_on__lte=scope.as_of) & Q(interpretation_exempted_on__lte=F("interpretation_due_on"))
    return Q(Exists(interpretations_in_time(scope))) | exempted


def not_explained_in_time(scope: Scope) -> Q:
    """The contrary, written out: NOT of a comparison with a missing day is neither true nor false."""
    not_exempted = (
        Q(interpretation_exempted_on__isnull=True) | Q(interpretation_exempted_on__gt=scope.as_of)
        | Q(interpretation_due_on__isnull=True) | Q(interpretation_exempted_on__gt=F("interpretation_due_on"))
    )
    return Q(~Exists(interpretations_in_time(scope))) & not_exempted


def explanation_pending(scope: Scope) -> Q:
    return not_explained_in_time(scope) & Q(interpretation_due_on__gte=scope.as_of)


def explanation_failed(scope: Scope) -> Q:
    return not_explained_in_time(scope) & (Q(interpretation_due_on__lt=scope.as_of) | Q(interpretation_due_on__isnull=True))


# -- 均30日内上报 --------------------------------------------------------------------------------------------------------


def submissions_in_time(scope: Scope):
    return GazetteSubmission.objects.filter(document=OuterRef("pk"), voided_at=None, submitted_on__lte=scope.as_of).filter(
        submitted_on__lte=OuterRef("gazette_due_on")
    )


def submitted_in_time(scope: Scope) -> Q:
    return Q(Exists(submissions_in_time(scope)))


def submission_pending(scope: Scope) -> Q:
    return Q(~Exists(submissions_in_time(scope))) & Q(gazette_due_on__gte=scope.as_of)


def submission_failed(scope: Scope) -> Q:
    return Q(~Exists(submissions_in_time(scope))) & (Q(gazette_due_on__lt=scope.as_of) | Q(gazette_due_on__isnull=True))


def said(day) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "未定"


IN_TIME = Claim(
    "interpreted_in_time", "均及时解读", explained_in_time, explanation_pending, explanation_failed,
    phrase="及时作了解读", pending_phrase="尚在解读期限内", failed_phrase="未及时解读", basis="360号 同步解读",
    exception=lambda document: f"{document}（解读最后日期{said(document.interpretation_due_on)}）",
)
IN_THIRTY_DAYS = Claim(
    "submitted_in_30_days", "均30日内上报", submitted_in_time, submission_pending, submission_failed,
    phrase="在出台30日内上报", pending_phrase="尚在上报期限内", failed_phrase="未在出台30日内上报", basis="22号 报送",
    exception=lambda document: f"{document}（上报最后日期{said(document.gazette_due_on)}）",
)
SHOWS = ("title", "number", "kind", "signed_on", "published_on")

register_indicator(Indicator(
    key="documents.normative_published", label="公开规范性文件", unit="份", model="documents.NormativeDocument",
    where=published_normative, date_field="published_on", shows=SHOWS, register="documents", basis="条例 20(1)",
    words=("公开我局规范性文件", "公开规范性文件", "规范性文件"),
    description="本年公开的规范性文件，按公开日期。",
))
register_indicator(Indicator(
    key="documents.normative_issued", label="制发规范性文件", unit="份", model="documents.NormativeDocument",
    where=signed_normative, date_field="signed_on", shows=SHOWS, register="documents", basis="条例 50.1",
    words=("制发规范性文件", "出台规范性文件"),
    description="本年成文的规范性文件，即年度报告表二的本年制发件数。",
))
register_indicator(Indicator(
    key="documents.normative_repealed", label="废止规范性文件", unit="份", model="documents.NormativeDocument",
    where=lambda scope: Q(kind=Kind.NORMATIVE) & within("repealed_on")(scope), date_field="repealed_on",
    shows=(*SHOWS, "repealed_on"), register="documents", basis="条例 50.1", words=("废止规范性文件",),
    description="本年废止的规范性文件，按废止日期，即年度报告表二的本年废止件数；有效期届满自然失效的不计。",
))
register_indicator(Indicator(
    key="documents.in_force", label="现行有效规范性文件", unit="份", model="documents.NormativeDocument",
    where=lambda scope: Q(kind=Kind.NORMATIVE) & in_force(scope.as_of), date_field="signed_on",
    shows=(*SHOWS, "effective_on", "expires_on"), register="documents", basis="条例 50.1", words=("现行有效",),
    description="截至日有效的规范性文件，不论哪一年制发：已施行、未过有效期、未废止。",
))
register_indicator(Indicator(
    key="documents.interpreted", label="解读的规划、政策", unit="份", model="documents.NormativeDocument",
    where=interpreted, date_field="signed_on", shows=SHOWS, register="documents", basis="360号 同步解读",
    words=("规划、政策", "发布的规划、政策", "解读规划、政策"),
    description="本年发布过解读的文件，一份文件有几篇解读也只计一份；解读库外文件的不计。",
))
register_indicator(Indicator(
    key="documents.interpretations", label="发布政策解读", unit="篇", model="documents.Interpretation",
    where=within("published_on"), date_field="published_on", shows=("title", "document", "forms_said", "published_on"),
    register="interpretations", related=("document",), basis="360号 同步解读", words=("政策解读", "解读材料"),
    description="本年发布的解读，含解读库外文件的。",
))
register_indicator(Indicator(
    key="documents.benefit_policies", label="重要惠企政策", unit="份", model="documents.NormativeDocument",
    where=lambda scope: Q(is_benefit=True) & within("published_on")(scope), date_field="published_on",
    shows=(*SHOWS, "interpretation_due_on"), register="documents", claims=(IN_TIME,), duties=("documents.interpretation",),
    words=("重要惠企政策", "惠企政策"), basis="优化营商环境条例 38",
    description="本年公开、标为重要惠企政策的文件。及时：解读发布或免予解读的决定不晚于解读最后日期。",
))
register_indicator(Indicator(
    key="documents.gazette_due", label="应报送公报的规范性文件", unit="份", model="documents.NormativeDocument",
    where=signed_normative, date_field="signed_on", shows=(*SHOWS, "gazette_due_on"), register="documents",
    claims=(IN_THIRTY_DAYS,), duties=("documents.gazette",), words=("政府公报", "上报市府办发布政府公报", "规范性文件上报"),
    basis="22号 报送", description="本年成文的规范性文件；30日自成文之日起按自然日计。",
))
register_indicator(Indicator(
    key="documents.gazette_printed", label="公报刊登", unit="份", model="documents.GazetteSubmission",
    where=within("printed_on"), date_field="printed_on", shows=("document", "submitted_on", "issue", "page", "printed_on"),
    register="gazette-submissions", related=("document",), words=("公报刊登", "刊登"), basis="22号 报送",
    description="本年在公报刊登的报送，按刊登日期。",
))
register_indicator(Indicator(
    key="documents.evaluations", label="完成实施效果评估", unit="份", model="documents.Evaluation",
    where=within("finished_on"), date_field="finished_on", shows=("subject", "finished_on", "report_title", "result"),
    register="evaluations", related=("document",), duties=("documents.expiry_evaluation",),
    words=("实施效果评估", "政策评估", "评估报告"), basis="277号 34",
    description="本年完成并形成评估报告的实施效果评估，按完成日期。",
))
