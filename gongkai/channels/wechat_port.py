"""WeChat through its interface: pictures up, a draft, handed in, looked after until it is out.

What can't be undone is handing a draft in. Its time is written down before; if no answer comes, the
published list and the draft box are asked, and the same draft is handed in again only after it has lain
in the box untouched for a while. A second draft is never made for something that may be out.
"""

from datetime import timedelta

from django.utils import timezone

from gongkai.files.models import StoredFile
from gongkai.law.figures import figure
from gongkai.publishing.models import Channel
from gongkai.rulebook.queries import adjustments

from . import rules
from .models import ChannelAccount, ChannelMedia, Delivery
from .ports import Outcome, Trouble, Unclear, port, remember
from .wechat import DRAFT_GONE, Client, failure
from .wechat_html import ForeignImage, images_in, to_wechat

#: Kinds the platform takes inside a text.
KINDS = {"png": "image/png", "jpeg": "image/jpeg"}
OUT, UNDER_WAY = 0, 1
DELETED = frozenset({5, 6})


def account_of(office_id: int) -> ChannelAccount | None:
    """The office's account, if its interface is to be used."""
    return ChannelAccount.objects.filter(office_id=office_id, channel=Channel.WECHAT, enabled=True).first()


def _client(delivery: Delivery) -> Client:
    account = account_of(delivery.office_id)
    if account is None:
        raise Trouble("没有启用的公众号账号，请系统管理员在“渠道账号”中设置，或复制粘贴发布后登记回执", again=False)
    return Client(account)


def source_url(delivery: Delivery) -> str:
    """原文 address of this text alone: digest and submission in its fragment make what is found at the platform ours."""
    address = delivery.content.get("url") or ""
    mark = delivery.digest[:16] + (f"-{delivery.submission}" if delivery.submission else "")
    return f"{address.split('#')[0]}#{mark}" if address else ""


@port(Channel.WECHAT)
class WeChat:
    def send(self, delivery: Delivery) -> Outcome:
        client = _client(delivery)
        if delivery.submit_asked_at and not delivery.publish_id:
            found = self._whether_out(client, delivery)
            if found is not None:
                return found
        if not delivery.draft_id:
            self._draft(client, delivery)
        if Delivery.objects.filter(pk=delivery.pk).exclude(withdraw_asked_at=None).exists():
            raise Trouble("已要求撤回，不再提交", again=True, wait=timedelta(0))
        remember(delivery, submit_asked_at=timezone.now())
        try:
            publish_id = client.submit(delivery.draft_id)
        except Unclear:
            raise
        except Trouble as trouble:
            if trouble.code == DRAFT_GONE:  # somebody published or removed it meanwhile
                raise Trouble("草稿已不在公众平台的草稿箱里。请到公众平台核对：已发布的，登记回执；没有发布的，重新建草稿后重试", again=False) from None
            remember(delivery, submit_asked_at=None)  # answered, and refused: nothing was handed in
            raise
        remember(delivery, publish_id=publish_id)
        return Outcome(sent=True)

    # A published article can't be exchanged through the interface: the new text goes out, then the old one is deleted.
    correct = send

    def confirm(self, delivery: Delivery) -> Outcome:
        if not delivery.publish_id:
            raise Trouble("没有发布任务编号，请到公众平台核对后登记回执", again=False)
        status, article_id, address = _client(delivery).publication(delivery.publish_id)
        if status == OUT:
            return Outcome(out=True, receipt=article_id, url=address)
        if status == UNDER_WAY:
            return Outcome()
        if status in DELETED:
            raise Trouble(f"公众平台回答：{failure(status)}。请到公众平台核对，需要时改稿重新送审", again=False)
        raise Trouble(f"公众平台未予发布：{failure(status)}。请到公众平台查看原因，改稿重新送审，或处理后重试", again=False, anew=True)

    def withdraw(self, delivery: Delivery) -> Outcome:
        client = _client(delivery)
        if delivery.submit_asked_at and not delivery.publish_id and not delivery.receipt:
            found = self._whether_out(client, delivery)
            if found is not None:  # it is out: that is put on record first, then it is deleted
                return found
        if delivery.receipt:
            if delivery.withdraw_told_at and delivery.publish_id and client.publication(delivery.publish_id)[0] in DELETED:
                return Outcome(gone=True)
            remember(delivery, withdraw_told_at=timezone.now())
            client.delete_published(delivery.receipt)
            return Outcome(gone=True)
        draft = delivery.draft_id
        if not draft and delivery.draft_asked_at:
            draft = client.find_draft(delivery.title, source_url(delivery), delivery.draft_asked_at)
        if draft:
            client.delete_draft(draft)
        return Outcome(gone=True)

    # -- Steps -------------------------------------------------------------------------------------------------------

    def _draft(self, client: Client, delivery: Delivery) -> None:
        if delivery.draft_asked_at:
            found = client.find_draft(delivery.title, source_url(delivery), delivery.draft_asked_at)
            if found:
                remember(delivery, draft_id=found)
                return
        article = self._article(client, delivery)
        remember(delivery, draft_asked_at=timezone.now())
        remember(delivery, draft_id=client.add_draft(article))

    def _whether_out(self, client: Client, delivery: Delivery) -> Outcome | None:
        """Handed in, no answer came: is it out? None when it certainly never was taken, so it may be handed in again."""
        article_id, address, whole = client.find_published(delivery.title, source_url(delivery), delivery.submit_asked_at)
        if article_id:
            return Outcome(sent=True, out=True, receipt=article_id, url=address)
        adjusted = adjustments(delivery.office_id, "channels")
        settle = timedelta(minutes=figure("channels", "settle_minutes", timezone.localdate(), adjusted).value)
        if timezone.now() < delivery.submit_asked_at + settle:
            raise Trouble("已提交公众平台，尚不知道结果，正在查询", again=True, wait=timedelta(minutes=1))
        if whole and client.has_draft(delivery.draft_id):
            return None
        raise Trouble("不能确定公众平台是否已经发布，为免重复，不再自动提交。请到公众平台核对：已发布的，登记回执；没有发布的，重新建草稿后重试", again=False)

    def _article(self, client: Client, delivery: Delivery) -> dict:
        content, account = delivery.content, client.account
        files = StoredFile.objects.in_bulk(content.get("files", {}).values())
        sources = images_in(content["html"])
        named = {source: files.get(content.get("files", {}).get(source)) for source in sources}
        try:
            if missing := [source for source, file in named.items() if file is None]:
                raise ForeignImage(missing)
            html = to_wechat(content["html"], {source: self._image(client, file) for source, file in named.items()})
        except ForeignImage as foreign:
            raise Trouble(str(foreign), again=False) from None
        adjusted = adjustments(delivery.office_id, "channels")
        objections = rules.objections_to_wechat_text(delivery.title, content.get("summary", ""), html, timezone.localdate(), adjusted)
        if objections:
            raise Trouble("；".join(objection.sentence for objection in objections), again=False)
        cover = StoredFile.objects.filter(pk=content.get("cover")).first() or account.cover
        if cover is None:
            raise Trouble("公众号文章须有封面，请在“渠道账号”中设置默认封面后重试", again=False)
        return {
            "article_type": "news", "title": delivery.title, "author": account.author, "digest": content.get("summary", ""), "content": html,
            "content_source_url": source_url(delivery), "thumb_media_id": self._cover(client, cover), "need_open_comment": 0, "only_fans_can_comment": 0,
        }  # fmt: skip

    def _image(self, client: Client, file: StoredFile) -> str:
        kept = ChannelMedia.objects.filter(account=client.account, use=ChannelMedia.Use.CONTENT, sha256=file.sha256).first()
        if kept:
            return kept.url
        adjusted = adjustments(client.account.office_id, "channels")
        most = figure("channels", "wechat_image_kilobytes", timezone.localdate(), adjusted).value
        if file.refused or file.kind not in KINDS:
            raise Trouble(f"图片“{file.name}”不是jpg或png，公众平台不收，请换成jpg或png后重新送审", again=False)
        if file.size >= most * 1024:
            raise Trouble(f"图片“{file.name}”有{file.size // 1024}KB，公众平台只收{most}KB以下的，请压缩后重新送审", again=False)
        url = client.upload_image(file.name, _bytes(file), KINDS[file.kind])
        ChannelMedia.objects.get_or_create(account=client.account, use=ChannelMedia.Use.CONTENT, sha256=file.sha256, defaults={"url": url})
        return url

    def _cover(self, client: Client, file: StoredFile) -> str:
        kept = ChannelMedia.objects.filter(account=client.account, use=ChannelMedia.Use.COVER, sha256=file.sha256).first()
        if kept:
            return kept.media_id
        if file.refused or file.kind not in KINDS:
            raise Trouble(f"封面“{file.name}”不是jpg或png，请更换封面后重试", again=False)
        media_id = client.add_cover(file.name, _bytes(file), KINDS[file.kind])
        ChannelMedia.objects.get_or_create(account=client.account, use=ChannelMedia.Use.COVER, sha256=file.sha256, defaults={"media_id": media_id})
        return media_id


def _bytes(file: StoredFile) -> bytes:
    with file.content.open("rb") as opened:
        return opened.read()
