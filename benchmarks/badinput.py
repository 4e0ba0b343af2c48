"""Count the broken inputs that end as they should: refused in one clear line, or read with the rows set aside listed.

Run as ``python benchmarks/badinput.py [-v] [--command]``: given to the reader, or to ``hotspot analyze``. The target is
every case of at least 150.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from badinput.running import all_cases, run, run_command


def main() -> None:
    right: Counter[str] = Counter()
    families: Counter[str] = Counter()
    slowest = 0.0
    for case in all_cases():
        outcome = (run_command if "--command" in sys.argv else run)(case)
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
