"""The fast way cuts exactly as jieba does: thousands of random strings, and the real messages where they are."""

import csv
import gzip
import importlib.util
import itertools
import logging
import random
import sys
from pathlib import Path

import jieba
import pytest

from hotspot.text.batch import SEPARATOR
from hotspot.text.segment import Segmenter
from hotspot.text.segment_fast import FastCutter, HiddenWords
from hotspot.text.tokens import Tokens

pytest.importorskip("rjieba", reason="the extra hotspot[fast] is not installed")

CONTEST = Path(__file__).resolve().parents[2] / "shared" / "data" / "contest"
SIGNS = "-._#&+%aZ09 \t\r\n，。！?\x1f\u3000\u00a0㐀鿖鿿𠀀﨎\ue000中国人民暖气不热小区的了是在有一个12AB常浮"


@pytest.fixture(
    scope="module", params=[(), ("西城印象", "滨河苑一期", "供暖不热", "的了", "X9楼", "5G", "A-3", "9.", "-中")]
)
def tokenizer(request: pytest.FixtureRequest) -> jieba.Tokenizer:
    jieba.setLogLevel(logging.ERROR)
    made = jieba.Tokenizer()
    made.initialize()
    for word in request.param:
        made.add_word(word)
    return made


def random_texts(count: int, words: list[str]) -> list[str]:
    draw = random.Random(7)

    def part() -> str:
        kind = draw.random()
        if kind < 0.4:
            return draw.choice(words)
        if kind < 0.6:
            return chr(draw.randrange(0x4E00, 0xA000))
        if kind < 0.62:
            return chr(draw.choice((draw.randrange(0x20, 0xD800), draw.randrange(0xE000, 0x30000))))
        return draw.choice(SIGNS)

    return ["".join(part() for _ in range(draw.randrange(1, 24))) for _ in range(count)]


def differing(tokenizer: jieba.Tokenizer, texts: list[str]) -> list[str]:
    texts = [text.replace(SEPARATOR, "") for text in texts]
    words, ids, ends = FastCutter(tokenizer).tokenize(texts)
    said = [words[number] for number in ids.tolist()]
    told = [said[begin:end] for begin, end in itertools.pairwise(ends.tolist())]
    return [
        text
        for text, line in zip(texts, told, strict=True)
        if [w for w in tokenizer.lcut(text) if not w.isspace()] != line
    ]


def test_random_strings_are_cut_as_jieba_cuts_them(tokenizer: jieba.Tokenizer) -> None:
    words = [*list(tokenizer.FREQ)[::40], *list(tokenizer.FREQ)[-9:], "3.5", "15G", "C++", "--", "12-3", "50%"]
    assert differing(tokenizer, random_texts(12_000, words)) == []


def test_deleted_words_stay_deleted() -> None:
    made = jieba.Tokenizer()
    made.initialize()
    forced = set(jieba.finalseg.Force_Split_Words)
    try:
        for word in ("和谐", "小区", "暖气", "常在"):
            made.del_word(word)
        texts = random_texts(1500, ["和谐", "小区", "暖气", "常在", "家园", "供暖"])
        assert differing(made, texts) == []
    finally:
        jieba.finalseg.Force_Split_Words.clear()
        jieba.finalseg.Force_Split_Words.update(forced)


@pytest.mark.skipif(not CONTEST.is_dir(), reason="the public messages do not travel with the project")
def test_real_messages_are_cut_as_jieba_cuts_them(tokenizer: jieba.Tokenizer) -> None:
    texts = []
    for name in ("messages_f3.csv.gz", "labelled_train.csv.gz"):
        with gzip.open(CONTEST / name, "rt", encoding="utf-8-sig", newline="") as file:
            texts += [row["留言详情"] for row in csv.DictReader(file)]
    assert len(texts) > 9000
    assert differing(tokenizer, texts) == []


def test_the_segmenter_gives_the_same_lines_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*random_texts(2000, ["和谐家园", "小区", "暖气"]), "暖" * 1000, "", " \t", "停水 \u3000 了", "停\x1f水"]
    quick, plain = Segmenter(["西城印象"], fast=True), Segmenter(["西城印象"], fast=False)
    assert quick.cut_all(texts) == plain.cut_all(texts)
    monkeypatch.setitem(sys.modules, "rjieba", None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert Segmenter().cut_all(["供暖不热" * 90] * 2000)[0] == Segmenter(fast=False).cut_all(["供暖不热" * 90])[0]


def test_where_a_sample_is_cut_otherwise_jieba_cuts_all(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = random_texts(80, ["和谐家园", "小区", "暖气"])
    segmenter = Segmenter(fast=True)
    assert segmenter.check(texts)
    assert segmenter.fast
    monkeypatch.setattr(FastCutter, "tokenize", lambda cutter, given: Tokens.of(text[:1] for text in given))
    assert not segmenter.check(texts)
    assert segmenter.cut_all(texts) == Segmenter(fast=False).cut_all(texts)


def test_runs_that_no_dictionary_holds() -> None:
    assert HiddenWords().find_ends(["常在浮", "杭研", "浮"]).tolist() == [True, True, True, False, True, True]
    assert HiddenWords().find_ends([]).tolist() == []
