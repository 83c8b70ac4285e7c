"""A stand-in for the WeChat platform on loopback: documented shapes and errors, and told to misbehave.

It keeps tokens with their expiry, pictures, drafts and publications; a draft that is published leaves the
box. Each call is noted, so a test can say what was asked and how often.
"""

import json
import re
import secrets
import threading
import time
from collections import Counter
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

APP_ID, SECRET = "wx1234567890abcdef", "s3cret-of-the-account-0123456789"


class StandIn:
    """The platform's state and its moods. `after` and `before` are consumed one call at a time."""

    def __init__(self) -> None:
        self.secret = SECRET
        self.tokens: dict[str, float] = {}
        self.current = ""
        self.expires_in = 7200
        self.pictures: dict[str, bytes] = {}
        self.covers: dict[str, bytes] = {}
        self.drafts: dict[str, dict] = {}
        self.tasks: dict[str, dict] = {}
        self.published: dict[str, dict] = {}
        self.calls: Counter = Counter()
        self.seen: list[tuple[str, dict]] = []
        self.before: dict[str, list] = {}  # path's last part: an errcode, or "500"/"drop" instead of carrying it out
        self.after: dict[str, list] = {}  # carried out, and then "drop", "500" or "slow" instead of the answer
        self.polls_until_out = 0
        self.fail_status: int | None = None
        self.permitted = True
        self.numbers = iter(range(1, 10_000))
        self.lock = threading.Lock()

    # -- What a test asks or arranges ----------------------------------------------------------------------------------

    def expire_tokens(self) -> None:
        """The tokens given so far are refused from now on, whatever was said of their time."""
        self.tokens = {token: 0.0 for token in self.tokens}
        self.current = ""

    def out(self) -> list[dict]:
        """The articles a reader would find."""
        return [entry["article"] for entry in self.published.values() if not entry["deleted"]]

    def fill(self, count: int) -> None:
        """Old publications of other people."""
        for n in range(count):
            article = {"title": f"旧文{n}", "content_source_url": "", "content": ""}
            self.published[f"OLD{n}"] = {"article": article, "deleted": False, "at": int(time.time()) - 86400, "url": "http://mp.weixin.qq.com/s/old"}

    # -- The interface ---------------------------------------------------------------------------------------------------

    def stable_token(self, body: dict, query: dict) -> dict:
        if body.get("grant_type") != "client_credential":
            return {"errcode": 40002, "errmsg": "invalid grant_type"}
        if body.get("appid") != APP_ID:
            return {"errcode": 40013, "errmsg": "invalid appid"}
        if body.get("secret") != self.secret:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        if body.get("force_refresh"):
            self.expire_tokens()
        if not self.current or self.tokens[self.current] < time.time():
            self.current = "T_" + secrets.token_urlsafe(40)
            self.tokens[self.current] = time.time() + self.expires_in
        return {"access_token": self.current, "expires_in": self.expires_in}

    def uploadimg(self, upload: tuple[str, bytes], query: dict) -> dict:
        kind, content = upload
        if kind not in {"image/jpeg", "image/png"}:
            return {"errcode": 40005, "errmsg": "invalid file type"}
        if len(content) >= 1 << 20:
            return {"errcode": 40009, "errmsg": "invalid image size"}
        url = f"http://mmbiz.qpic.cn/standin/{next(self.numbers)}/0"
        self.pictures[url] = content
        return {"url": url, "errcode": 0, "errmsg": "ok"}

    def add_material(self, upload: tuple[str, bytes], query: dict) -> dict:
        if query.get("type") not in {"image", "thumb"}:
            return {"errcode": 40004, "errmsg": "invalid media type"}
        media_id = f"COVER{next(self.numbers)}"
        self.covers[media_id] = upload[1]
        return {"media_id": media_id, "url": "http://mmbiz.qpic.cn/standin/cover", "item": []}

    def add(self, body: dict, query: dict) -> dict:
        (article,) = body["articles"]
        if article["thumb_media_id"] not in self.covers:
            return {"errcode": 40007, "errmsg": "invalid media_id"}
        if len(article["title"]) > 32:
            return {"errcode": 45003, "errmsg": "title size out of limit"}
        if len(article["content"]) >= 20_000:
            return {"errcode": 45002, "errmsg": "content size out of limit"}
        # What the platform does not hold it filters without a word.
        kept = re.sub(r'<img [^>]*src="(?!http://mmbiz\.qpic\.cn/)[^"]*"[^>]*>', "", article["content"])
        media_id = f"DRAFT{next(self.numbers)}"
        self.drafts[media_id] = {"article": {**article, "content": kept}, "at": int(time.time())}
        return {"media_id": media_id, "item": [{"index": 0, "ad_count": 0}]}

    def get(self, body: dict, query: dict) -> dict:
        if "publish_id" in body:
            return self._task(body["publish_id"])
        draft = self.drafts.get(body["media_id"])
        return {"news_item": [{**draft["article"], "url": "http://mp.weixin.qq.com/draft"}]} if draft else {"errcode": 40007, "errmsg": "invalid media_id"}

    def delete(self, body: dict, query: dict) -> dict:
        if "article_id" in body:
            if not self.permitted:
                return {"errcode": 48001, "errmsg": "api unauthorized"}
            self.published[body["article_id"]]["deleted"] = True
            return {"errcode": 0, "errmsg": "ok"}
        if self.drafts.pop(body["media_id"], None) is None:
            return {"errcode": 40007, "errmsg": "invalid media_id"}
        return {"errcode": 0, "errmsg": "ok"}

    def submit(self, body: dict, query: dict) -> dict:
        if not self.permitted:
            return {"errcode": 48001, "errmsg": "api unauthorized"}
        draft = self.drafts.get(body["media_id"])
        if draft is None:
            return {"errcode": 40007, "errmsg": "invalid media_id"}
        publish_id = f"10000{next(self.numbers)}"
        self.tasks[publish_id] = {"draft": body["media_id"], "polls": 0, "article_id": "", "status": 1}
        if self.polls_until_out == 0:
            self._finish(publish_id)
        return {"errcode": 0, "errmsg": "ok", "publish_id": publish_id, "msg_data_id": "1"}

    def _finish(self, publish_id: str) -> None:
        task = self.tasks[publish_id]
        if self.fail_status is not None:
            task["status"] = self.fail_status
            return
        draft = self.drafts.pop(task["draft"], None)
        if draft is None:
            task["status"] = 3
            return
        task["status"], task["article_id"] = 0, f"ART{next(self.numbers)}"
        url = f"http://mp.weixin.qq.com/s?id={task['article_id']}"
        self.published[task["article_id"]] = {"article": draft["article"], "deleted": False, "at": int(time.time()), "url": url}

    def _task(self, publish_id: str) -> dict:
        task = self.tasks[publish_id]
        if task["status"] == 1:
            task["polls"] += 1
            if task["polls"] >= self.polls_until_out:
                self._finish(publish_id)
        answer = {"publish_id": publish_id, "publish_status": task["status"], "fail_idx": []}
        if task["status"] == 0:
            entry = self.published[task["article_id"]]
            if entry["deleted"]:
                return {**answer, "publish_status": 5}
            answer |= {"article_id": task["article_id"], "article_detail": {"count": 1, "item": [{"idx": 1, "article_url": entry["url"]}]}}
        elif task["status"] in {2, 4}:
            answer["fail_idx"] = [1]
        return answer

    def batchget(self, body: dict, query: dict) -> dict:
        def shown(article: dict, **more) -> dict:
            return {key: value for key, value in article.items() if key != "content"} | more

        if query["_room"] == "draft":
            rows = [{"media_id": key, "update_time": d["at"], "content": {"news_item": [shown(d["article"])]}} for key, d in self.drafts.items()]
        else:
            rows = [
                {"article_id": key, "update_time": p["at"], "content": {"news_item": [shown(p["article"], url=p["url"], is_deleted=p["deleted"])]}}
                for key, p in self.published.items()
            ]
        page = rows[body["offset"] : body["offset"] + min(body["count"], 20)]
        return {"total_count": len(rows), "item_count": len(page), "item": page}


def _handler(platform: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args) -> None:
            pass

        def _answer(self, status: int, said: dict) -> None:
            body = json.dumps(said, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; encoding=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _misbehave(self, how) -> bool:
            if how == "drop":
                self.close_connection = True
                self.connection.close()
            elif how == "slow":
                time.sleep(1.5)
                self.close_connection = True
            elif how == "500":
                self._answer(502, {"errmsg": "bad gateway"})
            elif isinstance(how, int):
                self._answer(200, {"errcode": how, "errmsg": f"told to answer {how} rid: 0-0"})
            else:
                return False
            return True

        def do_GET(self) -> None:
            self._answer(200, {"errcode": 43002, "errmsg": "require POST method"})

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            name, room = parts.path.rsplit("/", 1)[-1], parts.path.rsplit("/", 2)[-2]
            key = f"{room}/{name}"
            with platform.lock:
                platform.calls[key] += 1
                waiting = platform.before.get(key)
                if waiting and self._misbehave(waiting.pop(0)):
                    return
                if name != "stable_token":
                    token = query.get("access_token", "")
                    if not token:
                        return self._answer(200, {"errcode": 41001, "errmsg": "access_token missing"})
                    if token not in platform.tokens:
                        return self._answer(200, {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"})
                    if platform.tokens[token] < time.time():
                        return self._answer(200, {"errcode": 42001, "errmsg": "access_token expired"})
                if self.headers["Content-Type"].startswith("multipart/form-data"):
                    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + raw)
                    (part,) = message.iter_parts()
                    assert part.get_param("name", header="content-disposition") == "media"
                    body = (part.get_content_type(), part.get_payload(decode=True))
                else:
                    assert b"\\u" not in raw, "平台要求直接传字符"
                    body = json.loads(raw)
                    platform.seen.append((key, body))
                said = getattr(platform, name)(body, {**query, "_room": room})
                waiting = platform.after.get(key)
                if waiting and self._misbehave(waiting.pop(0)):
                    return
                self._answer(200, said)

    return Handler


@contextmanager
def running():
    """The platform at an address of this machine: yields (platform, its base address)."""
    platform = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(platform))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield platform, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
