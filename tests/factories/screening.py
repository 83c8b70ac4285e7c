"""Lists of wording and leaders of 青禾市工业和信息化局."""

from datetime import date

import factory

from gongkai.screening.models import Leader, Term, TermList

from .accounts import OfficeFactory, UserFactory


class TermListFactory(factory.django.DjangoModelFactory):
    """Version 1 of the office's list, in force since 2022 unless told otherwise; `terms` are (wrong, right) pairs."""

    class Meta:
        model = TermList
        skip_postgeneration_save = True

    office = factory.SubFactory(OfficeFactory)
    version = factory.Sequence(lambda n: n + 1)
    name = "用语表"
    size = 1
    imported_by = factory.SubFactory(UserFactory)
    in_force_from = date(2022, 1, 1)

    @factory.post_generation
    def terms(self, create, extracted, **kwargs):
        for wrong, right in extracted or ():
            Term.objects.create(term_list=self, wrong=wrong, right=right)


class LeaderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Leader

    office = factory.SubFactory(OfficeFactory)
    name = "张建国"
    title = "市工业和信息化局党组书记、局长"
    rank = 1
    from_on = date(2020, 1, 1)
