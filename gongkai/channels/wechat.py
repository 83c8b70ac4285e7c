"""The HTTP interface of a WeChat official account (微信公众平台), as its developer pages document it.

One call is one request to the account's configured address and to nowhere else: redirects are not
followed, no proxy of the environment is used. Every trouble becomes a Chinese sentence that says what to
do. Addresses carry the token and bodies the secret, so neither ever enters a sentence, a log or an exception.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils import timezone

from .models import ChannelAccount
from .ports import Trouble, Unclear

TIMEOUT = 15  # seconds for one request
SKEW = timedelta(seconds=60)  # the platform's clock and ours; it gives at least 300 seconds
ANSWER_LIMIT = 8 << 20  # bytes
PAGE = 20  # the most one listing gives
PAGES = 25  # how far back a listing is read

_STALE = frozenset({40001, 40014, 42001})
DRAFT_GONE = 40007

# errcode: what it means and what to do, and whether waiting may help.
_SENTENCES: dict[int, tuple[str, bool]] = {
    -1: ("公众平台系统繁忙，稍后自动重试", True),
    40001: ("公众平台不认可调用凭证或AppSecret，请系统管理员在“渠道账号”中核对AppSecret", False),
    40013: ("公众平台不认可AppID，请系统管理员在“渠道账号”中核对", False),
    40125: ("公众平台不认可AppSecret，请系统管理员在“渠道账号”中重新填写", False),
    40164: ("本机的网络地址不在公众平台的IP白名单中，请系统管理员登录公众平台“开发接口管理”把它加入白名单", False),
    40243: ("公众号的AppSecret已被冻结，请管理员登录公众平台解冻", False),
    40005: ("公众平台不收这种格式的图片，请换成jpg或png后重新送审", False),
    40006: ("文件大小不合公众平台要求，请压缩后重新送审", False),
    40007: ("公众平台找不到草稿或封面素材，请重试；仍不成功的，请更换封面", False),
    40009: ("图片超过公众平台的大小限制，请压缩后重新送审", False),
    40137: ("公众平台不收这种格式的图片，请换成jpg或png后重新送审", False),
    42001: ("公众平台的调用凭证反复失效，请确认没有别的系统在强制刷新同一账号的凭证", True),
    44003: ("公众平台收到的正文为空，请核对正文", False),
    45001: ("文件超过公众平台的大小限制，请压缩后重新送审", False),
    45002: ("正文超过公众平台的长度限制，请缩短后重新送审", False),
    45003: ("标题超过公众平台的长度限制，请为公众号另拟短标题后重新送审", False),
    45009: ("已达公众平台当日接口调用次数上限，稍后自动重试；急需发布的，请改用复制粘贴", True),
    48001: ("该公众号没有获得发布接口的权限，请在公众平台核对认证和接口权限，或改用复制粘贴", False),
}

_FAILED = {
    2: "原创声明未通过", 3: "常规失败", 4: "平台审核不通过", 5: "发布后已在公众平台被删除", 6: "发布后已被公众平台封禁",
}  # fmt: skip


class Client:
    """Calls for one account. `now` is asked for the time, so that a test can move it."""

    def __init__(self, account: ChannelAccount, now: Callable[[], datetime] = timezone.now) -> None:
        self.account, self.now = account, now

    # -- What the platform offers ------------------------------------------------------------------------------------

    def upload_image(self, name: str, content: bytes, kind: str) -> str:
        """A picture for use inside a text; returns its address at the platform. jpg or png, below 1 MB."""
        return self._text(self._call("/cgi-bin/media/uploadimg", upload=(name, content, kind)), "url")

    def add_cover(self, name: str, content: bytes, kind: str) -> str:
        """A lasting picture for a cover; returns its media_id."""
        return self._text(self._call("/cgi-bin/material/add_material", {"type": "image"}, upload=(name, content, kind)), "media_id")

    def add_draft(self, article: dict[str, Any]) -> str:
        """A draft of one article; returns its media_id."""
        return self._text(self._call("/cgi-bin/draft/add", body={"articles": [article]}), "media_id")

    def has_draft(self, media_id: str) -> bool:
        """Whether the draft is still in the box. What was published is taken out of it."""
        return DRAFT_GONE != self._call("/cgi-bin/draft/get", body={"media_id": media_id}, bear={DRAFT_GONE}).get("errcode")

    def delete_draft(self, media_id: str) -> None:
        """Afterwards there is no such draft."""
        self._call("/cgi-bin/draft/delete", body={"media_id": media_id}, bear={DRAFT_GONE})

    def submit(self, media_id: str) -> str:
        """Hand a draft in for publication; returns the publish_id. That it was taken is not yet that it is out."""
        return self._text(self._call("/cgi-bin/freepublish/submit", body={"media_id": media_id}), "publish_id")

    def publication(self, publish_id: str) -> tuple[int, str, str]:
        """(publish_status, article_id, address) of what was handed in. 0 out, 1 under way, others see `failure`."""
        answer = self._call("/cgi-bin/freepublish/get", body={"publish_id": publish_id})
        status = answer.get("publish_status")
        if not isinstance(status, int):
            raise Trouble("公众平台的回答看不懂，稍后自动重试", again=True)
        items = (answer.get("article_detail") or {}).get("item") or [{}]
        return status, str(answer.get("article_id") or ""), str(items[0].get("article_url") or "")

    def delete_published(self, article_id: str) -> None:
        """Delete what is out. The platform says it can't be undone."""
        self._call("/cgi-bin/freepublish/delete", body={"article_id": article_id, "index": 0})

    def find_draft(self, title: str, source_url: str, since: datetime) -> str:
        """The media_id of the draft with that title and 原文 address, changed since then; blank when there is none."""
        found, _ = self._find("/cgi-bin/draft/batchget", title, source_url, since)
        return str(found.get("media_id") or "")

    def find_published(self, title: str, source_url: str, since: datetime) -> tuple[str, str, bool]:
        """(article_id, address, whole) of what is out with that title and 原文 address since then.

        `whole` is False when nothing was found and the listing was longer than we read: then nothing can be said.
        """
        found, whole = self._find("/cgi-bin/freepublish/batchget", title, source_url, since)
        items = (found.get("content") or {}).get("news_item") or [{}]
        return str(found.get("article_id") or ""), str(items[0].get("url") or ""), whole

    def _find(self, path: str, title: str, source_url: str, since: datetime) -> tuple[dict, bool]:
        # The order of a listing is documented nowhere, so it is read through rather than trusted.
        earliest = (since - timedelta(minutes=10)).timestamp()
        for item, whole in self._listing(path):
            if item is None:
                return {}, whole
            first = ((item.get("content") or {}).get("news_item") or [{}])[0]
            same = first.get("title") == title and (first.get("content_source_url") or "") == source_url
            if same and not first.get("is_deleted") and (item.get("update_time") or 0) >= earliest:
                return item, True
        return {}, False

    def _listing(self, path: str) -> Iterator[tuple[dict | None, bool]]:
        for number in range(PAGES):
            answer = self._call(path, body={"offset": number * PAGE, "count": PAGE, "no_content": 1})
            items = answer.get("item") or []
            for item in items:
                yield item, True
            if not items or (number + 1) * PAGE >= int(answer.get("total_count") or 0):
                yield None, True
                return
        yield None, False

    # -- The token ---------------------------------------------------------------------------------------------------

    def token(self) -> str:
        """The token kept with the account, or a new one when its time is nearly up."""
        account = self.account
        if account.token and account.token_until and account.token_until > self.now() + SKEW:
            return account.token
        return self._renew()

    def _renew(self, force: bool = False) -> str:
        """Ask for the token anew. Unforced, the platform gives whoever asks the one in force, so two workers agree."""
        account = self.account
        body = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret, "force_refresh": force}
        answer = self._send("/cgi-bin/stable_token", {}, *_as_json(body))
        code = answer.get("errcode") or 0
        if code:
            raise self._trouble(code, answer)
        token = self._text(answer, "access_token")
        try:
            lasts = int(answer.get("expires_in") or 0)
        except (TypeError, ValueError):
            lasts = 0
        account.token, account.token_until = token, self.now() + timedelta(seconds=lasts)
        ChannelAccount.objects.filter(pk=account.pk, app_id=account.app_id).update(token=token, token_until=account.token_until)
        return token

    # -- One request -------------------------------------------------------------------------------------------------

    def _call(
        self, path: str, query: dict | None = None, *, body: dict | None = None, upload: tuple[str, bytes, str] | None = None,
        bear: frozenset[int] | set[int] = frozenset(),
    ) -> dict:  # fmt: skip
        """The answer to a call; codes in `bear` are answers too. A token that has run out is renewed once or twice.

        A refused token means the call was not carried out, so repeating it is safe for every call.
        """
        payload, kind = _as_form(*upload) if upload else _as_json(body or {})
        token = self.token()
        for turn in range(3):
            answer = self._send(path, {**(query or {}), "access_token": token}, payload, kind)
            code = answer.get("errcode") or 0
            if code not in _STALE:
                break
            if turn < 2:
                fresh = self._renew()
                token = fresh if fresh != token else self._renew(force=True)
        if code and code not in bear:
            raise self._trouble(code, answer)
        return answer

    def _send(self, path: str, query: dict, payload: bytes, kind: str) -> dict:
        """One request. Trouble when it did not arrive or was refused; Unclear when it may have been carried out."""
        parts = urlsplit(self.account.api_base)
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = connect(parts.hostname, parts.port, timeout=TIMEOUT)
        try:
            try:
                connection.connect()
            except OSError:
                raise Trouble("连不上公众平台的接口，请检查本机到外网的连接，稍后自动重试", again=True) from None
            try:
                target = f"{parts.path.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")
                connection.request("POST", target, payload, {"Content-Type": kind, "User-Agent": "gongkai"})
                response = connection.getresponse()
                status, said = response.status, response.read(ANSWER_LIMIT + 1)
            except (OSError, HTTPException):
                raise Unclear("公众平台没有按时回答，先查询是否已经办理，再决定是否重试") from None
        finally:
            connection.close()
        if status >= 500:
            raise Unclear(f"公众平台出错（HTTP {status}），先查询是否已经办理，再决定是否重试")
        if status != 200:
            raise Trouble(f"公众平台的接口地址回答HTTP {status}，请系统管理员在“渠道账号”中核对接口地址", again=False)
        try:
            answer = json.loads(said)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or len(said) > ANSWER_LIMIT:
            raise Unclear("公众平台的回答看不懂，先查询是否已经办理，再决定是否重试")
        return answer

    def _trouble(self, code: int, answer: dict) -> Trouble:
        if code == -1:  # “busy” does not say that nothing was done
            return Unclear(_SENTENCES[-1][0])
        sentence, again = _SENTENCES.get(code, (f"公众平台返回错误码{code}，请对照其“返回码说明”核对", False))
        if code == 40164 and (found := re.search(r"invalid ip ([0-9a-fA-F.:]+)", str(answer.get("errmsg", "")))):
            sentence = f"{sentence}：{found[1]}"
        return Trouble(sentence, again=again, code=code)

    @staticmethod
    def _text(answer: dict, name: str) -> str:
        value = answer.get(name)
        if not value or not isinstance(value, (str, int)):
            raise Unclear("公众平台的回答缺少编号，先查询是否已经办理，再决定是否重试")
        return str(value)


def failure(status: int) -> str:
    """What a publish_status other than 0 and 1 means."""
    return _FAILED.get(status, f"状态{status}")


def _as_json(body: dict) -> tuple[bytes, str]:
    # The platform asks for letters as they are: \u-escapes would stand in the article.
    return json.dumps(body, ensure_ascii=False).encode(), "application/json; charset=utf-8"


def _as_form(name: str, content: bytes, kind: str) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)[-60:] or "image"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="media"; filename="{plain}"\r\nContent-Type: {kind}\r\n\r\n'
    return head.encode() + content + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
