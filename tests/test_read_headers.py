import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.read.headers import _loose, assign, field_of, find_header, is_data, synonyms


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("工单编号", "order_id"),
        ("12345工单编号", "order_id"),
        ("信件编号", "order_id"),
        ("留言编号", "call_id"),
        ("留言主题", "title"),
        ("12345内容描述", "content"),
        ("留言详情", "content"),
        ("诉求来电时间", "accept_time"),
        ("12345受理时间", "accept_time"),
        ("来电时间（年月日）", "accept_time"),
        ("诉求来源渠道", "channel"),
        ("一级分类", "category"),
        ("联系电话1", "caller_phone"),
        ("*来电号码*", "caller_phone"),
        ("【承办单位】", "handler"),
        ("市交办办结期限", "deadline"),
        (" 办结 时间 ", "finish_time"),
        ("是否保密", "confidential"),
        ("诉求事件发生日期", ""),
        ("经办人签字", ""),
        ("", ""),
    ],
)
def test_headings_of_real_exports(heading, field):
    assert field_of(heading) == field


def test_no_heading_means_two_fields_even_when_read_loosely():
    exact = [name for names in synonyms().values() for name in names]
    assert len(exact) == len(set(exact))
    loose = {}
    for field, names in synonyms().items():
        for name in names:
            assert field_of(name) == field
            for form in _loose(name):
                loose.setdefault(form, set()).add(field)
    clashes = {form: fields for form, fields in loose.items() if len(fields) > 1 and form not in exact}
    assert clashes == {}


def test_title_rows_and_data_rows_are_no_header():
    rows = [["来电时间统计"], ["来电编号", "来电时间", "诉求内容"], ["1", "2024-10-14", "电话"]]
    assert find_header(rows).first_row == 1
    assert find_header(rows[2:]) is None
    assert find_header([]) is None


def test_a_date_in_one_heading_spoils_no_header():
    row = ["来电编号", "来电时间", "诉求内容", "2024年10月备注", "办结时限（2024-10-14 08:00）"]
    assert find_header([["标题"], row]).first_row == 1


def test_two_header_rows_are_joined():
    header = find_header([["来电编号", "时间信息", "", "诉求"], ["", "来电时间", "备注", "内容"], ["1", "2", "3", "4"]])
    assert (header.end, header.headings) == (2, ("来电编号", "来电时间", "备注", "内容"))


def test_the_preferred_synonym_wins_whatever_the_order_of_columns():
    wanted = {"category": ["category"]}
    for headings in (["一级分类", "诉求分类"], ["诉求分类", "一级分类"]):
        assert assign(headings, wanted, {})[1] == [("诉求分类", "诉求分类")]


@given(st.lists(st.lists(st.text(max_size=50), max_size=6), max_size=20))
def test_any_rows_can_be_searched(rows):
    header = find_header(rows)
    assert header is None or 0 <= header.first_row < header.end <= len(rows)
    assert all(isinstance(is_data(row), bool) for row in rows)
