"""House test 2: every desk address turns an anonymous visitor away; every public address works without a session."""

import importlib
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, clear_url_caches, get_resolver, resolve, set_urlconf
from django.urls.exceptions import Resolver404
from django.utils.regex_helper import normalize

from .tree import PACKAGE, complain

# Addresses that must answer a stranger, and why.
OPEN_DESK = {
    "wagtailadmin_login": "登录页",
    "wagtailadmin_logout": "退出后回到登录页",
    "wagtailadmin_javascript_catalog": "界面译文，无数据",
    "wagtailadmin_sprite": "图标，无数据",
}
# Wagtail's own, switched off in our settings: they answer 404 to everybody.
SWITCHED_OFF = {
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
}
STATIC = ("static/", "__debug__/")
SAMPLES = ["1", "x", "2022", "2022-11-30", "accounts", "user", "abc", "00000000-0000-4000-8000-000000000000", "a/b", "en", "xlsx"]


def patterns(resolver=None, prefix="", names=()):
    """(sample regex, pattern, dotted name) of every address below a resolver."""
    for entry in (resolver or get_resolver()).url_patterns:
        regex = prefix + re.sub(r"^\^|\\Z$", "", entry.pattern.regex.pattern).removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from patterns(entry, regex, (*names, entry.namespace) if entry.namespace else names)
        elif isinstance(entry, URLPattern):
            yield regex, entry, ":".join((*names, entry.name or "")).strip(":")


def sample(regex: str, urlconf: str) -> str | None:
    """An address the regex matches, or None when no sample value fits."""
    for template, parameters in normalize(regex):
        for value in SAMPLES:
            address = "/" + template % dict.fromkeys(parameters, value)
            try:
                resolve(address, urlconf)
            except Resolver404:
                continue
            if re.match("^/" + regex + r"\Z", address):
                return address
    return None


def has(urlconf: str) -> bool:
    return (PACKAGE / f"{urlconf.rsplit('.', 1)[1]}.py").exists()


@pytest.mark.django_db
@pytest.mark.skipif(not has("gongkai.urls_desk"), reason="gongkai/urls_desk.py 尚未建立")
def test_every_desk_address_turns_a_stranger_away():
    client = Client(raise_request_exception=False)
    troubles, tried = [], 0
    for regex, _pattern, name in patterns(get_resolver("gongkai.urls_desk")):
        if name in OPEN_DESK or regex.startswith(STATIC):
            continue
        address = sample(regex, "gongkai.urls_desk")
        if address is None:
            troubles.append(f"{name or regex}: no sample value fits; add one to SAMPLES")
            continue
        tried += 1
        for method in ("get", "post"):
            answer = getattr(client, method)(address)
            away = answer.status_code in (401, 403) or (
                answer.status_code in (301, 302, 308)
                and (settings.LOGIN_URL in answer["Location"] or "/login/" in answer["Location"])
            )
            # A catch-all that has nothing for a stranger, or a method it does not know, says nothing either.
            if name in SWITCHED_OFF:
                away = answer.status_code == 404
            if not away and not (answer.status_code == 405) and not (address == "/" and answer.status_code in (301, 302)):
                troubles.append(f"{method.upper()} {address} ({name}) answers {answer.status_code}")
    complain(
        troubles,
        "whoever reaches a desk page without signing in reads the office's unpublished work.",
        "register the view through Wagtail's hooks (they require the desk's permission), or put the page in urls_public.",
    )
    assert tried > 30, f"只试了 {tried} 个地址：走访地址表的办法失灵了"


NEEDS_SESSION = ("SessionMiddleware", "AuthenticationMiddleware", "MessageMiddleware", "OTPMiddleware", "IdleTimeout", "Doorway", "StockScreens", "AxesMiddleware")


@pytest.mark.django_db
@pytest.mark.skipif(not has("gongkai.urls_public"), reason="gongkai/urls_public.py 尚未建立")
def test_every_public_address_works_without_a_session(settings):
    settings.ROOT_URLCONF = "gongkai.urls_public"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith(NEEDS_SESSION)]
    importlib.import_module("gongkai.urls_public")
    clear_url_caches()
    set_urlconf(None)
    client = Client(raise_request_exception=True)
    troubles = []
    for regex, _pattern, name in patterns(get_resolver("gongkai.urls_public")):
        address = sample(regex, "gongkai.urls_public")
        if address is None:
            troubles.append(f"{name or regex}: no sample value fits; add one to SAMPLES")
            continue
        try:
            answer = client.get(address)
        except AttributeError as error:
            troubles.append(f"{address} ({name}) asks for {error}")
            continue
        if answer.cookies:
            troubles.append(f"{address} ({name}) sets the cookie {'、'.join(answer.cookies)}")
        if answer.status_code >= 500:
            troubles.append(f"{address} ({name}) answers {answer.status_code}")
    complain(
        troubles,
        "the public site is static files and a few forms: a session would tie a reader to a server and to an account.",
        "take what the page needs from the address and the form; guard posts by Origin and a signed form token.",
    )
