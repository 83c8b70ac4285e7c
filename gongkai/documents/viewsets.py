"""The registers of documents."""

from gongkai.accounts.roles import Role
from gongkai.registers.asking import asks, day, line, words
from gongkai.registers.register import Fieldset, Register, Verb, register

from . import actions
from .forms import DocumentForm, InterpretationForm
from .models import (
    FORMS,
    POINTS,
    DocumentRelation,
    Evaluation,
    GazetteSubmission,
    Interpretation,
    NormativeDocument,
)

KEEPERS = (Role.COORDINATOR, Role.LEGAL)
DECLARE = Verb(
    "declare", "登记已在系统外公开", actions.declare, asks(on=day("公开日期"), where=line("在哪里公开", most=300, help_text="如网站名称和网址、公报期号")),
    lambda item: not (item.shown_submission_id or item.published_elsewhere or item.voided_at),
    right="declare",
    help="本系统启用前已经公开的，登记后照现在的内容在公开站显示；以后的修改照常送审。",
)
TAKE_BACK = Verb(
    "take-back", "撤下", actions.take_back, asks(reason=words("撤下原因")),
    lambda item: bool(item.published_elsewhere) and not (item.shown_submission_id or item.withdrawn_on or item.voided_at),
    right="declare", help="公开站改为显示撤回说明和原因；要再公开的，照常送审。",
)
REPEAL = Verb("repeal", "废止", actions.repeal, asks(on=day("废止日期"), reason=words("废止的依据")), lambda document: not document.repealed_on, right="repeal")

documents = register(Register(
    slug="documents", model=NormativeDocument, thing="documents.document", group="policy", icon="doc-full-inverse",
    columns=("title", "number", "kind", "signed_on", "published_on", "expires_on", "section"),
    fieldsets=(
        Fieldset("文件", ("title", "number", "code", "kind", "issuer", "index_number", "subject_words", "column", "summary", "body", "file", "url")),
        Fieldset("日期", ("signed_on", "published_on", "effective_on", "expires_on", "repealed_on")),
        Fieldset("公开属性", ("attribute", "ground", "attribute_reason")),
        Fieldset("解读", ("is_benefit", "needs_interpretation", "interpretation_exemption", "interpretation_exempted_on")),
        Fieldset("承办", ("section", "remarks")),
    ),
    date_field="signed_on", search=("title", "number", "code", "index_number", "subject_words", "summary", "words"),
    filters=("kind", "attribute", "is_benefit", "section"), ordering=("-signed_on", "-pk"), related=("section", "column"),
    natural_key=("title", "number"), objections=actions.objections_to_document, derive=actions.derive, arrive=actions.arrive, verbs=(DECLARE, TAKE_BACK, REPEAL), form_class=DocumentForm, template="publishing/desk/written.html",
    children=("document-relations", "interpretations", "gazette-submissions", "evaluations"), keepers=KEEPERS,
    export_extra=("interpretation_due_on", "gazette_due_on"),
    description="本机关的规范性文件、其他政策文件、规划和方案及其有效性（条例第二十条第一项、第三项）。",
))

relations = register(Register(
    slug="document-relations", model=DocumentRelation, thing="documents.relation", group="policy", icon="link",
    columns=("document", "relation", "other", "other_title", "clauses"),
    fieldsets=(Fieldset("关系", ("document", "relation", "other", "other_title", "other_number", "clauses", "section", "remarks")),),
    date_field="created_at", search=("other_title", "other_number", "clauses"), filters=("relation",), ordering=("-pk",),
    related=("document", "other"), natural_key=("document", "relation", "other", "other_title"), parent_field="document",
    objections=actions.objections_to_relation, keepers=KEEPERS,
    description="文件之间的废止、修改、依据和配套关系。",
))

interpretations = register(Register(
    slug="interpretations", model=Interpretation, thing="documents.interpretation", group="policy", icon="openquote",
    columns=("title", "document", "forms_said", "published_on", "section"),
    fieldsets=(
        Fieldset("解读", ("document", "document_title", "title", "summary", "body", "interpreter", "column")),
        Fieldset("解读形式", tuple(FORMS)),
        Fieldset("解读要点", tuple(POINTS)),
        Fieldset("发布", ("published_on", "url", "section", "remarks")),
    ),
    date_field="published_on", search=("title", "summary", "words", "document_title", "interpreter"),
    filters=(*FORMS, "section"), ordering=("-published_on", "-pk"), related=("document", "section"),
    natural_key=("title", "published_on"), parent_field="document", objections=actions.objections_to_interpretation, arrive=actions.arrive, verbs=(DECLARE, TAKE_BACK), form_class=InterpretationForm, template="publishing/desk/written.html",
    description="对政策文件的解读，谁起草谁解读，与文件同步发布。",
))

gazette_submissions = register(Register(
    slug="gazette-submissions", model=GazetteSubmission, thing="documents.gazette_submission", group="policy", icon="mail",
    columns=("document", "submitted_on", "due_on", "issue", "page", "printed_on"),
    fieldsets=(
        Fieldset("报送", ("document", "submitted_on", "received_by", "proof")),
        Fieldset("刊登", ("issue", "page", "printed_on", "section", "remarks")),
    ),
    date_field="submitted_on", search=("issue", "received_by"), filters=("section",), ordering=("-submitted_on", "-pk"),
    related=("document",), natural_key=("document", "submitted_on"), parent_field="document",
    objections=actions.objections_to_submission, keepers=KEEPERS,
    description="规范性文件出台后30日内报送本级政府公报，及其刊登的期号页码。",
))

evaluations = register(Register(
    slug="evaluations", model=Evaluation, thing="documents.evaluation", group="policy", icon="tasks",
    columns=("subject", "decided_on", "finished_on", "report_title", "result"),
    fieldsets=(
        Fieldset("评估", ("document", "document_title", "decided_on", "evaluator")),
        Fieldset("结果", ("finished_on", "report_title", "report", "result", "opinion", "section", "remarks")),
    ),
    date_field="finished_on", search=("document_title", "report_title", "opinion"), filters=("result", "section"),
    ordering=("-finished_on", "-pk"), related=("document",), natural_key=("document", "document_title", "finished_on"),
    parent_field="document", objections=actions.objections_to_evaluation, keepers=KEEPERS,
    description="政策实施效果评估及其报告；规范性文件届满前6个月或每五年评估一次。",
))
