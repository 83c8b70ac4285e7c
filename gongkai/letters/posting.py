"""Many letters by one post: printed together, their envelopes with them, and their mail numbers registered in one go (235号 二, 四)."""

from __future__ import annotations

import json
import re
import unicodedata
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pylopdf_fonts_zh_cn
import typst
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404

from gongkai.accounts.models import User
from gongkai.accounts.permissions import Reach, reach, refuse_unless
from gongkai.audit.actions import compose, record_many
from gongkai.audit.verbs import sentences
from gongkai.files import pdfium
from gongkai.files.checks.looking import MEGABYTE
from gongkai.files.models import vault_storage
from gongkai.law import Objection
from gongkai.law.refusals import Refused, refuse_if
from gongkai.screening.rules.marks import paper_bears_mark

from . import actions, rules
from .models import Delivery, Enclosure, Letter, LetterQuerySet, Rendering
from .permissions import THING
from .subjects import subject_of

ENVELOPE, FONTS = Path(__file__).parent / "envelope.typ", Path(pylopdf_fonts_zh_cn.__file__).parent
#: Envelopes of GB/T 1416: name, what the office calls it, millimetres across and down.
SIZES = (("dl", "5号信封（220×110毫米）", 220, 110), ("c5", "7号信封（229×162毫米）", 229, 162), ("c4", "9号信封（324×229毫米，A4纸不折）", 324, 229))
#: A list longer than this is worked off in parts.
MOST = 100
#: Bytes of enclosures printed in one go: they are held in memory until they are handed over.
MOST_BYTES = 200 * MEGABYTE
#: Whoever posts a letter reads it in full and sends it.
VERBS = ("read", "deliver")
#: Unicode's categories of what no font prints the same everywhere: controls, format marks that turn the reading direction, private and unassigned characters.
UNREADABLE = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})

sentences(
    letters__addressed="为寄送查看文书{letter}的收件人和地址",
    letters__printed_together="集中打印文书{letter}",
    letters__enveloped="打印文书{letter}的信封",
)


class To(NamedTuple):
    """Whom an envelope is for."""

    name: str
    address: str
    postcode: str = ""


def waiting(user: User) -> LetterQuerySet:
    """Letters of the user's office that have their number, were neither delivered nor voided, and that he may send; the oldest first.

    One question, and nothing that is sealed is opened: what the letters say is fetched once they were picked.
    """
    found = Letter.objects.of(user.office_id).in_hand().filter(frozen_at__isnull=False, delivery=None, void=None, rendering__isnull=False)
    for verb in VERBS:
        far, sections = reach(user, THING, verb)
        found = found if far is Reach.OFFICE else found.filter(handling_section_id__in=sections)
    return found.select_related("stamp").defer("fields").order_by("frozen_at", "pk")


def chosen(user: User, asked: Sequence[int | None]) -> list[Letter]:
    """Those that were picked, in the order of `waiting`; None is a key that was none. Stops with 403 or 404 where he may not send one, and is refused when one no longer waits."""
    pks = [pk for pk in asked if pk is not None]
    refuse_if([Objection("unknown", "没有认出所选的文书，请重新勾选")] if len(pks) < len(asked) else [])
    refuse_if([Objection("none", "请先勾选要寄送的文书")] if not pks else [])
    refuse_if([Objection("many", f"一次最多办理{MOST}份，请分批勾选")] if len(set(pks)) > MOST else [])
    there = Letter.objects.of(user.office_id).in_hand().filter(pk__in=pks).defer("fields").in_bulk()
    if len(there) != len(set(pks)):
        raise Http404
    for letter in there.values():
        for verb in VERBS:
            refuse_unless(user, THING, verb, letter)
    found = list(waiting(user).filter(pk__in=pks).defer(None).select_related("office").prefetch_related("enclosures__material__file"))
    refuse_if([Objection("gone", "所选文书中有的已经送达、作废或者还没有定稿，请回到清单重新勾选")] if len(found) != len(there) else [])
    return found


@transaction.atomic
def addressed(letters: Sequence[Letter], *, by: User) -> dict[int, To]:
    """To whom each letter goes, as far as the records say. Each look is on record."""
    for letter in letters:
        refuse_unless(by, THING, "read", letter)
    record_many([compose("letters.addressed", letter, by=by, letter=letter.number) for letter in letters])
    # A letter to a third party or another agency names it, or its envelope is left to be filled in; where it lives is not ours to know.
    made = {letter.pk: To(letter.values.get("收件人", ""), "") for letter in letters}
    theirs = [letter for letter in letters if rules.kinds()[letter.kind].to == "申请人" and not made[letter.pk].name]
    for kind in {letter.subject_kind for letter in theirs}:
        of = [letter for letter in theirs if letter.subject_kind == kind]
        made |= {pk: To(*said) for pk, said in subject_of(of[0]).addressees(of, by=by).items()}
    return made


def apart(letter: Letter) -> list[str]:
    """Labels of the enclosures that have no pages to print with the letter."""
    return [one.material.label for one in letter.enclosures.all() if one.material.file.kind != "pdf"]


def stamped(letter: Letter) -> bool:
    """Whether a letter that waits bears the seal: of its states only that one is left to ask."""
    return hasattr(letter, "stamp")


# -- Printing --------------------------------------------------------------------------------------------------------------


def objections_to_printing(letters: Sequence[Letter], *, by: User) -> list[Objection]:
    """Why these are not printed for the post, nor their envelopes: whatever may not leave, and what was sent or voided meanwhile."""
    for letter in letters:
        for verb in VERBS:
            refuse_unless(by, THING, verb, letter)
    still = set(waiting(by).filter(pk__in=[letter.pk for letter in letters]).values_list("pk", flat=True))
    found = [Objection("gone", f"{letter.number}已经送达或者作废，不能再寄") for letter in letters if letter.pk not in still]
    for letter in letters:
        found += [one._replace(sentence=f"{letter.number}：{one.sentence}") for one in actions.objections_to_leaving(letter, by)]
    return found


def letters_pdf(letters: Sequence[Letter], *, by: User, both_sides: bool) -> bytes:
    """集中打印。

    The frozen letters one after another, each with its enclosures that are PDF; for both sides of the sheet, each begins on a front.
    Where one may not leave, or is not what was frozen or kept, none is printed. Each that is printed is on record.
    """
    refuse_if(objections_to_printing(letters, by=by))
    size = sum(one.material.file.size for letter in letters for one in _printable(letter))
    refuse_if([Objection("large", f"所选文书的附件共{size // MEGABYTE}MB，一次最多打印{MOST_BYTES // MEGABYTE}MB，请分批勾选")] if size > MOST_BYTES else [])
    found: list[Objection] = []
    with pdfium.opened() as whole:
        for what, content, digest in _papers(letters):
            found += _append(whole, what, content, digest, both_sides)
        refuse_if(found)
        made = pdfium.saved(whole)
    record_many([compose("letters.printed_together", letter, by=by, letter=letter.number) for letter in letters])
    return made


def _printable(letter: Letter) -> list[Enclosure]:
    return [one for one in letter.enclosures.all() if one.material.file.kind == "pdf"]


def _papers(letters: Sequence[Letter]) -> Iterator[tuple[str, bytes, str]]:
    """What is printed, in order: what it is, its bytes, and the digest they were signed or kept under. A file that is gone has no bytes."""
    for letter in letters:
        printed = Rendering.objects.get(letter=letter)
        yield letter.number, b64decode(printed.pdf), printed.pdf_sha256
        for one in _printable(letter):
            try:
                with vault_storage().open(one.material.file.content.name) as file:
                    content = file.read()
            except OSError:
                content = b""
            yield f"{letter.number}的附件“{one.material.label}”", content, one.material.sha256


def _append(whole: pdfium.PdfDocument, what: str, content: bytes, digest: str, both_sides: bool) -> list[Objection]:
    """Put one paper at the end of `whole`; why not, where it may not stand there."""
    if sha256(content).hexdigest() != digest:
        return [Objection("changed", f"{what}的文件找不到，或者与登记的摘要不符，没有打印：请联系系统管理员核查", "条例 45")]
    try:
        if paper_bears_mark(pdfium.texts_in(content)):
            return [Objection("classified", f"{what}载有密级标识，没有打印：请立即停止办理，按保密规定处理", "保密法 31(3)")]
        pdfium.append(whole, content)
    except pdfium.PdfiumError:
        return [Objection("unreadable", f"{what}的PDF不能读取，没有打印：请取消勾选这一份，打开原件单独打印")]
    if both_sides and len(whole) % 2:
        whole.new_page(*whole[len(whole) - 1].get_size())
    return []


def envelopes_pdf(letters: Sequence[Letter], to: dict[int, To], *, size: str, by: User) -> bytes:
    """打印信封。

    A page of the envelope's size for each, as GB/T 1416 lays it out: whom it is for, the office below. What could not be read on one is refused and
    named, and none is printed. Each that is printed is on record.
    """
    refuse_if(objections_to_printing(letters, by=by))
    known = {key: (label, across, down) for key, label, across, down in SIZES}
    refuse_if([] if size in known else [Objection("size", "请选择信封规格")])
    refuse_if([one for letter in letters for one in _objections_to_addressing(letter, to[letter.pk])])
    office, (label, width, height) = letters[0].office, known[size]
    data = {
        "width": width, "height": height, "office": office.name, "from": office.address,
        "envelopes": [to[letter.pk]._asdict() | {"number": letter.number} for letter in letters],
    }  # fmt: skip
    try:
        made = typst.compile(
            ENVELOPE.read_bytes(), root=str(ENVELOPE.parent), font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["a-2b"],  # of the standards' rules one matters here: a character the fonts lack is an error, not an empty box
        )  # fmt: skip
    except typst.TypstError as error:
        raise Refused(_objections_to_typesetting(str(error), letters, to, label)) from error
    record_many([compose("letters.enveloped", letter, by=by, letter=letter.number) for letter in letters])
    return made


def _objections_to_addressing(letter: Letter, to: To) -> list[Objection]:
    if not (to.name.strip() and to.address.strip()):
        return [Objection("no_address", f"{letter.number}没有收件人或通信地址，不能打印信封：请在表中填写")]
    found = []
    if unreadable := [f"U+{ord(c):04X}" for c in dict.fromkeys(to.name + to.address) if c == "\ufffd" or unicodedata.category(c) in UNREADABLE]:
        found.append(Objection("unreadable", f"{letter.number}的收件人或地址中有印不出来的字符（{'、'.join(unreadable)}），没有打印：请删去后重新输入，或者手写这一个信封"))
    if to.postcode and not re.fullmatch(r"[0-9]{6}", to.postcode):
        found.append(Objection("postcode", f"{letter.number}的邮政编码应为6位数字，不知道的可以不填"))
    return found


def _objections_to_typesetting(error: str, letters: Sequence[Letter], to: dict[int, To], size: str) -> list[Objection]:
    """Whose envelope could not be set, from what the typesetter says. Raises LookupError for what it was never known to say."""
    if long := re.search(r"too long ([0-9,]+)", error):
        return [Objection("long", f"{letters[int(n)].number}的收件人和地址太长，{size}印不下，没有打印：请换大一号的信封，或者缩短") for n in long[1].split(",")]
    if lacking := re.search(r'the text `?"(.+?)"`? could not be displayed', error):
        of = [letter.number for letter in letters if lacking[1] in to[letter.pk].name + to[letter.pk].address]
        where = f"{'、'.join(of)}的收件人或地址" if of else "本机关的名称或地址"
        return [Objection("glyph", f"{where}中的“{lacking[1]}”在信封的字体中没有，没有打印：请改换该字，或者手写这一个信封")]
    raise LookupError(error)


# -- Registering what was posted ------------------------------------------------------------------------------------------


def post(letters: Sequence[Letter], to: dict[int, To], numbers: dict[int, str], *, carrier: str, on: date, by: User) -> None:
    """登记交邮。Afterwards all these letters went out on that day under their mail numbers, or, where one is refused, none did."""
    numbers = {pk: rules.folded_number(number) for pk, number in numbers.items()}
    with transaction.atomic():
        actions.hold_mail_numbers(by.office_id)
        # All of them before the first case: who delivers another letter of a case holds that letter, and then wants the case.
        held = Letter.objects.in_hand().select_for_update().filter(pk__in=[letter.pk for letter in letters]).order_by("pk").defer("fields")
        for letter in held:
            refuse_unless(by, THING, "deliver", letter)
        refuse_if(objections_to_numbers(letters, to, numbers, by=by))
        for letter in held:
            try:
                actions.send(letter, by=by, way=Delivery.Way.POST, carrier=carrier, on=on, proof=numbers[letter.pk])
            except (Refused, ValidationError) as error:
                said = error.objections if isinstance(error, Refused) else [Objection("invalid", sentence.rstrip("。")) for sentence in error.messages]
                raise Refused([one._replace(sentence=f"{letter.number}：{one.sentence}（所选文书都没有登记）") for one in said]) from None


def objections_to_numbers(letters: Sequence[Letter], to: dict[int, To], numbers: dict[int, str], *, by: User) -> list[Objection]:
    """What is wrong with the mail numbers: each piece of mail has one, and two letters share it only in one envelope."""
    found = [
        Objection("mail_number", f"{letter.number}的邮件号码应为13位字母和数字" if numbers.get(letter.pk) else f"{letter.number}没有填邮件号码", "235号 二")
        for letter in letters if not rules.MAIL_NUMBER.fullmatch(numbers.get(letter.pk, ""))
    ]  # fmt: skip
    if found:
        return found
    found += actions.objections_to_mail_numbers(by.office_id, numbers.values())
    for number, count in Counter(numbers[letter.pk] for letter in letters).items():
        inside = {to[letter.pk][:2] for letter in letters if numbers[letter.pk] == number}
        if count > 1 and (len(inside) > 1 or not all(inside.pop())):
            found.append(Objection("twice", f"邮件号码{number}填给了不同的收件人，或者没有写收件人和地址，请核对", "235号 二"))
    return found
