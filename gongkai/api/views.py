"""The API: applications handed in by systems, and where they stand. JSON in and out; what is wrong is said as RFC 9457 problems, in Chinese."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from functools import cache, wraps
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from gongkai.accounts import throttle
from gongkai.foi import public_rules
from gongkai.foi.public_forms import OrganisationForm, PersonForm
from gongkai.law.refusals import Refused
from gongkai.publishing.posting import once_more, so_far
from gongkai.rulebook.queries import adjustments
from gongkai.vault import lookup_hash

from . import actions, queries, rules
from .models import AccessToken

FORMS = {"person": PersonForm, "organisation": OrganisationForm}
#: What is wrong, by its key: the status and the title. The detail is the sentence for whoever reads it.
PROBLEMS = {
    "unauthorized": (401, "令牌无效"), "forbidden": (403, "令牌不能做这件事"), "not-found": (404, "没有找到"), "method": (405, "不支持这种请求方法"),
    "too-large": (413, "内容过大"), "not-json": (415, "内容须为JSON"), "key": (400, "幂等键有误"), "broken": (400, "内容无法读取"),
    "invalid": (422, "内容有误"), "key-reused": (409, "幂等键已用于另一件申请"), "too-many": (429, "调用过于频繁"),
}  # fmt: skip


class Problem(Exception):
    """A call that can't be answered: which problem, the sentence, and what is wrong with which field."""

    def __init__(self, key: str, detail: str, faults: list[tuple[str, str]] = (), **headers: str):  # type: ignore[assignment]
        super().__init__(detail)
        self.key, self.detail, self.faults, self.headers = key, detail, list(faults), headers

    def answer(self) -> HttpResponse:
        status, title = PROBLEMS[self.key]
        said = {"type": f"/api/#{self.key}", "title": title, "status": status, "detail": self.detail}
        if self.faults:
            said["errors"] = [{"field": field, "sentence": sentence} for field, sentence in self.faults]
        return _json(said, status, "application/problem+json", self.headers)


def _json(said: dict, status: int = 200, kind: str = "application/json", headers: dict | None = None) -> HttpResponse:
    answer = HttpResponse(json.dumps(said, ensure_ascii=False).encode(), status=status, content_type=kind)
    answer["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        answer[name.replace("_", "-")] = value
    return answer


@cache
def document_bytes() -> bytes:
    return (Path(__file__).parent / "openapi.json").read_bytes()


def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, for anybody."""
    if request.method not in ("GET", "HEAD"):
        return Problem("method", "这个地址只支持GET", Allow="GET").answer()
    return HttpResponse(document_bytes(), content_type="application/json")


def call(**methods: str) -> Callable:
    """A view that answers those methods, each to a token with that scope. What it raises as Problem is its answer."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Problem("method", f"这个地址只支持{'、'.join(methods)}", Allow=", ".join(methods))
                return view(request, _let_in(request, methods[request.method]), *args, **kwargs)
            except Problem as problem:
                return problem.answer()

        answered.takes_bytes = True  # type: ignore[attr-defined]
        return answered

    return wrap


def _let_in(request: HttpRequest, scope: str) -> AccessToken:
    """Whose token it is. Wrong ones are counted by address, right ones by system."""
    today = timezone.localdate()
    bare = rules.limits(today)
    if so_far("api.token", request, 60) >= bare.tries:
        raise Problem("too-many", "从这个地址发来的无效令牌较多，请过一分钟再试", Retry_After="60")
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    token = queries.token_of(text, today) if kind.lower() == "bearer" and rules.TOKEN.fullmatch(text) else None
    if token is None:
        if text:
            once_more("api.token", request, 60)
        raise Problem("unauthorized", "缺少令牌，或者令牌无效、已停用、已过期。请在请求头写 Authorization: Bearer 令牌；需要新令牌的，请联系本机关", WWW_Authenticate='Bearer realm="gongkai"')
    limits = rules.limits(today, adjustments(token.system.office_id, "api"))
    minute = int(timezone.now().timestamp() // 60)
    if throttle.add(lookup_hash("api.calls", f"{token.system_id}/{minute}"), 90) > limits.calls:
        raise Problem("too-many", f"每分钟最多调用{limits.calls}次，请过一分钟再试", Retry_After="60")
    if scope not in token.scopes:
        raise Problem("forbidden", f"这枚令牌不能用于{rules.Scope(scope).label}，请联系本机关")
    actions.note_use(token, today)
    return token


# Applications


@call(POST="hand_in", GET="read")
def applications(request: HttpRequest, token: AccessToken) -> HttpResponse:
    return _hand_in(request, token) if request.method == "POST" else _list(request, token)


def _hand_in(request: HttpRequest, token: AccessToken) -> HttpResponse:
    key = request.headers.get("Idempotency-Key", "")
    if found := rules.objections_to_key(key):
        raise Problem("key", found[0].sentence)
    body = _body(request)
    digest = sha256(body).hexdigest()
    try:
        there, made = actions.handed_over(token.system, key, digest), False
        if there is None:
            there, made = _file(token, key, digest, _said(body))
    except actions.OtherBody as refused:
        raise Problem("key-reused", refused.objections[0].sentence) from None
    answer = _json(queries.receipt(there, actions.secret_of(token.system, key)), 201)
    answer["Location"] = f"/api/v1/applications/{there.reference}"
    answer["Idempotency-Replayed"] = "false" if made else "true"
    return answer


def _body(request: HttpRequest) -> bytes:
    if request.content_type != "application/json":
        raise Problem("not-json", "请求头 Content-Type 应为 application/json")
    try:
        return request.body
    except RequestDataTooBig:
        raise Problem("too-large", "一次提交最多10MB，含身份证明。请压缩图片后再提交") from None


def _said(body: bytes) -> dict:
    try:
        said = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Problem("broken", "内容不是完整的JSON，或者不是UTF-8编码") from None
    if b"\\u" in body:
        try:
            json.dumps(said, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise Problem("broken", "内容中有不成对的转义（如\\ud800），不是文字，请检查生成JSON的程序") from None
    if not isinstance(said, dict):
        raise Problem("broken", "内容应为一个JSON对象")
    return said


def _file(token: AccessToken, key: str, digest: str, said: dict):
    """The application a body speaks of, checked as the public form checks it."""
    form_class = FORMS.get(said.get("kind") if isinstance(said.get("kind"), str) else "")  # type: ignore[arg-type]
    if form_class is None:
        raise Problem("invalid", "请写明申请人是自然人还是法人、其他组织", [("kind", "应为 person 或者 organisation")])
    wanted = set(form_class.base_fields)
    faults = [(name, "没有这一项，请对照接口说明") for name in sorted(set(said) - wanted - {"kind", "papers"})]
    faults += [(name, "应为文字") for name in sorted(wanted & set(said)) if not isinstance(said[name], str)]
    form = form_class({name: value for name, value in said.items() if name in wanted and isinstance(value, str)})
    faults += [(name, error) for name, errors in form.errors.items() for error in errors if name not in {fault[0] for fault in faults}]
    limits, papers = public_rules.limits(timezone.localdate(), adjustments(token.system.office_id, "foi")), []
    try:
        papers = _papers(said.get("papers"))
    except ValueError as problem:
        faults.append(("papers", str(problem)))
    if faults:
        raise Problem("invalid", f"有{len(faults)}处需要改正", faults)
    try:
        return actions.hand_in(token, key=key, digest=digest, papers=papers, applicant=form.applicant(), today=timezone.localdate(), limits=limits, **form.facts())
    except actions.OtherBody:
        raise
    except Refused as refused:
        raise Problem("invalid", "没有收下", [("papers", refused.objections[0].sentence)]) from None


def _papers(said: object) -> list[ContentFile]:
    """The files of a body. ValueError with a sentence for whoever wrote it; what they hold is checked as every upload is."""
    if not isinstance(said, list) or not said:
        raise ValueError("请附身份证明：一个以上的文件，每个写明name和content（Base64）")
    found = []
    for one in said:
        if not isinstance(one, dict) or set(one) != {"name", "content"} or not all(isinstance(value, str) for value in one.values()):
            raise ValueError("每个文件应写明name和content，都是文字")
        try:
            found.append(ContentFile(b64decode(one["content"], validate=True), one["name"].replace("\x00", "")[:200]))
        except (NotBase64, ValueError):
            raise ValueError("文件的content不是Base64") from None
    return found


def _list(request: HttpRequest, token: AccessToken) -> HttpResponse:
    after = None
    if asked := request.GET.get("after", ""):
        try:
            after = UUID(asked)
        except ValueError:
            raise Problem("invalid", "有1处需要改正", [("after", "应为上一页最后一件的reference")]) from None
    rows, more = queries.listed(token.system, after)
    return _json({"applications": [queries.brief(row) for row in rows], "more": more})


@call(GET="read")
def application(request: HttpRequest, token: AccessToken, reference: UUID) -> HttpResponse:
    there = queries.one(token.system, reference)
    if there is None:
        raise Problem("not-found", "本系统没有提交过这件申请")
    actions.look_up(token, there.application)
    return _json(queries.standing(there, timezone.localdate()))


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    return Problem("not-found", "接口没有这个地址，请对照 /api/ 的接口说明").answer()


nothing.takes_bytes = True  # type: ignore[attr-defined]
