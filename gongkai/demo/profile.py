"""How much of everything a simulated year holds, by 30 November and after."""

from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

#: The seed whose year has the founding document's figures.
FOUNDING_SEED = 2022
#: The day by which an office accounts for its plan: (month, day).
CUT = (11, 30)
#: Kinds of things that can be late, in the order in which `late` asks for them.
LATE_KINDS = ("application", "opinions", "interpretation", "gazette", "concern")


class Count(NamedTuple):
    """How many by 30 November, and how many in December."""

    by_cut: int
    after: int = 0

    @property
    def whole(self) -> int:
        return self.by_cut + self.after


@dataclass(frozen=True, slots=True)
class Profile:
    """The numbers of a year. `settled`: whatever began by 30 November is also finished by then.

    `late` asks for that many late ones, one of each kind of `LATE_KINDS` in turn.
    """

    applications: Count = Count(11, 2)
    carried_in: int = 1
    normative: Count = Count(4)
    plans: Count = Count(1)
    policies: Count = Count(4)
    adjustments: int = 2
    briefings: Count = Count(9, 1)
    enterprises: Count = Count(1236, 58)
    repeats: float = 0.38  # of those who come to a briefing, how many more came before
    interviews: Count = Count(13, 1)
    wechat: Count = Count(278, 24)
    website: Count = Count(226, 21)
    infographics: Count = Count(45, 4)
    infographics_apart: Count = Count(15, 1)  # of these, neither 政策 nor 解读
    news: Count = Count(96, 9)
    withheld: int = 3
    drafts: Count = Count(14, 1)
    opinions: Count = Count(14, 3)
    evaluations: Count = Count(1)
    concerns: Count = Count(23, 2)
    misinformation: int = 2
    changes: Count = Count(6, 1)
    rectified: Count = Count(5)
    findings: Count = Count(9, 1)
    directors: int = 5  # meetings of the directors that deal with other things
    settled: bool = True
    late: int = 0


#: The year of the founding document.
FOUNDING = Profile()


def drawn(seed: int) -> Profile:
    """Another plausible year: other numbers, and on 30 November some things still under way."""
    rng = Random(f"{seed}:profile")

    def about(n: int, spread: float = 0.45) -> int:
        return max(1, round(n * rng.uniform(1 - spread, 1 + spread)))

    def count(c: Count) -> Count:
        return Count(about(c.by_cut), rng.randint(0, max(1, 2 * c.after)))

    f = FOUNDING
    infographics = count(f.infographics)
    return Profile(
        applications=Count(rng.randint(8, 40), rng.randint(1, 5)), carried_in=rng.randint(0, 3), normative=Count(rng.randint(2, 7), rng.randint(0, 1)),
        plans=Count(rng.randint(0, 3)), policies=Count(rng.randint(2, 8), rng.randint(0, 2)), adjustments=rng.randint(0, 4),
        briefings=Count(rng.randint(5, 14), rng.randint(0, 2)), enterprises=Count(about(1200), about(60)), repeats=rng.uniform(0.1, 0.6),
        interviews=count(f.interviews), wechat=count(f.wechat), website=count(f.website), infographics=infographics,
        infographics_apart=Count(infographics.by_cut // 3, infographics.after // 2), news=count(f.news), withheld=rng.randint(0, 5),
        drafts=count(f.drafts), opinions=Count(rng.randint(0, 60), rng.randint(0, 8)), evaluations=Count(rng.randint(0, 2)), concerns=count(f.concerns),
        misinformation=rng.randint(0, 4), changes=count(f.changes), rectified=count(f.rectified), findings=count(f.findings),
        directors=rng.randint(3, 8), settled=False,
    )  # fmt: skip


def profile_of(seed: int, *, late: int = 0, records: int | None = None) -> Profile:
    """The year of a seed, of about `records` records when a size is asked for."""
    found = FOUNDING if seed == FOUNDING_SEED else drawn(seed)
    found = replace(found, late=late)
    return sized(found, records) if records else found


def sized(profile: Profile, records: int) -> Profile:
    """About that many records in the proportions of a busy office: posts, opinions and applications dominate.

    What an office has few of however busy it is (normative documents, meetings, briefings) grows with
    the square root, or not at all.
    """
    root = max(0.05, (records / 3600) ** 0.5)

    def split(n: float) -> Count:
        whole = max(2, round(n))
        return Count(whole - whole // 12, whole // 12)

    def rooted(c: Count, most: int) -> Count:
        return Count(min(most, max(1, round(c.by_cut * root))), c.after)

    # An item is a review and about three posts and articles, so this many items make half of all records.
    wechat = split(records * 0.124)
    return replace(
        profile, applications=split(records * 0.085), wechat=wechat, website=split(records * 0.093), news=split(records * 0.023),
        infographics=split(records * 0.018), infographics_apart=split(records * 0.006), opinions=split(records * 0.2),
        drafts=rooted(profile.drafts, 400), enterprises=split(records * 0.046), interviews=rooted(profile.interviews, 200),
        concerns=rooted(profile.concerns, 2000), findings=rooted(profile.findings, 300), briefings=rooted(profile.briefings, 60),
        settled=False,
    )  # fmt: skip
