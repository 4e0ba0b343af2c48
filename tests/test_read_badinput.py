import pytest
from badinput.running import all_cases, run

CASES = list(all_cases())


def test_there_are_enough_cases_and_each_has_its_own_name():
    assert len(CASES) >= 150
    assert len({(case.family, case.name) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.family}-{case.name}")
def test_broken_input_is_refused_in_one_line_or_read_with_its_faults_listed(case):
    outcome = run(case)
    assert not outcome.fault, f"{outcome.fault}: {outcome.answer}"
