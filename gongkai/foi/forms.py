"""The desk's forms of an application and of a letter. What is sealed stands here and nowhere else on the desk."""

from django import forms

from gongkai.accounts.permissions import may
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register

from . import actions, by_letter
from .models import Applicant, Application, Rectification, ThirdPartyOpinion

OUTSIDE = ("outside_number", "outside_reason")


class ApplicationForm(forms.ModelForm):
    """An application's facts, and for a person who may, its applicant.

    The kit hands in `user`. Showing a filled form reads personal data, so it leaves an audit row.
    """

    class Meta:
        model = Application
        fields = (
            "number", "channel", "handed_in_on", "signed_on", "confirmed_on", "applicant_category", "subject", "description",
            "form_wanted", "way_wanted", "section", "correction_asked_on", "correction_due_on", "correction_late_reason", "corrected_on",
            "fee_sent_on", "fee_noticed_on", "fee_paid_on", "extended_on", "extended_days", "consented_by",
            "result", "reply_number", "delivery", "dispatched_on", "signed_for_on", "withdrawn_on", "remarks",
        )  # fmt: skip

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        record = self.instance if self.instance.pk else None
        self.fields["number"].required = record is not None
        self.fields["number"].help_text = "留空则按年度自动编号"
        # A step is made by its letter on the case's page. Entered here, it needs the letter of elsewhere that it rests on.
        self.fields["outside_number"] = forms.CharField(label="系统外文书文号", max_length=60, required=False, help_text="只在补录系统外办理的补正、收费、延长、答复时填写")
        self.fields["outside_reason"] = forms.CharField(label="补录原因", max_length=200, required=False)
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

    def clean(self):
        said = super().clean()
        self.entered = [verb for verb, names in by_letter.FACTS.items() if any(said.get(n) and not self.initial.get(n) for n in names) and not any(self.initial.get(n) for n in names)]
        if self.entered and not (said.get("outside_number") or said.get("reply_number")) or self.entered and not said.get("outside_reason"):
            steps = "、".join(actions.ACT_LABELS[verb] for verb in self.entered)
            self.add_error("outside_reason", f"{steps}由文书送达记入：请到案件页拟写文书。文书不在本系统的，填写它的文号和补录原因。")
        return said

    def create(self, *, by) -> Application:
        """Called by the kit, in its transaction, to enter a new application with its applicant."""
        item = self.instance
        item.number = item.number or actions.next_number(item.office, item.handed_in_on.year)
        registers.create(get_register("applications"), item, by=by)
        self._note(item, by)
        self._seal(item, by)
        return item

    def change(self, *, by) -> Application:
        """Called by the kit, in its transaction, to write what differs."""
        changes = {name: self.cleaned_data[name] for name in self.changed_data if name not in self.applicant_fields and name not in OUTSIDE}
        item = registers.change(get_register("applications"), self.instance, by=by, **changes)
        self._note(item, by)
        self._seal(item, by)
        return item

    def _note(self, item: Application, by) -> None:
        said = self.cleaned_data
        for verb in self.entered:
            actions.note_outside_letter(item, by=by, act=verb, number=said["outside_number"] or said["reply_number"], reason=said["outside_reason"])

    def _seal(self, item: Application, by) -> None:
        values = {name: self.cleaned_data[field] for field, name in self.applicant_fields.items() if field in self.changed_data}
        if values and may(by, "foi.applicant", "change", item):
            actions.write_applicant(item, by=by, **values)


class RectificationForm(forms.ModelForm):
    """A request to correct a record, with who asked and what, which stand here and in no list."""

    class Meta:
        model = Rectification
        fields = ("number", "received_on", "subject", "person", "asked", "has_evidence", "outcome", "settled_on", "organ", "reply_number", "section", "remarks")


class ThirdPartyOpinionForm(forms.ModelForm):
    """A letter for opinions, with whom it went to and what they said."""

    class Meta:
        model = ThirdPartyOpinion
        fields = (
            "application", "kind", "name", "sent_on", "received_by_on", "returned_on", "opinion_on", "agrees", "opinion", "section", "remarks",
        )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["outside_number"] = forms.CharField(label="系统外文书文号", max_length=60, help_text="在本系统拟写的征求意见书，送达后自动登记，不在此录入")
            self.fields["outside_reason"] = forms.CharField(label="补录原因", max_length=200)

    def create(self, *, by) -> ThirdPartyOpinion:
        """Called by the kit, in its transaction, to enter a letter that is not one of ours."""
        item, said = self.instance, self.cleaned_data
        registers.create(get_register("third-party-opinions"), item, by=by)
        actions.note_outside_letter(item.application, by=by, act="consult", number=said["outside_number"], reason=said["outside_reason"])
        return item
