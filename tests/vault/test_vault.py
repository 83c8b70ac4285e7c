"""Personal data at rest: unreadable without the key, and found only by exactly what is known."""

import base64
import secrets
import sqlite3

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from gongkai.foi.models import Applicant
from gongkai.vault import lookup_hash, open_text, seal_text
from gongkai.vault.cipher import Sealed
from tests.factories.foi import ApplicantFactory

WRONG_KEY = "加密内容无法解开：密钥文件与数据库不配套，或内容被改动。请从备份恢复配套的密钥文件。"


@pytest.mark.parametrize("text", ["林溪桥", "990101199003071234", "多行\n地址 🏭", "v1:不是密文", " "])
def test_what_is_sealed_opens_again(text):
    sealed = seal_text(text)
    assert text not in sealed and open_text(sealed) == text
    assert seal_text(text) != sealed, "the same name sealed twice does not look the same"


def test_blank_stays_blank():
    assert seal_text("") == "" == open_text("")


def test_the_wrong_key_gives_a_sentence(settings):
    sealed = seal_text("林溪桥")
    settings.FIELD_KEYS = [secrets.token_hex(32)]
    with pytest.raises(Sealed) as error:
        open_text(sealed)
    assert str(error.value) == WRONG_KEY


def test_a_changed_text_gives_the_same_sentence():
    version, key, body = seal_text("林溪桥").split(":")
    raw = bytearray(base64.b64decode(body))
    raw[20] ^= 1
    for tampered in (f"{version}:{key}:{base64.b64encode(raw).decode()}", f"v2:{key}:{body}", f"{version}:00000000:{body}", "林溪桥", f"{version}:{key}:"):
        with pytest.raises(Sealed):
            open_text(tampered)


def test_after_rotation_old_texts_open_and_new_ones_use_the_new_key(settings):
    old, new = settings.FIELD_KEYS[0], secrets.token_hex(32)
    before = seal_text("林溪桥")
    settings.FIELD_KEYS = [new, old]
    after = seal_text("林溪桥")
    assert open_text(before) == open_text(after) == "林溪桥"
    assert before.split(":")[1] != after.split(":")[1]
    settings.FIELD_KEYS = [new]
    assert open_text(after) == "林溪桥"
    with pytest.raises(Sealed):
        open_text(before)


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        pytest.param("phone", "13900001234", "139-0000-1234", True, id="连字符"),
        pytest.param("phone", "13900001234", "１３９ ００００ １２３４", True, id="全角与空格"),
        pytest.param("id", "99010119900307123x", "99010119900307123X", True, id="大小写"),
        pytest.param("name", "阿依古丽·买买提", "阿依古丽买买提", True, id="间隔号"),
        pytest.param("name", "林溪桥", "林溪乔", False, id="一字之差"),
        pytest.param("phone", "13900001234", "13900001235", False, id="一位之差"),
    ],
)
def test_a_person_is_found_however_it_was_typed(kind, one, other, same):
    assert (lookup_hash(kind, one) == lookup_hash(kind, other)) is same


def test_kinds_do_not_meet_and_nothing_hashes_to_nothing(settings):
    assert lookup_hash("phone", "123456789012345678") != lookup_hash("id", "123456789012345678")
    assert lookup_hash("phone", " - ") == ""
    before = lookup_hash("name", "林溪桥")
    settings.KEYS = {**settings.KEYS, "lookup": secrets.token_hex(32)}
    assert lookup_hash("name", "林溪桥") != before, "without the key nobody can try names against the hashes"


@pytest.mark.django_db
def test_a_sealed_field_can_not_be_searched_or_sorted_by_its_text():
    ApplicantFactory(name="林溪桥")
    with pytest.raises(FieldError):
        Applicant.objects.filter(name="林溪桥").exists()
    with pytest.raises(FieldError):
        Applicant.objects.filter(name__contains="林").exists()
    assert Applicant.objects.get().name == "林溪桥"


@pytest.mark.django_db
def test_the_columns_hold_no_plain_text():
    applicant = ApplicantFactory()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM foi_applicant WHERE id = %s", [applicant.pk])
        row = " ".join(str(value) for value in cursor.fetchone())
    for secret in (applicant.name, applicant.id_number, applicant.phone, applicant.address, applicant.email):
        assert secret and secret not in row


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="只有 SQLite 把数据库存为一个文件")
def test_the_database_file_holds_no_plain_text(tmp_path):
    """Not in a page of the file, nor in its journal."""
    applicant = ApplicantFactory(application__subject="可以公开的事项名称")
    copy = tmp_path / "copy.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(copy) as target:
        connection.connection.backup(target)
    raw = copy.read_bytes()
    assert "可以公开的事项名称".encode() in raw, "the file is the one that was written to"
    for secret in (applicant.name, applicant.id_number, applicant.phone, applicant.address, applicant.email):
        assert secret.encode() not in raw and secret.encode("utf-16-le") not in raw
