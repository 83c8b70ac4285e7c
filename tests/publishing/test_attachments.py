"""Files of what is public are files of the site, as long as something public uses them."""

from urllib.parse import unquote

import pytest

from gongkai.files.models import StoredFile
from gongkai.publishing import content, reviewables
from gongkai.publishing.attachments import found, produced, touched
from tests.factories.accounts import UserFactory
from tests.factories.publishing import ArticleFactory, put_out

from .test_content import PNG, body, material

pytestmark = pytest.mark.django_db


def test_a_file_is_public_while_a_public_article_uses_it():
    by = UserFactory()
    one, two = ArticleFactory(office=by.office, published=True), ArticleFactory(office=by.office, published=True)
    picture = material(one, by)
    assert list(produced(by.office_id)) == [], "a material nobody released stays in"
    for article in (one, two):
        article.body = body(("image", {"image": picture.pk, "alt": "现场", "caption": ""}))
        article.save()
        put_out(article)
    (page,) = produced(by.office_id)
    assert unquote(content.public_address(content.files_of(one.released)[0])) == "/" + page.path
    assert page.render() == PNG and page.keys == {f"article:{one.pk}", f"article:{two.pk}"}
    assert touched(by.office_id, frozenset({f"article:{one.pk}"})) == {page.path}
    reviewables.withdraw(one, "有误", by)
    assert [p.keys for p in found(by.office_id, [page.path])] == [{f"article:{two.pk}"}]
    StoredFile.objects.update(refused="有宏")
    assert list(found(by.office_id, [page.path])) == []
    StoredFile.objects.update(refused="")
    reviewables.withdraw(two, "有误", by)
    assert list(found(by.office_id, [page.path])) == list(produced(by.office_id)) == []


@pytest.mark.parametrize("name", ["a.HTML", "图.svg", "x.csv.gz", ".htaccess", "../../keys.json", "字" * 200 + ".pdf", "a?b#c%2f.pdf", "\u202efdp.exe", "...", ""])
def test_a_hostile_name_becomes_a_plain_one(name):
    from gongkai.sitebuild.rules import fault_of_path, links_of

    file = {"sha256": "a" * 64, "name": name}
    path = content.public_path(file)
    assert fault_of_path(path) is None and path.count("/") == 2 and not path.endswith(content.ACTIVE)
    assert links_of("x.html", f'<a href="{content.public_address(file)}">x</a>'.encode()) == {path}
