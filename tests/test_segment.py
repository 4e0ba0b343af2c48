"""Segmentation: user words whole, long runs in bounded time, the same in another process."""

import pickle

import jieba
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.text.segment import Segmenter

SHARED = Segmenter()


@settings(deadline=None)
@given(st.text(alphabet="暖气不热和谐家园小区停水，。 12ab", max_size=60))
def test_nothing_is_lost_and_jieba_is_followed(text: str) -> None:
    words = SHARED.cut(text)
    assert "".join(words) == "".join(text.split())
    assert words == [word for word in jieba.lcut(text) if word.strip()]


def test_user_words_come_out_whole_after_a_journey_to_another_process() -> None:
    segmenter = pickle.loads(pickle.dumps(Segmenter(["西城印象", "西城印象 ", ""])))
    assert segmenter.words == ("西城印象",)
    assert "西城印象" in segmenter.cut("西城印象暖气不热")
    assert segmenter.hash == Segmenter(["西城印象"]).hash != Segmenter().hash


def test_runs_longer_than_anybody_writes_are_cut_in_pieces() -> None:
    text = "暖气不热停水停电" * 3000
    assert "".join(Segmenter().cut(text)) == text
