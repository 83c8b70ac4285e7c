"""When a delivery is tried again, where it stands, what an account may be."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from gongkai.channels import rules
from gongkai.channels.rules import Facts, State

DAY = date(2022, 11, 30)
AT = datetime(2022, 11, 30, tzinfo=UTC)


def facts(by_hand=False, **known) -> Facts:
    return Facts(by_hand, *(AT if known.get(name) else None for name in ("sent", "confirmed", "failed", "withdrawing", "withdrawn")))


def test_waits_double_up_to_an_hour_and_end():
    waits = [rules.wait_after(n, DAY) for n in range(1, 9)]
    assert waits == [*(timedelta(minutes=m) for m in (1, 2, 4, 8, 16, 32, 60)), None]


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({}, State.WAITING), ({"by_hand": True}, State.BY_HAND), ({"sent": True}, State.SENT), ({"sent": True, "confirmed": True}, State.CONFIRMED),
        ({"failed": True, "sent": True}, State.FAILED), ({"confirmed": True, "withdrawing": True}, State.WITHDRAWING),
        ({"confirmed": True, "withdrawing": True, "by_hand": True}, State.WITHDRAW_BY_HAND), ({"withdrawing": True, "failed": True}, State.FAILED),
        ({"withdrawing": True, "withdrawn": True, "failed": True}, State.WITHDRAWN),
    ],
)  # fmt: skip
def test_where_it_stands(known, state):
    assert rules.state_of(facts(**known)) is state


def test_whatever_happened_it_stands_somewhere():
    for known in product([False, True], repeat=6):
        assert rules.state_of(Facts(known[0], *(AT if k else None for k in known[1:])))


@pytest.mark.parametrize(
    ("base", "may"),
    [
        pytest.param("https://api.weixin.qq.com", True, id="正式地址"), pytest.param("http://127.0.0.1:8123", True, id="本机替身"),
        pytest.param("http://api.weixin.qq.com", False, id="明文"), pytest.param("https://user:pw@api.weixin.qq.com", False, id="带账号"),
        pytest.param("ftp://api.weixin.qq.com", False, id="别的协议"), pytest.param("https://", False, id="没有主机"), pytest.param("https://[", False, id="坏地址"),
        pytest.param("https://a.example/?x=1", False, id="带参数"), pytest.param("http://127.0.0.1.evil.example", False, id="像本机的外站"),
    ],
)  # fmt: skip
def test_where_secrets_may_be_sent(base, may):
    assert (not rules.objections_to_account(app_id="wx1234567890", api_base=base)) is may


def test_nothing_goes_out_without_its_secrecy_review():
    (found,) = rules.objections_to_release(channels=["wechat"], digest="a" * 64, title="通知", cleared=False)
    assert found.code == "not_cleared" and found.basis == "条例 17.2"


def test_a_receipt_is_typed_only_where_no_machine_works_on_it():
    def asked(state: Facts, receipt="2022年第11期第4页", on=DAY):
        return [o.code for o in rules.objections_to_confirming(state, receipt, on, DAY)]

    assert asked(facts(by_hand=True)) == [] and asked(facts(failed=True)) == []
    assert asked(facts(sent=True)) == ["by_machine"]
    assert asked(facts(by_hand=True), receipt=" ") == ["no_receipt"] and asked(facts(by_hand=True), on=date(2022, 12, 1)) == ["future"]
