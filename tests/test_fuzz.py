"""Every parser and text function on arbitrary input: no exception but ours, and what must hold holds."""

import contextlib
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hotspot.cli.base import parse_map, safe
from hotspot.config import load_config
from hotspot.errors import HotspotError
from hotspot.mine.cases import shorten
from hotspot.mine.place_sound import KnownSounds
from hotspot.mine.places import find_places
from hotspot.mine.repeats import says_again
from hotspot.read.dates import parse_time
from hotspot.read.encoding import decode
from hotspot.read.headers import field_of
from hotspot.report.render.json import load_facts
from hotspot.report.render.plain import cell_text, plain_text
from hotspot.text.dialogue import caller_text, caller_texts, turns, whole_call
from hotspot.text.normalise import drop_invisible, fold_width, normalise, normalise_all, squeeze
from hotspot.text.segment import Segmenter

HOTLINE = "坐席市民：暖气不热和谐家园小区一期１２号楼路村，。！？（）\u200b\u202e\x1b[31m 13 再次反映2024-10-14"
TEXT = st.text(max_size=120) | st.text(alphabet=HOTLINE, max_size=160)
FOLDER = Path(tempfile.mkdtemp(prefix="hotspot-fuzz-"))
SEGMENTER = Segmenter()
SOUNDS = KnownSounds(["仁和小区", "西城印象一期"])
MANY = settings(max_examples=500, deadline=None)


@MANY
@given(st.lists(TEXT | st.text(alphabet="市民坐席：: ，。！\n\x1e\u3000\u200b①😀", max_size=12), max_size=6))
def test_many_texts_are_treated_as_each_alone(texts: list[str]) -> None:
    assert normalise_all(texts) == [normalise(text) for text in texts]
    assert caller_texts(texts) == [caller_text(text) for text in texts]


@MANY
@given(TEXT, TEXT)
def test_a_title_stands_before_its_text_behind_a_blank(title: str, text: str) -> None:
    title, text = normalise(title), normalise(text)
    assert normalise(whole_call(title, text)) == " ".join(filter(None, (title, text)))


@MANY
@given(TEXT)
@example("坐席：")
@example("\ud800")
def test_text_functions(text: str) -> None:
    plain = normalise(text)
    assert normalise(plain) == plain
    assert drop_invisible(drop_invisible(text)) == drop_invisible(text)
    assert fold_width(fold_width(text)) == fold_width(text)
    assert squeeze(squeeze(text)) == squeeze(text)
    assert set("".join(words for _, words in turns(plain))) <= set(plain)
    assert set(caller_text(plain)) <= set(plain) | {" "}
    assert "".join(SEGMENTER.cut(plain)) == "".join(plain.split())
    assert not set(safe(text)) & set("\x1b\x07\u202e\u200b")
    assert "\x00" not in plain_text(text)
    assert "\x00" not in cell_text(text)
    says_again(plain)
    assert len(shorten(plain, 40)) <= 40
    heard = SOUNDS.find([plain]).get(0)
    assert heard is None or 0 <= heard.start < heard.end <= len(plain)


@MANY
@given(TEXT)
def test_places_lie_within_their_text(text: str) -> None:
    plain = normalise(text)
    mentions = find_places([plain]).mentions
    for start, mention in zip(mentions["start"], mentions["mention"], strict=True):
        assert plain[start : start + len(mention)] == mention
    assert mentions["is_primary"].sum() <= 1


@MANY
@given(TEXT, st.binary(max_size=200))
def test_parsers_of_cells_headings_files_and_options(text: str, data: bytes) -> None:
    parse_time(text)
    field_of(text)
    with contextlib.suppress(HotspotError):
        decoded = decode(data, "a.csv")
        assert isinstance(decoded, str)
    with contextlib.suppress(HotspotError):
        load_facts(text)
    with contextlib.suppress(HotspotError):
        parse_map((text,))


@MANY
@given(st.binary(max_size=200) | st.text(alphabet='[]=."abc供暖 \n1#hotspots_min', max_size=120).map(str.encode))
def test_configurations(data: bytes) -> None:
    path = FOLDER / "city.toml"
    path.write_bytes(data)
    with contextlib.suppress(HotspotError):
        load_config(path)
