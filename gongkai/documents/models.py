"""Policy documents from signing to repeal, what explains them, what the gazette got, how they were evaluated."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from gongkai.evidence.models import Record, RecordQuerySet
from gongkai.law.instruments import bracketed
from gongkai.publishing.models import Attribute, Column, Ground, Written

from . import rules


class Kind(models.TextChoices):
    NORMATIVE = rules.NORMATIVE, "规范性文件"
    POLICY = "policy", "其他政策文件"
    PLAN = "plan", "规划"
    SCHEME = "scheme", "方案"


class OutwardQuerySet(RecordQuerySet):
    def out(self):
        """Released through the chain, or on record as public before this system; not withdrawn."""
        way = Q(shown_submission__attribute=Attribute.OPEN) | Q(shown_submission=None) & ~Q(published_elsewhere="")
        return self.current().filter(way, live=True, withdrawn_on=None).exclude(published_on=None)


class Outward(models.Model):
    """What the outside sees of a record: `released`, the very copy that was approved, and nothing written since.

    `published_elsewhere` says where it was public before the chain could have it (decision 0016): a lawful way in
    for history, set by an import or by `actions.declare` and by no form.
    """

    released = models.JSONField("已放行内容", null=True, blank=True, editable=False)
    shown_submission = models.ForeignKey("reviewing.Submission", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="所示送审稿")
    published_elsewhere = models.CharField("已在系统外公开", max_length=300, blank=True, editable=False)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True, editable=False)
    withdraw_reason = models.CharField("撤回原因", max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True


class NormativeDocumentQuerySet(OutwardQuerySet):
    def public(self) -> "NormativeDocumentQuerySet":
        """Out and open. A repealed or expired one stays public, with its mark."""
        return self.out().exclude(Q(shown_submission=None) & ~Q(attribute=Attribute.OPEN))

    def normative(self) -> "NormativeDocumentQuerySet":
        return self.filter(kind=Kind.NORMATIVE)

    def in_force(self, on: date) -> "NormativeDocumentQuerySet":
        return self.filter(in_force(on))


def in_force(on: date) -> Q:
    """The condition of a document in force on a day: begun, not past its last day, not repealed by then."""
    begun = Q(effective_on__lte=on) | Q(effective_on=None, signed_on__lte=on)
    return begun & (Q(expires_on=None) | Q(expires_on__gte=on)) & (Q(repealed_on=None) | Q(repealed_on__gt=on))


class NormativeDocument(Outward, Written, Record):
    """A normative document, or another policy paper, plan or scheme of the office.

    `section` is the drafting section, who drafts explains. `expires_on` is the last day in force,
    `repealed_on` the first day no longer in force. The two last days are conclusions, written only
    by `actions.derive` and compared by `queries.stale`.
    """

    column = models.ForeignKey(Column, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="栏目")
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    code = models.CharField("规范性文件编号", max_length=60, blank=True)
    kind = models.CharField("种类", max_length=12, choices=Kind)
    issuer = models.CharField("发布机构", max_length=200, blank=True, help_text="联合发文的全部写明，牵头机关在前")
    index_number = models.CharField(
        "索引号", max_length=40, blank=True,
        validators=[RegexValidator(r"^([0-9A-Z]{18}|[0-9A-Z]{8}-?[0-9A-Z])/\d{4}-\d{5}$", "索引号应形如“统一社会信用代码/2022-00014”。")],
    )
    subject_words = models.CharField("主题词", max_length=200, blank=True)
    summary = models.TextField("内容概述", blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件原件")
    url = models.URLField("网址", max_length=500, blank=True)
    signed_on = models.DateField("成文日期")
    published_on = models.DateField("公开日期", null=True, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    expires_on = models.DateField("有效期至", null=True, blank=True, help_text="最后一个有效日；没有规定有效期的不填")
    repealed_on = models.DateField("废止日期", null=True, blank=True, help_text="自该日起不再有效")
    attribute = models.CharField("公开属性", max_length=12, choices=Attribute, default=Attribute.OPEN)
    ground = models.CharField("不予公开的情形", max_length=12, choices=Ground, blank=True)
    attribute_reason = models.CharField("属性理由", max_length=300, blank=True, help_text="不是主动公开的须说明理由")
    is_benefit = models.BooleanField("重要惠企政策", default=False)
    needs_interpretation = models.BooleanField("需要解读", default=True)
    interpretation_exemption = models.CharField("免予解读的理由", max_length=300, blank=True)
    interpretation_exempted_on = models.DateField("免予解读的决定日期", null=True, blank=True)
    interpretation_due_on = models.DateField("解读最后日期", null=True, blank=True, editable=False)
    gazette_due_on = models.DateField("公报报送最后日期", null=True, blank=True, editable=False)

    happenings = {"published_on": (), "repealed_on": ()}
    restorable, formed_field = (*Written.restorable, "subject_words"), "signed_on"
    objects = NormativeDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "规范性文件及政策文件"
        verbose_name_plural = "规范性文件及政策文件"
        ordering = ["-signed_on", "-id"]
        indexes = [
            models.Index(fields=["office", "signed_on"], name="document_signed"),
            models.Index(fields=["office", "published_on"], name="document_published"),
            # What the annual report counts, without the documents themselves.
            models.Index(fields=["office", "kind", "signed_on", "published_on", "effective_on", "expires_on", "repealed_on"], condition=Q(voided_at=None), name="document_counted"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], condition=~Q(number="") & Q(voided_at=None), name="document_number_once", violation_error_message="文号已被使用。"),
            models.UniqueConstraint(fields=["office", "code"], condition=~Q(code="") & Q(voided_at=None), name="document_code_once", violation_error_message="规范性文件编号已被使用。"),
            models.UniqueConstraint(fields=["office", "index_number"], condition=~Q(index_number="") & Q(voided_at=None), name="document_index_once", violation_error_message="索引号已被使用。"),
            models.CheckConstraint(condition=Q(published_on=None) | Q(published_on__gte=F("signed_on")), name="document_published_after_signed", violation_error_message="公开日期不能早于成文日期。"),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(effective_on=None) | Q(expires_on__gte=F("effective_on")),
                name="document_validity_in_order", violation_error_message="有效期不能在施行日期之前届满。",
            ),
            models.CheckConstraint(condition=Q(repealed_on=None) | Q(repealed_on__gte=F("signed_on")), name="document_repealed_after_signed", violation_error_message="废止日期不能早于成文日期。"),
        ]

    def __str__(self) -> str:
        return f"{bracketed(self.title)}（{self.number}）" if self.number else bracketed(self.title)

    @staticmethod
    def path_of(pk: int) -> str:
        return f"documents/{pk // 1000}/{pk}.html"

    def validity_on(self, on: date) -> str:
        """有效性 on a day, in the words the site marks a document with."""
        return rules.validity(self.signed_on, self.effective_on, self.expires_on, self.repealed_on, on=on)


class Relation(models.TextChoices):
    REPEALS = "repeals", "废止"
    AMENDS = "amends", "修改"
    RESTS_ON = "rests_on", "依据"
    GOES_WITH = "goes_with", "配套"


class DocumentRelation(Record):
    """What one document does to another, or rests on (文件关系). The other may be a paper we don't hold."""

    document = models.ForeignKey(NormativeDocument, models.PROTECT, related_name="relations", verbose_name="本文件")
    relation = models.CharField("关系", max_length=10, choices=Relation)
    other = models.ForeignKey(NormativeDocument, models.PROTECT, null=True, blank=True, related_name="related_from", verbose_name="对方文件")
    other_title = models.CharField("对方文件名称", max_length=200, blank=True, help_text="未在本库的文件填名称和文号")
    other_number = models.CharField("对方文件文号", max_length=60, blank=True)
    clauses = models.CharField("涉及条款", max_length=200, blank=True)

    class Meta:
        verbose_name = "文件关系"
        verbose_name_plural = "文件关系"
        ordering = ["document", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(other=None) & ~Q(other_title="") | Q(other__isnull=False) & Q(other_title=""),
                name="relation_names_one_document", violation_error_message="对方文件在库中选一份，或填写库外文件的名称，二者择一。",
            ),
            models.CheckConstraint(condition=Q(other=None) | ~Q(other=F("document")), name="relation_between_two", violation_error_message="文件不能与自己建立关系。"),
        ]

    def __str__(self) -> str:
        return f"{self.document}{self.get_relation_display()}{self.other or f'《{self.other_title}》'}"


#: Fields for the forms of an interpretation, in the order papers list them.
FORMS = {
    "in_text": "文字", "in_graphics": "图解", "in_audio": "音频", "in_video": "视频", "in_animation": "动漫",
    "at_press_conference": "新闻发布会", "in_interview": "在线访谈", "at_briefing": "宣讲会",
}
#: Fields for the points an interpretation covers.
POINTS = {
    "covers_background": "背景依据", "covers_aims": "目标任务", "covers_content": "主要内容", "covers_scope": "涉及范围",
    "covers_standard": "执行标准", "covers_cautions": "注意事项", "covers_terms": "关键词诠释", "covers_changes": "新旧差异",
    "covers_guidance": "办事指引",
}


class InterpretationQuerySet(OutwardQuerySet):
    def public(self) -> "InterpretationQuerySet":
        """Out, and of a document that is itself public or not ours."""
        hidden = NormativeDocument.objects.exclude(pk__in=NormativeDocument.objects.public().values("pk"))
        return self.out().exclude(document__in=hidden)


class Interpretation(Outward, Written, Record):
    """What the drafting section published to explain a policy (政策解读), in one or several forms."""

    document = models.ForeignKey(NormativeDocument, models.PROTECT, null=True, blank=True, related_name="interpretations", verbose_name="所解读的文件")
    document_title = models.CharField("所解读的库外文件", max_length=200, blank=True, help_text="解读上级文件等未入库的文件时填写")
    column = models.ForeignKey(Column, models.PROTECT, null=True, blank=True, related_name="interpretations", verbose_name="栏目")
    title = models.CharField("标题", max_length=200)
    summary = models.TextField("摘要", blank=True)
    in_text = models.BooleanField("文字", default=False)
    in_graphics = models.BooleanField("图解", default=False)
    in_audio = models.BooleanField("音频", default=False)
    in_video = models.BooleanField("视频", default=False)
    in_animation = models.BooleanField("动漫", default=False)
    at_press_conference = models.BooleanField("新闻发布会", default=False)
    in_interview = models.BooleanField("在线访谈", default=False)
    at_briefing = models.BooleanField("宣讲会", default=False)
    covers_background = models.BooleanField("背景依据", default=False)
    covers_aims = models.BooleanField("目标任务", default=False)
    covers_content = models.BooleanField("主要内容", default=False)
    covers_scope = models.BooleanField("涉及范围", default=False)
    covers_standard = models.BooleanField("执行标准", default=False)
    covers_cautions = models.BooleanField("注意事项", default=False)
    covers_terms = models.BooleanField("关键词诠释", default=False)
    covers_changes = models.BooleanField("新旧差异", default=False)
    covers_guidance = models.BooleanField("办事指引", default=False)
    interpreter = models.CharField("解读人", max_length=100, blank=True)
    published_on = models.DateField("发布日期", null=True, blank=True)
    url = models.URLField("网址", max_length=500, blank=True)

    #: Whether it is shown follows from its document (`publishing.pages`).
    follows = ("document",)
    restorable = (*Written.restorable, "interpreter")
    objects = InterpretationQuerySet.as_manager()

    class Meta:
        verbose_name = "政策解读"
        verbose_name_plural = "政策解读"
        ordering = ["-published_on", "-id"]
        indexes = [models.Index(fields=["office", "published_on"], name="interpretation_published")]
        constraints = [
            models.CheckConstraint(
                condition=Q(document=None) | Q(document_title=""),
                name="interpretation_of_one_document", violation_error_message="所解读的文件在库中选一份，或填写库外文件的名称，不要都填。",
            ),
        ]

    def __str__(self) -> str:
        return bracketed(self.title)

    @staticmethod
    def path_of(pk: int) -> str:
        return f"interpretations/{pk // 1000}/{pk}.html"

    @property
    def forms_said(self) -> str:
        return "、".join(label for name, label in FORMS.items() if getattr(self, name))

    forms_said.fget.short_description = "解读形式"

    @property
    def points_said(self) -> str:
        return "、".join(label for name, label in POINTS.items() if getattr(self, name))

    points_said.fget.short_description = "解读要点"


class GazetteSubmission(Record):
    """That a document was submitted to the gazette of the office's own government (公报报送), and where it appeared."""

    document = models.ForeignKey(NormativeDocument, models.PROTECT, related_name="gazette_submissions", verbose_name="文件")
    submitted_on = models.DateField("报送日期")
    received_by = models.CharField("接收单位", max_length=100, blank=True)
    proof = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="报送凭证")
    issue = models.CharField("公报期号", max_length=40, blank=True)
    page = models.CharField("页码", max_length=20, blank=True)
    printed_on = models.DateField("刊登日期", null=True, blank=True)

    happenings = {"submitted_on": (), "printed_on": ("issue", "page")}

    class Meta:
        verbose_name = "公报报送"
        verbose_name_plural = "公报报送"
        ordering = ["-submitted_on", "-id"]
        indexes = [models.Index(fields=["office", "submitted_on"], name="gazette_submitted")]
        constraints = [
            models.CheckConstraint(condition=Q(printed_on=None) | Q(printed_on__gte=F("submitted_on")), name="gazette_printed_after", violation_error_message="刊登日期不能早于报送日期。"),
        ]

    def __str__(self) -> str:
        return f"{self.document}报送公报"

    @property
    def due_on(self) -> date | None:
        return self.document.gazette_due_on

    due_on.fget.short_description = "报送最后日期"


class Evaluation(Record):
    """How a policy has worked (实施效果评估): decided, done, and the report it gave."""

    document = models.ForeignKey(NormativeDocument, models.PROTECT, null=True, blank=True, related_name="evaluations", verbose_name="所评估的文件")
    document_title = models.CharField("所评估的库外文件", max_length=200, blank=True)
    decided_on = models.DateField("决定评估日期", null=True, blank=True)
    finished_on = models.DateField("完成日期", null=True, blank=True)
    report_title = models.CharField("评估报告名称", max_length=200, blank=True)
    report = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="评估报告")
    evaluator = models.CharField("评估单位", max_length=100, blank=True)
    result = models.CharField("评估结论", max_length=10, blank=True, choices=[("keep", "继续有效"), ("amend", "修改"), ("repeal", "废止"), ("extend", "延长有效期")])
    opinion = models.TextField("评估意见", blank=True)

    class Meta:
        verbose_name = "实施效果评估"
        verbose_name_plural = "实施效果评估"
        ordering = ["-finished_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(document=None) & ~Q(document_title="") | Q(document__isnull=False) & Q(document_title=""),
                name="evaluation_of_one_document", violation_error_message="所评估的文件在库中选一份，或填写库外文件的名称，二者择一。",
            ),
            models.CheckConstraint(
                condition=Q(finished_on=None) | Q(decided_on=None) | Q(finished_on__gte=F("decided_on")),
                name="evaluation_in_order", violation_error_message="完成日期不能早于决定评估日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}实施效果评估"

    @property
    def subject(self) -> str:
        return f"《{self.document.title if self.document_id else self.document_title}》"

    subject.fget.short_description = "评估对象"
