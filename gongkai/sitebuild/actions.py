"""Building the public site: every module's pages into a fresh folder that takes the old one's place.

A full build, which is enough for what there is to publish today; it reads records and writes none.
"""

import json
import os
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone

from gongkai.accounts.models import Office
from gongkai.sockets import Page, page_sources

#: What a public page needs besides itself.
STATIC = ("ui/tokens.css", "ui/public.css", "ui/seal.svg")


@dataclass(frozen=True, slots=True)
class Built:
    pages: int
    folder: Path


def site_root() -> Path:
    """Where the built site stands: `current` is the folder being served."""
    return settings.HOME / "site"


def public_pages(office: Office) -> list[Page]:
    """Every public page of an office, its home page first."""
    found = [page for source in page_sources().values() for page in source.produce(office.pk)]
    home = Page(
        "index.html", office.name, frozenset({"home"}),
        lambda: render_to_string("sitebuild/public/home.html", {"office": office, "pages": found, "base": ""}).encode(),
    )
    missing = Page("404.html", "没有找到", frozenset(), lambda: render_to_string("sitebuild/public/404.html", {"office": office}).encode())
    return [home, missing, *found]


def build(office: Office) -> Built:
    """生成网站。Afterwards `current` is the new site, whole; a build that fails leaves the old one standing."""
    root = site_root()
    root.mkdir(parents=True, exist_ok=True)
    fresh = root / f"build-{timezone.now():%Y%m%d%H%M%S%f}"
    digests: dict[str, str] = {}
    try:
        pages = public_pages(office)
        for page in pages:
            inside = PurePosixPath(page.path)
            if inside.is_absolute() or ".." in inside.parts:
                raise ValueError(f"页面地址越界：{page.path}")
            if page.path in digests:
                raise ValueError(f"两个页面同一地址：{page.path}")
            digests[page.path] = _write(fresh / page.path, page.render())
        for name in STATIC:
            source = finders.find(name)
            if source is None:
                raise ValueError(f"缺少样式文件：{name}")
            digests[f"static/{name}"] = _write(fresh / "static" / name, Path(source).read_bytes())
        _write(fresh / "manifest.json", json.dumps(digests, indent=1, sort_keys=True).encode())
    except Exception:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    _swing(root / "current", fresh)
    for old in sorted(root.glob("build-*"))[:-2]:
        shutil.rmtree(old, ignore_errors=True)
    return Built(len(pages), fresh)


def _write(path: Path, content: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return sha256(content).hexdigest()


def _swing(link: Path, target: Path) -> None:
    """Point `link` at `target` in one rename, so that readers see the old site or the new one."""
    half = link.with_name(f"{link.name}-{os.getpid()}")
    half.unlink(missing_ok=True)
    half.symlink_to(target.name, target_is_directory=True)
    os.replace(half, link)
