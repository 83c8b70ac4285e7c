"""A walk over the desk: every page a person can reach by links opens, speaks Chinese, and bears the banner."""

import re

import pytest

from gongkai.accounts.models import User
from gongkai.accounts.roles import Role

from .reading import Page, english

BANNER = "本系统为非涉密系统，严禁存储、处理、传输国家秘密信息"
#: What leaves as a file, and what ends the walk.
FILES = re.compile(r"/(?:export\.|template/|file/|files/|faults/|download|freezes/\d+/\w+$|export/\w+)|\.(?:docx|xlsx|csv|pdf|html|zip)(?:/|\?|$)|/logout/")


def walk(browser, start="/desk/", limit=400):
    """Pages reached from `start` by links, each address once without its query, and twice with."""
    waiting, seen, shapes = [start], {start}, {}
    while waiting and len(seen) <= limit:
        address = waiting.pop(0)
        answer = browser.get(address)
        yield address, answer
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        for link in Page(answer.content.decode()).links:
            if link.startswith("?"):
                link = address.split("?")[0] + link
            link = link.split("#")[0]
            if not link.startswith("/desk/") or FILES.search(link) or link in seen:
                continue
            # One record of a register stands for the others, a few queries for all.
            shape = re.sub(r"\d+", "0", link.split("?")[0]) + ("?" if "?" in link else "")
            if shapes.get(shape, 0) >= 2:
                continue
            shapes[shape] = shapes.get(shape, 0) + 1
            seen.add(link)
            waiting.append(link)


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.AUDIT_ADMIN, *(pytest.param(role, marks=pytest.mark.slow) for role in (Role.COORDINATOR, Role.CLERK, Role.DISCLOSURE_HEAD, Role.SECURITY_ADMIN))])
def test_every_page_within_reach_opens_in_chinese_under_the_banner(at, people, records, role):
    troubles, pages = [], 0
    names = {name.rstrip("0123456789") for name in User.objects.values_list("username", flat=True)}
    for address, answer in walk(at(people[role])):
        pages += 1
        if answer.status_code != 200:
            troubles.append(f"{address}：状态{answer.status_code}（链接不该指向打不开的页面）")
            continue
        if not answer["Content-Type"].startswith("text/html"):
            troubles.append(f"{address}：是文件，不是页面")
            continue
        text = answer.content.decode()
        troubles += [f"{address}：英文 {sentence}" for sentence in english(text, names)]
        if BANNER not in text:
            troubles.append(f"{address}：没有非涉密提示")
    assert not troubles, "\n".join(troubles[:60])
    assert pages > (60 if role in {Role.COORDINATOR, Role.CLERK} else 5), f"只走到{pages}页"


@pytest.mark.django_db
def test_the_door_and_the_error_pages_speak_chinese_under_the_banner(client, settings):
    from django.test import RequestFactory
    from django.views import defaults

    request = RequestFactory().get("/desk/")
    pages = {
        "登录": client.get("/desk/login/"), "没有这个页面": client.get("/nothing-here/"), "500": defaults.server_error(request),
        "403": defaults.permission_denied(request, Exception("")), "400": defaults.bad_request(request, Exception("")),
    }  # fmt: skip
    for name, answer in pages.items():
        text = answer.content.decode()
        assert not english(text), (name, english(text))
        assert BANNER in text, name


@pytest.mark.django_db
def test_a_form_that_is_too_old_says_what_to_do(people):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/desk/login/", {"username": "u1", "password": "x"})
    assert answer.status_code == 403 and "页面已过期" in answer.content.decode() and not english(answer.content.decode())


@pytest.mark.slow
def test_errors_of_forms_speak_chinese(at, people, records):
    """Every register's form sent empty and sent full of nonsense."""
    from gongkai.registers.register import all_registers

    browser, troubles = at(people[Role.COORDINATOR]), []
    for slug, entry in all_registers().items():
        if not people[Role.COORDINATOR].may(entry.thing, "add"):
            continue
        address = f"/desk/registers/{slug}/add/"
        page = browser.get(address)
        form = page.context["form"]
        empty = browser.post(address, {})
        nonsense = browser.post(address, dict.fromkeys(form.fields, "胡"))
        for what, answer in (("空", empty), ("乱填", nonsense)):
            if answer.status_code != 200:
                troubles.append(f"{slug}（{what}）：状态{answer.status_code}")
                continue
            troubles += [f"{slug}（{what}）：{sentence}" for sentence in english(answer.content.decode(), {p.username for p in people.values()})]
            if not answer.context["form"].errors:
                troubles.append(f"{slug}（{what}）：没有报错")
    assert not troubles, "\n".join(troubles[:40])
