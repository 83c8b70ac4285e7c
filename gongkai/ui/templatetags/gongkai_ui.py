"""Tags and filters of the desk's components. A template builtin: no template loads it."""

from collections.abc import Iterable
from datetime import date, datetime

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from gongkai.accounts.permissions import VERB_LABELS, thing_label
from gongkai.evidence.queries import as_text, label_of, read
from gongkai.sockets import reviewables
from gongkai.ui import menu

register = template.Library()


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """2022年11月30日 inside `<time datetime>`; blank for None."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return format_html('<time datetime="{}">{}年{}月{}日</time>', value.isoformat(), value.year, value.month, value.day)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """2022年11月30日 09:05 inside `<time datetime>`; blank for None."""
    if not value:
        return ""
    if timezone.is_aware(value):
        value = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="minutes"), f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}")


@register.filter
def shown(value) -> SafeString | str:
    """Any value as screens write it: dates in `<time>`, 是/否, a dash for nothing."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, SafeString):
        return value
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return as_text(value)


@register.simple_tag
def entry_list(entries: Iterable, none: str = "暂无内容。") -> SafeString:
    """The lines of a public list, each with its day; `none` where there is nothing. Entries have a path, a title and the day they were published on.

    A tag and not a template: every list of the site is made of it, and most of what a change touches are lists.
    """
    lines = [
        f'<li><a href="/{escape(one.path)}">{escape(one.title)}</a> <time datetime="{one.published_on.isoformat()}">{one.published_on.isoformat()}</time></li>'
        for one in entries
    ]
    return mark_safe(f'<ul class="entries">{"".join(lines)}</ul>' if lines else f'<p class="nothing">{escape(none)}</p>')


@register.filter
def cell(record, path: str) -> SafeString | str:
    """The field or property of a record at `path`, as a list shows it."""
    return shown(read(record, path))


@register.filter
def heading(model, path: str) -> str:
    """The Chinese name of a column of a model."""
    return label_of(model, path)


@register.filter
def verbose(model, plural: str = "") -> str:
    """A model's Chinese name."""
    return str(model._meta.verbose_name)


@register.filter
def post_names(posts) -> str:
    """The posts of a person in one line: 办公室公开协调员、保密审查员."""
    posts = posts() if callable(posts) else posts
    return "、".join(map(post_name, posts)) or "没有岗位"


@register.filter
def post_name(post) -> str:
    """办公室公开协调员; a title that already begins with the section is not told twice."""
    section, name = (post.section.name if post.section_id else ""), post.title or post.get_role_display()
    return name if name.startswith(section) else section + name


@register.filter
def verb_label(verb: str) -> str:
    return VERB_LABELS.get(verb, verb)


@register.filter
def thing_name(thing: str) -> str:
    return thing_label(thing)


@register.filter
def leaves(url: str, site) -> bool:
    """Whether a link leads away from the office's own site."""
    return site.leaves(url)


@register.filter
def lookup(mapping, key):
    """`mapping[key]` where the key is a variable; None when it isn't there."""
    return mapping.get(key)


@register.filter
def filesize_zh(size: int | None) -> str:
    """1.5 MB; bytes as 字节."""
    if size is None:
        return ""
    for unit, whole in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= whole:
            return f"{size / whole:.1f} {unit}"
    return f"{size} 字节"


@register.simple_tag(takes_context=True)
def may(context, thing: str, verb: str, record=None) -> bool:
    """`{% may "foi.application" "change" record as allowed %}`"""
    request = context.get("request")
    return bool(request) and request.user.is_authenticated and request.user.may(thing, verb, record)


@register.simple_tag(takes_context=True)
def desk_menu(context) -> SafeString:
    """The menu, as this person's posts allow it. Drawn from Wagtail's `register_admin_menu_item` hooks of our rooms."""
    request = context.get("request")
    if request is None or not getattr(request, "user", None) or not request.user.is_authenticated:
        return SafeString("")
    return template.loader.render_to_string("ui/menu.html", {"entries": menu.entries(request)})


@register.inclusion_tag("ui/state.html")
def state(kind: str, label: str):
    """A state by word, mark and colour. `kind`: done, pending, risk, overdue, void or plain."""
    return {"kind": kind, "label": label}


@register.inclusion_tag("ui/deadline.html")
def deadline(due, basis: str = "", *, today=None, done_on=None, provisional: str = ""):
    """A last day, how far away it is in calendar days, and what it rests on."""
    left = (due - today).days if due and today and done_on is None else None
    return {"due": due, "basis": basis, "left": left, "late": -left if left is not None and left < 0 else None, "done_on": done_on, "was_late": bool(done_on and due and done_on > due), "provisional": provisional}


@register.inclusion_tag("ui/field.html")
def field(bound, wide: bool = False):
    """A bound form field with label, help and errors, tied together for screen readers."""
    kind = getattr(bound.field.widget, "input_type", "")
    several = bound.field.widget.__class__.__name__ in {"CheckboxSelectMultiple", "RadioSelect"}
    described = " ".join(name for name, there in ((f"{bound.id_for_label}-help", bound.help_text), (f"{bound.id_for_label}-error", bound.errors)) if there)
    attrs = {"aria-describedby": described} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "bound": bound, "control": bound.as_widget(attrs=attrs), "several": several,
        "check": kind == "checkbox" and not several,
        "wide": wide or getattr(bound.field, "wide", False) or several or bound.field.widget.__class__.__name__ == "Textarea",
    }


@register.inclusion_tag("ui/errors.html")
def form_errors(form, formsets=()):
    """The summary of a form's errors, each linked to its field."""
    found = [{"sentence": sentence, "link": ""} for sentence in form.non_field_errors()]
    for bound in form:
        found += [{"sentence": sentence, "label": bound.label, "link": bound.id_for_label or bound.auto_id} for sentence in bound.errors]
    return {"found": found}


@register.simple_tag
def review_url(record) -> str:
    """The page about a record's review, blank for what is not reviewed."""
    label = record._meta.label
    return reverse("reviewing:about", args=[label, record.pk]) if label in reviewables() else ""


@register.simple_tag
def outside(record) -> dict | None:
    """What is public of a record that goes through the review chain, and whether what is written differs from it; None for any other."""
    entry = reviewables().get(record._meta.label)
    if entry is None:
        return None
    is_out, copy = entry.is_out(record), getattr(record, "released", None) or {}
    content = entry.gather(record).content if is_out and copy else {}
    return {
        "is_out": is_out, "since": record.published_on, "where": getattr(record, "published_elsewhere", ""), "withdrawn_on": record.withdrawn_on,
        "reason": record.withdraw_reason, "differs": any(copy.get(name) != value for name, value in content.items()),
    }  # fmt: skip


@register.simple_tag
def marked(text: str, words) -> SafeString:
    """`text` with each of `words` marked where it stands."""
    text = str(text)
    words = sorted({word for word in words if word}, key=len, reverse=True)
    parts, at = [], 0
    folded = text.lower()
    while at < len(text):
        hit = min(((folded.find(word.lower(), at), word) for word in words if folded.find(word.lower(), at) >= 0), default=None)
        if hit is None:
            break
        parts += [("{}", text[at : hit[0]]), ("<mark>{}</mark>", text[hit[0] : hit[0] + len(hit[1])])]
        at = hit[0] + len(hit[1])
    parts.append(("{}", text[at:]))
    return format_html_join("", "{}", ((format_html(form, part),) for form, part in parts if part))


@register.simple_tag
def files_of(record, entry) -> list:
    """The stored files among a register's fields: name, label, file."""
    found = []
    for name in entry.fields:
        f = entry.model._meta.get_field(name)
        if f.is_relation and f.related_model._meta.label == "files.StoredFile" and (stored := getattr(record, name)):
            found.append((name, str(f.verbose_name), stored))
    return found


@register.filter
def column_kind(kind: str) -> str:
    """How a column of an import is filled in, in a few words."""
    return {
        "date": "日期，如2022-11-30", "moment": "日期和时间，如2022-11-30 09:30", "integer": "整数", "count": "0或正整数",
        "decimal": "数字", "yes_no": "是或否", "several": "可填多项，用顿号隔开",
    }.get(kind, "文字")
