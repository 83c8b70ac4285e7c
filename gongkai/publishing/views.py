"""The desk of publishing beside its registers: the column tree, the catalogue, an article's versions, previews and attribute, Word files brought in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.models import Revision

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.permissions import may, refuse_unless
from gongkai.exchange.blocks import Unreadable
from gongkai.files.actions import keep
from gongkai.law.refusals import Refused
from gongkai.registers.register import Register, all_registers, get_register, register_of
from gongkai.registers.views import add_problem, send, sentences
from gongkai.reviewing import queries as chain
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.sockets import get_reviewable
from gongkai.text.asked import number_in

from . import actions, forms, queries, rules, word
from .models import Article, AttributeWeighing, CatalogueEntry, Column, Material, Written

COLUMN, ARTICLE = "publishing.column", "publishing.article"
#: Pictures a browser may be shown; all else is a download.
SHOWABLE = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


# -- Columns ---------------------------------------------------------------------------------------------------------


class Columns(DeskPage):
    """The column tree: what there is, who keeps it, when it owes something new."""

    template_name = "publishing/desk/columns.html"
    thing, verb = COLUMN, "view"
    title = "栏目"
    lead = "网站的栏目树。动态类栏目超过14天、通知公告和政策文件类超过6个月没有新内容，检查时算作未更新（19号）。"

    def get_context_data(self, **kwargs):
        user, today = self.request.user, timezone.localdate()
        archived = self.request.GET.get("archived") == "1"
        last = queries.last_entries(user.office_id, today)
        rows = [
            {
                "branch": branch, "last": last.get(branch.column.pk),
                "due": rules.column_due(last.get(branch.column.pk), branch.column.opened_on, branch.column.update_every_days) if branch.column.update_every_days and not branch.column.archived_on else None,
            }
            for branch in queries.tree(user.office_id, archived=archived)
        ]
        return super().get_context_data(rows=rows, archived=archived, today=today, missing=_missing_fixtures(user.office_id), **_column_rights(user), **kwargs)

    def post(self, request):
        refuse_unless(request.user, COLUMN, "change" if "move" in request.POST else "add")
        if "move" in request.POST:
            column = get_object_or_404(Column, pk=number_in(request.POST["move"]), office_id=request.user.office_id)
            actions.move_column(column, by=request.user, down=request.POST.get("way") == "down")
        else:
            opened = actions.lay_out_columns(request.user.office, by=request.user, opened_on=timezone.localdate())
            messages.success(request, f"已开设{len(opened)}个栏目。" if opened else "常用栏目都已开设，没有变动。")
        return redirect("publishing_columns")


def _column_rights(user) -> dict[str, bool]:
    return {"may_add": may(user, COLUMN, "add"), "may_change": may(user, COLUMN, "change"), "may_archive": may(user, COLUMN, "archive")}


def _missing_fixtures(office_id: int) -> list[str]:
    held = set(Column.objects.of(office_id).exclude(fixture="").values_list("fixture", flat=True))
    return [str(label) for value, label in Column._meta.get_field("fixture").choices if value and value not in held]


class ColumnPage(DeskPage):
    """A page of one column of the person's own office."""

    def dispatch(self, request, pk, *args, **kwargs):
        self.column = get_object_or_404(Column.objects.select_related("parent", "owner"), pk=pk, office_id=request.user.office_id)
        return super().dispatch(request, *args, **kwargs)


class AddColumn(DeskPage):
    template_name = "publishing/desk/column.html"
    thing, verb = COLUMN, "add"
    title = "开设栏目"

    def get_context_data(self, form=None, **kwargs):
        parent = Column.objects.of(self.request.user.office_id).filter(pk=number_in(self.request.GET.get("parent")) or 0).first()
        return super().get_context_data(form=form or forms.ColumnForm(office_id=self.request.user.office_id, initial={"parent": parent}), submit="开设", **kwargs)

    def post(self, request):
        form = forms.ColumnForm(request.POST, office_id=request.user.office_id)
        if form.is_valid():
            facts = dict(form.cleaned_data)
            if facts["update_every_days"] is None:
                del facts["update_every_days"]  # its type says
            try:
                column = actions.open_column(request.user.office, by=request.user, opened_on=timezone.localdate(), **facts)
            except (Refused, ValidationError) as problem:
                add_problem(form, problem)
            else:
                messages.success(request, f"已开设栏目“{column.name}”。")
                return redirect("publishing_columns")
        return self.render_to_response(self.get_context_data(form=form))


class EditColumn(ColumnPage):
    template_name = "publishing/desk/column.html"
    thing, verb = COLUMN, "view"

    def get_context_data(self, form=None, archive=None, **kwargs):
        user = self.request.user
        rights = _column_rights(user)
        standing = self.column.archived_on is None
        return super().get_context_data(
            title=self.column.name, column=self.column, submit="保存",
            form=(form or forms.ColumnForm(instance=self.column, office_id=user.office_id)) if rights["may_change"] and standing else None,
            archive=(archive or forms.ArchiveForm(initial={"on": timezone.localdate()})) if rights["may_archive"] and standing and not self.column.fixture else None, **kwargs,
        )  # fmt: skip

    def post(self, request):
        if "archive" in request.POST:
            return self._archive(request)
        refuse_unless(request.user, COLUMN, "change")
        form = forms.ColumnForm(request.POST, instance=Column.objects.get(pk=self.column.pk), office_id=request.user.office_id)
        if form.is_valid():
            try:
                actions.change_column(self.column, by=request.user, **form.cleaned_data)
            except (Refused, ValidationError) as problem:
                add_problem(form, problem)
            else:
                messages.success(request, "已保存。")
                return redirect("publishing_column", self.column.pk)
        return self.render_to_response(self.get_context_data(form=form))

    def _archive(self, request):
        refuse_unless(request.user, COLUMN, "archive")
        form = forms.ArchiveForm(request.POST)
        if form.is_valid():
            try:
                actions.archive_column(self.column, by=request.user, **form.cleaned_data)
            except (Refused, ValidationError) as problem:
                add_problem(form, problem)
            else:
                messages.success(request, f"已归档栏目“{self.column.name}”，其中的内容仍可查看。")
                return redirect("publishing_columns")
        return self.render_to_response(self.get_context_data(archive=form))


class Catalogue(DeskPage):
    """The catalogue of 条例 20 and 21: every item stands somewhere, or says 无 and why."""

    template_name = "publishing/desk/catalogue.html"
    thing, verb = COLUMN, "view"
    title = "主动公开目录"
    lead = "条例第二十条十五项和第二十一条的内容，每一项都要有栏目承载；没有的写明“无”和原因，公众才能分清是没有还是没有公开。"

    def get_context_data(self, bad=None, **kwargs):
        entries = list(CatalogueEntry.objects.filter(office_id=self.request.user.office_id).select_related("column", "office"))
        rows = [(entry, queries.parts_of(entry), bad if bad and bad.entry_pk == entry.pk else forms.EntryForm(entry=entry)) for entry in entries]
        items = queries.items(entries)
        return super().get_context_data(rows=rows, items=items, gaps=[item for item in items if not item.is_settled], bad=bad, **_column_rights(self.request.user), **kwargs)

    def post(self, request):
        refuse_unless(request.user, COLUMN, "change")
        if "lay_out" in request.POST:
            made = actions.lay_out_catalogue(request.user.office, by=request.user)
            messages.success(request, f"已建立{len(made)}个目录条目。" if made else "目录已经建立，没有变动。")
            return redirect("publishing_catalogue")
        entry = get_object_or_404(CatalogueEntry, pk=number_in(request.POST.get("entry")), office_id=request.user.office_id)
        form = forms.EntryForm(request.POST, entry=entry)
        form.entry_pk = entry.pk
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.settle_entry(entry, by=request.user, column=data["column"], none_reason=data["none_reason"] if data["is_none"] else None, on=timezone.localdate())
            except (Refused, ValidationError) as problem:
                add_problem(form, problem)
            else:
                messages.success(request, f"已核对“{entry.name}”。")
                return redirect("publishing_catalogue")
        return self.render_to_response(self.get_context_data(bad=form))


# -- What is written ---------------------------------------------------------------------------------------------------


def written_register(slug: str) -> Register:
    """The register of something written in blocks, by its slug; 404 for any other."""
    entry = all_registers().get(slug)
    if entry is None or not issubclass(entry.model, Written):
        raise Http404
    return entry


class WrittenPage(DeskPage):
    """A page of one thing written in the person's own office, for those whose posts reach it."""

    verb = "view"

    def dispatch(self, request, slug, pk, *args, **kwargs):
        self.register = written_register(slug)
        self.item = get_object_or_404(self.register.model._base_manager.select_related("column", "office", "locked_by"), pk=pk, office_id=request.user.office_id)
        refuse_unless(request.user, self.register.thing, self.verb, self.item)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        may_change = not self.item.voided_at and self.may("change")
        return super().get_context_data(**{
            "record": self.item, "register": self.register, "title": str(self.item), "may_change": may_change, "may_history": self.may("history"), **kwargs,
        })  # fmt: skip

    def may(self, verb: str) -> bool:
        return may(self.request.user, self.register.thing, verb, self.item)

    def back(self):
        return redirect("registers:edit", self.register.slug, self.item.pk)


class Preview(WrittenPage):
    """The working copy as the site, or WeChat, would show it."""

    def get(self, request):
        mode = request.GET.get("mode", "")
        return render(request, self.item.get_preview_template(request, mode), self.item.get_preview_context(request, mode))


class Versions(WrittenPage):
    """Every version that was saved, and what differs between two of them."""

    template_name = "publishing/desk/versions.html"
    MOST = 200

    def get_context_data(self, **kwargs):
        versions = list(self.item.revisions.select_related("user").order_by("-created_at", "-pk")[: self.MOST])
        wanted = {v.pk: v for v in versions}
        newer = wanted.get(number_in(self.request.GET.get("b"))) or (versions[0] if versions else None)
        older = wanted.get(number_in(self.request.GET.get("a"))) or next((v for v in versions if newer and v.pk < newer.pk), None)
        between = self._changes(self._copy(older.as_object()), self._copy(newer.as_object())) if newer and older else None
        # Whose names a page bears was added when it went out; it is no part of what was written.
        outside = self._changes({name: value for name, value in self.item.released.items() if name != "credits"}, self._copy(self.item)) if self.item.released else None
        return super().get_context_data(versions=versions, newer=newer, older=older, between=between, outside=outside, **kwargs)

    def _copy(self, item: Written) -> Mapping[str, Any]:
        return get_reviewable(self.item._meta.label).gather(item).content

    def _changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        said = "内容没有差别。" if before == after else "文字没有差别，变动的是格式。"
        return {"changed": chain.changed(get_reviewable(self.item._meta.label), before, after), "none": said}

    def post(self, request):
        """An earlier version becomes the working copy again: a change like any other, with a version of its own."""
        refuse_unless(request.user, self.register.thing, "change", self.item)
        version: Revision = get_object_or_404(self.item.revisions, pk=number_in(request.POST.get("version")))
        earlier = version.as_object()
        try:
            actions.edit(self.item, by=request.user, **{name: getattr(earlier, name) for name in self.item.restorable})
        except (Refused, ValidationError) as problem:
            messages.error(request, "；".join(sentences(problem)))
        else:
            messages.success(request, "已恢复为所选版本的标题、摘要和正文。")
        return self.back()


class KeepTyped(View):
    """Keeps what is typed into the form of something written, or throws that away. Called by the page while somebody writes."""

    MOST = 1_000_000

    def post(self, request, slug, pk=None):
        register = written_register(slug)
        model = register.model
        item = get_object_or_404(model, pk=pk, office_id=request.user.office_id) if pk else None
        refuse_unless(request.user, register.thing, "change" if item else "add", item)
        if "drop" in request.POST:
            actions.drop_autosave(model, item, by=request.user)
            messages.success(request, "未保存的修改已丢弃。")
            return redirect("registers:edit", slug, pk) if pk else redirect("registers:add", slug)
        typed = request.POST.copy()
        typed.pop("csrfmiddlewaretoken", None)
        form = typed.urlencode()
        if len(form) > self.MOST:
            return JsonResponse({"fault": "内容过长，没有自动保存，请及时按“保存”。"}, status=413)
        try:
            kept = actions.autosave(model, item, form, by=request.user)
        except Refused as problem:
            return JsonResponse({"fault": f"没有暂存：{'；'.join(sentences(problem))}"}, status=400)
        return JsonResponse({"at": f"{timezone.localtime(kept.at):%H:%M}"})


class Notes(WrittenPage):
    """批注: what colleagues remark to each other while something is written."""

    template_name = "publishing/desk/notes.html"

    def get_context_data(self, form=None, **kwargs):
        may_note = not self.item.voided_at
        return super().get_context_data(notes=self.item.notes.select_related("by", "settled_by"), form=(form or forms.NoteForm()) if may_note else None, **kwargs)

    def post(self, request):
        if "settle" in request.POST:
            actions.settle_note(self.item, get_object_or_404(self.item.notes, pk=number_in(request.POST["settle"])), by=request.user)
            return redirect("publishing_notes", self.register.slug, self.item.pk)
        form = forms.NoteForm(request.POST)
        if form.is_valid():
            try:
                actions.note(self.item, by=request.user, **form.cleaned_data)
            except (Refused, ValidationError) as problem:
                add_problem(form, problem)
            else:
                return redirect("publishing_notes", self.register.slug, self.item.pk)
        return self.render_to_response(self.get_context_data(form=form))


class Lock(WrittenPage):
    verb = "change"

    def get(self, request):
        return self.back()

    def post(self, request):
        try:
            (actions.unlock if "free" in request.POST else actions.lock)(self.item, by=request.user)
        except Refused as problem:
            messages.error(request, "；".join(sentences(problem)))
        return self.back()


class Number(WrittenPage):
    verb = "change"

    def dispatch(self, request, slug, *args, **kwargs):
        if not hasattr(written_register(slug).model, "index_number"):
            raise Http404
        return super().dispatch(request, slug, *args, **kwargs)

    def get(self, request):
        return self.back()

    def post(self, request):
        try:
            number = actions.number(self.item, by=request.user, today=timezone.localdate())
        except Refused as problem:
            messages.error(request, "；".join(sentences(problem)))
        else:
            messages.success(request, f"索引号：{number}")
        return self.back()


class Weigh(WrittenPage):
    """公开属性: what was decided and when, the day publication is due, and the form for the next decision."""

    template_name = "publishing/desk/attribute.html"

    def dispatch(self, request, slug, *args, **kwargs):
        if not hasattr(written_register(slug).model, "attribute"):  # an interpretation is as open as what it explains
            raise Http404
        return super().dispatch(request, slug, *args, **kwargs)

    def get_context_data(self, form=None, **kwargs):
        item, changed_on = self.item, queries.attribute_changed_on(self.item)
        formed_on = item.formed_on or changed_on
        clock = rules.proactive_clock(formed_on, changed_on, calendar(), adjustments(item.office_id, "publishing")) if formed_on and item.attribute == rules.OPEN else None
        may_weigh = not item.voided_at and self.may("weigh")
        initial = {"attribute": item.attribute, "reason": item.attribute_reason, "ground": item.ground, "is_policy": queries.is_policy(item), "decided_on": timezone.localdate()}
        return super().get_context_data(
            weighings=AttributeWeighing.objects.about(item).select_related("decided_by"), clock=clock,
            form=(form or forms.WeighingForm(initial=initial)) if may_weigh else None, **kwargs,
        )  # fmt: skip

    def post(self, request):
        refuse_unless(request.user, self.register.thing, "weigh", self.item)
        form = forms.WeighingForm(request.POST)
        if form.is_valid():
            try:
                actions.weigh_attribute(self.item, form.weighed(), by=request.user)
            except (Refused, ValidationError) as problem:
                add_problem(form, problem)
            else:
                messages.success(request, "已认定公开属性。")
                return redirect("publishing_attribute", self.register.slug, self.item.pk)
        return self.render_to_response(self.get_context_data(form=form))


class WordPage(DeskPage):
    """A Word file brought in. It is kept as it came; what blocks can't hold is listed where it went."""

    template_name = "publishing/desk/from_word.html"
    lead = "标题、段落、列表、表格和图片都会保留，没有保留的逐项列出；原件留存。"

    def post(self, request):
        form = self.form()
        if form.is_valid():
            data = form.cleaned_data
            stored = keep(data["file"], office=request.user.office, by=request.user)
            if stored.refused or stored.kind != "docx":
                form.add_error("file", stored.refused or "请上传.docx文件；其他格式请用Word或WPS另存为.docx。")
            else:
                try:
                    answer = self.bring(word.read(Path(stored.content.path), stored.name), stored, data)
                except Unreadable as problem:
                    form.add_error("file", str(problem))
                except (Refused, ValidationError) as problem:
                    add_problem(form, problem)
                else:
                    return answer
        return self.render_to_response(self.get_context_data(form=form))


class FromWord(WordPage):
    """A Word file as a new article."""

    thing, verb = ARTICLE, "add"
    title = "从Word导入文章"

    def get_context_data(self, form=None, **kwargs):
        return super().get_context_data(form=form or forms.WordForm(user=self.request.user), register=get_register("articles"), **kwargs)

    def form(self):
        return forms.WordForm(self.request.POST, self.request.FILES, user=self.request.user)

    def bring(self, draft, stored, data):
        by = self.request.user
        refuse_unless(by, ARTICLE, "add", Article(office_id=by.office_id, section=data["section"]))
        article = actions.bring_from_word(draft, stored, column=data["column"], section=data["section"], by=by)
        messages.success(self.request, f"已导入为草稿：{article}")
        return redirect("registers:edit", "articles", article.pk)


class BodyFromWord(WordPage, WrittenPage):
    """A Word file as the body of what is written already: an article, a document, an interpretation."""

    verb = "change"

    def get_context_data(self, form=None, **kwargs):
        return super().get_context_data(form=form or forms.BodyForm(), item=self.item, title=f"从Word导入正文：{self.item}", **kwargs)

    def form(self):
        return forms.BodyForm(self.request.POST, self.request.FILES)

    def bring(self, draft, stored, data):
        actions.bring_body(self.item, draft, stored, by=self.request.user)
        messages.success(self.request, f"已导入正文：{self.item}")
        return redirect("registers:edit", self.register.slug, self.item.pk)


class MaterialFile(DeskPage):
    """A picture or file of something written, for whoever may see that."""

    def get(self, request, sha256):
        found = Material.objects.filter(stored__sha256=sha256, office_id=request.user.office_id, stored__refused="").select_related("stored")
        material = next((m for m in found if self._may_see(m)), None)
        if material is None:
            raise Http404
        kind = SHOWABLE.get(material.stored.kind)
        if kind is None:
            return send(material.stored, request.user)
        answer = FileResponse(material.stored.content.open("rb"), content_type=kind)
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    def _may_see(self, material: Material) -> bool:
        model = apps.get_model(material.kind)
        entry, item = register_of(model), model._base_manager.filter(pk=material.record_id).first()
        return entry is not None and item is not None and may(self.request.user, entry.thing, "view", item)


class Link(DeskPage):
    """The editor's dialogue for a link. Wagtail's own offers its pages, which this product has none of."""

    thing, verb = ARTICLE, "view"

    def get(self, request):
        return self._answer(forms.LinkForm(initial={"url": request.GET.get("link_url", ""), "link_text": request.GET.get("link_text", "")}))

    def post(self, request):
        form = forms.LinkForm(request.POST, initial={"url": request.GET.get("link_url", ""), "link_text": request.GET.get("link_text", "")})
        if not form.is_valid():
            return self._answer(form)
        url, text = form.cleaned_data["url"], form.cleaned_data["link_text"].strip()
        result = {"url": url, "title": text or url, "prefer_this_title_as_link_text": "link_text" in form.changed_data}
        return render_modal_workflow(self.request, None, None, None, json_data={"step": "external_link_chosen", "result": result})

    def _answer(self, form):
        return render_modal_workflow(self.request, "publishing/desk/link.html", None, {"form": form}, json_data={"step": "external_link"})
