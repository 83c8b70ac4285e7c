"""The chain of digests: whatever is changed or missing is found, and two sealers never fork it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from gongkai.audit.actions import GENESIS, LEASE, digest_of, record, seal, seal_all
from gongkai.audit.models import Entry, Seal, SealingLease
from gongkai.audit.queries import told, verify
from gongkai.audit.source import coming_from
from gongkai.audit.triggers import allow_again
from gongkai.audit.verbs import sentences
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
sentences(test__stamped="盖章{number}号，{missing}")


def deeds(count: int) -> list[Entry]:
    return [record("test.stamped", number=n) for n in range(1, count + 1)]


def lifted(table: str, sql: str, *values) -> None:
    """What somebody with the database's own password could do: lift the rule, then change the table."""
    for event in ("UPDATE", "DELETE"):
        allow_again("default", table, event)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def chain(db):
    made = deeds(5)
    assert seal_all() == 5
    return made


def test_a_sound_chain(chain):
    found = verify()
    assert (found.links, found.unsealed, found.faults, found.sound) == (5, 0, [], True)
    first, *_, last = Seal.objects.order_by("number")
    assert first.previous == GENESIS and found.head == last.digest


@pytest.mark.parametrize(
    "column", ["verb", "actor_name", "subject_label", "source"],
)
def test_a_changed_entry_is_found(chain, column):
    lifted("audit_entry", f"UPDATE audit_entry SET {column} = 'x' WHERE id = %s", chain[2].pk)
    assert verify().faults == [f"第3号封签的摘要不符：审计记录{chain[2].pk}在封签后被改动"]


def test_changed_facts_and_moments_are_found(chain):
    lifted("audit_entry", "UPDATE audit_entry SET facts = '{\"number\": 9}' WHERE id = %s", chain[0].pk)
    Entry.objects.filter(pk=chain[4].pk).update(at=timezone.now() - timedelta(days=1))
    assert [fault[:10] for fault in verify().faults] == ["第1号封签的摘要不符", "第5号封签的摘要不符"]


def test_a_missing_link_is_found(chain):
    """Entry and seal taken out together: the neighbours no longer meet."""
    lifted("audit_seal", "DELETE FROM audit_seal WHERE number = 3")
    lifted("audit_entry", "DELETE FROM audit_entry WHERE id = %s", chain[2].pk)
    assert verify().faults == ["第3号封签缺失，链在此处中断（下一枚为第4号）", "第4号封签与前一枚不相接"]


def test_a_chain_closed_up_again_is_found(chain):
    """The third taken out and the numbers moved up: each digest holds its number and its predecessor."""
    lifted("audit_seal", "DELETE FROM audit_seal WHERE number = 3")
    lifted("audit_seal", "UPDATE audit_seal SET number = 3 WHERE number = 4")
    lifted("audit_seal", "UPDATE audit_seal SET number = 4 WHERE number = 5")
    assert "第3号封签与前一枚不相接" in verify().faults and any("第3号封签的摘要不符" in fault for fault in verify().faults)


def test_a_fork_is_found(chain):
    """A second branch begun at the second link: it fits its own predecessor and not the chain's."""
    second = Seal.objects.get(number=2)
    fifth = Seal.objects.select_related("entry").get(number=5)
    lifted("audit_seal", "UPDATE audit_seal SET previous = %s, digest = %s WHERE number = 5", second.digest, digest_of(second.digest, 5, fifth.entry))
    assert verify().faults == ["第5号封签与前一枚不相接"]


def test_the_database_holds_one_link_of_each_number_and_one_for_each_entry(chain):
    for values in ({"number": 5, "entry": deeds(1)[0]}, {"number": 6, "entry": chain[0]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Seal.objects.create(previous=GENESIS, digest=GENESIS, **values)


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("way", ["orm", "sql"])
def test_the_log_is_only_ever_added_to(chain, table, way):
    model = {"audit_entry": Entry, "audit_seal": Seal}[table]
    name = "verb" if model is Entry else "digest"
    before = list(model.objects.order_by("pk").values())

    def run(sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)

    for work, sentence in [
        (lambda: model.objects.update(**{name: "改"}) if way == "orm" else run(f"UPDATE {table} SET {name} = 'x'"), "审计记录只增不改"),
        (lambda: model.objects.all()._raw_delete("default") if way == "orm" else run(f"DELETE FROM {table}"), "审计记录只增不删"),
    ]:
        with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
            work()
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "audit_entry, audit_seal"])
def test_the_log_cannot_be_emptied_at_a_stroke(chain, table):
    connection.check_constraints()  # what a commit would have settled
    with pytest.raises(DatabaseError, match="审计记录只增不删"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
    assert Entry.objects.count() == Seal.objects.count() == len(chain)


def test_entries_are_linked_in_the_order_they_were_written_and_later_ones_join_the_end(chain):
    later = deeds(3)
    assert verify().unsealed == 3
    assert seal(limit=2) == 2 and seal(limit=2) == 1 and seal() == 0
    assert list(Seal.objects.order_by("number").values_list("number", "entry_id")) == list(enumerate([e.pk for e in [*chain, *later]], 1))


def test_an_entry_that_committed_late_joins_the_end(chain):
    """Ids are given before commits: a lower id that appears later is sealed then, and the chain holds."""
    high = Entry.objects.create(pk=chain[-1].pk + 10, at=timezone.now(), actor_name="系统", verb="test.stamped")
    seal_all()
    low = Entry.objects.create(pk=chain[-1].pk + 5, at=timezone.now(), actor_name="系统", verb="test.stamped")
    assert seal_all() == 1 and verify().sound
    assert Seal.objects.get(entry=low).number == Seal.objects.get(entry=high).number + 1


def test_while_one_seals_another_waits_until_the_lease_is_out():
    deeds(2)
    SealingLease.objects.update_or_create(pk=1, defaults={"holder": "另一台:1", "until": timezone.now() + LEASE})
    assert seal() == 0 and verify().unsealed == 2
    SealingLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert seal() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain():
    deeds(400)
    ready, counts, errors = threading.Barrier(4), [], []

    def sealer():
        ready.wait()
        try:
            for _ in range(20):
                counts.append(seal(limit=30))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sealer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_all()
    assert errors == [] and sum(counts) <= 400
    assert verify().sound and verify().links == 400 and verify().unsealed == 0


# -- One entry -----------------------------------------------------------------------------------------------------


def test_a_verb_without_a_sentence_is_refused():
    with pytest.raises(LookupError, match="动作 test.unheard 没有登记中文说明"):
        record("test.unheard")
    assert not Entry.objects.exists()


def test_a_deed_given_up_leaves_no_entry():
    with transaction.atomic():
        record("test.stamped", number=1)
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


def test_an_entry_says_who_what_and_from_where():
    person = UserFactory(name="许知禾")
    with coming_from("192.0.2.7"):
        entry = record("test.stamped", person, by=person, number=3)
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name, entry.office_id, entry.subject_kind, entry.subject_id, entry.source) == (
        person, "许知禾", person.office_id, "accounts.User", str(person.pk), "192.0.2.7",
    )  # fmt: skip
    assert told(entry).sentence == "盖章3号，—", "a fact that is not there is a dash, not an error"
    assert record("test.stamped").actor_name == "系统"


def test_a_person_renamed_keeps_the_old_name_in_the_log():
    person = UserFactory(name="许知禾")
    entry = record("test.stamped", by=person)
    person.name = "许禾"
    person.save()
    entry.refresh_from_db()
    assert entry.actor_name == "许知禾"
