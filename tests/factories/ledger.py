"""Plans, measures and what was said about them. The plan is that of 2022 unless told otherwise."""

from datetime import UTC, datetime

import factory

from gongkai.ledger.models import Assignment, Chapter, KeyPoint, Measure, Plan, Progress

from .accounts import OfficeFactory, SectionFactory

WRITTEN = datetime(2022, 11, 1, 2, tzinfo=UTC)


class PlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Plan

    class Params:
        city = factory.Trait(level=Plan.Level.CITY, title="青禾市2022年政务公开工作要点")

    office = factory.SubFactory(OfficeFactory)
    year = 2022
    title = factory.LazyAttribute(lambda o: f"青禾市工业和信息化局{o.year}年政务公开工作要点分工方案")
    headings = ["工作要求", "一级要点", "计划措施", "落实情况", "责任科室"]


class ChapterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Chapter

    plan = factory.SubFactory(PlanFactory)
    order = factory.LazyAttribute(lambda o: o.plan.chapters.count() + 1)
    number = factory.LazyAttribute(lambda o: "一二三四五六七八九十"[o.order - 1])
    title = factory.LazyAttribute(lambda o: f"{o.number}、优化政务公开工作基础")


class KeyPointFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KeyPoint

    chapter = factory.SubFactory(ChapterFactory)
    order = factory.LazyAttribute(lambda o: o.chapter.points.count() + 1)
    number = factory.LazyAttribute(lambda o: f"（{'一二三四五六七八九十'[o.order - 1]}）")
    title = "规范依申请公开办理"


class MeasureFactory(factory.django.DjangoModelFactory):
    """A measure of the first chapter. `lead` is the section that leads it, 办公室 unless told otherwise; None for nobody.

    With `progress` that text stands confirmed, written by a clerk and checked by the head of the section.
    """

    class Meta:
        model = Measure
        skip_postgeneration_save = True

    class Params:
        office = factory.LazyFunction(OfficeFactory)

    plan = factory.SubFactory(PlanFactory, office=factory.SelfAttribute("..office"))
    chapter = factory.LazyAttribute(lambda o: o.plan.chapters.first() or ChapterFactory(plan=o.plan))
    point = None
    order = factory.LazyAttribute(lambda o: o.plan.measures.count() + 1)
    number = factory.LazyAttribute(lambda o: f"{o.plan.year}-{o.order:02d}")
    text = factory.LazyAttribute(lambda o: f"做好第{o.order}项公开工作。")
    responsibility = "办公室"

    @factory.post_generation
    def lead(self, create, extracted, **kwargs):
        section = extracted if extracted is not None or "none" in kwargs else SectionFactory(office=self.plan.office, name="办公室")
        if create and section:
            Assignment.objects.create(measure=self, part=Assignment.Part.LEAD, section=section, words=section.name)

    @factory.post_generation
    def progress(self, create, extracted, **kwargs):
        if create and extracted is not None:
            ProgressFactory(measure=self, text=extracted, **kwargs)


class ProgressFactory(factory.django.DjangoModelFactory):
    """A confirmed text; `submitted=True` waits for its check, `draft=True` is not handed in."""

    class Meta:
        model = Progress

    class Params:
        submitted = factory.Trait(state=Progress.State.SUBMITTED, checked_by=None, checked_at=None)
        draft = factory.Trait(state=Progress.State.DRAFT, submitted_at=None, checked_by=None, checked_at=None)

    measure = factory.SubFactory(MeasureFactory)
    version = factory.LazyAttribute(lambda o: o.measure.progress.count() + 1)
    text = "已按要求办理。"
    state = Progress.State.CONFIRMED
    written_at = WRITTEN
    submitted_at = WRITTEN
    checked_at = WRITTEN


