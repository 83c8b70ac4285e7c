"""How an application may end, and its row of table three."""

from datetime import date

import pytest

from gongkai.foi import result_rules
from gongkai.law import cite


@pytest.mark.parametrize(
    ("result", "row"),
    [
        pytest.param("already_public", "granted", id="已主动公开计入予以公开"),
        pytest.param("partial", "partial", id="部分公开只计一栏"),
        pytest.param("not_exist", "not_held", id="信息不存在计入不掌握"),
        pytest.param("not_ours", "not_held", id="非本机关负责计入不掌握"),
        pytest.param("confirm_or_reissue", "confirm_reissue", id="确认或重新出具"),
        pytest.param("withdrawn", "other", id="撤回计入其他"),
        pytest.param("", "", id="未办结不计"),
    ],
)
def test_row_of_table_three(result, row):
    assert result_rules.row_of(result) == row


def test_table_three_has_twenty_one_rows_of_results_and_every_one_can_be_reached():
    assert len(result_rules.ROWS) == 21
    assert {result_rules.row_of(result) for result in result_rules.RESULTS} == {row.key for row in result_rules.ROWS}


def test_an_office_cannot_invent_a_row():
    with pytest.raises(KeyError):
        result_rules.row_of("withdrawn", "撤回")


def test_every_result_rests_on_an_article_we_hold_or_on_none():
    for result in result_rules.RESULTS.values():
        if result.basis:
            assert cite(result.basis, date(2022, 6, 1)).in_force, result.code
