"""The desk's forms of an application and of a letter. What is sealed stands here and nowhere else on the desk."""

from django import forms

from gongkai.accounts.permissions import may
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register

from . import actions
from .models import Applicant, Application, ThirdPartyOpinion


class ApplicationForm(forms.ModelForm):
    """An application's facts, and for a person who may, its applicant.

    The kit hands in `user`. Showing a filled form reads personal data, so it leaves an audit row.
    """

    class Meta:
        model = Application
        fields = (
            "number", "channel", "handed_in_on", "signed_on", "confirmed_on", "applicant_category", "subject", "description",
            "form_wanted", "way_wanted", "section", "correction_asked_on", "correction_due_on", "correction_late_reason", "corrected_on",
            "fee_noticed_on", "fee_paid_on", "extended_on", "extended_days", "consented_by",
            "result", "reply_number", "delivery", "dispatched_on", "signed_for_on", "withdrawn_on", "remarks",
        )  # fmt: skip

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        record = self.instance if self.instance.pk else None
        self.fields["number"].required = record is not None
        self.fields["number"].help_text = "留空则按年度自动编号"
        self.applicant_fields: dict[str, str] = {}
        if user is None or not may(user, "foi.applicant", "view", record):
            return
        applicant = self._applicant(record, user) if record else None
        for name in actions.APPLICANT_FIELDS:
            column = Applicant._meta.get_field(name)
            self.applicant_fields[f"applicant_{name}"] = name
            self.fields[f"applicant_{name}"] = forms.CharField(
                label=column.verbose_name if name == "name" else f"申请人{column.verbose_name}", max_length=column.max_length,
                required=name == "name" and (record is None or applicant is not None), initial=getattr(applicant, name, ""), help_text="加密保存",
                disabled=not may(user, "foi.applicant", "change", record),
            )  # fmt: skip
        self.fields["applicant_name"].label = "申请人姓名或名称"

    def _applicant(self, record: Application, user) -> Applicant | None:
        """What the form is filled with. What was typed is only compared with it, which shows nobody anything."""
        if self.is_bound:
            return Applicant.objects.filter(application=record).first()
        return actions.read_applicant(record, by=user)

    def create(self, *, by) -> Application:
        """Called by the kit, in its transaction, to enter a new application with its applicant."""
        item = self.instance
        item.number = item.number or actions.next_number(item.office, item.handed_in_on.year)
        registers.create(get_register("applications"), item, by=by)
        self._seal(item, by)
        return item

    def change(self, *, by) -> Application:
        """Called by the kit, in its transaction, to write what differs."""
        changes = {name: self.cleaned_data[name] for name in self.changed_data if name not in self.applicant_fields}
        item = registers.change(get_register("applications"), self.instance, by=by, **changes)
        self._seal(item, by)
        return item

    def _seal(self, item: Application, by) -> None:
        values = {name: self.cleaned_data[field] for field, name in self.applicant_fields.items() if field in self.changed_data}
        if values and may(by, "foi.applicant", "change", item):
            actions.write_applicant(item, by=by, **values)


class ThirdPartyOpinionForm(forms.ModelForm):
    """A letter for opinions, with whom it went to and what they said."""

    class Meta:
        model = ThirdPartyOpinion
        fields = (
            "application", "kind", "name", "sent_on", "received_by_on", "opinion_on", "agrees", "opinion", "section", "remarks",
        )  # fmt: skip
