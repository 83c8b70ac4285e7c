"""Through the year: parts and last days, reporting rounds, the superior's items, carrying over."""

from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongkai.accounts.models import Section
from gongkai.accounts.permissions import may, refuse_unless
from gongkai.law.refusals import Refused
from gongkai.sockets import all_indicators
from gongkai.text.asked import number_in

from . import actions, queries
from .models import Measure, Plan
from .views import THING, own_plan, permissions_of


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class RoundForm(forms.Form):
    title = forms.CharField(label="名称", max_length=60, help_text="如“三季度填报”")
    opens_on = forms.DateField(label="开始", widget=DateInput())
    due_on = forms.DateField(label="截止", widget=DateInput())
    as_of = forms.DateField(label="统计截至", widget=DateInput())

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("due_on") and cleaned.get("opens_on") and cleaned["due_on"] < cleaned["opens_on"]:
            self.add_error("due_on", "截止日期不能早于开始日期。")
        return cleaned


class MeasureForm(forms.Form):
    text = forms.CharField(label="计划措施", widget=forms.Textarea(attrs={"rows": 4}))
    responsibility = forms.CharField(label="责任科室（原文）", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    leads = forms.ModelMultipleChoiceField(label="牵头科室", queryset=Section.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    supports = forms.ModelMultipleChoiceField(label="配合科室", queryset=Section.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    starts_on = forms.DateField(label="开始日期", required=False, widget=DateInput())
    due_on = forms.DateField(label="完成期限", required=False, widget=DateInput())
    every_year = forms.BooleanField(label="全年持续", required=False)
    indicator = forms.ChoiceField(label="量化指标", required=False)
    at_least = forms.DecimalField(label="不少于", required=False, min_value=0)

    def __init__(self, *args, office_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("leads", "supports"):
            self.fields[name].queryset = Section.objects.of(office_id).standing(timezone.localdate())
        self.fields["indicator"].choices = [("", "（不设）")] + [(k, f"{i.label}（{i.unit}）") for k, i in all_indicators().items()]

    def clean(self) -> dict:
        cleaned = super().clean()
        both = set(cleaned.get("leads") or ()) & set(cleaned.get("supports") or ())
        if both:
            self.add_error("supports", f"{'、'.join(s.name for s in both)}不能既牵头又配合。")
        if cleaned.get("indicator") and cleaned.get("at_least") is None:
            self.add_error("at_least", "设定量化指标须填写数值。")
        return cleaned


@require_http_methods(["GET", "POST"])
def edit_measure(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    refuse_unless(request.user, THING, "plan")
    plan = own_plan(request, year)
    measure = get_object_or_404(plan.measures.prefetch_related("assignments", "targets"), pk=pk)
    target = measure.targets.first()
    parts = list(measure.assignments.all())
    form = MeasureForm(request.POST or None, office_id=plan.office_id, initial={
        "text": measure.text, "responsibility": measure.responsibility, "starts_on": measure.starts_on, "due_on": measure.due_on,
        "every_year": measure.every_year, "leads": [a.section_id for a in parts if a.part != "support"],
        "supports": [a.section_id for a in parts if a.part == "support"],
        "indicator": target.indicator if target else "", "at_least": target.at_least if target else None,
    })
    if request.method == "POST" and form.is_valid():
        c = form.cleaned_data
        try:
            actions.change_measure(
                measure, by=request.user, text=c["text"], responsibility=c["responsibility"], starts_on=c["starts_on"],
                due_on=c["due_on"], every_year=c["every_year"],
            )
            if {"leads", "supports"} & set(form.changed_data):
                actions.assign(measure, leads=c["leads"], supports=c["supports"], by=request.user)
            if c["indicator"]:
                actions.set_target(measure, indicator=c["indicator"], at_least=c["at_least"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"措施{measure.number}已修改。")
            return redirect("ledger:measure", pk=measure.pk)
    return render(request, "ledger/desk/edit_measure.html", {"plan": plan, "measure": measure, "form": form})


@require_http_methods(["GET", "POST"])
def rounds(request: HttpRequest, year: int) -> HttpResponse:
    """The reporting rounds of the year with each section's rate."""
    refuse_unless(request.user, THING, "view")
    plan = own_plan(request, year)
    form = RoundForm(request.POST or None)
    if request.method == "POST":
        refuse_unless(request.user, THING, "plan")
        if form.is_valid():
            actions.open_round(plan, by=request.user, **form.cleaned_data)
            messages.success(request, "填报轮次已开始，各牵头科室的工作台将出现待填报事项。")
            return redirect("ledger:rounds", year=year)
    found = [(r, queries.reporting_rate(plan, r)) for r in plan.rounds.all()]
    return render(request, "ledger/desk/rounds.html", {"plan": plan, "rounds": found, "form": form, "may": permissions_of(request.user)})


@require_http_methods(["GET", "POST"])
def coverage(request: HttpRequest, year: int) -> HttpResponse:
    """Which superior item no measure of ours answers."""
    refuse_unless(request.user, THING, "view")
    plan = own_plan(request, year)
    superiors = list(Plan.objects.of(plan.office_id).filter(year=year).exclude(level=Plan.Level.OWN))
    if request.method == "POST":
        refuse_unless(request.user, THING, "plan")
        item = get_object_or_404(Measure, pk=number_in(request.POST.get("item")), plan__in=superiors)
        mine = plan.measures.filter(pk__in=[pk for pk in map(number_in, request.POST.getlist("measures")) if pk])
        chosen = {m.pk for m in mine}
        for measure in plan.measures.prefetch_related("answers"):
            now = {a.pk for a in measure.answers.all()}
            wanted = (now | {item.pk}) if measure.pk in chosen else (now - {item.pk})
            if wanted != now:
                actions.answer(measure, items=Measure.objects.filter(pk__in=wanted), by=request.user)
        messages.success(request, "对应关系已保存。")
        return redirect("ledger:coverage", year=year)
    found = [(s, queries.coverage(plan, s)) for s in superiors]
    return render(request, "ledger/desk/coverage.html", {
        "plan": plan, "superiors": [(s, lines, sum(1 for _, a in lines if not a)) for s, lines in found],
        "measures": plan.measures.order_by("order"), "may_plan": may(request.user, THING, "plan"), "may": permissions_of(request.user),
    })


@require_http_methods(["GET", "POST"])
def carry(request: HttpRequest, year: int) -> HttpResponse:
    """Carry unfinished measures to next year's plan; compare with other years."""
    refuse_unless(request.user, THING, "view")
    plan = own_plan(request, year)
    following = Plan.objects.of(plan.office_id).own().filter(year=year + 1).first()
    account = queries.account(plan, min(timezone.localdate(), plan_end(plan)))
    open_rows = [r for r in account.rows if r.standing != "已完成"]
    if request.method == "POST":
        refuse_unless(request.user, THING, "plan")
        if following is None:
            messages.error(request, f"还没有{year + 1}年分工方案，请先导入。")
        else:
            chosen = plan.measures.filter(pk__in=[pk for pk in map(number_in, request.POST.getlist("measures")) if pk])
            try:
                made = actions.carry_over(chosen, to=following, by=request.user)
            except (Refused, ValidationError) as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"已结转{len(made)}项措施至{following.year}年。")
        return redirect("ledger:carry", year=year)
    others = Plan.objects.of(plan.office_id).own().exclude(pk=plan.pk).values_list("year", flat=True)
    return render(request, "ledger/desk/carry.html", {
        "plan": plan, "following": following, "rows": open_rows, "others": others, "may_plan": may(request.user, THING, "plan"),
        "may": permissions_of(request.user),
    })


def plan_end(plan: Plan) -> date:
    return date(plan.year, 12, 31)
