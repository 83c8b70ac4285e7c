"""试查: a text held against everything that is screened for. The office's list of wording, version by version."""

import tempfile
from pathlib import Path
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.permissions import may, refuse_unless
from gongkai.exchange.blocks import Unreadable
from gongkai.exchange.reading import read
from gongkai.exchange.writing import write_template
from gongkai.law.refusals import Refused
from gongkai.ui.listing import page_of

from . import actions, forms, queries, rules, showing
from .drafts import draft_of, draft_of_text
from .importing import SPEC
from .models import TermList

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Try(DeskPage):
    """试查: paste a text or pick a file, and see what was found, marked in place. Nothing is kept."""

    template_name = "screening/desk/try.html"
    thing, verb = "screening.draft", "view"
    title = "试查"
    lead = "发布前检查用语、个人信息、密级标识、领导职务、日期、数字、文号和链接。只按写明的规则检查，每处都说明理由；检查不代替审核。"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"form": forms.TryForm(), **kwargs})

    def post(self, request):
        form = forms.TryForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        upload = form.cleaned_data["file"]
        try:
            draft = _draft_in(upload) if upload else draft_of_text(form.cleaned_data["text"])
        except Unreadable as problem:
            form.add_error("file", problem.sentence)
            return self.render_to_response(self.get_context_data(form=form))
        findings = queries.screen(request.user.office, draft, timezone.localdate())
        numbered = showing.numbered(findings)
        counts = [(showing.STATES[severity], label, sum(f.severity == severity for f in findings)) for severity, label in rules.SEVERITIES.items()]
        return self.render_to_response(self.get_context_data(form=form, asked=True, found=numbered, passages=showing.in_place(draft, numbered), counts=counts, name=upload.name if upload else ""))


def _draft_in(upload) -> rules.Draft:
    """The draft in an uploaded file, which is gone again afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return draft_of(read(path, name=upload.name))


class Lists(DeskPage):
    """The versions of the office's list of wording, and bringing in a new one."""

    template_name = "screening/desk/lists.html"
    thing, verb = "screening.terms", "view"
    title = "用语表"
    lead = "产品自带一份有来源的用语表；本机关的用语表每导入一次是一个版本，启用后与自带的一并使用，同一写法以本机关的为准。"

    def get_context_data(self, **kwargs):
        user = self.request.user
        version, terms = rules.shipped_terms()
        lists = TermList.objects.of(user.office_id).select_related("imported_by", "put_in_force_by")
        return super().get_context_data(**{
            "form": forms.TermsForm(), "lists": lists, "standing": queries.terms_in_force(user.office, timezone.localdate()),
            "shipped_version": version, "shipped_size": len(terms), "spec": SPEC, "may_import": may(user, "screening.terms", "import"), **kwargs,
        })  # fmt: skip

    def post(self, request):
        refuse_unless(request.user, "screening.terms", "import")
        form = forms.TermsForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            found = actions.import_terms(form.cleaned_data["file"], office=request.user.office, by=request.user, name=form.cleaned_data["name"], source=form.cleaned_data["source"])
        except Refused as refused:
            return self.render_to_response(self.get_context_data(form=form, objections=refused.objections))
        messages.success(request, f"已导入第{found.version}版，{found.size}条，尚未启用。请核对后启用。")
        return redirect("screening_terms_version", found.pk)


class Version(DeskPage):
    """One version, whole; putting it in force."""

    template_name = "screening/desk/version.html"
    thing, verb = "screening.terms", "view"

    def get_context_data(self, **kwargs):
        found = get_object_or_404(TermList.objects.of(self.request.user.office_id).select_related("imported_by", "put_in_force_by", "file"), pk=self.kwargs["pk"])
        return super().get_context_data(**{
            "title": str(found), "found": found, "listing": page_of(found.terms.all(), self.request.GET.get("page")), "form": forms.StartForm(initial={"starts_on": timezone.localdate()}),
            "may_start": found.in_force_from is None and may(self.request.user, "screening.terms", "put_in_force"), **kwargs,
        })  # fmt: skip

    def post(self, request, **kwargs):
        refuse_unless(request.user, "screening.terms", "put_in_force")
        found = get_object_or_404(TermList.objects.of(request.user.office_id), pk=self.kwargs["pk"])
        form = forms.StartForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            actions.put_in_force(found, by=request.user, starts_on=form.cleaned_data["starts_on"])
        except Refused as refused:
            messages.error(request, f"{refused}。")
        else:
            messages.success(request, "已启用。")
        return redirect("screening_terms_version", found.pk)


class Shipped(DeskPage):
    """The list that comes with the product, with where each entry is from."""

    template_name = "screening/desk/shipped.html"
    thing, verb = "screening.terms", "view"
    title = "自带用语表"

    def get_context_data(self, **kwargs):
        version, terms = rules.shipped_terms()
        return super().get_context_data(version=version, terms=[(term, rules.LEVELS[term.level]) for term in terms], **kwargs)


class Template(DeskPage):
    """The blank table of a list of wording."""

    thing, verb = "screening.terms", "import"

    def get(self, request):
        answer = HttpResponse(content_type=XLSX)
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('用语表导入模板')}.xlsx"
        write_template(answer, SPEC)
        return answer
