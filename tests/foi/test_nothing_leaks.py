"""Who applied, what was asked and what others said leave by no exit: other people's pages, exports, logs, errors, files, the API, the database itself.

A different secret stands in everything that is sealed about one case. Whoever may not see the applicant walks every address of
the rooms (`test_who_may.deeds`) and is shown none of them, in no body, no header and no file name.
"""

import json
import re
from base64 import b64decode, b64encode
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from gongkai.accounts.permissions import may
from gongkai.accounts.roles import Role
from gongkai.evidence import queries as evidence
from gongkai.foi import (
    actions,
    aftercare,
    archiving,
    letter_facts,
    public_actions,
    public_queries,
    statistics,
)
from gongkai.foi.models import Applicant, Application, HandedIn, Paper, ThirdPartyOpinion
from gongkai.letters import actions as letters
from gongkai.letters.models import Letter
from gongkai.sockets import Scope, all_indicators, exits, open_duties
from gongkai.vault import EncryptedTextField
from tests.factories.accounts import UserFactory
from tests.factories.api import HandedOverFactory
from tests.factories.foi import ApplicantFactory, FilingFactory
from tests.factories.publishing import ColumnFactory
from tests.foi.test_by_letter import MARCH, Office
from tests.foi.test_who_may import BACKEND, World, deeds

pytestmark = pytest.mark.django_db
#: Latin, so that no page's own words hold it, and each in its own place, so that a leak says where from.
NAMING = ("申请人", "收件人", "申请内容")


class Planted(World):
    """The world of the permission tests with a secret in everything sealed."""

    def __init__(self):
        super().__init__()
        self.secrets: dict[str, str] = {}
        case = self.case
        Applicant.objects.filter(application=case).update(**{name: self.new(f"Applicant.{name}") for name in actions.APPLICANT_FIELDS})
        Application.objects.filter(pk=case.pk).update(description=self.new("Application.description"))
        for other in Application.objects.exclude(pk=case.pk):
            Application.objects.filter(pk=other.pk).update(description=self.new("Application.description（另一件）"))
        ThirdPartyOpinion.objects.update(name=self.new("ThirdPartyOpinion.name"), opinion=self.new("ThirdPartyOpinion.opinion"))
        for one in HandedIn.objects.all():
            HandedIn.objects.filter(pk=one.pk).update(text=self.new(f"HandedIn.text {one.kind}"), sent_back=self.new(f"HandedIn.sent_back {one.kind}"))
        HandedIn.objects.filter(kind="payment").update(settled_on=MARCH[11])
        Paper.objects.update(name=self.new("Paper.name") + ".png", content=b64encode(self.new("Paper.content").encode()).decode())
        for one in Letter.objects.filter(frozen_at=None):
            Letter.objects.filter(pk=one.pk).update(fields=json.dumps({name: self.new(f"Letter.fields {name}") for name in NAMING}, ensure_ascii=False))
        filing = FilingFactory(application=case)
        HandedOverFactory(filing=filing, system__name="别的系统")

    def new(self, where: str) -> str:
        secret = f"zz{len(self.secrets):03d}qx"
        self.secrets[secret] = where
        return secret

    def in_it(self, *contents) -> list[str]:
        said = "\n".join(one if isinstance(one, str) else one.decode("utf-8", "ignore") for one in contents)
        return sorted({self.secrets[found] for found in re.findall(r"zz\d{3}qx", said) if found in self.secrets})


def answered(answer) -> list[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.headers.get("Content-Type", "").endswith("spreadsheetml.sheet"):
        packed = ZipFile(BytesIO(body))
        return [packed.read(name).decode("utf-8", "ignore") for name in packed.namelist()]
    return [body.decode("utf-8", "ignore"), *(f"{name}: {value}" for name, value in answer.headers.items())]


@pytest.mark.slow
@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_whoever_may_not_see_the_applicant_is_shown_nothing_of_his_by_any_address(client, role, caplog):
    world, tried = Planted(), 0
    for where, person in world.people(role):
        if may(person, "foi.applicant", "view", world.case):
            continue
        client.force_login(person, backend=BACKEND)
        for deed in deeds():
            with transaction.atomic():
                address = reverse(deed.address, args=[world.named(one) for one in deed.args])
                answer = client.get(address) if deed.post is None else client.post(address, {name: world.named(said) for name, said in deed.post.items()})
                if answer.status_code == 302 and "login" not in answer["Location"] and answer["Location"].startswith("/desk"):
                    client.get(answer["Location"])  # with what was said about it
                assert world.in_it(*answered(answer)) == [], (where, deed)
                transaction.set_rollback(True)
            tried += 1
        for secret in list(world.secrets)[:6]:
            for slug in ("applications", "third-party-opinions", "remedies"):
                assert "共0条" in (said := client.get(reverse("registers:list", args=[slug]), {"q": secret}).content.decode()) or world.in_it(said.replace(secret, "")) == []
    assert tried or role in (Role.COORDINATOR, Role.DISCLOSURE_HEAD)
    assert world.in_it(caplog.text) == []


@pytest.mark.slow
def test_no_exit_of_the_house_holds_a_secret():
    world, walked = Planted(), 0
    for key, found in exits().items():
        if key == "foi.redacted":
            continue  # pictures of pages: tests/foi/test_redacting.py looks into them
        for where, content in found.walk(world.case.office_id):
            assert world.in_it(where, content) == [], f"{found.label}：{where}"
            walked += 1
    assert walked > 10 and {"api.systems", "foi.apply", "foi.fees", "registers.export", "search", "site"} <= set(exits())


@pytest.mark.slow
def test_numbers_and_what_stands_behind_them_hold_no_secret():
    world = Planted()
    office, day = world.case.office_id, MARCH[31]
    scope = Scope(office, MARCH[1], day)
    keys = [key for key in all_indicators() if key.startswith("foi.")]
    said = [repr(evidence.compute(scope, keys))]
    for key in keys:
        for one in evidence.records(scope, all_indicators()[key]):
            said.append(repr([str(one), *(str(getattr(one, f.name, "")) for f in one._meta.concrete_fields if f.name not in ("description",))]))
    said += [repr(statistics.pictures(office, 2022)), *(repr(list(statistics.behind(office, 2022, way, bar.key))) for one in statistics.pictures(office, 2022) for way in [one.way] for bar in one.bars)]
    said += [repr(duty) for duty in open_duties(office, day)]
    assert world.in_it(*said) == []


def plain_rows() -> str:
    """Every row of every table as the database holds it."""
    found = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{name}"')
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


TOLD = {"name": "zz901qx", "representative": "zz902qx", "id_number": "zz903qx", "phone": "zz904qx", "address": "zz905qx", "email": "zz906qx"}
ASKED, MEANT, OPINION, FIRM = "zz907qx", "zz908qx", "zz909qx", "zz910qx"
PLAIN = (*TOLD.values(), ASKED, MEANT, OPINION, FIRM)


@pytest.fixture
def lived():
    """A case from the website to the archive, with secrets in all that was typed; the letters of the office stand in its file."""
    office = Office()
    desk = office.case.office
    filed, _ = public_actions.file(desk, secret="k" * 24, today=MARCH[1], applicant=TOLD, applicant_category="natural", description=ASKED, form_wanted="paper", way_wanted="post")
    Application.objects.filter(pk=filed.pk).update(section=office.case.section)
    office.case = Application.objects.get(pk=filed.pk)
    actions.confirm(office.now, by=office.clerk, on=MARCH[1])
    office.deliver(office.stamped("correction", MARCH[2], 申请人=TOLD["name"], 补正期限="2022年3月25日"), "direct", MARCH[3])
    waiting = public_actions.hand_in(office.now, "correction", secret="h" * 24, text=MEANT, today=MARCH[4])
    public_actions.accept(waiting, by=office.clerk, today=MARCH[7])
    office.deliver(office.stamped("consult_third", MARCH[8], 收件人=FIRM), "direct", MARCH[8])
    actions.opinion_received(office.now.opinions.get(), by=office.clerk, on=MARCH[9], agrees=False, opinion=OPINION)
    letters.add_material(office.case, by=office.clerk, upload=ContentFile(b"a,b", "检索记录.csv"), label="检索记录", number=office.case.number)
    office.deliver(office.stamped("denied_third", MARCH[24], 申请人=TOLD["name"], 申请内容=ASKED), "post", MARCH[25])
    return office


def leaked(text: str) -> list[str]:
    return [secret for secret in PLAIN if secret in text]


@pytest.mark.slow
def test_the_database_and_the_log_hold_nothing_of_it_in_plain(lived, caplog):
    archiving.archive(lived.now, by=lived.clerk, number="XXGK-9", on=MARCH[31])
    assert leaked(plain_rows()) == [] and leaked(caplog.text) == []
    # What is sealed is there, and can be read by who may.
    assert actions.read_applicant(lived.now, by=lived.clerk).name == TOLD["name"] and leaked(plain_rows()) == []


@pytest.mark.slow
def test_the_file_of_a_case_names_the_applicant_inside_and_never_outside(lived):
    made = archiving.pack(lived.now, by=lived.clerk)
    pdf = pypdfium2.PdfDocument(made.pdf)
    assert leaked("".join(page.get_textpage().get_text_range() for page in pdf))  # the file is of the case: it does say who
    assert leaked(str(pdf.get_metadata_dict())) == []
    packed = ZipFile(BytesIO(made.zip()))
    assert leaked("\n".join(packed.namelist())) == [] and leaked(packed.read("目录.json").decode() + packed.read("SHA256SUMS").decode()) == []
    for letter in Letter.objects.exclude(frozen_at=None):
        assert leaked(str(pypdfium2.PdfDocument(b64decode(letter.rendering.pdf)).get_metadata_dict())) == []
        assert leaked(docx_properties(b64decode(letter.rendering.docx))) == []


def docx_properties(content: bytes) -> str:
    packed = ZipFile(BytesIO(content))
    return "\n".join(packed.read(name).decode("utf-8", "ignore") for name in packed.namelist() if name.startswith("docProps/"))


@pytest.mark.slow
def test_a_letter_of_another_case_says_nothing_of_this_one(lived):
    """Facts of one case fill its own drafts alone, and so do the applicant's earlier cases on its page."""
    first = lived.case
    other = ApplicantFactory(name="沈知秋", application__office=first.office, application__section=first.section, application__number="青工信公开申〔2022〕901号").application
    facts = letter_facts.facts(other, by=lived.clerk, today=MARCH[10])
    assert leaked(json.dumps(facts, ensure_ascii=False)) == [] and "沈知秋" in json.dumps(facts, ensure_ascii=False)
    lived.case = other
    letter = lived.stamped("granted", MARCH[24])
    assert leaked(json.dumps(letter.content(), ensure_ascii=False)) == []


@pytest.mark.slow
def test_what_the_applicant_of_one_case_is_shown_holds_nothing_of_others(lived):
    """Not even what the office asked others or what they said, which is not his to know."""
    shown = public_queries.progress(lived.now, timezone.localdate())
    assert leaked(repr({name: value for name, value in shown.items() if name != "application"})) == []


@pytest.mark.slow
def test_a_proposal_to_publish_takes_nothing_along(lived):
    made = aftercare.propose(lived.now, by=lived.clerk, title="资金分配结果", reason="多人申请", on=MARCH[31])
    adopted = aftercare.adopt(made, by=lived.leader, column=ColumnFactory(office=lived.case.office), checked=[key for key, _ in aftercare.after_rules.CHECKLIST], answer="采纳", on=MARCH[31])
    assert leaked(repr({f.name: str(getattr(adopted.article, f.name)) for f in adopted.article._meta.concrete_fields})) == []


@pytest.mark.slow
def test_what_is_anonymised_is_gone_from_the_working_records(lived):
    """Sealed or not: nothing that decrypts says who it was, but the archive and the frozen letters."""
    drafted = letters.draft(lived.case, kind="granted", by=lived.clerk, fields={"申请人": TOLD["name"]}, written_on=MARCH[10], number=lived.case.number)
    letters.void(drafted, by=lived.clerk, reason="重写")
    archiving.archive(lived.now, by=lived.clerk, number="XXGK-9", on=MARCH[31])
    aftercare.anonymise(lived.now, by=lived.leader, on=MARCH[31].replace(year=2026))
    left = []
    for model in [m for room in ("foi", "letters", "api") for m in apps.get_app_config(room).get_models()]:
        names = [f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        if model._meta.label in ("foi.Archive", "letters.Rendering"):
            continue
        for one in model._base_manager.all() if names else ():
            if isinstance(one, Letter) and one.frozen_at:
                continue
            left += [(model._meta.label, name, secret) for name in names for secret in leaked(str(getattr(one, name)))]
    assert left == []


@pytest.mark.slow
def test_a_signed_in_person_who_makes_an_error_reads_none_of_it(lived, client):
    """Error pages repeat nothing of the record they failed at."""
    client.force_login(UserFactory(office=lived.case.office, role=Role.LEGAL), backend=BACKEND)
    for address in (reverse("foi:paper", args=[lived.case.pk, 10**9]), reverse("foi:case", args=[10**9]), f"/desk/foi/{lived.case.pk}/nothing/", reverse("foi:archived", args=[lived.case.pk, 1])):
        assert leaked(client.get(address).content.decode()) == []
        assert leaked(client.post(address, {"do": "nothing", "reason": "x" * 500}).content.decode()) == []
