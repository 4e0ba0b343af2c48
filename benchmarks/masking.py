"""Recall, precision and speed of masking on the labelled spans.

Run as ``python benchmarks/masking.py [-v]``. The spans of the sample weeks (tests/data/private_spans.csv) were proposed
by the rules and then read against everything that they left; the lines of tests/data/private_made.txt and
private_second.txt were written by hand, with the kinds and forms that the sample lacks. A span is found when every
character of it is masked; a masked stretch is right when it touches a labelled one.
"""

from __future__ import annotations

import csv
import re
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from hotspot.read.calls import read_calls
from hotspot.text.mask import find_private, mask_all

ROOT = Path(__file__).parent.parent
MARK = re.compile(r"⟦([^|⟧]+)\|([^⟧]*)⟧")
GROUPS = {
    "号码与车牌": ("电话", "座机", "证件", "银行卡", "账号", "车牌", "邮箱"),
    "门牌": ("门牌",),
    "姓名": ("姓名",),
}
TARGETS = {"号码与车牌": 0.995, "门牌": 0.97, "姓名": 0.95}
Labelled = tuple[str, list[tuple[int, int, str]]]


def sample() -> list[Labelled]:
    files = [ROOT / "data/sample" / name for name in ("calls_2024w41.csv", "calls_2024w42.xlsx")]
    table = read_calls(files).table
    spans: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    with (ROOT / "tests/data/private_spans.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            spans[row["msg_id"]].append((int(row["start"]), int(row["end"]), row["kind"]))
    return [(text, spans[msg_id]) for msg_id, text in zip(table["msg_id"], table["text"], strict=True)]


def made(name: str = "private_made.txt") -> list[Labelled]:
    labelled = []
    for line in (ROOT / "tests/data" / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        text, spans, position = "", [], 0
        for match in MARK.finditer(line):
            text += line[position : match.start()]
            spans.append((len(text), len(text) + len(match[2]), match[1]))
            text += match[2]
            position = match.end()
        labelled.append((text + line[position:], spans))
    return labelled


def score(labelled: list[Labelled], verbose: bool = False) -> dict[str, tuple[int, int, int, int]]:
    """Return found, labelled, right, masked for each group of kinds."""
    counts: Counter[tuple[str, str]] = Counter()
    group_of = {kind: group for group, kinds in GROUPS.items() for kind in kinds}
    for text, gold in labelled:
        masked = find_private(text)
        covered = {position for span in masked for position in range(span.start, span.end)}
        for start, end, kind in gold:
            hit = covered.issuperset(range(start, end))
            counts[group_of[kind], "labelled"] += 1
            counts[group_of[kind], "found"] += hit
            if not hit and verbose:
                print(f"漏\t{kind}\t{text[max(0, start - 12) : end + 8]!r}")
        for span in masked:
            right = any(span.start < end and start < span.end for start, end, _ in gold)
            counts[group_of[span.kind], "masked"] += 1
            counts[group_of[span.kind], "right"] += right
            if not right and verbose:
                print(f"误\t{span.kind}\t{text[max(0, span.start - 12) : span.end + 8]!r}")
    return {g: tuple(counts[g, key] for key in ("found", "labelled", "right", "masked")) for g in GROUPS}


def main() -> None:
    verbose = "-v" in sys.argv
    good = True
    for name, labelled in (("样例两周", sample()), ("手写", made()), ("手写第二批", made("private_second.txt"))):
        for group, (found, total, right, masked) in score(labelled, verbose).items():
            recall, precision = found / total, right / masked
            good &= recall >= TARGETS[group] and precision >= 0.97
            print(
                f"{name}\t{group}\t召回 {found}/{total} = {recall:.4f}（目标 {TARGETS[group]}）"
                f"\t准确 {right}/{masked} = {precision:.4f}（目标 0.97）"
            )
    texts = [text for text, _ in sample()]
    seconds = []  # of this process alone: the machine is shared
    for _ in range(5):
        start = time.process_time()
        mask_all(texts)
        seconds.append(time.process_time() - start)
    speed = len(texts) / min(seconds)
    print(f"速度\t{speed:,.0f} 条/秒（目标 5,000，每条平均 {sum(map(len, texts)) / len(texts):.0f} 字）")
    sys.exit(not good)


if __name__ == "__main__":
    main()
