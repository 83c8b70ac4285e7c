"""青禾市工业和信息化局, its sections and its people."""

from datetime import date

import factory
from django.contrib.auth.hashers import make_password

from gongkai.accounts.models import Deputy, Office, Post, Section, User
from gongkai.accounts.roles import Role

#: Every person of a test signs in with this.
PASSWORD = "Qinghe-2022-desk"
SECTIONS = ("办公室", "产业政策与法制科", "工业投资科", "企业服务科", "信息化科", "节能与资源利用科")


class OfficeFactory(factory.django.DjangoModelFactory):
    """The fictional bureau. Asked for twice, it is the same one; a `name` of its own makes another."""

    class Meta:
        model = Office
        django_get_or_create = ("name",)

    name = "青禾市工业和信息化局"
    short_name = "市工信局"
    city = "青禾市"
    address = "青禾市禾苑路8号"
    phone = "0000-8800000"
    superior = "青禾市人民政府"
    number_prefix = "青工信"


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section
        django_get_or_create = ("office", "name")

    office = factory.SubFactory(OfficeFactory)
    name = "办公室"
    order = factory.LazyAttribute(lambda o: SECTIONS.index(o.name) + 1 if o.name in SECTIONS else 99)
    is_business = factory.LazyAttribute(lambda o: o.name not in {"办公室"})


class UserFactory(factory.django.DjangoModelFactory):
    """A person. Without a post it is 路人甲, who should see nothing.

    `UserFactory(role=Role.HEAD, role__section=section)` also gives a post, in force since 2020.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = "路人甲"
    office = factory.SubFactory(OfficeFactory)
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def role(self, create, extracted, section=None, title="", **kwargs):
        if create and extracted:
            PostFactory(user=self, role=extracted, section=section, title=title)


class PostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    role = Role.CLERK
    section = None
    starts_on = date(2020, 1, 1)
    ends_on = None


class DeputyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Deputy

    post = factory.SubFactory(PostFactory)
    user = factory.SubFactory(UserFactory)
    starts_on = date(2022, 1, 1)
    ends_on = date(2022, 12, 31)
    reason = "出差"
