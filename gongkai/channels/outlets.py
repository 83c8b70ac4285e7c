"""What the review chain releases, carried to the channels it was approved for."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urljoin

from django.apps import apps
from django.db.models import Model, Q
from django.utils import timezone

from gongkai.accounts.models import User
from gongkai.files.models import StoredFile
from gongkai.law import Objection
from gongkai.publishing import content
from gongkai.publishing.models import Article, Channel, ChannelPost, SecrecyReview
from gongkai.reviewing import queries
from gongkai.reviewing.models import Submission
from gongkai.reviewing.rules import REVIEWS
from gongkai.rulebook.queries import adjustments
from gongkai.sockets import Outgoing, Outlet, get_reviewable, register_outlet

from . import actions, rules
from .models import Delivery


def released(submission: Submission, by) -> None:
    """One delivery for each channel the submission was approved for, of every kind that is carried at all."""
    entry = get_reviewable(submission.kind)
    if entry.posted is None:
        return
    item = _item(submission)
    how = entry.posted(item, submission.content)
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
        "title": submission.title, "html": entry.body(submission.content), "digest": submission.digest,
        "files": {address: stored[digest] for address, digest in files.items() if digest in stored}, "by": by or submission.submitted_by,
        "reviews": actions.Reviewed(*(seen(step) for step in REVIEWS), secrecy), "category": how.category, "summary": how.summary, "url": address_of(item), "submission": submission.pk, "titles": submission.titles,
    }  # fmt: skip
    # What stands on a channel already is corrected there; the old text goes once the new one is out.
    if Delivery.objects.carrying(item).standing().exclude(digest=submission.digest).exists():
        actions.correct(item, reason=submission.note or "内容更正", **facts)
    # What a person recorded as out on a channel is out there: it is not sent again. A correction is, for what was recorded is the text before it.
    earlier = any(hasattr(one, "release") for one in at.submissions if one.pk != submission.pk)
    recorded = set() if earlier else set(_recorded(item, submission).values_list("channel", flat=True))
    if wanted := [channel for channel in submission.channels if channel not in recorded]:
        actions.release(item, channels=wanted, **facts)


def _item(submission: Submission) -> Model:
    return apps.get_model(submission.kind)._base_manager.select_related("office").get(pk=submission.record_id)


def _recorded(item: Model, submission: Submission):
    """What a person entered in the register of posts for this item: an article is named there, anything else known by its title, on a channel that has its own by either."""
    posts = ChannelPost.objects.of(item.office_id).current()
    if isinstance(item, Article):
        return posts.filter(article=item)
    titled = Q(title=submission.title[:200])
    for channel, own in submission.titles.items():
        titled |= Q(channel=channel, title=own[:200])
    return posts.filter(titled, article=None, delivery=None)


def address_of(item: Model) -> str:
    """The item's own address on the office's site; blank while the office has told none."""
    return urljoin(item.office.website, type(item).path_of(item.pk)) if item.office.website else ""


def withdrawn(submission: Submission, reason: str, by) -> None:
    if get_reviewable(submission.kind).posted is not None:
        actions.withdraw(_item(submission), reason=reason, by=by)


def objections(item, going: Outgoing, channels: Sequence[str], titles: Mapping[str, str]) -> list[Objection]:
    """What WeChat would never take, said before anybody has reviewed it."""
    entry = get_reviewable(item._meta.label)
    if Channel.WECHAT not in channels or entry.posted is None:
        return []
    summary = entry.posted(item, going.content).summary
    title = titles.get(Channel.WECHAT, going.title)
    return rules.objections_to_wechat_text(title, summary, entry.body(going.content), timezone.localdate(), adjustments(item.office_id, "channels"))


register_outlet(Outlet(released, withdrawn, objections))
