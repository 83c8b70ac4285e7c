"""What goes out of an article: a canonical snapshot of it, its passages for those who read it, and its HTML.

A review is of a snapshot, and `render_snapshot` makes the page from the same snapshot, so what was approved is what
is shown. A snapshot is plain JSON: texts, flags and files by SHA-256; no ids of blocks, no times, and of row numbers only
the column's, since a column may be renamed after it was approved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import new
from json import dumps, loads
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote

from django.apps import apps
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from gongkai.files.checks import safe_name
from gongkai.text.dates import render

from . import markup, rules

Address = Callable[[Mapping[str, Any]], str]


#: Endings a browser might run, and those kept for compressed twins: such a file goes out as text, under a longer name.
ACTIVE = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".mht", ".mhtml", ".svg", ".svgz", ".xml", ".xsl", ".js", ".mjs", ".css", ".gz", ".zst", ".br")


#: What Windows takes in no name of a file, and quotes.
_ODD = re.compile(r"""[<>:"'|?*\x00-\x1f\u2028\u2029]+""")


def public_path(file: Mapping[str, Any]) -> str:
    """Where a file of a snapshot lies on the public site: by its digest, so that a corrected file is another address."""
    return f"files/{file['sha256'][:32]}/{public_name(file['name'])}"


def public_name(name: str) -> str:
    """A name that is a file's and nothing else on any disk and to any browser; in lower case, so that no two differ only in that."""
    stem, dot, ending = _ODD.sub("_", safe_name(name)).casefold().rpartition(".")
    if not stem or len(ending.encode()) > 20:
        stem, dot, ending = f"{stem}{dot}{ending}".lstrip("."), "", ""
    short = stem.encode()[:150].decode(errors="ignore").strip(" .") or "附件"
    made = f"{short}{dot}{ending}"
    return f"{made}.txt" if made.endswith(ACTIVE) else made


def public_address(file: Mapping[str, Any]) -> str:
    return "/" + quote(public_path(file))


def desk_address(file: Mapping[str, Any]) -> str:
    return reverse("publishing_material", args=[file["sha256"]])


# -- From blocks to plain values -------------------------------------------------------------------------------------


def _said(text: str | None) -> str:
    """A text of a block; a block that was only begun has none."""
    return (text or "").strip()


def _plain_block(block, files: Mapping[int, dict]) -> dict[str, Any]:
    value, kind = block.value, block.block_type
    match kind:
        case "paragraph":
            return {"kind": kind, "html": markup.clean(value.source)}
        case "heading":
            return {"kind": kind, "level": int(value["level"] or 2), "text": _said(value["text"])}
        case "table":
            return {
                "kind": kind, "caption": _said(value["caption"]), "head_row": bool(value["head_row"]),
                "head_column": bool(value["head_column"]), "rows": markup.cells_of(value["rows"] or ""),
            }
        case "image":
            return {"kind": kind, "file": files.get(value["image"]), "alt": _said(value["alt"]), "caption": _said(value["caption"])}
        case "file":
            file = files.get(value["file"])
            return {"kind": kind, "file": file and {**file, "name": _named(_said(value["name"]), file["name"])}, "name": _said(value["name"])}
        case "quotation":
            return {"kind": kind, "text": _said(value["text"]), "source": _said(value["source"])}
        case "qa":
            return {"kind": kind, "pairs": [{"question": _said(pair["question"]), "answer": _said(pair["answer"])} for pair in value]}
        case "official":
            texts = {name: _said(value[name]) for name in ("issuer", "number", "title", "addressed_to", "signed_by")}
            signed_on = value["signed_on"]
            return {"kind": kind, **texts, "html": markup.clean(value["text"].source if value["text"] else ""), "signed_on": signed_on.isoformat() if signed_on else None}
        case "video":
            return {"kind": kind, "title": _said(value["title"]), "address": _said(value["address"]), "transcript": _said(value["transcript"])}
    raise ValueError(f"没有“{kind}”这种内容块")


def _named(public: str, original: str) -> str:
    """The public name with the file's own ending, so that a download opens."""
    ending = original.rpartition(".")[2].lower() if "." in original else ""
    return safe_name(public if not ending or public.lower().endswith(f".{ending}") else f"{public}.{ending}")


def material_numbers(body) -> list[int]:
    """The numbers of the materials a body names, in order."""
    found = []
    for block in body:
        name = {"image": "image", "file": "file"}.get(block.block_type)
        if name and block.value[name]:
            found.append(block.value[name])
    return found


def _files(item) -> dict[int, dict]:
    """The files a body names, by material number. One question, none when it names none; another office's are not found."""
    numbers = material_numbers(item.body)
    if not numbers:
        return {}
    found = apps.get_model("publishing", "Material").objects.filter(pk__in=numbers, office_id=item.office_id, stored__refused="").select_related("stored")
    return {m.pk: {"sha256": m.stored.sha256, "name": m.stored.name, "size": m.stored.size, "type": m.stored.kind} for m in found}


def blocks_of(item) -> list[dict[str, Any]]:
    """The body of anything written, as its snapshot holds it."""
    files = _files(item)
    return [_plain_block(block, files) for block in item.body]


def snapshot(article) -> dict[str, Any]:
    """Everything of an article that goes out, as JSON. The same content gives the same snapshot, whoever saved it and when."""
    return {
        "model": "publishing.Article", "kind": article.kind, "title": article.title, "summary": article.summary,
        "column": article.column.name if article.column_id else "", "column_id": article.column_id,
        "source": article.source, "editor": article.editor, "keywords": article.keywords,
        "attribute": article.attribute, "attribute_reason": article.attribute_reason, "ground": article.ground,
        "index_number": article.index_number, "category": article.category.name if article.category_id else "",
        "issuer": article.issuer or (article.office.name if article.office_id else ""),
        "made_on": article.made_on.isoformat() if article.made_on else None,
        "document_number": article.document_number, "validity": article.validity,
        "blocks": blocks_of(article),
        **({"expires_on": article.expires_on.isoformat()} if article.expires_on else {}),
    }


def stands_in(of: Mapping[str, Any], column: Any) -> bool:
    """Whether a snapshot was approved for this column. Those of before it held the number are known by the name."""
    return of["column_id"] == column.pk if "column_id" in of else of["column"] == column.name


def digest(of: Mapping[str, Any]) -> str:
    """The SM3 of a snapshot's canonical JSON."""
    return new("sm3", dumps(of, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def files_of(of: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files that go out with a snapshot, each once: sha256, name, size, type."""
    found = {}
    for block in of.get("blocks", ()):
        if file := block.get("file"):
            found.setdefault((file["sha256"], file["name"]), file)
    return list(found.values())


def typed_texts(form: str) -> list[str]:
    """Every text in an article's form as a browser sends it; what the editor sends as its own JSON is read for its paragraphs."""
    found = []
    for _, value in parse_qsl(form):
        try:
            state = loads(value) if value.startswith("{") else None
        except ValueError:
            state = None
        blocks = state.get("blocks") if isinstance(state, dict) else None
        found += [str(block.get("text", "")) for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else [value]
    return found


# -- Passages --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an article as a reviewer or a rule reads it. `path` names it within its snapshot ("blocks.3")."""

    path: str
    label: str
    text: str
    kind: str = "text"
    rows: Sequence[Sequence[str]] = ()
    alt: str | None = None  # of an image: "" where it is still missing
    href: Sequence[str] = field(default=())  # where links lead, the address of a video


def passages(article) -> list[Passage]:
    """The title, the summary and each block, in the order of the page."""
    return list(passages_of(snapshot(article)))


FIELDS = {"title": "标题", "summary": "摘要", "source": "来源", "editor": "责任编辑", "keywords": "主题词", "issuer": "发布机构", "document_number": "文号"}
LABELS = {
    "paragraph": "正文", "heading": "小标题", "table": "表格", "image": "图片", "file": "附件", "quotation": "引文", "qa": "问答", "official": "公文", "video": "视频",
}  # fmt: skip


def passages_of(of: Mapping[str, Any]) -> Iterator[Passage]:
    for name, label in FIELDS.items():
        if of.get(name):
            yield Passage(name, label, of[name])
    yield from block_passages(of)


def block_passages(of: Mapping[str, Any]) -> Iterator[Passage]:
    met: dict[str, int] = {}
    for n, block in enumerate(of["blocks"]):
        kind = block["kind"]
        met[kind] = met.get(kind, 0) + 1
        yield Passage(
            f"blocks.{n}", f"{LABELS[kind]}{met[kind]}", block_text(block), kind, rows=block.get("rows", ()),
            alt=block["alt"] if kind == "image" else None,
            href=[block["address"]] if kind == "video" else markup.links_in(block.get("html", "")),
        )


def block_text(block: Mapping[str, Any]) -> str:
    """The words of a plain block."""
    match block["kind"]:
        case "paragraph":
            return markup.text_of(block["html"])
        case "table":
            return "\n".join(filter(None, [block["caption"], *("\t".join("" if cell in (markup.LEFT, markup.UP) else cell for cell in row) for row in block["rows"])]))
        case "image":
            return "\n".join(filter(None, [block["alt"], block["caption"]]))
        case "file":
            return block["name"]
        case "qa":
            return "\n".join(f"问：{pair['question']}\n答：{pair['answer']}" for pair in block["pairs"])
        case "official":
            signed = render(date.fromisoformat(block["signed_on"])) if block["signed_on"] else ""
            parts = [block["issuer"], block["number"], block["title"], block["addressed_to"], markup.text_of(block["html"]), block["signed_by"], signed]
            return "\n".join(filter(None, parts))
        case "video":
            return "\n".join(filter(None, [block["title"], block["transcript"]]))
        case "quotation":
            return "\n".join(filter(None, [block["text"], block["source"]]))
    return block["text"]


def words(body) -> str:
    """The words of a body, for lists to look for. Asks the database nothing."""
    return "\n".join(filter(None, (block_text(_plain_block(block, {})) for block in body)))


# -- Rendering -------------------------------------------------------------------------------------------------------


def render_snapshot(of: Mapping[str, Any], address: Address = public_address) -> SafeString:
    """The body of a snapshot as HTML. Whatever the snapshot holds, it is text, escaped, or clean rich text."""
    return render_to_string("publishing/public/body.html", {"kind": of.get("kind", ""), "blocks": [_dressed(block, address) for block in of["blocks"]]})


def _dressed(block: Mapping[str, Any], address: Address) -> dict[str, Any]:
    """A plain block with what its template asks for."""
    made = {**block}
    if "html" in made:
        made["html"] = SafeString(markup.clean(made["html"]))
    if made.get("file"):
        made["address"] = address(made["file"])
        made["bytes"] = made["file"]["size"]
    match made["kind"]:
        case "table":
            made["lines"] = [
                [{**cell, "head": made["head_row"] and y == 0 or made["head_column"] and cell["column"] == 0, "scope": "col" if made["head_row"] and y == 0 else "row"} for cell in line]
                for y, line in enumerate(markup.spans_of(made["rows"]))
            ]
        case "official":
            made["signed"] = render(date.fromisoformat(made["signed_on"])) if made["signed_on"] else ""
        case "video":
            made["playable"] = is_address(made["address"])
    return made


def is_address(text: str) -> bool:
    """Whether a video's address may be linked to: of the site itself, or over http."""
    return (text.startswith("/") and not text.startswith("//")) or text.startswith(("https://", "http://"))


def shown(article) -> Shown:
    """What the public sees of an article. Public pages read this and nothing else of it."""
    return of_snapshot(article.released or snapshot(article), article=article)


class Shown(SimpleNamespace):
    """What is shown of an article; its body is rendered when it is asked for, since lists and heads don't."""

    @cached_property
    def body_html(self) -> SafeString:
        return render_snapshot(self.snapshot, self.address)


def of_snapshot(of: Mapping[str, Any], *, article, address: Address = public_address) -> Shown:
    attachments = [
        SimpleNamespace(name=block["file"]["name"], url=address(block["file"]), size=block["file"]["size"], sha256=block["file"]["sha256"])
        for block in of["blocks"] if block["kind"] == "file" and block["file"]
    ]
    return Shown(
        snapshot=of, address=address, kind=of["kind"], title=of["title"], summary=of["summary"], source=of["source"], editor=of["editor"],
        keywords=of["keywords"], category=of.get("category", ""), index_number=of["index_number"], issuer=of["issuer"],
        made_on=date.fromisoformat(of["made_on"]) if of["made_on"] else None, document_number=of["document_number"],
        validity=rules.VALIDITIES.get(of.get("validity", ""), ""), published_on=article.published_on, published_at=article.first_published_at,
        attachments=attachments, credits=of.get("credits", ""), tombstone=None,
    )
