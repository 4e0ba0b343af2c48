"""Count the broken inputs that end as they should: refused in one clear line, or read with the rows set aside listed.

Run as ``python benchmarks/badinput.py [-v] [--command | --others]``: exports of calls given to the reader or to
``hotspot analyze``, or all the other files that the commands take. The target is every case of at least 150. Seconds
are those of the processor.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from badinput.running import all_cases, all_given, run, run_command, run_given


def main() -> None:
    right: Counter[str] = Counter()
    families: Counter[str] = Counter()
    slowest = 0.0
    how = run_command if "--command" in sys.argv else run
    outcomes = map(run_given, all_given()) if "--others" in sys.argv else map(how, all_cases())
    for outcome in outcomes:
        case = outcome.case
        families[case.family] += 1
        right[case.family] += not outcome.fault
        slowest = max(slowest, outcome.seconds)
        if outcome.fault or "-v" in sys.argv:
            print(
                f"{outcome.fault or '对'}\t{case.family} {case.name}\t{outcome.seconds:.2f}秒\t{outcome.answer[:160]}"
            )
    for family, count in families.items():
        print(f"{family}\t{right[family]}/{count}")
    print(f"合计\t{right.total()}/{families.total()}（目标：不少于 150 例，全部）\t最慢 {slowest:.1f} 秒（上限 10 秒）")
    sys.exit(right.total() != families.total())


if __name__ == "__main__":
    main()
