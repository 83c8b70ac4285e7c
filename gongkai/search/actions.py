"""Keeping the index: following the publication log, and building it anew."""

import logging
from collections.abc import Iterator
from typing import NamedTuple

import tantivy

from gongkai.accounts.models import Office
from gongkai.publishing import log
from gongkai.publishing.models import Publication
from gongkai.sockets.searchables import Searchable, search_sources

from . import shelf
from .engine import Damaged, Position, Reading, Writing, readable, whole_text
from .phrases import Sample
from .queries import found, position_of, searched, stamp

logger = logging.getLogger(__name__)

#: So many entries of the log are taken into one commit.
AT_ONCE = 500


class Kept(NamedTuple):
    """What was done: how many entries of the log were read, how many records are in, and whether all was built anew."""

    entries: int
    records: int
    rebuilt: bool
    reason: str = ""

    def __str__(self) -> str:
        if self.rebuilt:
            return f"{self.reason + '，' if self.reason else ''}已重建索引，收录{self.records}条"
        return f"已跟进发布日志{self.entries}条，现收录{self.records}条" if self.entries else f"没有新的发布，现收录{self.records}条"


def follow(office: Office) -> Kept:
    """跟进发布日志。Afterwards the index holds what is public as of the newest entry of the log.

    An index that is missing, damaged, or has read entries that the log no longer has is built anew. Killed
    anywhere, it has read as far as its last commit says, and goes on from there. Raises shelf.Busy when
    another process is at it.
    """
    with shelf.held(office.pk, wait=False):
        try:
            path = shelf.standing(office.pk)
            if shelf.reported(path):
                raise Damaged("检索时读出错误")
            index = shelf.opened(path)
            at = Reading(index).position
            if position_of(office.pk, at.number) != at:
                raise Damaged("发布日志与索引读过的不一致，可能恢复过备份")
            entries = _catch_up(office, index, at)
            return Kept(entries, len(Reading(index)), False)
        except Damaged as problem:
            reason = str(problem)
            logger.warning("检索索引不可用（%s），现在重建。", reason)
            return _rebuild(office, reason)


def rebuild(office: Office) -> Kept:
    """重建索引。Afterwards a fresh index of all that is public stands in the old one's place, which served until then."""
    with shelf.held(office.pk, wait=True):
        return _rebuild(office, "")


def _rebuild(office: Office, reason: str) -> Kept:
    # The position first: what is published while the records are read is then read once more by the next follower.
    at = position_of(office.pk, log.position(office.pk))
    count = 0
    sample = Sample()
    for record in _public(office):
        sample.add(whole_text(record))
    with shelf.fresh(office.pk) as index:
        writing = Writing(index, common=sample.common(), expected=sample.count, megabytes=300)
        try:
            for record in _public(office):
                writing.add(record)
                count += 1
            writing.commit(at)
        finally:
            writing.close()  # its threads would go on writing into a folder that is being thrown away
    logger.info("检索索引已重建，收录%d条。", count)
    return Kept(0, count, True, reason)


def _public(office: Office) -> Iterator[Searchable]:
    for source in search_sources().values():
        yield from source.produce(office.pk)


def _catch_up(office: Office, index: tantivy.Index, at: Position) -> int:
    entries = 0
    writing = None
    try:
        while rows := list(Publication.objects.of(office).after(at.number)[:AT_ONCE]):
            if writing is None:
                writing = Writing(index)
            keys = {key for row in rows for key in row.keys}
            public = {record.key: record for record in found(office.pk, keys)}
            for key in sorted(searched(keys) - set(public)):
                writing.drop(key)
            for _, record in sorted(public.items()):
                writing.put(record)
            at = Position(rows[-1].number, stamp(rows[-1].at))
            writing.commit(at)
            entries += len(rows)
    finally:
        if writing is not None:
            writing.close()
            with readable():
                index.reload()
    return entries
