"""What the live part of the public site says when an address is not there or something went wrong."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PLAIN = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{0}</title><h1>{0}</h1><p>{1}</p><p><a href="/">回到首页</a></p></html>'


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The built site's own 404 page; a plain one while no site is built."""
    built = Path(settings.HOME) / "site" / "current" / "404.html"
    page = built.read_bytes() if built.is_file() else PLAIN.format("没有找到这个页面", "地址可能已经变动，请从首页查找。")
    return HttpResponse(page, status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(PLAIN.format("请求无法处理", "地址或填写的内容有误，请返回检查后重试。"), status=400)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(PLAIN.format("不能访问", "请从本站页面重新进入后再试。"), status=403)


def failed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PLAIN.format("暂时无法处理", "请稍后再试；仍不成功的，请拨打本机关公布的电话。"), status=500)
