"""Places: mentions, canonical names, districts, primary places."""

from __future__ import annotations

import pickle
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.mine.place_canonical import canonicalise, split_phase
from hotspot.mine.place_grammar import candidates
from hotspot.mine.place_learn import learn
from hotspot.mine.place_lexicon import is_common, is_generic
from hotspot.mine.place_mentions import find_mentions
from hotspot.mine.place_pinyin import loose_sound
from hotspot.mine.places import Gazetteer, find_places
from hotspot.schema import MENTION_COLUMNS

GAZETTEER = Gazetteer(
    places={
        "和谐家园小区": "西城区",
        "西城印象一期": "西城区",
        "泰康小区": "铁路片区",
        "书山郡小区": "新区",
        "广达滨河新城小区": "新区",
        "新村": "郭勒木德镇",
        "铁路新村": "铁路片区",
        "中山路": "东城区",
    },
    districts=("西城区", "东城区", "铁路片区", "新区", "郭勒木德镇"),
)


def primary(text: str, gazetteer: Gazetteer = GAZETTEER) -> tuple[str, str]:
    places = find_places([text], gazetteer)
    return places.primary.place[0], places.primary.district[0]


@pytest.mark.parametrize(
    ("text", "place", "district"),
    [
        ("我住和谐家园3号楼，暖气不热", "和谐家园小区", "西城区"),
        ("和谐佳园小区没有暖气", "和谐家园小区", "西城区"),
        ("西城印像一期停水两天了", "西城印象一期", "西城区"),
        ("西城印象1期停水两天了", "西城印象一期", "西城区"),
        ("太康小区物业不管事", "泰康小区", "铁路片区"),
        ("铁路泰康小区家中暖气不热", "泰康小区", "铁路片区"),
        ("我是书山俊小区的业主", "书山郡小区", "新区"),
        ("光达滨河新城电梯坏了", "广达滨河新城小区", "新区"),
        ("铁路新村垃圾没人收", "铁路新村", "铁路片区"),
        ("坐席：您好，请讲。 市民：中山路路灯不亮。", "中山路", "东城区"),
        ("和谐家园小区物业态度差", "和谐家园小区", "西城区"),
    ],
)
def test_known_places_in_every_spelling(text: str, place: str, district: str) -> None:
    assert primary(text) == (place, district)


@pytest.mark.parametrize(
    "text",
    [
        "我们小区停水了",
        "附近工地夜里施工，居民小区没法睡觉",
        "物业公司不作为，小区业主很不满",
        "请问养老保险怎么交",
        "希望有关部门加强管理，进行整治",
        "家门口的路灯坏了，农村公路没人修",
        "",
    ],
)
def test_generic_words_are_no_places(text: str) -> None:
    assert primary(text, Gazetteer()) == ("", "")


def test_two_places_of_one_name_in_two_districts_stay_two() -> None:
    places = find_places(["东城区新村停水了", "郭勒木德镇新村停水了"], GAZETTEER)
    assert places.primary.place.tolist() == ["新村", "新村"]
    assert places.primary.district.tolist() == ["东城区", "郭勒木德镇"]


def test_phases_stay_apart_and_a_single_phase_takes_the_bare_name() -> None:
    texts = ["西城印象一期停水"] * 3 + ["西城印象二期停水"] * 3 + ["西城印象停水"]
    assert set(find_places(texts).primary.place[:6]) == {"西城印象一期", "西城印象二期"}
    only = find_places(["西城印象一期停水"] * 3 + ["我住西城印象3号楼，停水"])
    assert only.primary.place.tolist() == ["西城印象一期"] * 4


def test_without_gazetteer_the_most_frequent_spelling_stands() -> None:
    texts = ["我住泰康小区，停水了"] * 5 + ["我住太康小区，停水了", "泰康小区暖气不热"]
    places = find_places(texts)
    assert set(places.primary.place) == {"泰康小区"}
    (alias,) = places.aliases
    assert (alias.spelled, alias.canonical, alias.count) == ("太康小区", "泰康小区", 1)
    assert alias.evidence


def test_roads_of_like_sound_stay_apart() -> None:
    texts = ["新华路路面坏了"] * 4 + ["兴华路路面坏了"] * 2
    assert set(find_places(texts).primary.place) == {"新华路", "兴华路"}


def test_a_rare_spelling_of_one_kind_joins_only_its_own_kind() -> None:
    texts = ["我住馨园小区，停水了"] * 6 + ["新园社区开证明太慢"]
    assert find_places(texts).primary.place[-1] == "新园社区"


def test_forbidden_pairs_are_not_joined_and_confirmed_aliases_are() -> None:
    texts = ["我住泰康小区，停水了"] * 5 + ["我住太康小区，停水了"]
    apart = find_places(texts, Gazetteer(forbidden=frozenset({("泰康小区", "太康小区")})))
    assert apart.primary.place[-1] == "太康小区"
    told = find_places(["老电厂那边停水了"], Gazetteer(places={"昆仑民居": "西城区"}, aliases={"老电厂": "昆仑民居"}))
    assert (told.primary.place[0], told.primary.district[0]) == ("昆仑民居", "西城区")
    assert not told.aliases  # the configuration said so, nothing was learned


def test_site_is_a_place_of_its_own() -> None:
    text = "我在昆仑北路住宅楼工地干活，工资没发"
    assert primary(text)[0] == "昆仑北路住宅楼工地"
    assert primary("我在快递网点分拣，三个月工资没发")[0] == "快递网点"


def test_title_and_address_come_first() -> None:
    texts = ["物业不作为，我在中山路上班"]
    places = find_places(texts, GAZETTEER, titles=["泰康小区物业乱收费"])
    assert places.primary.place[0] == "泰康小区"
    assert places.mentions.loc[places.mentions["is_primary"], "start"].item() < 0
    places = find_places(["暖气不热"], GAZETTEER, addresses=["和谐家园小区3号楼"], regions=["西城区"])
    assert places.primary.place[0] == "和谐家园小区"


def test_region_of_the_export_names_the_district_of_an_unknown_place() -> None:
    places = find_places(["我住盛景花园小区，停水了"], regions=["北城区"])
    assert places.primary.district[0] == "北城区"


def test_place_of_the_problem_not_of_an_errand() -> None:
    text = "坐席：您可以到东城国际大厦办理。 市民：我住泰康小区，暖气不热。"
    assert primary(text)[0] == "泰康小区"


def test_offsets_point_at_the_mention() -> None:
    texts = ["和谐家园小区和中山路都停电了，泰康小区也停", "没有地点"]
    mentions = find_places(texts, GAZETTEER).mentions
    assert list(mentions.columns) == list(MENTION_COLUMNS)
    assert mentions["call"].tolist() == sorted(mentions["call"])
    for row in mentions.itertuples():
        assert texts[row.call][row.start : row.start + len(row.mention)] == row.mention
    assert mentions.groupby("call")["is_primary"].sum().max() == 1


@pytest.mark.parametrize("unit", ["路", "小区", "泰康小区", "A1区", "1号线", "的", "市民：中山路。", "一", "和"])
def test_endless_repetition_ends(unit: str) -> None:
    places = find_places([unit * 20_000], GAZETTEER)
    assert len(places.primary.place) == 1


def test_nothing_in_nothing_out() -> None:
    places = find_places([])
    assert len(places.mentions) == 0
    assert list(places.mentions.columns) == list(MENTION_COLUMNS)
    assert len(places.primary.place) == 0


def test_row_order_does_not_matter() -> None:
    texts = [
        f"{before}{name}{after}"
        for name in ("泰康小区", "太康小区", "和谐家园", "书山郡", "中山路", "城北村", "瀚海家园小区")
        for before in ("我住", "反映", "位于", "")
        for after in ("停水了", "业主投诉", "3号楼没暖气")
    ]
    straight = find_places(texts).primary.place.tolist()
    order = list(range(len(texts)))
    random.Random(3).shuffle(order)
    shuffled = find_places([texts[i] for i in order]).primary.place.tolist()
    assert [straight[i] for i in order] == shuffled


def test_names_are_learned_without_their_suffix() -> None:
    texts = ["我住瀚海云天小区，停水", "瀚海云天业主投诉物业", "位于瀚海云天3栋", "反映瀚海云天附近噪音"] * 2
    texts.append("打过好几次电话，瀚海云天还是没水")
    assert find_places(texts).primary.place[-1].startswith("瀚海云天")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="我住在泰康小区路村一期A1市3号楼的，。：\n和谐家园工地项目", max_size=40), max_size=6))
def test_any_text_n_in_n_out(texts: list[str]) -> None:
    places = find_places(texts)
    assert len(places.primary.place) == len(texts)
    named = places.primary.place != ""
    assert named.sum() == places.mentions["is_primary"].sum()
    assert ((places.primary.mention != "") == named).all()


@given(
    st.dictionaries(
        st.text(alphabet="泰太康小区和谐家园一期路", min_size=2, max_size=8), st.integers(1, 9), max_size=12
    )
)
@settings(max_examples=80, deadline=None)
def test_canonical_names_are_stable(mentions: dict[str, int]) -> None:
    names, _ = canonicalise(mentions, {}, {}, {}, frozenset())
    assert set(names) == set(mentions)
    for canonical in names.values():
        assert names.get(canonical, canonical) == canonical


def test_small_parts() -> None:
    assert split_phase("西城印象二期") == ("西城印象", "二期")
    assert loose_sound("怡馨") == loose_sound("怡星")
    assert is_generic("老旧居民")
    assert is_common("横穿")
    assert not is_common("泰康")
    assert list(candidates(["，。", ""]).each()) == [[], []]
    text, found = "我住泰康小区", candidates(["我住泰康小区"])
    (mentions,) = find_mentions([text], found, learn([[text]], [found]))
    assert [mention.name for mention in mentions] == ["泰康小区"]


@pytest.mark.parametrize("text", ["我在A3区\n火车站附近停车难", "西地省\n火车站停车难", "泰康小区三\n期停水"])
def test_a_line_that_ends_with_a_district_breaks_nothing(text: str) -> None:
    assert all(text.count(name) for name in find_places([text]).mentions["mention"])


def test_records_can_be_sent_to_another_process() -> None:
    again = pickle.loads(pickle.dumps(find_places(["我住泰康小区"], GAZETTEER)))
    assert again.primary.place.tolist() == ["泰康小区"]
    assert isinstance(again.mentions, pd.DataFrame)


@pytest.mark.parametrize(
    ("title", "text", "named"),
    [
        ("", "住在怡馨小区、荷叶小区、才子嘉都、洞井家园的都停水", ["怡馨小区", "荷叶小区", "才子嘉都", "洞井家园"]),
        ("投诉A市保利大都汇虚假宣传", "我在A5区保利大都汇买的房", ["保利大都汇"]),
        ("", "北二环堵了，二环南路也堵", ["北二环", "二环南路"]),
        ("", "西地省迪创工程管理咨询有限公司不退钱", ["迪创工程管理咨询有限公司"]),
        ("", "西地省F市F9市横铺镇金牌村没路灯", ["横铺镇", "金牌村"]),
        ("", "A市经开区的路灯不亮", ["A市经开区"]),
        ("", "走人民西路到建设路", ["人民西路", "建设路"]),
        ("", "沿着教育路线，修人行天桥，2018年公司换人", []),
    ],
)
def test_names_of_every_kind(title: str, text: str, named: list[str]) -> None:
    mentions = find_places([text], titles=[title]).mentions
    assert list(dict.fromkeys(mentions["mention"])) == named


def test_a_part_of_town_is_no_part_of_the_name_behind_it() -> None:
    after = ("街道修路", "停水", "路灯不亮", "公交少", "垃圾多", "街道办事处", "没地铁", "街道太堵")
    known = [f"A7县星沙{word}" for word in after]
    mentions = find_places([*known * 2, "A7县星沙灰埠大市场垃圾成堆"]).mentions
    last = mentions[mentions["call"] == 2 * len(known)]["mention"]
    assert last.tolist() == ["星沙", "灰埠大市场"]


def test_a_road_passed_is_the_place_where_nothing_else_is_named() -> None:
    assert primary("骑车经过工农路，井盖没了", Gazetteer())[0] == "工农路"
    assert primary("经过工农路去怡馨小区，怡馨小区门口井盖没了", Gazetteer())[0] == "怡馨小区"
