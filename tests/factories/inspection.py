"""What inspections found."""

from datetime import date

import factory

from gongkai.inspection import actions
from gongkai.inspection.models import Code, Finding, Site, Source

from .accounts import OfficeFactory


class FindingFactory(factory.django.DjangoModelFactory):
    """A stale column found on 1 March 2022; `fixed=True` was put right on the 4th, `closed=True` rechecked on the 7th."""

    class Meta:
        model = Finding

    class Params:
        fixed = factory.Trait(fixed_on=date(2022, 3, 4), remedy="补发栏目内容")
        closed = factory.Trait(fixed_on=date(2022, 3, 4), remedy="补发栏目内容", rechecked_on=date(2022, 3, 7))

    office = factory.SubFactory(OfficeFactory)
    source = Source.SELF
    code = Code.W4
    site = Site.WEBSITE
    title = factory.Sequence(lambda n: f"工作动态栏目超过两周没有更新（之{n}）")
    found_on = date(2022, 3, 1)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        finding = model_class(*args, **kwargs)
        actions.derive(finding)
        finding.save()
        return finding
