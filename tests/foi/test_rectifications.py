"""更正申请 (条例 41): a register of its own, beside the applications and counted in no row of table three."""

from datetime import date

import pytest
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.foi import rectification_rules
from gongkai.foi.models import Application, Rectification
from gongkai.law.refusals import Refused
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.sockets import duty_sources
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.foi import RectificationFactory

pytestmark = pytest.mark.django_db
MARCH = {n: date(2022, 3, n) for n in range(1, 32)}


@pytest.mark.parametrize(("received", "settled", "outcome", "said", "codes"), [
    (MARCH[1], None, "", {}, set()), (MARCH[1], MARCH[9], "corrected", {"evidence": True}, set()), (MARCH[1], MARCH[9], "corrected", {}, {"no_evidence"}),
    (MARCH[1], MARCH[9], "refused", {}, set()), (MARCH[1], MARCH[9], "forwarded", {}, {"no_organ"}), (MARCH[1], MARCH[9], "told", {"organ": "青禾市自然资源局"}, set()),
    (MARCH[9], MARCH[1], "refused", {}, {"before_receipt"}), (MARCH[1], MARCH[9], "", {}, {"half_settled"}), (MARCH[1], None, "refused", {}, {"half_settled"}),
    (date(2019, 5, 14), None, "", {}, {"older_law"}),
])  # fmt: skip
def test_how_a_request_to_correct_a_record_may_end(received, settled, outcome, said, codes):
    found = rectification_rules.objections_to_rectifying(received, settled, outcome, **{"evidence": False, "organ": ""} | said)
    assert {one.code for one in found} == codes


@pytest.fixture
def clerk(db):
    office = OfficeFactory()
    section = SectionFactory(office=office)
    return UserFactory(office=office, role=Role.CLERK, role__section=section)


def entered(clerk, n=1) -> Rectification:
    section = clerk.posts_on(MARCH[1])[0].section
    item = RectificationFactory.build(office=clerk.office, section=section, number=f"青工信公开更〔2022〕{n}号")
    return registers.create(get_register("rectifications"), item, by=clerk)


def test_it_is_entered_settled_and_counted_nowhere(clerk):
    one = entered(clerk)
    [duty] = duty_sources()["foi.rectification"].produce(clerk.office_id, MARCH[1], MARCH[8])
    assert (duty.subject, duty.due_on, duty.done_on, duty.basis) == (one.number, MARCH[29], None, "条例 41")
    with pytest.raises(Refused, match="有证据证明"):
        registers.change(get_register("rectifications"), one, by=clerk, outcome="corrected", settled_on=MARCH[15])
    registers.change(get_register("rectifications"), one, by=clerk, outcome="corrected", settled_on=MARCH[15], has_evidence=True)
    [duty] = duty_sources()["foi.rectification"].produce(clerk.office_id, MARCH[1], MARCH[16])
    assert duty.done_on == MARCH[15] and not Application.objects.exists()


def test_who_asked_stands_in_the_form_and_in_no_list(client, clerk):
    client.force_login(clerk, backend="gongkai.accounts.backends.PostBackend")
    one = entered(clerk)
    assert "林溪桥" in client.get(reverse("registers:edit", args=["rectifications", one.pk])).content.decode()
    for n in (2, 3):
        entered(clerk, n)
    said = client.get(reverse("registers:list", args=["rectifications"])).content.decode()
    assert "名录中的地址有误" in said and "林溪桥" not in said and "应为21号" not in said
    client.force_login(UserFactory(office=clerk.office, role=Role.SYSTEM_ADMIN), backend="gongkai.accounts.backends.PostBackend")
    assert client.get(reverse("registers:list", args=["rectifications"])).status_code == 403
    client.force_login(UserFactory(office=OfficeFactory(name="青禾市商务局"), role=Role.COORDINATOR), backend="gongkai.accounts.backends.PostBackend")
    assert client.get(reverse("registers:edit", args=["rectifications", one.pk])).status_code == 404
