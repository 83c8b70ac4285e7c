"""The desk's form of an opinion. What is sealed stands here and nowhere else on the desk."""

from django import forms

from .models import Opinion


class OpinionForm(forms.ModelForm):
    """An opinion as it came, who gave it, and what became of it: for those who keep the register, not for its readers."""

    class Meta:
        model = Opinion
        fields = (
            "consultation", "number", "source", "way", "received_on", "content", "giver_name", "giver_contact",
            "disposition", "reason", "public_content", "fed_back_on", "section", "remarks",
        )  # fmt: skip
