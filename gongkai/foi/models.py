"""Applications for disclosure, whom they came from, and whom the office asked about them."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gongkai.evidence.models import Record, RecordQuerySet
from gongkai.law.instruments import cite
from gongkai.vault import EncryptedTextField, lookup_hash

from . import joining_rules, rectification_rules, remedy_rules, reminding_rules, result_rules, rules
from .public_models import AnswerDay, Filing, HandedIn, Paper

__all__ = ["AnswerDay", "Applicant", "ApplicantCategory", "Application", "Channel", "ConsultedKind", "Delivery", "Filing", "FormWanted", "HandedIn", "Paper", "ThirdPartyOpinion", "WayWanted"]


class Channel(models.TextChoices):
    """How an application came in (条例 31). It decides which day counts as receipt."""

    COUNTER = rules.Channel.COUNTER, "当面"
    POST_SIGNED = rules.Channel.POST_SIGNED, "邮寄（签收）"
    POST_PLAIN = rules.Channel.POST_PLAIN, "邮寄（平信）"
    INTERNET = rules.Channel.INTERNET, "互联网"
    FAX = rules.Channel.FAX, "传真"
    ORAL = rules.Channel.ORAL, "口头（代填）"


class ApplicantCategory(models.TextChoices):
    """The six columns of table three. Fixed when the application is registered."""

    NATURAL = "natural", "自然人"
    BUSINESS = "business", "商业企业"
    RESEARCH = "research", "科研机构"
    WELFARE = "welfare", "社会公益组织"
    LEGAL_SERVICE = "legal_service", "法律服务机构"
    OTHER = "other", "其他"


class FormWanted(models.TextChoices):
    """条例 29.2: the form in which the applicant wants the information."""

    PAPER = "paper", "纸质"
    ELECTRONIC = "electronic", "电子"
    INSPECT = "inspect", "查阅、抄录"
    OTHER = "other", "其他"


class WayWanted(models.TextChoices):
    """条例 29.2: the way by which the applicant wants to get it."""

    COLLECT = "collect", "当面领取"
    POST = "post", "邮寄"
    EMAIL = "email", "电子邮件"
    PLATFORM = "platform", "网上平台"
    FAX = "fax", "传真"


class Delivery(models.TextChoices):
    """How the reply went out; decides the day on which it counts as made (235号 四)."""

    DIRECT = rules.Delivery.DIRECT, "直接送达"
    AGENCY = rules.Delivery.AGENCY, "委托其他机关送达"
    POST = rules.Delivery.POST, "邮寄（邮政企业）"
    NETWORK = rules.Delivery.NETWORK, "电子邮件或网上平台"
    NONE = rules.Delivery.NONE, "未送达（视为放弃的登记）"


class ConsultedKind(models.TextChoices):
    """Whom the office asks. Silence means opposite things for the first two (条例 32, 34)."""

    THIRD_PARTY = rules.ConsultedKind.THIRD_PARTY, "第三方"
    CO_MAKER = rules.ConsultedKind.CO_MAKER, "共同制作机关"
    AGENCY = rules.ConsultedKind.AGENCY, "其他行政机关"


RESULT_CHOICES = [(result.code, result.label) for result in result_rules.RESULTS.values()]
ROW_CHOICES = [(row.key, row.label) for row in result_rules.ROWS]


class ApplicationQuerySet(RecordQuerySet):
    def held_together(self, keys: Iterable[int]) -> dict[int, "Application"]:
        """These cases, locked until the transaction ends, always in the order of their keys: two hands that need the same ones never wait for each other for ever."""
        return {one.pk: one for one in self.select_for_update().filter(pk__in=set(keys)).order_by("pk")}

    def received_in(self, since: date, through: date) -> "ApplicationQuerySet":
        return self.filter(received_on__gte=since, received_on__lte=through)

    def open_on(self, day: date) -> "ApplicationQuerySet":
        """Received by that day and not closed by its end."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day), received_on__lte=day)

    def overdue(self, day: date) -> "ApplicationQuerySet":
        """Open on that day, with the last day behind it."""
        return self.open_on(day).filter(reply_due_on__lt=day)


class Application(Record):
    """政府信息公开申请: one request for information, from registration to its end.

    Facts are entered; `received_on`, `reply_due_on`, `reply_on`, `closed_on` and `report_row` follow
    from them and are written by `actions.derive` alone. Who applied is not here: see Applicant.
    """

    number = models.CharField("申请编号", max_length=60, help_text="如“青工信公开申〔2022〕3号”，同一机关内不重复")
    channel = models.CharField("提交渠道", max_length=20, choices=Channel)
    handed_in_on = models.DateField("提交日期", help_text="申请人提交的日期；邮寄的填送达本机关的日期")
    signed_on = models.DateField("本机关签收日期", null=True, blank=True, help_text="仅邮寄（签收）填写；以机关签收为准，不以科室签收为准")
    confirmed_on = models.DateField("与申请人确认日期", null=True, blank=True, help_text="平信、互联网、传真填写")
    received_on = models.DateField("收到日期", null=True, blank=True, editable=False)
    applicant_category = models.CharField("申请人类别", max_length=20, choices=ApplicantCategory)
    subject = models.CharField("事项摘要", max_length=200, help_text="由本机关概括，不写申请人姓名等个人信息")
    description = EncryptedTextField("申请内容", blank=True, help_text="所需信息的名称、文号或其他特征性描述（条例第二十九条）；加密保存")
    form_wanted = models.CharField("所需信息形式", max_length=20, choices=FormWanted, blank=True)
    way_wanted = models.CharField("获取信息途径", max_length=20, choices=WayWanted, blank=True)

    correction_asked_on = models.DateField("告知补正日期", null=True, blank=True)
    correction_due_on = models.DateField("补正期限", null=True, blank=True, help_text="告知申请人的最后一日")
    correction_late_reason = models.CharField("逾期告知补正的理由", max_length=300, blank=True)
    correction_ask_due_on = models.DateField("告知补正最后一日", null=True, blank=True, editable=False, help_text="收到申请之日起7个工作日内（条例第三十条）")
    corrected_on = models.DateField("收到补正日期", null=True, blank=True)
    fee_sent_on = models.DateField("收费通知发出日期", null=True, blank=True, help_text="邮寄的为交邮之日；须在答复期限内发出")
    fee_noticed_on = models.DateField("收费通知日期", null=True, blank=True, help_text="申请人收到收费通知的日期")
    fee_paid_on = models.DateField("缴费日期", null=True, blank=True)
    extended_on = models.DateField("告知延长日期", null=True, blank=True)
    extended_days = models.PositiveSmallIntegerField("延长天数", null=True, blank=True, help_text="工作日，最长20个")
    consented_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="同意延长的工作机构负责人")

    result = models.CharField("处理结果", max_length=30, choices=RESULT_CHOICES, blank=True)
    reply_number = models.CharField("答复文号", max_length=60, blank=True)
    delivery = models.CharField("送达方式", max_length=20, choices=Delivery, blank=True)
    dispatched_on = models.DateField("答复发出日期", null=True, blank=True, help_text="邮寄的填交邮日期")
    signed_for_on = models.DateField("申请人签收日期", null=True, blank=True, help_text="直接送达、委托送达的以此为答复日期")
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)

    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="经办人")
    reopened_on = models.DateField("重新办理日期", null=True, blank=True, editable=False)
    redone_on = models.DateField("重新答复日期", null=True, blank=True, editable=False)
    archived_on = models.DateField("归档日期", null=True, blank=True, editable=False)
    anonymised_on = models.DateField("去标识日期", null=True, blank=True, editable=False)
    reply_due_on = models.DateField("答复最后一日", null=True, blank=True, editable=False, help_text="20个工作日，可延长一次；征求意见时间不计，收到补正之日重新计算（条例第三十条、第三十三条）")
    reply_on = models.DateField("答复日期", null=True, blank=True, editable=False, help_text="邮寄以交邮之日、直接送达以签收之日为准（国办公开办函〔2016〕235号）")
    closed_on = models.DateField("办结日期", null=True, blank=True, editable=False)
    report_row = models.CharField("年报栏次", max_length=30, choices=ROW_CHOICES, blank=True, editable=False)
    # The case whose subject it is counted under (`fingerprints.group`, the only writer); its own key where none is alike. None: not looked at yet.
    subject_group = models.BigIntegerField("同类事项", null=True, blank=True, editable=False)

    happenings = {"closed_on": ("result",), "correction_asked_on": (), "corrected_on": (), "extended_on": ("extended_days",)}
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "政府信息公开申请"
        verbose_name_plural = "依申请公开"
        ordering = ["-received_on", "-id"]
        indexes = [
            # With all that the year's statistics count: no row is opened for them.
            models.Index(fields=["office", "received_on", "channel", "applicant_category", "subject_group", "voided_at"], name="foi_received"),
            # Not of open cases: SQLite would take it for those, and open a hundred thousand rows.
            models.Index(fields=["office", "closed_on", "received_on", "report_row", "voided_at"], condition=Q(closed_on__isnull=False), name="foi_closed"),
            # What the annual report counts, whole and in the order of its groups.
            models.Index(fields=["office", "applicant_category", "report_row", "received_on", "closed_on"], condition=Q(voided_at=None), name="foi_counted"),
            models.Index(fields=["office", "applicant_category", "report_row", "received_on"], condition=Q(voided_at=None, closed_on=None), name="foi_open_counted"),
            # Mistakes, of which there should be none: held apart so that counting them costs nothing.
            models.Index(fields=["office", "received_on", "closed_on", "applicant_category", "report_row"], condition=Q(voided_at=None, closed_on__lt=F("received_on")), name="foi_closed_before_received"),
            # Few applications are charged for, so these are small.
            *(models.Index(fields=["office", name], condition=Q(voided_at=None) & Q(**{f"{name}__isnull": False}), name=f"foi_{name[:-3]}") for name in ("fee_sent_on", "fee_noticed_on", "fee_paid_on")),
            # The order of the register, whole and by result or row, of which some are rare, and of the open cases, with what their lists ask.
            models.Index(fields=["office", "report_row", "-handed_in_on", "-id"], condition=Q(voided_at=None), name="foi_listed_by_row"),
            models.Index(fields=["office", "result", "-handed_in_on", "-id"], condition=Q(voided_at=None), name="foi_listed_by_result"),
            models.Index(fields=["office", "-handed_in_on", "-id"], condition=Q(voided_at=None), name="foi_listed"),
            models.Index(fields=["office", "reply_due_on", "id", "handler", "section", "closed_on", "voided_at"], condition=Q(voided_at=None, closed_on=None), name="foi_owed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "number"],
                name="foi_number_once", violation_error_message="申请编号已存在",
            ),
            models.CheckConstraint(condition=Q(reply_on=None) | Q(withdrawn_on=None), name="foi_ends_once"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | ~Q(result=""),
                name="foi_closed_with_result",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | ~Q(report_row=""),
                name="foi_closed_in_a_row",
            ),
            models.CheckConstraint(
                condition=Q(corrected_on=None) | Q(corrected_on__gte=F("correction_asked_on")),
                name="foi_corrected_after_asked",
            ),
            models.CheckConstraint(
                condition=Q(fee_paid_on=None) | Q(fee_paid_on__gte=F("fee_noticed_on")),
                name="foi_paid_after_notice",
            ),
            models.CheckConstraint(
                condition=Q(extended_on=None, extended_days=None) | Q(extended_on__isnull=False, extended_days__range=(1, 20), consented_by__isnull=False),
                name="foi_extension_whole",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("handed_in_on")),
                name="foi_closed_after_handed_in",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> str:
        """Where it stands now, from its facts."""
        return str(rules.state_of(self.case(with_letters=False)))

    state.fget.short_description = "办理状态"

    @property
    def received_on_basis(self) -> str:
        """Which item of 条例 31 its channel falls under, for the record's page."""
        return cite(rules.receipt_basis(self.channel), max(self.handed_in_on, rules.IN_FORCE)).text

    @property
    def article(self) -> str:
        """The article the result rests on, in full; blank where there is none or no result yet."""
        basis = result_rules.RESULTS[self.result].basis if self.result else ""
        return cite(basis, self.closed_on or self.handed_in_on).text if basis else ""

    article.fget.short_description = "答复依据"

    def case(self, *, with_letters: bool = True) -> rules.Case:
        """Its facts for `rules`. Reads the letters for opinions, where there can be any."""
        letters = self.opinions.all() if with_letters and self.pk else ()
        return rules.Case(
            channel=self.channel, handed_in_on=self.handed_in_on, signed_on=self.signed_on, confirmed_on=self.confirmed_on,
            correction_asked_on=self.correction_asked_on, correction_due_on=self.correction_due_on,
            correction_late_reason=self.correction_late_reason, corrected_on=self.corrected_on,
            fee_sent_on=self.fee_sent_on, fee_noticed_on=self.fee_noticed_on, fee_paid_on=self.fee_paid_on,
            extended_on=self.extended_on, extended_days=self.extended_days, consented=self.consented_by_id is not None,
            delivery=self.delivery, dispatched_on=self.dispatched_on, signed_for_on=self.signed_for_on,
            result=self.result, withdrawn_on=self.withdrawn_on, reopened_on=self.reopened_on, redone_on=self.redone_on, archived_on=self.archived_on,
            consulted=tuple(letter.consulted for letter in letters if letter.voided_at is None),
        )  # fmt: skip


class ThirdPartyOpinion(Record):
    """征求第三方、共同制作机关或其他机关意见: one letter and its answer.

    The time between does not count towards the reply (条例 33.3), so saving one moves the
    application's last day (`actions.follow_letter`).
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="opinions", verbose_name="申请")
    kind = models.CharField("征求对象类别", max_length=20, choices=ConsultedKind)
    name = EncryptedTextField("征求对象名称", blank=True, max_length=200, help_text="加密保存")
    sent_on = models.DateField("发出日期")
    received_by_on = models.DateField("对方收到日期", null=True, blank=True)
    returned_on = models.DateField("退回日期", null=True, blank=True, help_text="征求意见书没有送达、退回或者查明未送达的日期；其后的时间计入答复期限，可以另行发函重新送达")
    opinion_on = models.DateField("收到意见日期", null=True, blank=True)
    expires_on = models.DateField("提出意见最后一日", null=True, blank=True, editable=False, help_text="对方收到之日起15个工作日（条例第三十二条、第三十四条）")
    agrees = models.BooleanField("是否同意公开", null=True, blank=True)
    letter = models.OneToOneField("letters.Letter", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="文书")
    opinion = EncryptedTextField("意见内容", blank=True, help_text="加密保存")

    class Meta:
        verbose_name = "征求第三方意见"
        verbose_name_plural = "征求第三方意见"
        ordering = ["sent_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(received_by_on=None) | Q(received_by_on__gte=F("sent_on")),
                name="foi_letter_received_after_sent",
            ),
            models.CheckConstraint(
                condition=Q(opinion_on=None) | Q(opinion_on__gte=F("sent_on")),
                name="foi_opinion_after_sent",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.application.number} {self.get_kind_display()}{self.sent_on:%Y-%m-%d}"

    @property
    def consulted(self) -> rules.Consulted:
        return rules.Consulted(self.kind, self.sent_on, self.received_by_on, self.opinion_on, self.returned_on)


class Rectification(Record):
    """更正申请: somebody asks that a record about himself be put right (条例 41). No application for disclosure: no row of table three counts it."""

    class Outcome(models.TextChoices):
        CORRECTED = rectification_rules.Rectified.CORRECTED, "已更正"
        REFUSED = rectification_rules.Rectified.REFUSED, "经审核不予更正"
        FORWARDED = rectification_rules.Rectified.FORWARDED, "无权更正，转送有权机关"
        TOLD = rectification_rules.Rectified.TOLD, "无权更正，告知向有权机关提出"

    number = models.CharField("编号", max_length=60, help_text="如“青工信公开更〔2022〕1号”，同一机关内不重复")
    received_on = models.DateField("收到日期")
    subject = models.CharField("事项摘要", max_length=200, help_text="由本机关概括，不写姓名等个人信息")
    person = EncryptedTextField("申请人姓名或名称", blank=True, max_length=200, help_text="加密保存")
    asked = EncryptedTextField("要求更正的记录和内容", blank=True, help_text="加密保存")
    has_evidence = models.BooleanField("是否提供证据", default=False, help_text="记录不准确须有证据证明（条例第四十一条）")
    outcome = models.CharField("处理结果", max_length=20, choices=Outcome, blank=True)
    settled_on = models.DateField("告知申请人日期", null=True, blank=True)
    organ = models.CharField("有权更正的机关", max_length=100, blank=True, help_text="本机关无权更正的填写")
    reply_number = models.CharField("答复文号", max_length=60, blank=True)
    due_on = models.DateField("办理最后一日", null=True, blank=True, editable=False, help_text="条例未定期限，由本机关确定")

    happenings = {"settled_on": ("outcome",)}

    class Meta:
        verbose_name = "更正申请"
        verbose_name_plural = "更正申请"
        ordering = ["-received_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="foi_rectification_number_once", violation_error_message="编号已存在"),
            models.CheckConstraint(condition=Q(settled_on=None, outcome="") | (Q(settled_on__isnull=False) & ~Q(outcome="")), name="foi_rectification_settled_with_outcome"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class Fee(models.Model):
    """信息处理费: what one application was decided to cost, its calculation, and what was paid (109号).

    Until the notice is delivered it may be decided anew or dropped; after that the sum stands as it was noticed.
    """

    class Mode(models.TextChoices):
        CASES = "cases", "按件"
        PAGES = "pages", "按量（页）"

    application = models.OneToOneField(Application, models.PROTECT, related_name="fee", verbose_name="申请")
    mode = models.CharField("计费方式", max_length=10, choices=Mode)
    units = models.PositiveIntegerField("件数", default=1, help_text="一份申请含多项内容、按“一事一申请”拆分计件的，填拆分后的件数")
    before = models.PositiveIntegerField("本月在前件数", default=0)
    pages = models.PositiveIntegerField("页数", default=0)
    lines = models.JSONField("分档计算")
    amount = models.PositiveIntegerField("应缴金额（元）")
    reason = models.CharField("收费理由", max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="决定人")
    decided_on = models.DateField("决定日期")
    dropped_on = models.DateField("不再收取日期", null=True, blank=True)
    dropped_reason = models.CharField("不再收取的原因", max_length=300, blank=True)
    paid = models.PositiveIntegerField("实缴金额（元）", null=True, blank=True)
    receipt_number = models.CharField("财政票据号码", max_length=60, blank=True)

    class Meta:
        verbose_name = "信息处理费"
        verbose_name_plural = "信息处理费"
        ordering = ["-decided_on", "-id"]

    def __str__(self) -> str:
        return f"{self.application.number} {self.amount}元"

    @property
    def rows(self) -> list[tuple[int, int, int, int, int]]:
        """The lines with how many each counts, for the sheet."""
        return [(first, last, rate, amount, last - first + 1) for first, last, rate, amount in self.lines]

    @property
    def words(self) -> str:
        """The calculation, as the notice tells it."""
        what, of = ("件", "本自然月第") if self.mode == self.Mode.CASES else ("页", "第")
        return f"{self.get_mode_display()}收费。" + "；".join(
            f"{of}{first}{what}" * (first == last) + f"{of}{first}至{last}{what}" * (first != last) + f"，每{what}{rate}元，计{amount}元" for first, last, rate, amount in self.lines
        ) + "。"  # fmt: skip


class RemedyKind(models.TextChoices):
    """The three groups of table four (30号)."""

    RECONSIDERATION = remedy_rules.RemedyKind.RECONSIDERATION, "行政复议"
    DIRECT_SUIT = remedy_rules.RemedyKind.DIRECT_SUIT, "行政诉讼（未经复议直接起诉）"
    SUIT_AFTER = remedy_rules.RemedyKind.SUIT_AFTER, "行政诉讼（复议后起诉）"


class RemedyProcedure(models.TextChoices):
    SUMMARY = "summary", "简易程序"
    ORDINARY = "ordinary", "普通程序"


class RemedyResult(models.TextChoices):
    """How it ended, as table four asks. A 驳回 of the claim upholds; 撤回、调解 and the like are other."""

    UPHELD = "upheld", "结果维持"
    CORRECTED = "corrected", "结果纠正"
    OTHERWISE = "otherwise", "其他结果"


class Remedy(Record):
    """复议诉讼: what became of an application before the authority of review or the court.

    A suit is one record for its first instance (the form does not say; see the README); an appeal is noted in remarks.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="remedies", verbose_name="申请")
    kind = models.CharField("类别", max_length=20, choices=RemedyKind)
    organ = models.CharField("复议机关或法院", max_length=100)
    case_number = models.CharField("案号", max_length=60, blank=True)
    accepted_on = models.DateField("受理（立案）日期", help_text="年报第四项按此计入年度，未审结的逐年计入")
    procedure = models.CharField("程序", max_length=10, choices=RemedyProcedure, blank=True, help_text="政府信息公开复议案件可以适用简易程序")
    notified_on = models.DateField("收到答复（应诉）通知日期", null=True, blank=True)
    answered_on = models.DateField("提交答复（答辩）日期", null=True, blank=True)
    extended_on = models.DateField("告知延长审理日期", null=True, blank=True, help_text="复议普通程序可延长不超过30日")
    decided_on = models.DateField("结案日期", null=True, blank=True)
    result = models.CharField("结果", max_length=10, choices=RemedyResult, blank=True)
    orders_redo = models.BooleanField("是否责令重新答复", default=False)
    redo_by = models.DateField("责令重新答复的最后一日", null=True, blank=True, help_text="文书未写明的留空，按本机关口径推算")
    document_number = models.CharField("决定（裁判）文书号", max_length=60, blank=True)
    document = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定（裁判）文书")
    answer_due_on = models.DateField("提交答复最后一日", null=True, blank=True, editable=False)
    decision_due_on = models.DateField("审理期限届满日", null=True, blank=True, editable=False)

    happenings = {"decided_on": ("result",), "answered_on": ()}

    class Meta:
        verbose_name = "复议诉讼"
        verbose_name_plural = "复议诉讼"
        ordering = ["-accepted_on", "-id"]
        indexes = [models.Index(fields=["office", "accepted_on"], name="foi_remedy_accepted")]
        constraints = [
            models.CheckConstraint(condition=Q(decided_on=None, result="") | (Q(decided_on__isnull=False) & ~Q(result="")), name="foi_remedy_decided_with_result"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.case_number or f"{self.application.number} {self.get_kind_display()}"

    def case(self) -> remedy_rules.RemedyCase:
        return remedy_rules.RemedyCase(
            self.kind, self.accepted_on, self.procedure, self.notified_on, self.answered_on, self.extended_on, self.decided_on,
            self.result, self.orders_redo, self.redo_by,
        )  # fmt: skip


class Reopening(models.Model):
    """重新办理: an answered case taken up again, because its reply was corrected, and how it was answered then.

    The first reply stays in the application, where table three counted it: one application counts once.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="reopenings", verbose_name="申请")
    class Ground(models.TextChoices):
        REMEDY = remedy_rules.ReopeningGround.REMEDY, "复议决定或者裁判"
        ORDER = remedy_rules.ReopeningGround.ORDER, "主管部门责令改正"
        OWN = remedy_rules.ReopeningGround.OWN, "本机关自行纠正"

    ground = models.CharField("重新办理的根据", max_length=10, choices=Ground, default=Ground.REMEDY)
    remedy = models.ForeignKey(Remedy, models.PROTECT, null=True, related_name="reopenings", verbose_name="复议诉讼")
    document = models.CharField("根据文书号", max_length=60, blank=True)
    on = models.DateField("重新办理日期")
    due_on = models.DateField("重新答复最后一日")
    reason = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    result = models.CharField("重新处理结果", max_length=30, choices=RESULT_CHOICES, blank=True)
    reply_number = models.CharField("重新答复文号", max_length=60, blank=True)
    reply_on = models.DateField("重新答复日期", null=True)
    letter = models.OneToOneField("letters.Letter", models.PROTECT, null=True, related_name="+", verbose_name="文书")

    class Meta:
        verbose_name = "重新办理"
        verbose_name_plural = "重新办理"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.application.number} {self.on:%Y-%m-%d}"

    @property
    def document_number(self) -> str:
        """The document it rests on."""
        return self.document or (self.remedy.document_number if self.remedy else "")


class CaseLink(models.Model):
    """并案与关联: two applications handled together, or kept in sight of one another. Each keeps its number, clock and row of table three."""

    class Kind(models.TextChoices):
        MERGED = joining_rules.Joining.MERGED, "并案办理"
        LINKED = joining_rules.Joining.LINKED, "关联"

    application = models.ForeignKey(Application, models.PROTECT, related_name="links", verbose_name="申请")
    other = models.ForeignKey(Application, models.PROTECT, related_name="linked_by", verbose_name="另一件申请")
    kind = models.CharField("方式", max_length=10, choices=Kind)
    reason = models.CharField("原因", max_length=300)
    document = models.CharField("依据文书", max_length=100, help_text="如办理呈批单编号")
    on = models.DateField("日期")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    ended_on = models.DateField("解除日期", null=True)
    ended_reason = models.CharField("解除原因", max_length=300, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="解除人")

    class Meta:
        verbose_name = "并案与关联"
        verbose_name_plural = "并案与关联"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=Q(kind="merged", ended_on=None), name="foi_merged_into_one"),
            models.CheckConstraint(condition=~Q(application=F("other")), name="foi_linked_to_another"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.application.number}与{self.other.number}{self.get_kind_display()}"


class Handover(models.Model):
    """移交科室: a case handed from one section to another, with the day that section is to be ready by; accepted or returned."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="handovers", verbose_name="申请")
    from_section = models.ForeignKey("accounts.Section", models.PROTECT, null=True, related_name="+", verbose_name="移出科室")
    to_section = models.ForeignKey("accounts.Section", models.PROTECT, related_name="+", verbose_name="接收科室")
    reason = models.CharField("原因", max_length=200)
    document = models.CharField("依据文书", max_length=100, blank=True)
    inner_due_on = models.DateField("内部期限", null=True)
    on = models.DateField("移交日期")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="移交人")
    accepted = models.BooleanField("是否接收", null=True)
    answer = models.CharField("退回原因", max_length=200, blank=True)
    settled_on = models.DateField("接收或退回日期", null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="接收或退回人")

    class Meta:
        verbose_name = "移交科室"
        verbose_name_plural = "移交科室"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["application"], condition=Q(settled_on=None), name="foi_one_handover_waits")]

    def __str__(self) -> str:
        return f"{self.application.number}移交{self.to_section}"


class Reminder(models.Model):
    """催办: a case whose day comes near, brought before one more level of people. Once a level, on a working day."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="reminders", verbose_name="申请")
    level = models.PositiveSmallIntegerField("层级", choices=[(one.level, one.label) for one in reminding_rules.LADDER])
    due_on = models.DateField("当时的最后一日")
    on = models.DateField("催办日期")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="催办人")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "催办"
        verbose_name_plural = "催办"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["application", "level", "due_on"], name="foi_reminded_once_a_level")]

    def __str__(self) -> str:
        return f"{self.application.number}{self.get_level_display()}"


class Reassessment(models.Model):
    """定期评估: what was refused, looked at again (条例 18): still withheld and why, or now open."""

    class Outcome(models.TextChoices):
        KEEP = "keep", "仍不予公开"
        PART = "part", "可以部分公开"
        OPEN = "open", "可以公开"

    application = models.ForeignKey(Application, models.PROTECT, related_name="reassessments", verbose_name="申请")
    on = models.DateField("评估日期")
    outcome = models.CharField("评估结论", max_length=10, choices=Outcome)
    reason = models.CharField("理由", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="评估人")

    class Meta:
        verbose_name = "定期评估"
        verbose_name_plural = "定期评估"
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.application.number}{self.on:%Y-%m-%d}评估"


class PublicationProposal(models.Model):
    """转主动公开建议: what several applicants asked for, proposed to be published (条例 44), freed of what names anybody.

    Adopted, it becomes a draft article, which goes through the reviews as any other.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="proposals", verbose_name="申请")
    alike = models.ManyToManyField(Application, related_name="+", blank=True, verbose_name="要求相同信息的申请")
    title = models.CharField("拟公开的信息", max_length=200)
    reason = models.CharField("理由", max_length=300)
    on = models.DateField("提出日期")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="提出人")
    checked = models.JSONField("去标识化核对", default=list)
    adopted = models.BooleanField("是否采纳", null=True)
    answer = models.CharField("处理意见", max_length=300, blank=True)
    settled_on = models.DateField("处理日期", null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="处理人")
    article = models.ForeignKey("publishing.Article", models.PROTECT, null=True, related_name="+", verbose_name="文章")

    class Meta:
        verbose_name = "转主动公开建议"
        verbose_name_plural = "转主动公开建议"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class Redaction(models.Model):
    """区分处理: one paper of a case, page by page, with what is not disclosed covered and the ground of each cover (条例 37).

    `source` is what is marked: the paper itself, or the PDF it was converted to. The covered copy is a new paper of the case.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="redactions", verbose_name="申请")
    material = models.ForeignKey("letters.Material", models.PROTECT, related_name="+", verbose_name="原件")
    source = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name="所标文件")
    pages = models.PositiveSmallIntegerField("页数")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="开始人")
    begun_at = models.DateTimeField("开始时间", auto_now_add=True)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="完成人")
    finished_at = models.DateTimeField("完成时间", null=True)
    result = models.OneToOneField("letters.Material", models.PROTECT, null=True, related_name="+", verbose_name="区分处理件")
    queued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="交办人")
    queued_at = models.DateTimeField("交付后台生成时间", null=True)
    made_pages = models.PositiveSmallIntegerField("已生成页数", default=0)
    trouble = models.CharField("没有生成的原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "区分处理"
        verbose_name_plural = "区分处理"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(queued_at=None, queued_by=None) | Q(queued_at__isnull=False, queued_by__isnull=False, finished_at=None), name="foi_redaction_waits_or_is_made"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.material}的区分处理"


class RedactionMark(models.Model):
    """遮盖: one rectangle of one page, in ten-thousandths of the page as it is seen, and the ground on which it is withheld."""

    redaction = models.ForeignKey(Redaction, models.PROTECT, related_name="marks", verbose_name="区分处理")
    page = models.PositiveSmallIntegerField("页")
    left = models.PositiveSmallIntegerField("左")
    top = models.PositiveSmallIntegerField("上")
    width = models.PositiveSmallIntegerField("宽")
    height = models.PositiveSmallIntegerField("高")
    ground = models.CharField("不予公开的情形", max_length=30, choices=[(code, label) for code, label, _ in result_rules.WITHHELD])
    reason = models.CharField("说明", max_length=100, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="标记人")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "遮盖"
        verbose_name_plural = "遮盖"
        ordering = ["page", "top", "left", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(page__gte=1, width__gte=1, height__gte=1, left__lt=10_000, top__lt=10_000), name="foi_mark_on_its_page",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"第{self.page}页的遮盖"


class Fingerprint(models.Model):
    """相似指纹: that the marks of an application stand (`FingerprintMark`), and since when; made again after it changed."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="fingerprint", verbose_name="申请")
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = "相似指纹"
        verbose_name_plural = "相似指纹"

    def __str__(self) -> str:
        return f"{self.application.number}的相似指纹"


class FingerprintMark(models.Model):
    """相似标记: one of an application's marks, by which like ones are found among all (`similar.marks`). Keyed: it tells no word."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="fingerprint_marks", verbose_name="申请")
    mark = models.IntegerField("标记")

    class Meta:
        verbose_name = "相似标记"
        verbose_name_plural = "相似标记"
        indexes = [models.Index(fields=["mark", "application"], name="foi_marked_alike")]

    def __str__(self) -> str:
        return f"{self.mark}"


class Archive(models.Model):
    """归档: the file of a closed case as it was put away: its papers in order, each with its digest, and the whole as one PDF."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="archives", verbose_name="申请")
    number = models.CharField("档号", max_length=60)
    on = models.DateField("归档日期")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="归档人")
    at = models.DateTimeField("时间", auto_now_add=True)
    contents = models.JSONField("归档目录")
    pages = models.PositiveIntegerField("页数")
    pdf = EncryptedTextField("案卷")
    pdf_sha256 = models.CharField("案卷摘要（SHA-256）", max_length=64)

    class Meta:
        verbose_name = "归档"
        verbose_name_plural = "归档"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.number


class OutsideLetter(models.Model):
    """系统外文书: why a step of a case is on record without a letter of ours: taken over from elsewhere, or from before.

    Its number and the reason, written by whoever entered the step. Imports come as a whole batch and have none.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="outside_letters", verbose_name="申请")
    act = models.CharField("办理事项", max_length=20)
    number = models.CharField("文号", max_length=60)
    reason = models.CharField("补录原因", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "系统外文书"
        verbose_name_plural = "系统外文书"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.number


class Applicant(models.Model):
    """申请人: who applied. Personal data, sealed at rest (个人信息保护法 51).

    Nothing public imports it, no list and no log shows it, and it is read only through
    `actions.read_applicant`, which leaves an audit row. A person is found by keyed hash.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="applicant", verbose_name="申请")
    name = EncryptedTextField("姓名或名称", max_length=200)
    representative = EncryptedTextField("法定代表人或经办人", blank=True, max_length=100)
    id_number = EncryptedTextField("证件号码或统一社会信用代码", blank=True, max_length=50)
    phone = EncryptedTextField("联系电话", blank=True, max_length=50)
    address = EncryptedTextField("通信地址", blank=True, max_length=300)
    email = EncryptedTextField("电子邮箱", blank=True, max_length=200)
    name_hash = models.CharField("姓名索引", max_length=64, blank=True, editable=False, db_index=True)
    id_hash = models.CharField("证件索引", max_length=64, blank=True, editable=False, db_index=True)
    phone_hash = models.CharField("电话索引", max_length=64, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = "申请人"
        verbose_name_plural = "申请人"

    def __str__(self) -> str:
        return f"{self.application.number}的申请人"

    def save(self, *args, **kwargs) -> None:
        self.hash_for_lookup()
        super().save(*args, **kwargs)

    def hash_for_lookup(self) -> None:
        """Write the keyed hashes. `bulk_create` skips `save`, so whoever uses it calls this."""
        self.name_hash = lookup_hash("name", self.name)
        self.id_hash = lookup_hash("id", self.id_number)
        self.phone_hash = lookup_hash("phone", self.phone)
