"""The pages of every register: list, record, history, export, import. Who may see what is asked of the permission table."""

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.forms import DateField
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from wagtail.fields import RichTextField

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.permissions import Reach, may, reach, refuse_unless
from gongkai.audit.actions import record as log
from gongkai.audit.models import Entry
from gongkai.audit.queries import told
from gongkai.evidence.models import resting_on
from gongkai.evidence.queries import label_of, read
from gongkai.exchange.models import Batch
from gongkai.exchange.tables import Column, TableSpec
from gongkai.exchange.writing import write_template, write_xlsx
from gongkai.files.actions import keep
from gongkai.files.models import StoredFile
from gongkai.law.refusals import Refused
from gongkai.text.asked import number_in
from gongkai.ui.listing import page_of

from . import actions, exporting, forms, paragraphs, queries
from .importing import actions as importing
from .register import Register, Verb, all_registers, get_register


class RegisterPage(DeskPage):
    """A page of one register. An unknown register is 404; a post that does not reach it is 403."""

    def dispatch(self, request, slug, *args, **kwargs):
        try:
            self.register: Register = get_register(slug)
        except KeyError:
            raise Http404 from None
        self.thing = self.register.thing
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(register=self.register, **kwargs)


class RecordPage(RegisterPage):
    """A page of one record. Another office's record is 404, as if it did not exist; one's own office's is 403 when the post does not reach it."""

    verb = "view"

    def dispatch(self, request, slug, pk, *args, **kwargs):
        try:
            model = get_register(slug).model
        except KeyError:
            raise Http404 from None
        self.record = model._base_manager.filter(pk=pk, office_id=request.user.office_id).first()
        if self.record is None:
            raise Http404
        refuse_unless(request.user, get_register(slug).thing, self.verb, self.record)
        return super().dispatch(request, slug, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user, thing = self.request.user, self.register.thing
        return super().get_context_data(
            record=self.record, may_change=not self.record.voided_at and may(user, thing, "change", self.record),
            may_remove=not self.record.voided_at and may(user, thing, "remove", self.record), may_history=may(user, thing, "history", self.record), **kwargs,
        )  # fmt: skip


class List(RegisterPage):
    template_name = "registers/desk/list.html"
    verb = "view"

    def get_context_data(self, **kwargs):
        register, user = self.register, self.request.user
        wanted = queries.asked(register, user, self.request.GET)
        listing = page_of(queries.rows(register, user, wanted), self.request.GET.get("page"))
        heads = []
        for name in register.columns:
            sortable = bool(queries.sort_path(register, name))
            down = wanted.sort == f"-{name}"
            heads.append({"label": label_of(register.model, name), "sort": name if down or wanted.sort != name else f"-{name}", "sortable": sortable, "now": "descending" if down else "ascending" if wanted.sort == name else ""})
        table = [(item, [(head["label"], read(item, name), name in register.search) for head, name in zip(heads, register.columns, strict=True)]) for item in listing.rows]
        parent = None
        if wanted.parent:
            related = register.model._meta.get_field(register.parent_field).related_model
            parent = related._base_manager.filter(pk=wanted.parent, office_id=user.office_id).first()
        address = self.request.GET.copy()
        address.pop("page", None)
        return super().get_context_data(
            title=register.label, lead=register.description, wanted=wanted, listing=listing, heads=heads, table=table, parent=parent,
            years=queries.years(register, user), may_add=may(user, register.thing, "add"), address=address.urlencode(),
            may_import=register.importable and may(user, register.thing, "import"), may_export=may(user, register.thing, "export"), **kwargs,
        )  # fmt: skip


class Export(RegisterPage):
    """Exactly the rows the list shows, as far as the person may export."""

    verb = "export"
    TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}

    def get(self, request, kind):
        register = self.register
        wanted = queries.asked(register, request.user, request.GET)
        found = queries.rows(register, request.user, wanted, "export") & queries.visible(register, request.user)
        note = "、".join(filter(None, [f"{wanted.year}年" if wanted.year not in ("", "none") else "", wanted.q and f"含“{wanted.q}”", *(dict(f.options)[f.chosen] for f in wanted.filters if f.chosen), "含作废" if wanted.voided else ""]))
        target, _ = exporting.write(register, found, kind, by=request.user, note=note)
        return FileResponse(target, as_attachment=True, filename=f"{register.label}{timezone.localdate():%Y%m%d}.{kind}", content_type=self.TYPES[kind])


def restored(request, register: Register, verb: str, record=None):
    """The form with what this person typed earlier and did not save, where the module keeps that and it was asked for."""
    kept = getattr(register.form_class, "restored", None) if "restore" in request.GET else None
    data = kept(request.user, record) if kept else None
    return forms.build(register, request.user, verb=verb, instance=record, data=data, files={}) if data is not None else None


class WritingPage:
    """A page with the register's form, on the template the register names."""

    def get_template_names(self):
        return [self.register.template]


class Add(WritingPage, RegisterPage):
    verb = "add"

    def dispatch(self, request, slug, *args, **kwargs):
        self.parent = None
        return super().dispatch(request, slug, *args, **kwargs)

    def _find_parent(self) -> None:
        asked = number_in(self.request.GET.get("parent"))
        if self.register.parent_field and asked is not None:
            model = self.register.model._meta.get_field(self.register.parent_field).related_model
            self.parent = model._base_manager.filter(pk=asked, office_id=self.request.user.office_id).first()
            if self.parent is None:
                raise Http404

    def get(self, request, **kwargs):
        self._find_parent()
        form = restored(request, self.register, "add") or forms.build(self.register, request.user, verb="add", parent=self.parent)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, form, **kwargs):
        return super().get_context_data(title=f"登记{self.register.model._meta.verbose_name}", lead=self.register.description, form=form, sets=sets_of(self.register, form), parent=self.parent, parent_url=url_of(self.parent), **kwargs)

    def post(self, request, **kwargs):
        self._find_parent()
        form = forms.build(self.register, request.user, verb="add", data=request.POST, files=request.FILES, parent=self.parent)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            with transaction.atomic():
                item = form.instance
                item.office_id = request.user.office_id
                refuse_unless(request.user, self.thing, "add", item)
                for name, upload in uploads(form).items():
                    setattr(item, name, kept(upload, request.user, form, name))
                # A module's form that keeps more than the record (an applicant) enters the whole itself.
                if hasattr(form, "create"):
                    form.create(by=request.user)
                else:
                    actions.create(self.register, item, by=request.user)
        except (Refused, ValidationError) as problem:
            add_problem(form, problem)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, f"已登记：{item}")
        if "another" in request.POST:
            return redirect(request.get_full_path())
        if self.parent is not None and (url := url_of(self.parent)):
            return redirect(url)
        return redirect("registers:edit", self.register.slug, item.pk)


class Edit(WritingPage, RecordPage):
    """A record: its form for who may change it, its facts for who may only read it."""

    def get_context_data(self, form=None, conflict=(), **kwargs):
        register, user, record = self.register, self.request.user, self.record
        context = super().get_context_data(
            title=str(record), derived=queries.derived_days(record), frozen=list(resting_on(record)[:5]), conflict=conflict,
            verbs=[deed for deed in register.verbs if may_do(user, register, deed, record) and deed.fits(record)],
            children=list(queries.children_of(register, record, user)), seen=record.changed_at.isoformat(), parent=parent_of(register, record), parent_url=url_of(parent_of(register, record)), **kwargs,
        )  # fmt: skip
        if context["may_change"]:
            form = form or restored(self.request, register, "change", record) or forms.build(register, user, verb="change", instance=record)
            context |= {"form": form, "sets": sets_of(register, form)}
            if self.request.method == "GET" and form.is_bound:
                # What was typed earlier was typed on what stood then: a colleague's change since is not to be overwritten unseen.
                context["seen"] = form.data.get("seen") or context["seen"]
        else:
            context["facts"] = [(fieldset.title, [(label_of(register.model, name), fact(self.register, record, name)) for name in fieldset.fields]) for fieldset in register.fieldsets]
        return context

    def post(self, request, **kwargs):
        register, user = self.register, request.user
        refuse_unless(user, register.thing, "change", self.record)
        form, conflict = None, []
        try:
            with transaction.atomic():
                # Held until the answer is known, so that nobody slips in between looking and writing.
                self.record = register.model._base_manager.select_for_update().get(pk=self.record.pk)
                before = {f.name: f.to_text(getattr(self.record, f.name)) if hasattr(f, "to_text") else read(self.record, f.name) for f in self.record._meta.concrete_fields}
                moved = request.POST.get("seen") != self.record.changed_at.isoformat()
                fresh = register.model._base_manager.get(pk=self.record.pk)
                form = forms.build(register, user, verb="change", instance=fresh, data=request.POST, files=request.FILES)
                valid = form.is_valid()
                if moved:
                    conflict = [(form.fields[name].label, before.get(name), typed(form, name)) for name in form.changed_data if name in before]
                    raise Conflict
                if valid:
                    self._save(form)
        except Conflict:
            form.add_error(None, "这条记录在您打开之后被别人改过，没有保存。下面并列现有内容和您填写的内容，核对后再按“保存”以您填写的为准。")
        except (Refused, ValidationError) as problem:
            add_problem(form, problem)
        else:
            if valid:
                messages.success(request, "已保存。")
                return redirect("registers:edit", register.slug, self.record.pk)
        return self.render_to_response(self.get_context_data(form=form, conflict=conflict))

    def _save(self, form) -> None:
        """Writes what differs. A record may not be moved to a section that the person's post does not reach."""
        user, register = self.request.user, self.register
        names = {f.name for f in register.model._meta.concrete_fields}
        files = uploads(form)
        changes = {name: value for name, value in form.cleaned_data.items() if name in names and not isinstance(form.fields[name], forms.Upload)}
        changes |= {name: kept(upload, user, form, name) for name, upload in files.items()}
        if "section" in changes:
            refuse_unless(user, register.thing, "change", form.instance)
        if hasattr(form, "change"):
            form.change(by=user, **{name: changes[name] for name in files})
        else:
            actions.change(register, self.record, by=user, **changes)


class Conflict(Exception):
    """Someone else saved the record since it was opened."""


class Void(RecordPage):
    verb = "remove"

    def post(self, request, **kwargs):
        try:
            actions.void(self.register, self.record, by=request.user, reason=request.POST.get("reason", ""))
        except (Refused, ValidationError) as problem:
            messages.error(request, "；".join(sentences(problem)))
        else:
            messages.success(request, f"已作废：{self.record}")
        return redirect("registers:edit", self.register.slug, self.record.pk)

    def get(self, request, **kwargs):
        return redirect("registers:edit", self.register.slug, self.record.pk)


def may_do(user, register: Register, deed: Verb, record) -> bool:
    """Whether the button is this person's: the right the verb takes, on a record that still counts."""
    return not record.voided_at and may(user, deed.thing or register.thing, deed.right, record)


class Do(RecordPage):
    """A verb of the module on one record: what it asks, and doing it. Whoever lacks the verb's own right gets 403."""

    template_name = "registers/desk/do.html"

    def dispatch(self, request, slug, pk, name, *args, **kwargs):
        self.asked = name
        return super().dispatch(request, slug, pk, *args, **kwargs)

    def _deed(self) -> Verb:
        found = next((deed for deed in self.register.verbs if deed.name == self.asked), None)
        if found is None:
            raise Http404
        if self.record.voided_at:
            raise PermissionDenied("这条记录已作废，不能办理。")
        refuse_unless(self.request.user, found.thing or self.register.thing, found.right, self.record)
        return found

    def get_context_data(self, form=None, **kwargs):
        deed = self._deed()
        today = timezone.localdate()
        form = form or deed.form(initial={name: today for name, field in deed.form.base_fields.items() if isinstance(field, DateField) and field.required})
        return super().get_context_data(title=f"{deed.label}：{self.record}", deed=deed, form=form, **kwargs)

    def post(self, request, **kwargs):
        deed = self._deed()
        form = deed.form(request.POST)
        if form.is_valid():
            try:
                deed.act(self.record, by=request.user, **form.cleaned_data)
            except (Refused, ValidationError) as problem:
                add_problem(form, problem)
            else:
                messages.success(request, f"已办理：{deed.label}。")
                return redirect("registers:edit", self.register.slug, self.record.pk)
        return self.render_to_response(self.get_context_data(form=form))


class History(RecordPage):
    template_name = "registers/desk/history.html"
    verb = "history"

    def get_context_data(self, **kwargs):
        found = Entry.objects.filter(subject_kind=self.register.model._meta.label, subject_id=str(self.record.pk), office_id=self.request.user.office_id)
        listing = page_of(found.order_by("-id"), self.request.GET.get("page"))
        batch = Batch.objects.filter(pk=self.record.brought_by, office_id=self.request.user.office_id).select_related("by", "file").first() if self.record.brought_by else None
        return super().get_context_data(title=str(self.record), listing=listing, trail=[told(entry) for entry in listing.rows], batch=batch, **kwargs)


class RecordFile(RecordPage):
    """A file of a record, for whoever may see the record."""

    def get(self, request, field):
        stored = getattr(self.record, field, None) if field in self.register.fields else None
        if not isinstance(stored, StoredFile) or stored.refused:
            raise Http404
        return send(stored, request.user)


class Import(RegisterPage):
    template_name = "registers/desk/import.html"
    verb = "import"

    def get_context_data(self, **kwargs):
        if not self.register.importable:
            raise Http404
        return super().get_context_data(title=f"批量导入{self.register.model._meta.verbose_name}", spec=self.register.table_spec(), batches=batches_of(self.request.user, [self.register])[:10], **kwargs)

    def post(self, request, **kwargs):
        if not self.register.importable:
            raise Http404
        upload = request.FILES.get("file")
        if upload is None:
            return self.render_to_response(self.get_context_data(problem="请先选择要导入的文件。"))
        batch = importing.bring(self.register, upload, by=request.user)
        return redirect("registers:batch", self.register.slug, batch.pk)


class Template(RegisterPage):
    verb = "import"

    def get(self, request, **kwargs):
        answer = HttpResponse(content_type=Export.TYPES["xlsx"])
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(self.register.label)}{quote('导入模板')}.xlsx"
        write_template(answer, self.register.table_spec())
        return answer


class BatchPage(RegisterPage):
    """One file brought in: the preview, every fault, and the decision."""

    template_name = "registers/desk/batch.html"
    verb = "import"

    def dispatch(self, request, slug, batch, *args, **kwargs):
        self.batch = Batch.objects.filter(pk=batch, office_id=request.user.office_id, target=slug).select_related("file", "by").first()
        if self.batch is None:
            raise Http404
        return super().dispatch(request, slug, *args, **kwargs)

    def get_context_data(self, **kwargs):
        if self.batch not in batches_of(self.request.user, [self.register]).filter(pk=self.batch.pk):
            raise Http404
        options = self.batch.options
        faults: dict[int, list] = {}
        for number, column, sentence in self.batch.faults[:200]:
            faults.setdefault(number, []).append((column, sentence))
        return super().get_context_data(
            title=f"导入批次{self.batch.pk}", batch=self.batch, options=options, faults=faults.items(), fault_count=len(self.batch.faults),
            good=self.batch.rows - options.get("faulty", 0), undecided=self.batch.state == Batch.State.READ, under_way=self.batch.state in (Batch.State.READING, Batch.State.RUNNING), **kwargs,
        )  # fmt: skip

    def post(self, request, **kwargs):
        self.get_context_data()
        try:
            if "drop" in request.POST:
                importing.drop(self.register, self.batch, by=request.user)
                messages.success(request, "已放弃这一批，登记簿没有变动。")
            else:
                large = self.batch.rows > importing.AT_ONCE_ROWS
                batch = (importing.confirm_large if large else importing.confirm)(self.register, self.batch, by=request.user, only_good=request.POST.get("only_good") == "1")
                say = {Batch.State.DONE: messages.success, Batch.State.RUNNING: messages.info}.get(batch.state, messages.error)
                say(request, batch.sentence + ("。" if not batch.sentence.endswith("。") else ""))
        except Refused as refusal:
            messages.error(request, f"{refusal}。")
        return redirect("registers:batch", self.register.slug, self.batch.pk)


class BatchFile(BatchPage):
    def get(self, request, **kwargs):
        self.get_context_data()
        if self.batch.file is None:
            raise Http404
        return send(self.batch.file, request.user)


class BatchFaults(BatchPage):
    """The faults of a batch as a workbook, to be worked through beside the file."""

    def get(self, request, **kwargs):
        self.get_context_data()
        table = TableSpec("faults", "导入问题", (Column("row", "行号", kind="integer", width=8), Column("column", "列", width=18), Column("sentence", "问题", width=80)))
        answer = HttpResponse(content_type=Export.TYPES["xlsx"])
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'导入批次{self.batch.pk}问题清单')}.xlsx"
        write_xlsx(answer, table, self.batch.faults)
        return answer


class Batches(DeskPage):
    """导入记录: every file brought to the registers the person may import into."""

    template_name = "registers/desk/batches.html"
    title = "导入记录"
    lead = "上传过的文件都在这里，包括没有导入成功的；原件可以取回核对。"

    def get_context_data(self, **kwargs):
        open_to = [r for r in all_registers().values() if r.importable and may(self.request.user, r.thing, "import")]
        listing = page_of(batches_of(self.request.user, open_to), self.request.GET.get("page"))
        labels = {r.slug: r.label for r in open_to}
        return super().get_context_data(listing=listing, batches=[(batch, labels.get(batch.target, batch.target)) for batch in listing.rows], **kwargs)


# What the views share


def batches_of(user, registers):
    """The batches a person may see: of registers imported for the whole office all of them, of others one's own."""
    whole = [r.slug for r in registers if reach(user, r.thing, "import")[0] is Reach.OFFICE]
    own = [r.slug for r in registers if r.slug not in whole and may(user, r.thing, "import")]
    found = Batch.objects.filter(office_id=user.office_id)
    return (found.filter(target__in=whole) | found.filter(target__in=own, by=user)).select_related("file", "by").defer("faults", "options").order_by("-id")


def sets_of(register: Register, form) -> list[dict]:
    """The form's fields in the register's fieldsets; what a module's form adds comes in a last set without a title."""
    placed: set[str] = set()
    found = []
    for fieldset in register.fieldsets:
        names = [name for name in fieldset.fields if name in form.fields]
        placed |= set(names)
        if names:
            found.append({"title": fieldset.title, "help": fieldset.help, "fields": [form[name] for name in names]})
    rest = [form[name] for name in form.fields if name not in placed]
    hidden = [bound for bound in rest if bound.is_hidden]
    shown = [bound for bound in rest if not bound.is_hidden]
    if hidden or shown:
        found.append({"title": getattr(form, "rest_title", "其他") if shown else "", "help": "", "fields": shown + hidden})
    return found


def uploads(form) -> dict:
    return {name: value for name, value in form.cleaned_data.items() if isinstance(form.fields[name], forms.Upload) and value}


def kept(upload, user, form, name: str) -> StoredFile:
    """The stored file of an upload. One that fails the check stays on record but goes into no register."""
    stored = keep(upload, office=user.office, by=user)
    if stored.refused:
        raise ValidationError({name: stored.refused})
    return stored


def add_problem(form, problem: Refused | ValidationError) -> None:
    """Puts what an action objected to on the form, beside the field where there is one."""
    if isinstance(problem, ValidationError) and hasattr(problem, "error_dict"):
        for name, found in problem.error_dict.items():
            form.add_error(name if name in form.fields else None, found)
        return
    for sentence in sentences(problem):
        form.add_error(None, sentence)


def sentences(problem: Refused | ValidationError) -> list[str]:
    if isinstance(problem, Refused):
        return [f"{o.sentence}（依据：{o.basis}）" if o.basis else o.sentence for o in problem.objections]
    return list(problem.messages)


def typed(form, name: str):
    """What a person put into a field, as a screen shows it."""
    value = form.cleaned_data.get(name) if hasattr(form, "cleaned_data") else None
    if value is None:
        return form.data.get(form.add_prefix(name), "")
    if to_text := getattr(form._meta.model._meta.get_field(name), "to_text", None):
        return to_text(value)
    choices = dict(getattr(form.fields[name], "choices", ()) or ()) if isinstance(value, str) else {}
    return choices.get(value, value)


def fact(register: Register, record, name: str):
    """A field's value for reading; rich text with the markup that may be shown."""
    try:
        value = read(record, name)
    except ObjectDoesNotExist:
        return None
    f = register.model._meta.get_field(name)
    return f.to_text(value) if hasattr(f, "to_text") else paragraphs.shown(value) if isinstance(f, RichTextField) else value


def parent_of(register: Register, record):
    return getattr(record, register.parent_field, None) if register.parent_field else None


def url_of(record) -> str:
    """The page of a record, when a register keeps it."""
    if record is None:
        return ""
    for entry in all_registers().values():
        if entry.model is type(record):
            return reverse("registers:edit", args=[entry.slug, record.pk])
    return ""


def send(stored: StoredFile, user) -> FileResponse:
    """A stored file as a download, never shown in the browser: what people upload is not ours to run. Nothing is there of what might not even lie here."""
    if not stored.content:
        raise Http404
    log("files.opened", stored, by=user, name=stored.name)
    answer = FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name, content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
