"""Whatever stands in an address or is posted to one, the desk answers in a sentence and never breaks."""

from collections.abc import Iterator
from datetime import date
from itertools import islice, zip_longest
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse

from gongkai.accounts.roles import Role
from gongkai.ledger import actions as ledger
from gongkai.registers.importing import actions as importing
from gongkai.registers.register import all_registers
from gongkai.rulebook.actions import enter_notice
from gongkai.sockets import all_indicators
from tests.factories.ledger import MeasureFactory, PlanFactory, ProgressFactory

#: A superscript is a digit to Python and no number; the long ones are past any column; the rest is what people and probes type.
NUMBERS = ("abc", "-1", "0", "0000", "0001", "9999", "²²²²", "99999999999999999999999", "", "1\x00")
DAYS = ("9999-99-99", "0001-01-01", "9999-12-31", "2022-02-30", "20221130", "昨天", "\x00", "2022-11-30T23:59", "-1")
WORDS = ("'\"><script>alert(1)</script>", "%", "_", "\\", "\x00", "，。", "'; DROP TABLE x; --", "（2022）〔1〕", "\u202egnp.exe", "x" * 3000)
SORTS = ("-", "--number", "pk", "office__id", "applicant__name", "description", "?", "number desc", "\x00")


def garbage() -> Iterator[dict]:
    """Garbage for every parameter any page of the desk reads, all at once, then days and years alone."""
    for number, day, words, sort in zip_longest(NUMBERS, DAYS, WORDS, SORTS, fillvalue="x"):
        yield {
            **dict.fromkeys(("page", "section", "parent", "frozen", "before", "role"), number), **dict.fromkeys(("on", "as_of", "since", "until"), day),
            **dict.fromkeys(("q", "who", "source", "standing", "claim", "part", "verb", "voided"), words), "sort": sort,
        }  # fmt: skip
    yield from ({"year": number} for number in NUMBERS)


#: The pages that read what stands after the question mark; the others are tried with a little of it.
READING = {
    "registers:batches", "registers:add", "registers:export", "registers:history", "ledger:plan", "ledger:evidence", "ledger:export", "audit_log",
    "rulebook_calendar", "wagtailadmin_home", "accounts_people", "accounts_permissions",
}  # fmt: skip


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
        yield from (reverse(f"registers:{name}", args=[slug]) for name in ("list", "add", *(("import", "template") if entry.importable else ())))
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
    yield from (reverse("ledger:evidence", args=[key]) for key in list(all_indicators())[::4])
    yield from (reverse("ledger:export", args=[2022, form]) for form in ("html", "xlsx"))
    yield reverse("ledger:frozen", args=[made["account"].pk])
    yield from (reverse("ledger:frozen_value", args=[made["account"].pk, value.key]) for value in made["account"].values.all()[:2])
    for name in ("wagtailadmin_home", "wagtailadmin_account", "accounts_people", "accounts_person_add", "accounts_two_factor_policy", "accounts_sections",
                 "accounts_permissions", "rulebook_calendar", "rulebook_figures", "rulebook_notice_add", "audit_log", "ui_specimens"):  # fmt: skip
        yield reverse(name)
    yield reverse("accounts_person", args=[people[Role.CLERK].pk])
    yield reverse("rulebook_notice", args=[made["notice"].pk])


@pytest.mark.slow
def test_no_parameter_breaks_a_page(at, people, ledgered):
    troubles, tried, families = [], 0, set()
    browser = None
    waiting = list(addresses(ledgered, people))
    for role in (Role.COORDINATOR, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN):
        browser, closed = at(people[role]), []
        for address in waiting:
            try:
                answer = browser.get(address)
            except Exception as problem:
                troubles.append(f"{address}：{type(problem).__name__} {str(problem)[:120]}")
                continue
            if answer.status_code == 403:
                closed.append(address)
                continue
            if answer.status_code not in (200, 302):
                troubles.append(f"{address}：{answer.status_code}")
            # One page of each kind, and one list of each kind of date, with and without a parent.
            view = resolve(address)
            kind = view.view_name
            if kind == "registers:list":
                entry = all_registers()[view.kwargs["slug"]]
                kind += entry.model._meta.get_field(entry.date_field.split("__")[0]).get_internal_type() + entry.parent_field[:1]
            if kind in families:
                continue
            families.add(kind)
            whole = view.view_name == "registers:list" or kind in READING
            for query in garbage() if whole else islice(garbage(), 6, 8):
                tried += 1
                try:
                    answer = browser.get(address, query)
                except Exception as problem:
                    troubles.append(f"{address}?{urlencode(query)[:60]}：{type(problem).__name__} {str(problem)[:120]}")
                    continue
                if not answer.streaming and b"<script>alert(1)" in answer.content:
                    troubles.append(f"{address}：原样输出了脚本")
        waiting = closed
    assert not waiting, f"没有人能打开：{waiting}"
    assert not troubles, f"{len(troubles)}处出错：\n" + "\n".join(troubles[:60])
    assert tried > 250 and READING <= families


@pytest.mark.slow
def test_no_day_breaks_a_record(at, people, records):
    """Every day of every record set to where calendars end or clocks run over: a sentence, or saved."""
    browser, troubles, tried = at(people[Role.COORDINATOR]), [], 0
    for slug, entry in all_registers().items():
        record = entry.model._base_manager.order_by("-pk").first()
        if record is None or not people[Role.COORDINATOR].may(entry.thing, "change", record):
            continue
        address = reverse("registers:edit", args=[slug, record.pk])
        page = browser.get(address)
        form = page.context["form"]
        unchanged = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
        unchanged = {name: form.fields[name].prepare_value(value) if not hasattr(value, "strftime") else value for name, value in unchanged.items()}
        for name, field in form.fields.items():
            kind = type(field).__name__
            if kind not in ("DateField", "DateTimeField"):
                continue
            for day in ("0001-01-01", "2100-02-28"):
                tried += 1
                try:
                    answer = browser.post(address, unchanged | {name: day if kind == "DateField" else f"{day}T23:59", "seen": page.context["seen"]})
                except Exception as problem:
                    troubles.append(f"{slug}.{name}={day}：{type(problem).__name__} {str(problem)[:150]}")
                    continue
                if answer.status_code not in (200, 302):
                    troubles.append(f"{slug}.{name}={day}：{answer.status_code}")
                elif answer.status_code == 302:
                    page = browser.get(address)
                    if browser.get(reverse("registers:list", args=[slug])).status_code != 200 or page.status_code != 200:
                        troubles.append(f"{slug}.{name}={day}：保存后打不开")
    if not troubles:
        for address in ("/desk/", "/desk/?on=2022-11-30"):
            assert browser.get(address).status_code == 200
    assert not troubles, f"{len(troubles)}处出错：\n" + "\n".join(troubles)
    assert tried > 100
