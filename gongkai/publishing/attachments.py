"""The pictures and attachments of what is public, as files of the site: exactly the bytes that were released, under their digest."""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from gongkai.files.models import StoredFile, vault_storage
from gongkai.sockets import Page, pages

from . import content
from .entries import numbers_in
from .models import ReleasedFile
from .queries import written_models

BATCH = 200
_PATH = re.compile(r"files/([0-9a-f]{32})/[^/]+")


@pages("files", "附件和图片", prefixes=("files/",), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    yield from _files(office_id, _users(office_id, ReleasedFile.objects.all()))


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    """The addresses of the files that these records have now; those they had know the records' keys already."""
    paths: set[str] = set()
    for model in written_models():
        ids = numbers_in(keys, model._meta.model_name)
        index = ReleasedFile.objects.filter(kind=model._meta.label, record_id__in=ids)
        if ids and index.exists():
            paths.update(_users(office_id, index, [model]))
    return paths


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    wanted = set(paths)
    digests = {there[1] for path in wanted if (there := _PATH.fullmatch(path))}
    for page in _files(office_id, _users(office_id, ReleasedFile.objects.filter(digest__in=digests))):
        if page.path in wanted:
            yield page


def _users(office_id: int, index, models: Iterable[type] | None = None) -> dict[str, tuple[str, set[str]]]:
    """Address -> digest, and the keys of what is public and uses the file. `index` narrows it to some rows of the index."""
    users: dict[str, tuple[str, set[str]]] = {}
    for model in written_models() if models is None else models:
        public = model.objects.public().of(office_id).filter(pk__in=index.filter(kind=model._meta.label).values("record_id"))
        for pk, released in public.order_by("pk").values_list("pk", "released").iterator(chunk_size=BATCH):
            for file in content.files_of(released) if released else ():
                users.setdefault(content.public_path(file), (file["sha256"], set()))[1].add(f"{model._meta.model_name}:{pk}")
    return users


def _files(office_id: int, found: dict[str, tuple[str, set[str]]]) -> Iterator[Page]:
    """A page for each file that is kept and was not refused."""
    users = sorted(found.items())
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
