"""Whatever stands in an address or is posted to one, the desk answers in a sentence and never breaks."""

from collections.abc import Iterator
from datetime import date
from itertools import chain, product
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.evidence.models import FrozenAccount
from gongkai.exchange.models import Batch
from gongkai.ledger import actions as ledger
from gongkai.registers.importing import actions as importing
from gongkai.registers.register import all_registers
from gongkai.rulebook.actions import enter_notice
from gongkai.sockets import all_indicators
from tests.factories.ledger import MeasureFactory, PlanFactory, ProgressFactory

#: A superscript is a digit to Python and no number; the long ones are past any column; the rest is what people and probes type.
NUMBERS = ("abc", "-1", "0", "0000", "0001", "9999", "²²²²", "１２", "99999999999999999999999", "1e9", "", "1 OR 1=1", "\x00", "1\x00")
DAYS = ("9999-99-99", "0001-01-01", "9999-12-31", "2022-02-30", "20221130", "昨天", "\x00", "2022-11-30T23:59", "-1")
WORDS = ("'\"><script>alert(1)</script>", "%", "_", "\\", "\x00", "，。", "'; DROP TABLE x; --", "（2022）〔1〕", "\u202egnp.exe", "x" * 3000)
SORTS = ("-", "--number", "pk", "office__id", "applicant__name", "description", "?", "number desc", "\x00")


def asked(slugs: bool) -> Iterator[dict]:
    """Garbage for every parameter any page of the desk reads."""
    for value in NUMBERS:
        yield {"page": value, "year": value, "section": value, "parent": value, "frozen": value, "before": value, "role": value}
        if slugs:
            yield {"year": value}
            yield {"parent": value}
    for value in DAYS:
        yield {"as_of": value, "on": value, "since": value, "until": value}
    for value in WORDS:
        yield {"q": value, "who": value, "source": value, "standing": value, "claim": value, "part": value, "verb": value, "voided": value}
    if slugs:
        yield from ({"sort": value} for value in SORTS)


@pytest.fixture
def ledgered(office, people, records):
    """A plan of 2022 with a text of each state, a round, a frozen account and a file of each kind waiting."""
    coordinator, head = people[Role.COORDINATOR], people[Role.DISCLOSURE_HEAD]
    plan = PlanFactory(office=office)
    measure = MeasureFactory(plan=plan, progress="收到{{foi.received}}件，{{foi.received|均 answered_lawfully}}。")
    account = ledger.freeze(plan, as_of=date(2022, 11, 30), today=date(2023, 1, 5), by=head)
    ProgressFactory(measure=MeasureFactory(plan=plan), submitted=True)
    ledger.open_round(plan, title="三季度填报", opens_on=date(2022, 9, 1), due_on=date(2022, 9, 30), as_of=date(2022, 9, 30), by=coordinator)
    superior = PlanFactory(office=office, city=True)
    MeasureFactory(plan=superior)
    notice = enter_notice(year=2027, number="试一号", published_on=date(2026, 11, 25), days={"2027-01-01": "放假"}, by=coordinator)
    batch = importing.bring(all_registers()["interviews"], SimpleUploadedFile("表.csv", "没有这列\n1\n".encode()), by=coordinator)
    return {"plan": plan, "measure": measure, "account": account, "superior": superior, "notice": notice, "batch": batch}


def addresses(made: dict, people: dict) -> Iterator[str]:
    """Every page of the desk that a GET opens, with what it needs to be there."""
    for slug, entry in all_registers().items():
        yield from (reverse(f"registers:{name}", args=[slug]) for name in ("list", "add", "import", "template"))
        yield from (reverse("registers:export", args=[slug, kind]) for kind in ("xlsx", "csv"))
        record = entry.model._base_manager.order_by("pk").first()
        if record is not None:
            yield from (reverse(f"registers:{name}", args=[slug, record.pk]) for name in ("edit", "history"))
    batch = made["batch"]
    yield from (reverse(f"registers:{name}", args=[batch.target, batch.pk]) for name in ("batch", "batch_file", "batch_faults"))
    yield reverse("registers:batches")
    for name in ("plan", "freeze", "accounts", "rounds", "coverage", "carry"):
        yield reverse(f"ledger:{name}", args=[2022])
    yield reverse("ledger:index")
    yield reverse("ledger:import")
    yield reverse("ledger:years", args=[2022, 2022])
    yield reverse("ledger:measure", args=[made["measure"].pk])
    yield reverse("ledger:measure", args=[made["superior"].measures.first().pk])
    yield reverse("ledger:edit_measure", args=[2022, made["measure"].pk])
    yield from (reverse("ledger:evidence", args=[key]) for key in all_indicators())
    yield from (reverse("ledger:export", args=[2022, form]) for form in ("html", "xlsx"))
    yield reverse("ledger:frozen", args=[made["account"].pk])
    yield from (reverse("ledger:frozen_value", args=[made["account"].pk, value.key]) for value in made["account"].values.all()[:2])
    for name in ("wagtailadmin_home", "wagtailadmin_account", "accounts_people", "accounts_person_add", "accounts_two_factor_policy", "accounts_sections",
                 "accounts_permissions", "rulebook_calendar", "rulebook_figures", "rulebook_notice_add", "audit_log", "ui_specimens"):  # fmt: skip
        yield reverse(name)
    yield reverse("accounts_person", args=[people[Role.CLERK].pk])
    yield reverse("rulebook_notice", args=[made["notice"].pk])


def test_no_parameter_breaks_a_page(at, people, ledgered):
    troubles, tried = [], 0
    everywhere = list(addresses(ledgered, people))
    heavy = {reverse("registers:export", args=[slug, kind]) for slug, kind in product(all_registers(), ("xlsx", "csv"))}
    shown: set[str] = set()
    for role in (Role.COORDINATOR, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN):
        browser = at(people[role])
        for address in everywhere:
            # A page is tried with all the garbage by the first role that it opens to.
            if address in shown:
                continue
            listing = address.startswith("/desk/registers/") and address.count("/") == 4
            family = "/".join("#" if part.isdigit() else part for part in address.split("/")[:4])
            for number, garbage in enumerate(chain([{}], asked(listing))):
                if number and address in heavy and "/articles/" not in address:
                    break
                if number and family in shown and not listing and number % 7:
                    continue
                tried += 1
                try:
                    answer = browser.get(address, garbage)
                except Exception as problem:
                    troubles.append(f"{address}?{urlencode(garbage)[:80]}：{type(problem).__name__} {str(problem)[:120]}")
                    continue
                if not number and answer.status_code == 403:
                    break
                if answer.status_code >= 500 or (not number and answer.status_code not in (200, 302)):
                    troubles.append(f"{address}?{urlencode(garbage)[:80]}：{answer.status_code}")
                elif b"<script>alert(1)" in (b"" if answer.streaming else answer.content):
                    troubles.append(f"{address}：原样输出了脚本")
                if not number:
                    shown.add(address)
            shown.add(family)
    assert not troubles, f"{len(troubles)}处出错：\n" + "\n".join(troubles[:60])
    assert tried > 1000
    assert Batch.objects.count() and FrozenAccount.objects.count()
