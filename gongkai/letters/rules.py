"""The law of a letter: which wording is in force, what it is merged from, who must have looked, what must come first.

A letter goes draft → approved → frozen → stamped → delivered. Where it stands follows from what has been done to it
(`Facts`); every refusal is an objection. Plain Python: the day is handed in.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from hashlib import new
from pathlib import Path
from typing import NamedTuple

from gongkai.law import Moves, Objection, figure
from gongkai.law.calendar import chinese_date

FOLDER = Path(__file__).parent / "kinds"
FIELD = re.compile(r"\{([^{}\s]+)\}")
#: A figure named in a wording, “〈foi.reply_days〉”: the number in force on the day the letter is written.
FIGURE = re.compile(r"〈([a-z_]+)\.([a-z_]+)〉")
#: The post office's numbers of mail that leaves a trace: thirteen capital letters and digits.
MAIL_NUMBER = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{13}(?![0-9A-Z])")


class State(StrEnum):
    DRAFT = "草稿"
    APPROVED = "已审批"
    FROZEN = "已定稿"
    STAMPED = "已用印"
    DELIVERED = "已送达"
    VOID = "作废"


MOVES = Moves(
    # verb       from                               to
    ("redraft",  [State.DRAFT],                     State.DRAFT),
    ("redraft",  [State.APPROVED],                  State.DRAFT),
    ("sign",     [State.DRAFT],                     State.APPROVED),
    ("freeze",   [State.APPROVED],                  State.FROZEN),
    ("stamp",    [State.FROZEN],                    State.STAMPED),
    ("deliver",  [State.STAMPED],                   State.DELIVERED),
    ("void",     [State.DRAFT, State.APPROVED, State.FROZEN, State.STAMPED], State.VOID),
)  # fmt: skip


class Step(StrEnum):
    """Whose signature a draft needs."""

    LEGAL = "legal"
    SECRECY = "secrecy"
    APPROVE = "approve"

    @property
    def label(self) -> str:
        return {"legal": "法制审核", "secrecy": "保密审查", "approve": "签发"}[self.value]


STEPS = {"reply": (Step.LEGAL, Step.SECRECY, Step.APPROVE), "notice": (Step.APPROVE,)}


# Wordings


class Version(NamedTuple):
    """One wording and the day from which it is used."""

    from_on: date
    body: str


class Kind(NamedTuple):
    """A kind of letter: its title, its 〔年〕号 series, who must look, and its wordings by date."""

    key: str
    title: str
    series: str
    reviews: str
    versions: tuple[Version, ...]
    frame: str = ""
    remedy: str = "choice"
    encloses: str = ""
    to: str = "申请人"

    @property
    def steps(self) -> tuple[Step, ...]:
        return STEPS[self.reviews]

    def version(self, on: date) -> Version | None:
        """The wording in force on that day; None before the first."""
        return version_on(self.versions, on)


def version_on(versions: Sequence[Version], on: date) -> Version | None:
    known = [one for one in versions if one.from_on <= on]
    return known[-1] if known else None


def _versions(table: Mapping) -> tuple[Version, ...]:
    return tuple(sorted(Version(one["from"], one["body"].strip()) for one in table["version"]))


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of letter, in the order of the data file."""
    read = tomllib.loads((FOLDER / "letters.toml").read_text(encoding="utf-8"))
    return {
        key: Kind(key, versions=_versions(table), **{name: value for name, value in table.items() if name != "version"})
        for key, table in read.items()
    }  # fmt: skip


@cache
def frames() -> Mapping[str, tuple[Version, ...]]:
    read = tomllib.loads((FOLDER / "frames.toml").read_text(encoding="utf-8"))
    return {key: _versions(table) for key, table in read.items()}


ONLINE = ".online"


def remedies(on: date) -> list[tuple[str, str]]:
    """The ways of seeking remedy a reply of that day may name: (key, label); each also with the channel of 行政复议法 22.2 once that is law."""
    read = tomllib.loads((FOLDER / "frames.toml").read_text(encoding="utf-8"))
    found = [(key, table["label"]) for key, table in read.items() if "label" in table]
    if version_on(frames()["online"], on) is None:
        return found
    return found + [(key + ONLINE, f"{label}，并告知网上复议渠道") for key, label in found]


def online_fields(on: date) -> list[str]:
    """What is asked for beside a wording, in case the letter is delivered over the internet."""
    version = version_on(frames()["online"], on)
    return fields_of(version.body) if version else []


def wording(kind: Kind, on: date, remedy: str = "") -> str:
    """The whole text of a letter of this kind on that day, with its fields unfilled."""
    version = kind.version(on)
    if version is None:
        raise LookupError(f"{kind.title}在{on}还没有文本")
    if not kind.frame:
        return figured(version.body, on)
    ends, online = (remedy or kind.remedy).removesuffix(ONLINE), remedy.endswith(ONLINE)
    around = [version_on(frames()[name], on) for name in ("opening", ends, *(["online"] if online else []))]
    opening, *endings = (one.body if one else "" for one in around)
    return figured("\n".join((opening, version.body, *endings)), on)


def figured(text: str, on: date) -> str:
    """A text with the numbers it names by their figures, as they are on a day."""
    return FIGURE.sub(lambda found: str(figure(found[1], found[2], on).value), text)


def fields_of(text: str) -> list[str]:
    """The fields a wording names, each once, in order."""
    return list(dict.fromkeys(FIELD.findall(text)))


class Part(NamedTuple):
    """A stretch of text: `field` names what it was merged from, blank for the wording's own words."""

    text: str
    field: str = ""
    missing: bool = False


def merged(text: str, facts: Mapping[str, str]) -> list[list[Part]]:
    """The paragraphs of a letter as parts, so that a page can mark what was merged and what is missing."""
    paragraphs = []
    for line in text.split("\n"):
        parts, at = [], 0
        for found in FIELD.finditer(line):
            if found.start() > at:
                parts.append(Part(line[at : found.start()]))
            value = facts.get(found[1], "").strip()
            parts.append(Part(value or f"〔{found[1]}〕", found[1], not value))
            at = found.end()
        if at < len(line):
            parts.append(Part(line[at:]))
        if parts:
            paragraphs.append(parts)
    return paragraphs


def plain(paragraphs: Sequence[Sequence[Part]]) -> list[str]:
    """The letter's paragraphs as they are printed."""
    lines = ["".join(part.text for part in parts) for parts in paragraphs]
    return [piece for line in lines for piece in line.split("\n") if piece.strip()]


def digest(content: Mapping) -> str:
    """SM3 over everything a letter says, enclosures by their SHA-256."""
    said = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return new("sm3", said.encode()).hexdigest()


# Where a letter stands


class Signature(NamedTuple):
    step: str
    by: int
    digest: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What has been done to one letter."""

    kind: str
    drafted_by: int
    digest: str
    missing: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    frozen: bool = False
    rendered: bool = False
    stamped: bool = False
    delivered: bool = False
    void: bool = False
    enclosures: int = 0


def standing(facts: Facts) -> tuple[Signature, ...]:
    """The signatures that still hold: those under the text as it is now."""
    return tuple(one for one in facts.signatures if one.digest == facts.digest)


def owed(facts: Facts) -> tuple[Step, ...]:
    """The signatures still missing, in their order."""
    held = {one.step for one in standing(facts)}
    return tuple(step for step in kinds()[facts.kind].steps if step not in held)


def state_of(facts: Facts) -> State:
    if facts.void:
        return State.VOID
    if facts.delivered:
        return State.DELIVERED
    if facts.stamped:
        return State.STAMPED
    if facts.frozen:
        return State.FROZEN
    return State.DRAFT if owed(facts) else State.APPROVED


def objections_to_moving(verb: str, facts: Facts, basis: str = "条例 45") -> list[Objection]:
    state = state_of(facts)
    return [] if MOVES.allows(state, verb) else [Objection("wrong_state", f"该文书目前为“{state}”，不能办理此事项", basis)]


def objections_to_signing(facts: Facts, step: Step, by: int) -> list[Objection]:
    """Why `by` may not sign this step: the text has gaps, an earlier signature lacks, or one person would be two."""
    if found := objections_to_moving("sign", facts):
        return found
    if step not in owed(facts):
        found.append(Objection("not_owed", f"这一稿不需要或已有{step.label}", "条例 17.1"))
    elif step is not owed(facts)[0]:
        found.append(Objection("out_of_order", f"须先办理{owed(facts)[0].label}", "条例 17.1"))
    if facts.missing:
        found.append(Objection("missing", f"文中还有未填的内容：{'、'.join(facts.missing)}", "条例 36"))
    if by == facts.drafted_by:
        found.append(Objection("own_draft", "拟稿人不能审核、签发自己拟的文书", "条例 17.1"))
    if any(one.by == by for one in standing(facts)):
        found.append(Objection("same_person", "同一文书的法制审核、保密审查和签发须由不同的人办理", "条例 17.1"))
    return found


def objections_to_freezing(facts: Facts) -> list[Objection]:
    if found := objections_to_moving("freeze", facts):
        if state_of(facts) is State.DRAFT:
            return [Objection("not_approved", f"尚未完成{'、'.join(step.label for step in owed(facts))}，不能定稿编号", "条例 45")]
        return found
    kind = kinds()[facts.kind]
    if kind.encloses and not facts.enclosures:
        return [Objection("no_enclosure", f"该文书须附“{kind.encloses}”", "条例 36(2)")]
    return []


def objections_to_stamping(facts: Facts, bound_to: str, pdf_digest: str) -> list[Objection]:
    if found := objections_to_moving("stamp", facts):
        return found
    if not facts.rendered:
        return [Objection("not_rendered", "文书尚未生成，请先生成文书", "条例 45")]
    if bound_to != pdf_digest:
        return [Objection("other_letter", "用印件所对应的摘要不是这份定稿文书的摘要", "条例 45")]
    return []


def objections_to_delivering(facts: Facts, *, way: str, carrier: str, on: date, written_on: date, today: date, remedy: str = "") -> list[Objection]:
    """Why the letter may not go out so: not stamped, a day that can't be, a parcel service that is no post office, or over the
    internet without a channel there for the review (行政复议法 22.2). `remedy` is blank for a letter that names none."""
    if state_of(facts) is State.FROZEN:
        return [Objection("no_stamp", "文书尚未用印，不能送达", "条例 45")]
    if found := objections_to_moving("deliver", facts):
        return found
    if on < written_on:
        found.append(Objection("before_written", f"送达日期早于成文日期{chinese_date(written_on)}", "235号 四"))
    if on > today:
        found.append(Objection("not_yet", "送达日期在今天之后，请在送出以后登记", "235号 四"))
    if way == "post" and not carrier:
        found.append(Objection("no_carrier", "邮寄须通过邮政企业，请选择邮件种类（特快专递或挂号信）；其他快递企业不可以", "235号 二"))
    if way != "post" and carrier:
        found.append(Objection("carrier_without_post", "邮件种类只在邮寄时填写", "235号 二"))
    if way == "network" and remedy and not remedy.endswith(ONLINE) and version_on(frames()["online"], written_on):
        found.append(Objection(
            "no_online_review", "通过互联网送达的，须同时提供提交行政复议申请书的互联网渠道，本文书没有写明：请改用其他方式送达，或者作废后选“并告知网上复议渠道”重新拟写", "行政复议法 22.2",
        ))  # fmt: skip
    return found


def seen(typed: str) -> str:
    """A line of text without the marks that can't be seen, which come along when it is copied from elsewhere; blanks and ends of line are one blank."""
    return " ".join("".join(c for c in typed if unicodedata.category(c) != "Cf").split())


def folded_number(typed: str) -> str:
    """A number as it was meant: of whatever width, without blanks and what can't be seen, in capitals."""
    return "".join(seen(unicodedata.normalize("NFKC", typed)).split()).upper()


def mail_number(proof: str) -> str:
    """The post office's number that a proof of delivery is, or names; blank where it names none."""
    whole = folded_number(proof)
    found = MAIL_NUMBER.fullmatch(whole) or next((one for one in MAIL_NUMBER.finditer(unicodedata.normalize("NFKC", proof).upper()) if sum(map(str.isdigit, one[0])) > 7), None)
    return found[0] if found else ""


def objections_to_receiving(facts: Facts, *, way: str, sent_on: date | None, on: date, today: date) -> list[Objection]:
    """Why the other side can't have signed for the letter on that day. Only what was posted arrives later than it left."""
    if state_of(facts) is not State.DELIVERED or sent_on is None:
        return [Objection("not_sent", "文书尚未送出，不能登记对方签收", "235号 四")]
    if way != "post":
        return [Objection("not_posted", "只有邮寄的文书另行登记签收", "235号 四")]
    if on < sent_on:
        return [Objection("before_sent", f"签收日期早于交邮日期{chinese_date(sent_on)}", "235号 四")]
    return [Objection("not_yet", "签收日期在今天之后", "235号 四")] if on > today else []


def objections_to_correcting(
    facts: Facts, *, receipt: bool, was: date | None, on: date, written_on: date, sent_on: date | None, received_on: date | None, reason: str, today: date
) -> list[Objection]:
    """Why a day of delivery (or of receipt) can't be put right so. The deed stays on record; only the day it counts for changes."""
    what = "签收" if receipt else "送达"
    if state_of(facts) is not State.DELIVERED or was is None:
        return [Objection("not_there", f"没有登记{what}，不能更正{what}日期", "条例 45")]
    found = []
    if on == was:
        found.append(Objection("the_same", f"与现有的{what}日期相同，没有可更正的", "条例 45"))
    if on > today:
        found.append(Objection("not_yet", f"{what}日期在今天之后", "235号 四"))
    if not receipt and on < written_on:
        found.append(Objection("before_written", f"送达日期早于成文日期{chinese_date(written_on)}", "235号 四"))
    if receipt and sent_on and on < sent_on:
        found.append(Objection("before_sent", f"签收日期早于送达（交邮）日期{chinese_date(sent_on)}", "235号 四"))
    if not receipt and received_on and on > received_on:
        found.append(Objection("after_received", f"送达日期晚于对方签收日期{chinese_date(received_on)}", "235号 四"))
    if not reason.strip():
        found.append(Objection("no_reason", "请写明更正的原因和凭据，如“寄件底单日期为3月24日”", "条例 45"))
    return found


def objections_to_voiding(facts: Facts, reason: str) -> list[Objection]:
    found = objections_to_moving("void", facts)
    if not reason.strip():
        found.append(Objection("no_reason", "作废须写明原因，文号不再使用", "条例 45"))
    return found


def number(prefix: str, series: str, year: int, serial: int) -> str:
    return f"{prefix}公开{series}〔{year}〕{serial}号"
