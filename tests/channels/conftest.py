import io
from datetime import date

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from gongkai.accounts.roles import Role
from gongkai.channels import actions, wechat
from gongkai.channels.actions import Reviewed
from gongkai.files.actions import keep
from gongkai.files.checks import ATTACHABLE
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.publishing import ArticleFactory, SecrecyReviewFactory

from .standin import APP_ID, SECRET, running

DIGEST = "a1b2c3d4e5f60718" * 4
PICTURE = "/files/7/tu.png"
HTML = f'<h2>一、扶持对象</h2><p>全市<strong>规模以上</strong>工业企业。</p><p><img src="{PICTURE}" alt="政策图解"></p>'


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def platform(monkeypatch):
    monkeypatch.setattr(wechat, "TIMEOUT", 10)  # a busy machine answers late
    with running() as (platform, address):
        platform.address = address
        yield platform


@pytest.fixture
def office(db):
    return OfficeFactory()


@pytest.fixture
def section(office):
    return SectionFactory(office=office, name="企业服务科")


@pytest.fixture
def coordinator(office):
    return UserFactory(username="coord", name="林知远", office=office, role=Role.COORDINATOR)


@pytest.fixture
def picture(office, coordinator):
    return keep(ContentFile(png(), name="tu.png"), office=office, by=coordinator, allowed=ATTACHABLE)


@pytest.fixture
def cover(office, coordinator):
    return keep(ContentFile(png("blue"), name="fengmian.png"), office=office, by=coordinator, allowed=ATTACHABLE)


@pytest.fixture
def account(office, coordinator, cover, platform):
    return actions.keep_account(
        office, by=coordinator, name="青禾工信", app_id=APP_ID, app_secret=SECRET, api_base=platform.address, author="市工信局", enabled=True, cover=cover
    )


@pytest.fixture
def article(office, section):
    return ArticleFactory(office=office, section=section, title="惠企政策速递", published=True)


@pytest.fixture
def reviewed(office):
    people = [UserFactory(name=name, office=office) for name in ("林禾", "周岚", "沈临")]
    return Reviewed(*((person, date(2022, 3, 9)) for person in people), SecrecyReviewFactory(office=office))


@pytest.fixture
def give(article, picture, reviewed, coordinator):
    """Release the article as the review chain would; arguments may differ."""

    def release(record=None, **other):
        facts = dict(
            channels=["wechat"], title="惠企政策速递：三类奖补怎么领", html=HTML, files={PICTURE: picture}, digest=DIGEST, reviews=reviewed,
            by=coordinator, category="policy", url="https://gxj.qinghe.example.cn/zc/7.html", summary="三类奖补一图看懂",
        )
        return actions.release(record or article, **{**facts, **other})

    return release


@pytest.fixture
def at(client):
    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in
