"""Checking the chain and reading the log."""

from dataclasses import dataclass, field

from .actions import GENESIS, digest_of
from .models import Entry, Seal
from .verbs import sentence


@dataclass(slots=True)
class Verification:
    """What the check found: links sound, entries not yet sealed, and every fault as a sentence."""

    links: int = 0
    unsealed: int = 0
    head: str = GENESIS
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.faults


def verify(progress=None) -> Verification:
    """Walk the chain from its beginning. `progress(done, total)` is called now and then."""
    result = Verification()
    previous, expected, total = GENESIS, 0, Seal.objects.count()
    for link in Seal.objects.select_related("entry").order_by("number").iterator(chunk_size=2000):
        expected += 1
        if link.number != expected:
            result.faults.append(f"第{expected}号封签缺失，链在此处中断（下一枚为第{link.number}号）")
            expected = link.number
        if link.previous != previous:
            result.faults.append(f"第{link.number}号封签与前一枚不相接")
        if digest_of(link.previous, link.number, link.entry) != link.digest:
            result.faults.append(f"第{link.number}号封签的摘要不符：审计记录{link.entry_id}在封签后被改动")
        previous = link.digest
        result.links += 1
        if progress and expected % 2000 == 0:
            progress(expected, total)
    result.head = previous
    result.unsealed = Entry.objects.filter(seal=None).count()
    return result


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as people read it: the sentence, and for a change each field's old and new value."""

    entry: Entry
    sentence: str
    differences: list[tuple[str, str, str]]


def told(entry: Entry) -> Told:
    found = entry.facts.get("differences") or {}
    differences = [(name, *(str(part) for part in pair)) for name, pair in found.items() if isinstance(pair, list) and len(pair) == 2] if isinstance(found, dict) else []
    return Told(entry, sentence(entry.verb, entry.facts), differences)
