"""Many clerks write the log at once, some are killed in the middle; nothing committed is lost and the chain holds."""

import json
import random
import threading
import time

import pytest

pytestmark = [pytest.mark.soak, pytest.mark.slow]

CLERK = """
from django.db import transaction
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences

sentences(soak__written="第{turn}次写入")
turn = 0
while True:
    turn += 1
    with transaction.atomic():
        entry = record("soak.written", turn=turn)
        # Every seventh deed is given up: its row must not be there either.
        if turn % 7 == 0:
            transaction.set_rollback(True)
    if turn % 7:
        print(entry.pk, flush=True)
"""
SEALER = """
import time
from gongkai.audit.actions import seal_all

while True:
    print(seal_all(), flush=True)
    time.sleep(0.05)
"""
VERIFIED = """
import json
from gongkai.audit.actions import seal_all
from gongkai.audit.models import Entry, SealingLease
from gongkai.audit.queries import verify

# A sealer that was killed still holds its lease; it runs out by itself in half a minute.
SealingLease.objects.update(until=None)
seal_all()
found = verify()
print(json.dumps({
    "sound": found.sound, "faults": found.faults, "links": found.links, "unsealed": found.unsealed,
    "entries": sorted(Entry.objects.values_list("pk", flat=True)),
    "given_up": Entry.objects.filter(facts__turn__in=range(7, 100000, 7)).count(),
}))
"""


class Worker:
    """A process at work and what it has said so far: ids of committed entries, or counts of sealed ones."""

    def __init__(self, installation, script: str):
        self.installation, self.script = installation, script
        self.process = installation.start(script)
        self.said: list[int] = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.said.append(int(line))

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()


def test_the_chain_outlives_its_writers(installation, seconds):
    chance = random.Random(20221130)
    working = [Worker(installation, CLERK) for _ in range(4)] + [Worker(installation, SEALER) for _ in range(2)]
    gone: list[Worker] = []
    try:
        # Six interpreters at once are slow to start; the soak begins when all are at work.
        late = time.monotonic() + 120
        while not all(worker.said for worker in working) and time.monotonic() < late:
            time.sleep(0.2)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.5, 1.5))
            # Whoever has not come to work yet would be killed for nothing.
            busy = [worker for worker in working if worker.said]
            if busy:
                victim = chance.choice(busy)
                victim.kill()
                gone.append(victim)
                working[working.index(victim)] = Worker(installation, victim.script)
    finally:
        for worker in working:
            worker.kill()
    committed = {pk for worker in [*gone, *working] if worker.script == CLERK for pk in worker.said}

    found = json.loads(installation.run(VERIFIED))
    print(f"\n{len(committed)} 条记录，{len(gone)} 次强行中断，{found['links']} 枚封签")
    assert len(gone) > 2, "没有来得及中断：把 SOAK_SECONDS 放长"
    assert found["sound"], found["faults"]
    assert found["unsealed"] == 0
    assert found["links"] == len(found["entries"])
    assert committed and committed <= set(found["entries"]), "已提交的记录丢失"
    assert found["given_up"] == 0, "撤回的动作留下了记录"
