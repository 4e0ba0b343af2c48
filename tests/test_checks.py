"""A sum that does not foot stops the run with both numbers named."""

import json
from dataclasses import replace

import pytest
from factsample import full_facts

from hotspot.errors import CheckError
from hotspot.report.checks import check_facts
from hotspot.report.render.json import load_facts, render_json
from hotspot.schema import Facts, Part


def broken(facts: Facts) -> list[tuple[str, Facts]]:
    overview, orders, hotspot = facts.overview, facts.orders, facts.hotspots[0]
    assert orders is not None
    first = overview.handling[0]
    return [
        ("受理总量", replace(facts, overview=replace(overview, total=overview.total + 1))),
        ("有效诉求", replace(facts, valid=facts.valid - 1)),
        (
            "占比",
            replace(
                facts,
                overview=replace(overview, handling=(replace(first, share=99.99), *overview.handling[1:])),
            ),
        ),
        ("承办单位", replace(facts, orders=replace(orders, other_units=orders.other_units + 1))),
        ("承办单位", replace(facts, orders=replace(orders, units=(*orders.units, Part("漏记的局", 1))))),
        ("件数", replace(facts, hotspots=(replace(hotspot, count=hotspot.count + 1), *facts.hotspots[1:]))),
        ("人数", replace(facts, hotspots=(replace(hotspot, callers=hotspot.count + 5), *facts.hotspots[1:]))),
        ("摘录", replace(facts, excerpts=())),
    ]


def test_sound_facts_pass() -> None:
    assert check_facts(full_facts()) > 20


@pytest.mark.parametrize("at", range(8))
def test_a_wrong_figure_is_found_and_both_numbers_are_named(at: int) -> None:
    word, facts = broken(full_facts())[at]
    with pytest.raises(CheckError) as caught:
        check_facts(facts)
    assert word in caught.value.where
    assert "印出" in caught.value.found
    assert "由分项得" in caught.value.found
    assert caught.value.exit_code == 1


def test_facts_survive_the_round_trip_through_json() -> None:
    facts = full_facts()
    text = "".join(render_json(facts))
    assert load_facts(text) == facts
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"
