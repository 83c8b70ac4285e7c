"""What leaves by the channels: the text of each delivery, as the platform or the person who carries it gets it."""

import json
from collections.abc import Iterator

from gongkai.sockets import register_exit

from .models import Delivery
from .wechat_html import images_in, to_wechat
from .wechat_port import source_url


@register_exit("channels.text", "渠道投递的内容", "public")
def texts(office_id: int) -> Iterator[tuple[str, bytes]]:
    """Every delivery's text, but the website's: those pages are the site's own exit."""
    for delivery in Delivery.objects.of(office_id).exclude(channel="website").order_by("pk").iterator():
        html = delivery.content["html"]
        sent = {
            "title": delivery.title, "digest": delivery.content.get("summary", ""), "content_source_url": source_url(delivery),
            "content": to_wechat(html, {source: source for source in images_in(html)}),
        }  # fmt: skip
        yield f"channels/{delivery.pk}", json.dumps(sent, ensure_ascii=False).encode()
