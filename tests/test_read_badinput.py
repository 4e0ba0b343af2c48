import pytest
from badinput.running import all_cases, all_given, run, run_given

CASES = list(all_cases())
GIVEN = list(all_given())
QUICK = [given for given in GIVEN if given.code == 2 and given.family not in ("流转", "台账", "训练")]


def test_there_are_enough_cases_and_each_has_its_own_name():
    assert len(CASES) >= 150
    assert len({(case.family, case.name) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.family}-{case.name}")
def test_broken_input_is_refused_in_one_line_or_read_with_its_faults_listed(case):
    outcome = run(case)
    assert not outcome.fault, f"{outcome.fault}: {outcome.answer}"


def test_other_files_have_cases_enough_and_each_its_own_name():
    assert len(GIVEN) >= 150
    assert len({(given.family, given.name) for given in GIVEN}) == len(GIVEN)


@pytest.mark.parametrize("given", QUICK, ids=lambda given: f"{given.family}-{given.name}")
def test_every_other_broken_file_is_refused_in_one_line(given):
    """Those that end in a result take long: benchmarks/badinput.py --others counts them all."""
    outcome = run_given(given)
    assert not outcome.fault, f"{outcome.fault}: {outcome.answer}"
