"""Every pinned package is listed with its version and a licence that lets an office use and pass on the program."""

import re
import sys

from conftest import ROOT

sys.path.append(str(ROOT / "docs"))

from licences import listed, locked

FREE = re.compile(r"BSD|MIT|Apache|PSF|Python Software Foundation|OFL|0BSD|Zlib|HPND")


def test_the_page_lists_what_the_lock_pins() -> None:
    assert {name: version for name, (version, _) in listed().items()} == locked(), "run python docs/licences.py"


def test_every_licence_is_a_free_one() -> None:
    assert [name for name, (_, licence) in listed().items() if not FREE.search(licence)] == []


def test_every_pin_has_a_hash() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = [part for part in re.split(r"\n(?=[\w.-]+==)", text) if re.match(r"[\w.-]+==", part)]
    assert len(pins) == len(locked())
    assert all("--hash=sha256:" in part for part in pins)
