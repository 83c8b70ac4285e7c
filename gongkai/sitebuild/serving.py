"""Serving where no nginx stands in front: files of the built site, the live part of it, and the desk, kept apart."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from whitenoise import WhiteNoise
from whitenoise.responders import MissingFileError, StaticFile
from whitenoise.string_utils import decode_path_info

from .rules import TWINS

PUBLIC_URLS = "gongkai.urls_public"
#: How often a reader's browser asks again, in seconds.
FRESH = 60
#: What a browser may show of `files/`; everything else there is for saving.
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")

Start = Callable[..., Any]
App = Callable[[dict, Start], Iterable[bytes]]


class PublicHeaders:
    """Gives every live public answer the headers that public files carry, and lets none set a cookie."""

    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in settings.PUBLIC_HEADERS.items():
            response[name] = value
        if response.cookies:
            raise RuntimeError(f"公开页面 {request.path} 设置了 cookie：{'、'.join(response.cookies)}")
        return response


class PublicHandler(WSGIHandler):
    """Django over `urls_public` and PUBLIC_MIDDLEWARE alone: no session is looked for, and no desk address resolves."""

    def load_middleware(self, is_async: bool = False) -> None:
        # Django reads the list from settings and nowhere else; this runs once, while the process starts.
        desk = settings.MIDDLEWARE
        settings.MIDDLEWARE = settings.PUBLIC_MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = desk

    def get_response(self, request):
        request.urlconf = PUBLIC_URLS
        return super().get_response(request)


class SiteFiles(WhiteNoise):
    """The files of `current`, looked up afresh for every request since builds change them; a smaller twin where the reader takes one."""

    def __init__(self, application: App, root: Path):
        self.attached = os.path.join(root, "files", "")
        super().__init__(application, root=root, autorefresh=True, index_file=True, max_age=FRESH, allow_all_origins=False)

    @staticmethod
    def is_compressed_variant(path, stat_cache=None) -> bool:
        return path.endswith(tuple(TWINS)) and Path(path.rsplit(".", 1)[0]).is_file()

    def get_static_file(self, path, url, stat_cache=None):
        if not os.path.exists(path):
            raise MissingFileError(path)
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        for name, value in settings.PUBLIC_HEADERS.items():
            headers[name] = value
        if path.startswith(self.attached) and not path.endswith(PICTURES):
            headers["Content-Type"], headers["Content-Disposition"] = "application/octet-stream", "attachment"
        return StaticFile(path, headers.items(), encodings={name: path + end for end, name in TWINS.items()})

    def find_file(self, url):
        try:
            return super().find_file(url)
        except (FileNotFoundError, NotADirectoryError):  # taken away between two looks at it, or below something that is a file
            return None

    def __call__(self, environ, start_response):
        url = decode_path_info(environ.get("PATH_INFO", ""))
        # A file replaced between looking and opening would go out under the old one's length: look again.
        for _ in range(5):
            found = self.find_file(url)
            if found is None:
                break
            try:
                answer = found.get_response(environ["REQUEST_METHOD"], environ)
            except FileNotFoundError:
                continue
            length = dict(answer.headers).get("Content-Length")
            if answer.file is None or answer.status != 200 or int(length) == os.fstat(answer.file.fileno()).st_size:
                return self.serve(_Given(answer), environ, start_response)
            answer.file.close()
        return self.application(environ, start_response)


class _Given:
    """An answer already made, in the shape WhiteNoise sends from."""

    def __init__(self, answer):
        self.get_response = lambda method, environ: answer


#: A proxy in front of the public site sends this with the value "public": then no desk address is answered, whatever it is.
FACE = "HTTP_X_GONGKAI_FACE"


def face(desk: App, public: App, environ: dict, start_response: Start) -> Iterable[bytes]:
    """Which of the two answers what is no file: the desk below its own addresses, the public part everything else."""
    outside = environ.get(FACE) == "public" or not is_desk(environ.get("PATH_INFO", ""))
    return (public if outside else desk)(environ, start_response)


def is_desk(path: str) -> bool:
    """The desk's addresses and its static files. "/" comes here only while no site is built: it leads to the desk's door."""
    return path in ("", "/", "/desk") or path.startswith(("/desk/", settings.STATIC_URL))


def serving(desk: App, site: Path) -> App:
    """The whole of it as one WSGI application."""
    return SiteFiles(partial(face, desk, PublicHandler()), root=site)
