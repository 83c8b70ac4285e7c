"""Who may do what with a case, in which state, by which address: made from the permission table, complete, and asked of the pages themselves.

A new address, a new button or a new deed without a row here fails; so does a right that nothing asks for. The expectation is
read from the declared table alone (`permissions.table`), by the few lines of `granted`.
"""

import ast
import importlib
import json
from base64 import b64encode
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from gongkai.accounts.permissions import Reach, table
from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.files.actions import keep
from gongkai.foi import actions, aftercare, archiving, joining, public_actions, redactions, rules
from gongkai.foi.models import (
    Application,
    Archive,
    CaseLink,
    Handover,
    PublicationProposal,
    Redaction,
    Remedy,
    Reopening,
)
from gongkai.foi.rules import State
from gongkai.law.refusals import Refused
from gongkai.letters.models import Material, Rendering
from gongkai.registers.register import get_register
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.api import AccessTokenFactory
from tests.factories.foi import (
    ApplicantFactory,
    ApplicationFactory,
    HandedInFactory,
    PaperFactory,
    RectificationFactory,
    ThirdPartyOpinionFactory,
)
from tests.factories.letters import LetterFactory
from tests.factories.publishing import ColumnFactory
from tests.foi.test_casework import BY_STATE, IN_STATE
from tests.foi.test_redacting import pdf_of
from tests.house.test_addresses import patterns

BACKEND = "gongkai.accounts.backends.PostBackend"
CASE, PERSON, LETTER, SYSTEM = "foi.application", "foi.applicant", "letters.letter", "api.system"
ROOMS = ("foi.", "letters.", "api.")
VIEW = (CASE, "view")


class Deed(NamedTuple):
    """A request and the rights it asks for. `of`: whether they are asked about this case (or system); `one_of`: beside seeing the case, one is enough."""

    address: str
    rights: tuple[tuple[str, str], ...]
    args: tuple = ()
    post: dict | None = None
    of: bool = True
    one_of: bool = False


def deeds() -> list[Deed]:
    made = [
        # Lists and sums
        *(Deed(f"foi:{name}", (VIEW,), of=False) for name in ("queue", "calendar", "fees", "reminders", "statistics", "proposals", "online")),
        Deed("foi:fees_export", ((CASE, "export"),), ("csv",), of=False),
        Deed("foi:anonymise", ((CASE, "anonymise"),), post={"case": ["case"]}, of=False),
        Deed("foi:reminders", (VIEW, (CASE, "remind")), post={"case": ["case"]}, of=False),
        # A case
        *(Deed(f"foi:{name}", (VIEW,), ("case",)) for name in ("case", "sheet", "decide", "fee")),
        *(Deed("foi:case", (VIEW, (CASE, verb)), ("case",), {"do": verb}) for verb in sorted({row.verb for row in rules.MOVES.rows})),
        Deed("foi:case", (VIEW, (PERSON, "view")), ("case",), {"do": "applicant"}),
        Deed("foi:draft", (VIEW, (LETTER, "draft")), ("case", "granted")), Deed("foi:draft", (VIEW, (LETTER, "draft")), ("case", "granted"), {}),
        *(Deed("foi:fee", (VIEW, (CASE, "charge")), ("case",), post) for post in ({"mode": "pages"}, {"do": "drop"})),
        *(Deed("foi:file", (VIEW, (CASE, "pack")), ("case", form), {}) for form in ("pdf", "zip")),
        Deed("foi:archived", (VIEW, (CASE, "pack")), ("case", "sealed")),
        Deed("foi:material", (VIEW, (LETTER, "draft")), ("case",), {}),
        Deed("foi:redact", (VIEW, (CASE, "redact")), ("case", "paper"), {}), Deed("foi:redaction", (VIEW, (CASE, "redact")), ("case", "redaction")),
        *(Deed("foi:redaction", (VIEW, (CASE, "redact")), ("case", "redaction"), {"do": do}) for do in ("mark", "lines", "words", "unmark", "drop", "finish", "stop")),
        Deed("foi:redaction_page", (VIEW, (CASE, "redact")), ("case", "redaction", 1)),
        Deed("foi:redacted", ((CASE, "redact"), (LETTER, "view")), ("case", "finished"), one_of=True),
        *(Deed("foi:relate", (VIEW, (CASE, "join")), ("case",), post) for post in ({"do": "join"}, {"do": "part", "link": "link"})),
        *(Deed("foi:relate", (VIEW, (CASE, "take_over")), ("case",), {"do": do}) for do in ("accept", "send_back")),
        *(Deed("foi:after", (VIEW, (CASE, verb)), ("case",), {"do": do, "proposal": "proposal", "column": "column"}) for do, verb in (("reassess", "reassess"), ("propose", "propose"), ("adopt", "adopt"), ("decline", "adopt"))),
        *(Deed("foi:settle", (VIEW, (CASE, verb)), ("case", kind), {"do": do}) for kind, verb in (("correction", "corrected"), ("withdrawal", "withdraw"), ("payment", "fee_paid")) for do in ("accept", "")),
        Deed("foi:paper", (VIEW, (PERSON, "view")), ("case", "upload")), Deed("foi:code", (VIEW, (PERSON, "change")), ("case",), {}),
        # Its letters
        Deed("letters:letter", ((LETTER, "view"),), ("letter",)), Deed("letters:redraft", ((LETTER, "read"), (LETTER, "draft")), ("letter",)), Deed("letters:redraft", ((LETTER, "read"), (LETTER, "draft")), ("letter",), {}),
        *(Deed("letters:paper", ((LETTER, "read"),), ("printed", form)) for form in ("pdf", "docx")),
        *(Deed("letters:letter", ((LETTER, "view"), (LETTER, verb)), ("letter",), {"do": do, "material": "paper"}) for do, verb in {
            "legal": "legal", "secrecy": "secrecy", "approve": "approve", "freeze": "freeze", "render": "freeze", "enclose": "draft", "remove": "draft",
            "stamp": "stamp", "deliver": "deliver", "receive": "deliver", "correct_day": "correct", "void": "void",
        }.items()),
        Deed("letters:waiting", ((LETTER, "view"),), of=False),
        *(Deed("letters:post", ((LETTER, "read"), (LETTER, "deliver")), post={"letter": "printed", "do": do}) for do in ("letters", "envelopes", "post", "keep")),
        # Systems
        Deed("api_systems", ((SYSTEM, "view"),), of=False),
        *(Deed("api_systems", ((SYSTEM, "manage"),), post={"deed": do, "system": "system", "token": "token"}, of=do != "connect") for do in ("connect", "issue", "revoke")),
    ]  # fmt: skip
    for slug, thing, pk in (("applications", CASE, "case"), ("third-party-opinions", "foi.third_party_opinion", "opinion"), ("remedies", "foi.remedy", "remedy"), ("rectifications", "foi.rectification", "rectification")):
        made += [
            Deed("registers:list", ((thing, "view"),), (slug,), of=False), Deed("registers:export", ((thing, "export"),), (slug, "csv"), of=False),
            Deed("registers:add", ((thing, "add"),), (slug,), of=False), Deed("registers:add", ((thing, "add"),), (slug,), {}, of=False),
            Deed("registers:edit", ((thing, "view"),), (slug, pk)), Deed("registers:edit", ((thing, "view"), (thing, "change")), (slug, pk), {}),
            Deed("registers:void", ((thing, "remove"),), (slug, pk), {}), Deed("registers:history", ((thing, "history"),), (slug, pk)),
        ]  # fmt: skip
        if get_register(slug).importable:
            made += [Deed(f"registers:{name}", ((thing, "import"),), (slug,), of=False) for name in ("import", "template")]
    return made


#: Rights that no address asks for, and where they are asked instead.
ELSEWHERE = {
    (CASE, "consent"): "条例33.2的同意：谁能被选为同意人、谁能签发延期告知书（rules.objections_to_extending、by_letter.objections）",
    ("foi.third_party_opinion", "import"): "登记簿一律授权；这一簿不能导入（下面一项测试）", ("foi.rectification", "import"): "同上",
}
#: What the buttons of each page are called in its view: every constant its `do` (or `deed`) is compared with.
PAGES = ("gongkai.foi.desk_views", "gongkai.foi.redaction_views", "gongkai.foi.after_views", "gongkai.foi.public_desk", "gongkai.letters.views", "gongkai.api.desk")


def granted(role: Role | None, where: str, deed: Deed) -> bool:
    """What the declared table says: a holder of `role` in the case's own section ("own"), another ("other"), another office ("far"), about this case."""
    if role is None or (where == "far" and deed.of):
        return False

    def one(right) -> bool:
        far = table().get(right, {}).get(role, Reach.NONE)
        return far is Reach.OFFICE or (far is Reach.SECTION and (where == "own" or (not deed.of and where in ("other", "far"))))

    needed = [one(right) for right in deed.rights]
    return (one(VIEW) and any(needed)) if deed.one_of else all(needed)


# Complete


def test_what_cannot_be_imported_has_no_import():
    assert [slug for slug in ("applications", "third-party-opinions", "remedies", "rectifications") if not get_register(slug).importable] == ["third-party-opinions", "rectifications"]


def ours(thing: str) -> bool:
    return thing.startswith(ROOMS)


def test_every_right_is_asked_for_and_every_right_asked_for_is_declared():
    asked, declared = {right for deed in deeds() for right in deed.rights}, {key for key in table() if ours(key[0])}
    assert declared - asked - set(ELSEWHERE) == set(), "声明了、却没有任何地址会问的权限：在 deeds() 里给它一行，或者删掉"
    assert asked <= declared


def test_every_address_has_its_row():
    named = {name for _, _, name in patterns(get_resolver("gongkai.urls_desk")) if name.startswith(("foi:", "letters:")) or name == "api_systems"}
    assert len(named) > 25
    assert named - {deed.address for deed in deeds()} == set(), "新的地址：在 deeds() 里写明它要什么权限"


def buttons(module: str) -> set[str]:
    """The constants that a variable named `do` is compared with, and the keys of what it is looked up in."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(Path(importlib.import_module(module).__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare) and (isinstance(node.left, ast.Name) and node.left.id == "do" or 'get("do"' in ast.unparse(node.left)):
            found |= {one.value for to in node.comparators for one in ast.walk(to) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def test_every_button_has_its_row():
    known = {deed.post.get("do", deed.post.get("deed", "")) for deed in deeds() if deed.post is not None}
    for module in PAGES:
        assert buttons(module) <= known, f"{module}里有新的按钮：在 deeds() 里写明它要什么权限"
    views = importlib.import_module("gongkai.letters.views")
    assert set(views.DEEDS) | {step.value for step in views.rules.Step} <= known
    assert set(importlib.import_module("gongkai.foi.case_forms").FORMS) <= known and "join" in buttons("gongkai.foi.desk_views")


# By role


class World:
    """One case with everything that can hang on one, and what it is called in `deeds`."""

    def __init__(self):
        applicant = ApplicantFactory()
        self.case = case = applicant.application
        office, by = case.office, UserFactory(office=case.office, role=Role.COORDINATOR)
        self.section, self.elsewhere = case.section, SectionFactory(office=office, name="信息化科")
        paper = keep(ContentFile(pdf_of("合同"), "合同.pdf"), office=office, by=by)
        material = Material.objects.create(office=office, subject_kind=case._meta.label, subject_id=case.pk, label="合同", file=paper, by=by)
        other = Material.objects.create(office=office, subject_kind=case._meta.label, subject_id=case.pk, label="附图", file=paper, by=by)
        mine = {"application": case, "source": paper, "pages": 1, "begun_by": by}
        printed = LetterFactory(case=case, kind="extension", number="青工信公开延〔2022〕1号", serial=1, series="延", year=2022, frozen_at=timezone.now(), frozen_by=by, fields=json.dumps({"申请人": "林溪桥"}))
        seal = b64encode(b"%PDF-1.7").decode()
        Rendering.objects.create(letter=printed, by=by, pdf=seal, pdf_sha256="0" * 64, pdf_sm3="0" * 64, docx=seal, docx_sha256="0" * 64)
        token = AccessTokenFactory(system__office=office)
        self.keys = {
            "case": case.pk, "paper": material.pk, "letter": LetterFactory(case=case).pk, "printed": printed.pk, "opinion": ThirdPartyOpinionFactory(application=case).pk,
            "redaction": Redaction.objects.create(material=material, **mine).pk,
            "finished": Redaction.objects.create(material=other, finished_by=by, finished_at=timezone.now(), result=Material.objects.create(office=office, subject_kind=case._meta.label, subject_id=case.pk, label="附图（区分处理件）", file=paper, by=by), **mine).pk,
            "sealed": Archive.objects.create(application=case, number="XXGK-1", on=date(2022, 5, 5), contents=[], pages=1, pdf=seal, pdf_sha256=sha256(b"%PDF-1.7").hexdigest()).pk,
            "link": CaseLink.objects.create(application=case, other=ApplicationFactory(office=office, section=self.section), kind="linked", reason="同一事项", document="呈批单3号", on=date(2022, 3, 3)).pk,
            "proposal": PublicationProposal.objects.create(application=case, title="分配结果", reason="多人申请", on=date(2022, 4, 1), by=by).pk, "column": ColumnFactory(office=office).pk,
            "remedy": Remedy.objects.create(office=office, section=self.section, application=case, kind="direct_suit", organ="青禾市人民法院", accepted_on=date(2022, 4, 1)).pk,
            "rectification": RectificationFactory(office=office, section=self.section).pk, "upload": PaperFactory(application=case).pk, "token": token.pk, "system": token.system_id,
            **{kind: HandedInFactory(application=case, kind=kind).pk for kind in ("correction", "withdrawal", "payment")},
        }  # fmt: skip
        Handover.objects.create(application=case, from_section=self.elsewhere, to_section=self.section, reason="属该科", on=date(2022, 3, 3))

    @staticmethod
    def covering(case: Application, by) -> int:
        paper = keep(ContentFile(pdf_of("合同"), "合同.pdf"), office=case.office, by=by)
        material = Material.objects.create(office=case.office, subject_kind=case._meta.label, subject_id=case.pk, label="合同", file=paper, by=by)
        return Redaction.objects.create(application=case, material=material, source=paper, pages=1, begun_by=by).pk

    def named(self, said):
        return self.keys.get(said, said) if isinstance(said, str) else [self.named(one) for one in said] if isinstance(said, list) else said

    def people(self, role: Role | None):
        """Those who hold the post here and there: (where, person)."""
        office, far = self.case.office, OfficeFactory(name="青禾市商务局")
        if role is None:
            return [("own", UserFactory(office=office))]
        if role in (Role.CLERK, Role.HEAD):
            found = [("own", UserFactory(office=office, role=role, role__section=self.section)), ("other", UserFactory(office=office, role=role, role__section=self.elsewhere))]
            return [*found, ("far", UserFactory(office=far, role=role, role__section=SectionFactory(office=far)))]
        return [("own", UserFactory(office=office, role=role)), ("far", UserFactory(office=far, role=role))]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role.value if role else "nobody")
def test_every_address_lets_in_whom_the_table_lets_in(client, role):
    world, wrong, let_in = World(), [], 0
    client.raise_request_exception = True
    for where, person in world.people(role):
        client.force_login(person, backend=BACKEND)
        for deed in deeds():
            address = reverse(deed.address, args=[world.named(one) for one in deed.args])
            expected, before = granted(role, where, deed), Entry.objects.count()
            with transaction.atomic():
                answer = client.get(address) if deed.post is None else client.post(address, {name: world.named(said) for name, said in deed.post.items()})
                closed = answer.status_code in (403, 404) or (answer.status_code == 302 and "login" in answer["Location"])
                if closed and Entry.objects.exclude(verb__startswith="accounts.").count() > before:
                    wrong.append((where, deed.address, deed.post, "拒绝了，却留下了记录"))
                transaction.set_rollback(True)
            let_in += not closed
            if closed is expected:
                wrong.append((where, deed.address, deed.args, deed.post, answer.status_code))
    assert wrong == []
    assert let_in > 5 or role in (Role.SUPERIOR, None, *(one for one in Role if one.value.endswith("_admin")))


# By state


ENDED = {State.ANSWERED, State.ABANDONED, State.WITHDRAWN, State.ARCHIVED, State.REOPENED}
LIVE = set(State) - ENDED
#: Deeds beside the moves, and the states in which they can come about for this case. What is not named may not.
BESIDE = {
    "charge": {State.OPEN}, "redact": set(State) - {State.ARCHIVED}, "finish_redaction": set(State) - {State.ARCHIVED}, "merge": LIVE, "link": set(State), "accept_handover": set(State), "send_back_handover": LIVE,
    "reassess": {State.ANSWERED, State.ARCHIVED, State.REOPENED}, "propose": set(State), "anonymise": {State.ARCHIVED},
    "accept_correction": {State.AWAITING_CORRECTION}, "accept_withdrawal": {State.UNCONFIRMED, State.OPEN, State.AWAITING_CORRECTION, State.AWAITING_FEE}, "accept_payment": {State.AWAITING_FEE},
    "reopen_otherwise": {State.ANSWERED, State.ABANDONED, State.ARCHIVED},
}  # fmt: skip


def tried(case: Application, by, consenting) -> dict:
    """Every deed on this case, as lawful as its state lets it be."""
    office, day = case.office, date(2022, 3, 9)
    other = ApplicationFactory(office=office, section=case.section)
    remedy = Remedy(office=office, section=case.section, application=case, kind="reconsideration", organ="青禾市人民政府", accepted_on=date(2022, 4, 11), decided_on=date(2022, 5, 6), result="corrected", orders_redo=True, document_number="青府复决〔2022〕7号")
    remedy.save()
    paper = Material.objects.create(office=office, subject_kind=case._meta.label, subject_id=case.pk, label="合同", file=keep(ContentFile(pdf_of("合同"), "合同.pdf"), office=office, by=by), by=by)
    second = Material.objects.create(office=office, subject_kind=case._meta.label, subject_id=case.pk, label="附图", file=paper.file, by=by)
    open_redaction = Redaction.objects.create(application=case, material=second, source=paper.file, pages=1, begun_by=by)
    handed = Handover.objects.create(application=case, from_section=other.section, to_section=case.section, reason="属该科", on=date(2022, 3, 3))
    came = {kind: HandedInFactory(application=case, kind=kind, on=date(2022, 3, 15)) for kind in ("correction", "withdrawal", "payment")}
    reply = {"by": by, "result": "denied_process", "delivery": "post", "reply_number": "青工信公开答〔2022〕9号"}
    said = {"by": by, "document": "呈批单3号", "reason": "同一事项", "on": day}
    return {
        "confirm": lambda: actions.confirm(case, by=by, on=date(2022, 3, 2)), "ask_to_correct": lambda: actions.ask_to_correct(case, by=by, on=date(2022, 3, 4)),
        "corrected": lambda: actions.corrected(case, by=by, on=date(2022, 3, 15)), "ask_fee": lambda: actions.ask_fee(case, by=by, on=date(2022, 3, 8)),
        "fee_paid": lambda: actions.fee_paid(case, by=by, on=day), "consult": lambda: actions.consult(case, by=by, kind="third_party", sent_on=date(2022, 3, 4)),
        "extend": lambda: actions.extend(case, by=by, days=5, consented_by=consenting, on=day), "reply": lambda: actions.reply(case, dispatched_on=date(2022, 3, 10), **reply),
        "set_aside": lambda: actions.set_aside(case, by=by, on=date(2022, 4, 8)), "withdraw": lambda: actions.withdraw(case, by=by, on=date(2022, 3, 10)),
        "reopen": lambda: actions.reopen(case, by=by, remedy=remedy, on=date(2022, 5, 9)), "reply_again": lambda: actions.reply_again(case, dispatched_on=date(2022, 5, 10), **reply),
        "archive": lambda: archiving.archive(case, by=by, number="XXGK-9", on=date(2022, 5, 9)), "assign": lambda: actions.assign(case, by=by, handler=by),
        "take_back": lambda: actions.take_back(case, by=by, document="呈批单9号", reason="申请人类别登记有误"),
        "transfer": lambda: actions.transfer(case, by=by, section=SectionFactory(office=office, name="信息化科"), reason="属该科"),
        "charge": lambda: actions.decide_fee(case, by=by, mode="cases", units=11, before=0, pages=0, reason="数量多", on=day),
        "redact": lambda: redactions.begin(case, by=by, material=paper), "finish_redaction": lambda: _finished(open_redaction, by),
        "merge": lambda: joining.join(case, other=other, kind="merged", **said), "link": lambda: joining.join(case, other=other, kind="linked", **said),
        "accept_handover": lambda: joining.accept(handed, by=by, on=day), "send_back_handover": lambda: joining.send_back(handed, by=by, reason="不属本科", on=day),
        "reassess": lambda: aftercare.reassess(case, by=by, outcome="keep", reason="情况未变", on=date(2023, 5, 5)), "propose": lambda: aftercare.propose(case, by=by, title="分配结果", reason="多人申请", on=day),
        "anonymise": lambda: aftercare.anonymise(case, by=by, on=date(2026, 1, 5)),
        **{f"accept_{kind}": lambda one=one: public_actions.accept(one, by=by, today=date(2022, 3, 16)) for kind, one in came.items()},
        "reopen_otherwise": lambda: actions.reopen_otherwise(case, by=by, ground="own", document="呈批单9号", reason="理由有误", on=date(2022, 5, 9)),
    }  # fmt: skip


def _finished(redaction: Redaction, by):
    from gongkai.foi.redacting import Box

    redactions.mark(redaction, by=by, page=1, boxes=[Box(0, 0, 5000, 5000)], ground="denied_third")
    return redactions.finish(redaction, by=by)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("state", list(State))
def test_in_each_state_exactly_what_fits_it_comes_about(state):
    facts = dict(BY_STATE[state])
    if facts.get("answered"):
        facts["result"] = "denied_process"
    case = ApplicationFactory(**facts)
    ApplicantFactory(application=case)
    if state is State.REOPENED:
        Reopening.objects.create(application=case, ground="own", document="呈批单9号", on=date(2022, 5, 5), due_on=date(2022, 6, 2))
    by, consenting = UserFactory(office=case.office, role=Role.COORDINATOR), UserFactory(office=case.office, role=Role.DISCLOSURE_HEAD)
    ways = tried(case, by, consenting)
    assert set(ways) == {row.verb for row in rules.MOVES.rows} | set(BESIDE), "新的办理事项：写明它在哪些状态能办成"
    came_about = set()
    for verb, deed in ways.items():
        with transaction.atomic():
            if verb == "set_aside":
                case.handed_in.all().delete()
            if verb == "archive":
                Redaction.objects.all().delete()
            if verb == "anonymise":
                Remedy.objects.all().delete()
            try:
                with transaction.atomic():
                    deed()
                came_about.add(verb)
            except (Refused, ValidationError, Handover.DoesNotExist):
                pass
            transaction.set_rollback(True)
    assert came_about == IN_STATE[state] | {verb for verb, states in BESIDE.items() if state in states}


@pytest.mark.django_db
def test_a_head_merges_no_case_into_one_of_another_section(client):
    """It would hand the work over with nobody to accept it: between sections the coordinator merges."""
    case = ApplicationFactory()
    elsewhere = ApplicationFactory(office=case.office, section=SectionFactory(office=case.office, name="信息化科"))
    said = {"do": "join", "number": elsewhere.number, "kind": "merged", "reason": "同一事项", "document": "呈批单3号"}
    head = UserFactory(office=case.office, role=Role.HEAD, role__section=case.section)
    client.force_login(head, backend=BACKEND)
    client.post(reverse("foi:relate", args=[case.pk]), said | {"kind": "linked", "number": ApplicationFactory(office=case.office, section=elsewhere.section).number})
    assert CaseLink.objects.get().kind == "linked"
    for person, merged in ((head, 0), (UserFactory(office=case.office, role=Role.COORDINATOR), 1)):
        client.force_login(person, backend=BACKEND)
        answer = client.post(reverse("foi:relate", args=[case.pk]), said)
        assert CaseLink.objects.filter(kind="merged").count() == merged
        words = [str(one) for one in get_messages(answer.wsgi_request)][-1]
        assert words.startswith("已并案" if merged else f"{elsewhere.number}由信息化科承办，跨科室的并案由公开协调员办理")

@pytest.mark.django_db
def test_a_closed_case_is_not_sent_back_and_says_so():
    case = ApplicationFactory(answered=True)
    handed = Handover.objects.create(application=case, from_section=SectionFactory(office=case.office, name="信息化科"), to_section=case.section, reason="属该科", on=date(2022, 3, 3))
    by = UserFactory(office=case.office, role=Role.COORDINATOR)
    with pytest.raises(Refused, match="已经办结.*请点“接收”"):
        joining.send_back(handed, by=by, reason="不属本科", on=date(2022, 3, 30))
    joining.accept(handed, by=by, on=date(2022, 3, 30))
    assert joining.waiting(case) is None and Application.objects.get(pk=case.pk).section == case.section


@pytest.mark.slow
@pytest.mark.django_db
def test_a_case_is_not_put_away_while_a_paper_is_being_covered():
    case = ApplicationFactory(answered=True)
    by = UserFactory(office=case.office, role=Role.COORDINATOR)
    ApplicantFactory(application=case)
    redaction = Redaction.objects.get(pk=World.covering(case, by))
    with pytest.raises(Refused, match="“合同”的区分处理还没有完成"):
        archiving.archive(case, by=by, number="XXGK-9", on=date(2022, 5, 9))
    redactions.drop(redaction, by=by)
    archiving.archive(case, by=by, number="XXGK-9", on=date(2022, 5, 9))
