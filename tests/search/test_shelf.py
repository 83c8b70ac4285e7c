"""Readers and a rebuild at once: nobody meets an index that is gone."""

import threading
import time

import pytest

from gongkai.search import actions, shelf
from gongkai.search.engine import Damaged

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_a_reader_that_found_the_old_folder_reads_the_new_one(office, press, monkeypatch):
    press.publish("公开政务指南")
    press.follow()
    old, real, swapped = shelf.standing(office.pk), shelf.opened, []

    def opened(path):
        if path == old and not swapped:
            swapped.append(True)
            with monkeypatch.context() as patched:
                patched.setattr(shelf, "opened", real)
                actions.rebuild(office)
        return real(path)

    shelf._open.clear()
    monkeypatch.setattr(shelf, "opened", opened)
    assert len(shelf.reading(office.pk)) == 1
    assert swapped and shelf.standing(office.pk) != old and not old.exists()


def test_a_reader_opened_before_a_rebuild_goes_on_reading(office, press):
    press.publish("公开政务指南")
    press.follow()
    reading = shelf.reading(office.pk)
    actions.rebuild(office)
    assert reading.ask(["政务"]).count == 1
    assert shelf.reading(office.pk) is not reading


@pytest.mark.slow
def test_many_threads_read_while_the_index_is_swapped(office, press):
    press.publish("公开政务指南")
    press.follow()
    troubles, over = [], threading.Event()

    def read():
        while not over.is_set():
            try:
                if shelf.reading(office.pk).ask(["政务"]).count != 1:
                    troubles.append("found none")
            except Damaged as problem:
                troubles.append(str(problem))
            time.sleep(0.005)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(3):
            actions.rebuild(office)
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert troubles == []
