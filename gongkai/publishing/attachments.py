"""The pictures and attachments of what is public, as files of the site: exactly the bytes that were released, under their digest."""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from gongkai.files.models import StoredFile, vault_storage
from gongkai.sockets import Page, pages

from . import content
from .entries import numbers_in
from .models import Article, ReleasedFile

BATCH = 200
_PATH = re.compile(r"files/([0-9a-f]{32})/[^/]+")


@pages("files", "附件和图片", prefixes=("files/",), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    ids = ReleasedFile.objects.filter(article__office_id=office_id).values("article")
    yield from _files(office_id, Article.objects.public().of(office_id).filter(pk__in=ids))


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    """The addresses of the files these articles have now; those they had know the articles' keys already."""
    ids = set(numbers_in(keys, "article"))
    return set(_users(Article.objects.public().of(office_id).filter(pk__in=ids, released_files__isnull=False).distinct())) if ids else set()


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    wanted = set(paths)
    digests = {there[1] for path in wanted if (there := _PATH.fullmatch(path))}
    ids = ReleasedFile.objects.filter(digest__in=digests).values("article")
    for page in _files(office_id, Article.objects.public().of(office_id).filter(pk__in=ids)):
        if page.path in wanted:
            yield page


def _users(articles) -> dict[str, tuple[str, set[str]]]:
    """Address -> digest, and the keys of the public articles that use the file."""
    users: dict[str, tuple[str, set[str]]] = {}
    for pk, released in articles.order_by("pk").values_list("pk", "released").iterator(chunk_size=BATCH):
        for file in content.files_of(released) if released else ():
            users.setdefault(content.public_path(file), (file["sha256"], set()))[1].add(f"article:{pk}")
    return users


def _files(office_id: int, articles) -> Iterator[Page]:
    """A page for each file that is kept and was not refused."""
    users = sorted(_users(articles).items())
    for some in (users[start : start + BATCH] for start in range(0, len(users), BATCH)):
        stored = dict(StoredFile.objects.filter(office_id=office_id, refused="", sha256__in={digest for _, (digest, _) in some}).values_list("sha256", "content"))
        for path, (digest, keys) in some:
            if digest in stored:
                yield Page(path, path.rpartition("/")[2], frozenset(keys), _Bytes(stored[digest], digest))


class _Bytes:
    """The bytes of a kept file, and of no other: what was changed on disk does not go out."""

    def __init__(self, place: str, digest: str):
        self.place, self.digest = place, digest

    def __call__(self) -> bytes:
        with vault_storage().open(self.place) as file:
            data = file.read()
        if sha256(data).hexdigest() != self.digest:
            raise ValueError("文件内容与放行时的摘要不符，请核对存储后重新上传")
        return data
