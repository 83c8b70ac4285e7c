"""The tables compare what the house does with the same done by hand: whoever adds to the one adds to the other."""

from benchmarks import by_hand
from gongkai.sockets import all_indicators


def test_every_register_an_indicator_reads_has_its_numbers_written_by_hand():
    assert {indicator.model for indicator in all_indicators().values()} == by_hand.BY_MODEL.keys()
