"""Documents and what hangs on them. Last days are written as the registers write them."""

from datetime import date

import factory

from gongkai.documents import actions
from gongkai.documents.models import (
    DocumentRelation,
    Evaluation,
    GazetteSubmission,
    Interpretation,
    Kind,
    NormativeDocument,
    Relation,
)

from .accounts import OfficeFactory


class NormativeDocumentFactory(factory.django.DjangoModelFactory):
    """A normative document signed and published on 1 March 2022, without a term.

    Traits: `benefit` (重要惠企政策), `exempt` (免予解读), `plan` (a plan, so no gazette), `unpublished`.
    """

    class Meta:
        model = NormativeDocument

    class Params:
        benefit = factory.Trait(is_benefit=True)
        exempt = factory.Trait(
            needs_interpretation=False, interpretation_exemption="仅调整联系方式", interpretation_exempted_on=factory.SelfAttribute("signed_on")
        )
        plan = factory.Trait(kind=Kind.PLAN)
        unpublished = factory.Trait(published_on=None)

    office = factory.SubFactory(OfficeFactory)
    title = factory.Sequence(lambda n: f"青禾市工业企业技术改造扶持办法（之{n}）")
    number = factory.Sequence(lambda n: f"青工信规〔2022〕{n + 1}号")
    kind = Kind.NORMATIVE
    issuer = "青禾市工业和信息化局"
    signed_on = date(2022, 3, 1)
    published_on = factory.SelfAttribute("signed_on")
    published_elsewhere = "青禾市工业和信息化局原网站"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        document = model_class(*args, **kwargs)
        actions.derive(document)
        document.save()
        return document


class DocumentRelationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DocumentRelation

    document = factory.SubFactory(NormativeDocumentFactory)
    office = factory.SelfAttribute("document.office")
    relation = Relation.RESTS_ON
    other_title = "青禾市促进工业发展条例"


class InterpretationFactory(factory.django.DjangoModelFactory):
    """An interpretation in text, published with its document."""

    class Meta:
        model = Interpretation

    document = factory.SubFactory(NormativeDocumentFactory)
    office = factory.SelfAttribute("document.office")
    title = factory.Sequence(lambda n: f"一图读懂扶持办法（之{n}）")
    in_text = True
    covers_content = True
    published_on = factory.SelfAttribute("document.published_on")
    published_elsewhere = "青禾市工业和信息化局原网站"


class GazetteSubmissionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GazetteSubmission

    document = factory.SubFactory(NormativeDocumentFactory)
    office = factory.SelfAttribute("document.office")
    submitted_on = factory.SelfAttribute("document.gazette_due_on")


class EvaluationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Evaluation

    document = factory.SubFactory(NormativeDocumentFactory)
    office = factory.SelfAttribute("document.office")
    finished_on = date(2022, 9, 1)
    report_title = "扶持办法实施效果评估报告"
