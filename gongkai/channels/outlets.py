"""What the review chain releases, carried to the channels it was approved for."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urljoin

from django.utils import timezone

from gongkai.accounts.models import Office, User
from gongkai.files.models import StoredFile
from gongkai.law import Objection
from gongkai.publishing import content
from gongkai.publishing.models import Article, Category, Channel, ChannelPost, SecrecyReview
from gongkai.reviewing import queries
from gongkai.reviewing.models import Submission
from gongkai.reviewing.rules import REVIEWS
from gongkai.rulebook.queries import adjustments
from gongkai.sockets import Outgoing, Outlet, get_reviewable, register_outlet

from . import actions, rules
from .models import Delivery


def released(submission: Submission, by) -> None:
    """One delivery for each channel the submission was approved for. Only articles go to channels so far."""
    if submission.kind != Article._meta.label:
        return
    article = Article.objects.select_related("column", "office").get(pk=submission.record_id)
    at = queries.standing_of(submission)
    people = {look.by_id: look.by for look in at.looks}

    def seen(step) -> tuple[User, date] | None:
        look = at.chain.stage(step).look
        return (people[look.by], timezone.localdate(look.at)) if look else None

    same = [s.pk for s in at.submissions if s.digest == submission.digest]
    secrecy = SecrecyReview.objects.current().filter(submission__in=same).order_by("-pk").first()
    files = {content.public_address({"sha256": digest, "name": name}): digest for digest, name in submission.files}
    stored = {file.sha256: file for file in StoredFile.objects.filter(sha256__in=files.values(), refused="")}
    facts = {
        "title": submission.title, "html": get_reviewable(submission.kind).body(submission.content), "digest": submission.digest,
        "files": {address: stored[digest] for address, digest in files.items() if digest in stored}, "by": by or submission.submitted_by,
        "reviews": actions.Reviewed(*(seen(step) for step in REVIEWS), secrecy), "category": category_of(article),
        "summary": submission.content["summary"], "url": address_of(article.office, article.pk), "submission": submission.pk,
    }  # fmt: skip
    # What stands on a channel already is corrected there; the old text goes once the new one is out.
    if Delivery.objects.carrying(article).standing().exclude(digest=submission.digest).exists():
        actions.correct(article, reason=submission.note or "内容更正", **facts)
    # What a person recorded as out on a channel is out there: it is not sent again.
    recorded = set() if at.submission.number > 1 else set(ChannelPost.objects.of(article.office_id).current().filter(article=article).values_list("channel", flat=True))
    if wanted := [channel for channel in submission.channels if channel not in recorded]:
        actions.release(article, channels=wanted, **facts)


def category_of(article: Article) -> str:
    return {"policy": Category.POLICY, "interpretation": Category.INTERPRETATION}.get(article.column.column_type, Category.NEWS)


def address_of(office: Office, pk: int) -> str:
    """The article's own address on the office's site; blank while the office has told none."""
    return urljoin(office.website, Article.path_of(pk)) if office.website else ""


def withdrawn(submission: Submission, reason: str, by) -> None:
    if submission.kind == Article._meta.label:
        actions.withdraw(Article.objects.get(pk=submission.record_id), reason=reason, by=by)


def objections(item, going: Outgoing, channels: Sequence[str]) -> list[Objection]:
    """What WeChat would never take, said before anybody has reviewed it."""
    if Channel.WECHAT not in channels or item._meta.label != Article._meta.label:
        return []
    html = get_reviewable(item._meta.label).body(going.content)
    return rules.objections_to_wechat_text(going.title, going.content["summary"], html, timezone.localdate(), adjustments(item.office_id, "channels"))


register_outlet(Outlet(released, withdrawn, objections))
