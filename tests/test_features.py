from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.mine.features import Block, KeyIndex, unit_rows
from hotspot.mine.impersonal import mask, mask_all

TEXTS = st.lists(st.text(alphabet="供暖停水ab1，。 😀", max_size=12), max_size=6)


@given(st.sets(st.integers(0, 2**63), max_size=60), st.sets(st.integers(0, 2**63), max_size=60))
def test_key_index_agrees_with_a_dictionary(known, asked):
    keys = np.array(sorted(known), dtype=np.uint64)
    positions = {int(key): position for position, key in enumerate(keys)}
    wanted = np.array(sorted(known | asked), dtype=np.uint64)
    assert KeyIndex(keys).find(wanted).tolist() == [positions.get(int(key), -1) for key in wanted]


@settings(max_examples=60)
@given(TEXTS, st.integers(1, 3), st.integers(1, 3), st.integers(3, 40))
def test_n_grams_are_those_of_a_plain_loop(texts, orders, min_df, most):
    held = [
        [
            text[at : at + order]
            for order in range(1, orders + 1)
            for at in range(len(text) - order + 1)
            if not set(text[at : at + order]) & set("，。 😀")
        ]
        for text in texts
    ]
    spread = Counter(gram for grams in held for gram in set(grams))
    common = sorted((-count, len(gram), gram) for gram, count in spread.items() if count >= min_df)
    known = sorted((gram for *_, gram in common[:most]), key=lambda gram: (len(gram), gram))
    block = Block("chars", orders, min_df, most).fit(texts)
    assert block.keys.tolist() == [sum(ord(c) << 16 * at for at, c in enumerate(reversed(gram))) for gram in known]
    assert block.counts(texts).toarray().tolist() == [[grams.count(gram) for gram in known] for grams in held]


@settings(max_examples=30)
@given(TEXTS, st.sampled_from(["words", "chars"]))
def test_rows_do_not_depend_on_their_neighbours(texts, kind):
    block = Block(kind, 2, min_df=1).fit(["供 暖 停 水 ab 1", "暖 供 水"])
    together = block.transform(texts).toarray()
    assert together.shape == (len(texts), len(block.keys))
    for row, text in enumerate(texts):
        np.testing.assert_allclose(block.transform([text]).toarray()[0], together[row], rtol=1e-6)


def test_a_state_whose_n_grams_lack_their_parts_is_refused():
    state = Block("words", 2, min_df=1).fit(["暖气 不 热", "暖气 坏 了"]).to_state()
    with pytest.raises(ValueError, match="keys"):
        Block("words", 2).set_state({**state, "keys": state["keys"][1:], "idf": state["idf"][1:]})


def test_state_round_trip():
    block = Block("words", 2, min_df=1).fit(["暖气 不 热", "暖气 坏 了"])
    again = Block("words", 2).set_state(block.to_state())
    assert (block.transform(["暖气 不 热"]) != again.transform(["暖气 不 热"])).nnz == 0


def test_unit_rows_with_empty_rows():
    block = Block("chars", 1, min_df=1).fit(["供暖"])
    lengths = np.sqrt(block.transform(["", "供", "", "供暖", ""]).power(2).sum(axis=1)).ravel()
    np.testing.assert_allclose(np.asarray(lengths).ravel(), [0, 1, 0, 1, 0], atol=1e-6)
    assert unit_rows(block.counts([])).shape == (0, 2)


@pytest.mark.parametrize("personal", ["13900001111", "王女士", "632801199001011234", "青A12345"])
def test_mask_hides_personal_data(personal):
    hidden = mask(f"来电人{personal}反映")
    assert not any(run in hidden for run in ("王女士", "139", "632", "345"))


@given(st.lists(st.text(alphabet="王女士先生我叫做姓名为本人老师傅0123xXΣ１＊，。 张三", max_size=20), max_size=5))
def test_texts_masked_together_are_masked_alike(texts):
    assert mask_all(texts) == [mask(text) for text in texts]


@given(st.text(alphabet="王女士先生我叫0123x，。 张三", max_size=20))
def test_mask_leaves_no_run_of_digits(text):
    assert not any(a.isdigit() and b.isdigit() for a, b in zip(mask(text), mask(text)[1:], strict=False))
