"""Whatever is sent to the API, the answer is one the document names, with a body as it says: never a failure of ours.

What is sent is made from the document itself: bodies as its schemas want them, then bent; and headers, addresses and bytes
of any kind. `Hall.ask` holds every answer against the document; an exception comes through the test's browser and fails.
"""

import json
from urllib.parse import quote

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.api import rules
from gongkai.foi.models import Applicant, Application, Paper
from tests.api.test_api import DOCUMENT, PERSON, Hall
from tests.factories.api import (
    TOKEN,
    AccessTokenFactory,
    ConnectedSystemFactory,
    HandedOverFactory,
)

pytestmark = pytest.mark.django_db
FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large])
#: Words that have broken programs: NUL, halves of a pair, what turns the line, no-break blanks, marks of secrecy, very long.
WORDS = st.one_of(
    st.text(max_size=40), st.text(st.characters(codec=None, categories=["Cs", "Cc", "Cf", "Zs", "Nd", "Lo"]), max_size=12),
    st.sampled_from(["\x00", "\ud800", "\udfff林溪桥", "\u202e机密", "绝密★10年", "1" * 5000, "ＡＢ１２", "林\u3000溪桥", "a" * 201, "{{7*7}}", "../../x.png", "%00", "\r\nSet-Cookie: a=b"]),
)  # fmt: skip
ANY = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=8)


def resolved(schema: dict) -> dict:
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def made_from(schema: dict) -> st.SearchStrategy:
    """Values as a schema wants them."""
    schema = resolved(schema)
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return st.one_of(*(made_from(one) for one in schema[word]))
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("type") == "object" or "properties" in schema:
        fields, wanted = schema.get("properties", {}), set(schema.get("required", ()))
        return st.fixed_dictionaries({name: made_from(fields[name]) for name in fields if name in wanted}, optional={name: made_from(fields[name]) for name in fields if name not in wanted})
    if schema.get("type") == "array":
        return st.lists(made_from(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
    if schema.get("contentEncoding") == "base64":
        return st.sampled_from([PERSON["papers"][0]["content"], "", "AAAA", "====", "中"])
    if "pattern" in schema:
        return st.from_regex(schema["pattern"]) | WORDS
    return st.sampled_from([value for value in PERSON.values() if isinstance(value, str)]) | WORDS


BODY = made_from(DOCUMENT["components"]["schemas"]["Application"])


@st.composite
def bent(draw) -> object:
    """A body of the document, or the good one, with a few of its values, names and kinds turned into something else."""
    body = draw(BODY | st.just(PERSON)) if draw(st.integers(0, 9)) else draw(ANY)
    if not isinstance(body, dict):
        return body
    body = dict(body)
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(sorted(body)) if body else WORDS)
        match draw(st.integers(0, 3)):
            case 0:
                body.pop(name, None)
            case 1:
                body[name] = draw(ANY)
            case 2:
                body[name] = draw(WORDS)
            case 3:
                body[draw(WORDS)] = draw(ANY)
    return body


KEYS = st.builds(lambda n: f"a-key-of-its-own-{n}", st.integers(1, 3)) | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=120)
TOKENS = st.sampled_from([f"Bearer {TOKEN}", f"bearer {TOKEN}", TOKEN, "Basic eDp5", "Bearer", "", f"Bearer {TOKEN}x"]) | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@pytest.fixture
def hall(settings, monkeypatch):
    monkeypatch.setattr("gongkai.api.views.rules.limits", lambda *a: rules.Limits(calls=10**6, tries=10**6, days=366))
    AccessTokenFactory()
    return Hall(settings)


def sent(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()


@pytest.mark.slow
@FUZZ
@given(bent(), KEYS)
def test_any_body_is_taken_whole_or_refused_with_the_document_s_words(hall, body, key):
    with transaction.atomic():
        answer = hall.hand_in(sent(body), key=key)
        made = Application.objects.count()
        assert made == Applicant.objects.count() == (1 if answer.status_code == 201 else 0), answer.content.decode()
        if made:
            assert hall.hand_in(sent(body), key=key).json() == answer.json() and Application.objects.count() == 1
            assert hall.look(answer.json()["reference"]).status_code == 200
        else:
            assert not Paper.objects.exists()
        transaction.set_rollback(True)


@pytest.mark.parametrize("body", [
    pytest.param(b'{"kind": ' + b"1" * 5000 + b"}", id="数字太长"), pytest.param(b"[" * 200_000, id="层数太多"), pytest.param(json.dumps(PERSON | {"name": "\ud800"}).encode(), id="半个字"),
    pytest.param(json.dumps({"\ud800": 1}).encode(), id="项名是半个字"), pytest.param("{\"kind\": \"person\"}".encode("utf-16"), id="UTF-16"), pytest.param(b"\xef\xbb\xbf{}", id="带BOM"),
])  # fmt: skip
def test_what_is_no_text_is_said_to_be_broken(hall, body):
    assert hall.hand_in(body).json()["type"] == "/api/#broken" and not Application.objects.exists()


@pytest.mark.slow
@FUZZ
@given(st.binary(max_size=60) | bent().map(sent).map(lambda body: body[: len(body) // 2]), KEYS, st.sampled_from(["application/json", "application/json; charset=gbk", "text/plain", "multipart/form-data; boundary=x", ""]))
def test_any_bytes_of_any_kind(hall, body, key, kind):
    with transaction.atomic():
        assert hall.hand_in(body, key=key, content_type=kind).status_code in (400, 413, 415, 422)
        transaction.set_rollback(True)


@FUZZ
@given(TOKENS, st.sampled_from(["get", "post", "put", "delete", "patch", "options"]), WORDS, WORDS)
def test_any_method_token_and_address(hall, token, method, after, reference):
    with transaction.atomic():
        hall.ask(method, f"/api/v1/applications?after={quote(after, errors='surrogatepass')}", HTTP_AUTHORIZATION=token)
        part = quote(reference, safe="", errors="surrogatepass")
        answer = hall.client.generic(method.upper(), f"/api/v1/applications/{part}", HTTP_AUTHORIZATION=token)
        assert answer.status_code in (401, 404, 405) and json.loads(answer.content)["detail"]
        transaction.set_rollback(True)


@pytest.mark.slow
@FUZZ
@given(st.sampled_from(["get", "post", "put"]), st.uuids())
def test_any_reference_is_its_own_or_none(hall, method, reference):
    with transaction.atomic():
        other = HandedOverFactory(system=ConnectedSystemFactory(name="别的系统"))
        for one in (reference, other.reference):
            assert hall.ask(method, f"/api/v1/applications/{one}").status_code in (404, 405)
        transaction.set_rollback(True)
