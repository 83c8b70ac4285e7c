"""A simulated year: all its stories, and its deeds in order of time. The same seed gives the same year."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from gongkai.law.calendar import WorkCalendar, shipped_calendar

from . import stories as tell
from .cast import begun_on
from .deeds import Days, Deed, Story
from .profile import CUT, LATE_KINDS, Profile

#: A draft is out at least this long before the document it becomes is signed: its window and its feedback, in days.
DRAFT_BEFORE = 62


def frame_of(profile: Profile, seed: int, year: int, calendar: WorkCalendar | None = None) -> tell.Frame:
    return tell.Frame(seed, year, Days(calendar or shipped_calendar(), year), date(year, *CUT), profile.settled)


def deeds(profile: Profile, seed: int, year: int, calendar: WorkCalendar | None = None) -> list[Deed]:
    """Everything that is done, in order of time. What is pending at New Year is finished in the next."""
    found = [deed for story in stories(profile, seed, year, calendar) for deed in story.deeds]
    return sorted(found, key=lambda deed: deed.at)


def stories(profile: Profile, seed: int, year: int, calendar: WorkCalendar | None = None) -> Iterator[Story]:
    """The stories of the year one by one, each whole; what others name comes before them."""
    frame = frame_of(profile, seed, year, calendar)
    rng = Random(f"{seed}:{year}:year")
    late = set(LATE_KINDS[: profile.late])
    began, end = begun_on(year), date(year, 12, 30)
    first, cut = date(year, 1, 4), frame.cut
    december = cut + timedelta(days=1)

    def spread(count, until=cut, since=first):
        """Days of `count`: those by the cut, then those of December."""
        return frame.days.spread(rng, count.by_cut, since, until) + frame.days.spread(rng, count.after, december, end)

    yield tell.older_documents(frame, frame.days.add(began, 4))
    yield tell.matters(frame, frame.days.add(began, 9))

    signed = [(day, "normative") for day in spread(profile.normative, date(year, 10, 20), date(year, 3, 8))]
    signed += [(day, "plan") for day in spread(profile.plans, date(year, 9, 30), date(year, 4, 1))]
    documents, numbers = [], {"normative": 0, "plan": 0}
    for n, (day, kind) in enumerate(sorted(signed)):
        numbers[kind] += 1
        documents.append((n, day, kind))
        yield tell.document(
            frame, n, day, kind, number=numbers[kind], replaces="old:0" if kind == "normative" and numbers[kind] == 2 else "",
            late_interpretation="interpretation" in late and kind == "normative" and numbers[kind] == 1,
            late_gazette="gazette" in late and kind == "normative" and numbers[kind] == min(2, profile.normative.whole),
        )
    for n, day in enumerate(spread(profile.evaluations, date(year, 11, 15), date(year, 6, 1))):
        yield tell.evaluation(frame, n, day)

    yield tell.expiring_policy(frame)
    normative = [(n, day) for n, day, kind in documents if kind == "normative"]
    for n, day in enumerate(spread(profile.policies, date(year, 11, 10), date(year, 2, 10))):
        of, on = "", day
        if n < len(normative):
            of, on = f"document:{normative[n][0]}", frame.days.add(normative[n][1], 6)
        adjusted = frame.days.add(on, 20) if n < profile.adjustments else None
        yield tell.policy(frame, n, on, of=of, adjusted=min(adjusted, cut) if adjusted and on <= cut else adjusted)

    yield from _participation(frame, profile, rng, documents, spread, late)
    yield from _events(frame, profile, rng, spread)
    yield from _duties(frame, profile, spread)
    yield from _publishing(frame, profile, rng, spread)
    yield from _applications(frame, profile, rng, late)


def _participation(frame: tell.Frame, profile: Profile, rng: Random, documents, spread, late) -> Iterator[Story]:
    year, cut = frame.year, frame.cut
    opened = spread(profile.drafts, date(year, 10, 14) if profile.settled else cut)
    became: dict[int, tuple[str, str, date]] = {}
    for n, day, kind in documents:
        before = [i for i, on in enumerate(opened) if i not in became and on <= day - timedelta(days=DRAFT_BEFORE)]
        if before:
            became[before[-1]] = (f"document:{n}", tell.document_title(frame, n, kind), day)
    heard = [0] * len(opened)
    # Some drafts draw most of what is said, others nothing.
    by_cut = list(range(profile.drafts.by_cut))
    keen = by_cut if len(by_cut) < 3 else rng.sample(by_cut, max(2, len(by_cut) * 2 // 3))
    for _ in range(profile.opinions.by_cut):
        heard[rng.choice(keen)] += 1
    for _ in range(profile.opinions.after if len(opened) > len(by_cut) else 0):
        heard[rng.randrange(len(by_cut), len(opened))] += 1
    slow = next((n for n in by_cut if heard[n]), None) if "opinions" in late else None
    for n, day in enumerate(opened):
        by = cut if profile.settled and n < len(by_cut) else None
        yield tell.consultation(frame, n, day, heard[n], by=by, late=n == slow, of=became.get(n))
    for n, day in enumerate(spread(profile.concerns, cut - timedelta(days=6) if profile.settled else cut)):
        yield tell.concern(
            frame, n, day, grave=n == 3, false=4 <= n < 4 + profile.misinformation,
            late="concern" in late and n == min(6 + profile.misinformation, profile.concerns.by_cut - 1),
        )


def _events(frame: tell.Frame, profile: Profile, rng: Random, spread) -> Iterator[Story]:
    held = spread(profile.briefings, date(frame.year, 11, 18), date(frame.year, 3, 1))
    groups = ((profile.briefings.by_cut, profile.enterprises.by_cut), (len(held) - profile.briefings.by_cut, profile.enterprises.after))
    fresh = [n * total // count - (n - 1) * total // count for count, total in groups if count > 0 for n in range(1, count + 1)]
    came = 0
    for n, day in enumerate(held):
        planned = frame.days.add(day, -5) if n % 4 == 2 else day
        yield tell.briefing(frame, n, planned, day, came, fresh[n], profile.repeats)
        came += fresh[n]
    for n, day in enumerate(frame.days.spread(rng, 6, date(frame.year, 2, 15), date(frame.year, 11, 20))):
        yield tell.other_event(frame, n, day)
    for n, day in enumerate(spread(profile.interviews)):
        yield tell.interview(frame, n, day)


def _duties(frame: tell.Frame, profile: Profile, spread) -> Iterator[Story]:
    year, days = frame.year, frame.days
    for n in range(profile.directors):
        yield tell.directors_meeting(frame, n, days.on_or_after(date(year, 1 + (n * 10 // profile.directors), 12)))
    yield tell.openness_report(frame, days.on_or_after(date(year, 12, 14)))
    for n, month in enumerate((3, 5, 8, 11)):
        yield tell.ideology_meeting(frame, n, days.on_or_after(date(year, month, 8)))
    yield tell.accountability(frame, days.on_or_after(date(year, 3, 17)))
    for n, day in enumerate(spread(profile.changes, date(year, 11, 25), date(year, 2, 20))):
        yield tell.matter_change(frame, n, day)
    for n, day in enumerate(spread(profile.rectified, date(year, 10, 28) if profile.settled else frame.cut, date(year, 2, 1))):
        yield tell.rectified(frame, n, day)
    for n, day in enumerate(spread(profile.findings, date(year, 11, 8) if profile.settled else frame.cut)):
        yield tell.finding(frame, n, day)


def _publishing(frame: tell.Frame, profile: Profile, rng: Random, spread) -> Iterator[Story]:
    """What went out: by WeChat, by the website, by both, in the numbers of the profile for each."""
    n = 0
    for part in (0, 1):

        def days_of(count: int, part=part) -> list[date]:
            return spread(type(profile.wechat)(count, 0) if part == 0 else type(profile.wechat)(0, count))

        wechat, website = profile.wechat[part], profile.website[part]
        among = min(profile.infographics[part] - profile.infographics_apart[part], wechat)
        both = min(wechat, round(website * 0.75))
        pictures = set(rng.sample(range(wechat), max(0, among)))
        channels = [("website", "wechat")] * both + [("wechat",)] * (wechat - both) + [("website",)] * (website - both)
        days = days_of(len(channels))
        rng.shuffle(days)
        for i, (where, day) in enumerate(zip(channels, days, strict=True)):
            picture = i in pictures
            category = "interpretation" if picture or rng.random() < 0.55 else "policy"
            yield tell.item(frame, f"item:{n}", day, category, where, infographic=picture)
            n += 1
        for day in days_of(profile.infographics_apart[part]):
            yield tell.item(frame, f"item:{n}", day, "other", ("wechat",), infographic=True)
            n += 1
        for day in days_of(profile.news[part]):
            yield tell.item(frame, f"item:{n}", day, "news", ("website", "wechat") if n % 3 else ("website",))
            n += 1
    yield tell.platform(frame, frame.days.on_or_after(date(frame.year, *tell.SITE_OPENED)))
    yield tell.reassessed(frame, frame.days.on_or_after(date(frame.year, 6, 20)))
    for i, day in enumerate(frame.days.spread(rng, profile.withheld, date(frame.year, 2, 1), frame.cut)):
        yield tell.withheld(frame, i, day)


def _applications(frame: tell.Frame, profile: Profile, rng: Random, late) -> Iterator[Story]:
    """Applications in the order in which they came, the ones carried in from last year first."""
    year, cut = frame.year, frame.cut
    carried = [(day, "plain", False) for day in frame.days.spread(rng, profile.carried_in, date(year - 1, 12, 15), date(year - 1, 12, 24))]
    last = (cut - timedelta(days=26)) if profile.settled else cut - timedelta(days=4)
    span = (last - date(year, 1, 4)).days
    days = sorted(date(year, 1, 4) + timedelta(days=int((n + rng.random()) * span / profile.applications.by_cut)) for n in range(profile.applications.by_cut))
    turns = [tell.TURNS[n] if n < len(tell.TURNS) else tell.later_turn(rng) for n in range(len(days))]
    makeup = [day for day in frame.days.between(date(year, 3, 1), date(year, 11, 1)) if day.weekday() >= 5]
    came = []
    slow = turns.index("plain", 1) if "application" in late and "plain" in turns[1:] else 0 if "application" in late else None
    for n, (day, turn) in enumerate(zip(days, turns, strict=True)):
        if turn == "makeup" and makeup:
            day = makeup[0]
        if turn == "holiday":
            day = date(year, 9, 20) + timedelta(days=rng.randrange(5))
        came.append((day, turn, n == slow))
    count = profile.applications.after
    came += [(december_day, "plain", False) for december_day in frame.days.spread(rng, count, cut + timedelta(days=1), date(year, 12, 29))]
    for n, (day, turn, slow_one) in enumerate(sorted(carried + came), 1):
        yield tell.application(frame, n, day, turn, late=slow_one)
