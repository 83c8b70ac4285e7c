"""The forms of documents' desk: a document and an interpretation on the block editor that articles have."""

from gongkai.publishing.forms import WrittenForm

from .models import FORMS, POINTS, Interpretation, NormativeDocument


class DocumentForm(WrittenForm):
    class Meta:
        model = NormativeDocument
        fields = (
            "title", "number", "code", "kind", "issuer", "index_number", "subject_words", "column", "summary", "body", "file", "url",
            "signed_on", "published_on", "effective_on", "expires_on", "repealed_on", "attribute", "ground", "attribute_reason",
            "is_benefit", "needs_interpretation", "interpretation_exemption", "interpretation_exempted_on", "section", "remarks",
        )


class InterpretationForm(WrittenForm):
    class Meta:
        model = Interpretation
        fields = (
            "document", "document_title", "title", "summary", "body", "interpreter", "column", *FORMS, *POINTS, "published_on", "url", "section", "remarks",
        )
