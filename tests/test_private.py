"""No raw value of the phone column and none of the labelled private spans is in any output of both sample weeks."""

import csv
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, SAMPLE, Run

SPANS = Path(__file__).parent / "data" / "private_spans.csv"


@pytest.fixture(scope="module")
def secrets() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"phones": set(), "numbers": set(), "names": set(), "units": set()}
    for table in (
        pd.read_excel(SAMPLE / "calls_2024w42.xlsx", header=1, dtype=str, engine="calamine"),
        pd.read_csv(SAMPLE / "calls_2024w41.csv", encoding="gb18030", dtype=str),
    ):
        found["phones"] |= set(table["来电号码"].dropna())
    with SPANS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind = {"姓名": "names", "门牌": "units"}.get(row["kind"], "numbers")
            found[kind].add(row["value"])
    assert len(found["phones"]) > 1500
    assert sum(map(len, found.values())) > 2000
    return found


def outputs(run: Run) -> dict[str, str]:
    """Every output as text, archives unpacked."""
    folders = [run.out, run.out.parent / "w41", ROOT / "models" / "default"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += sorted(run.history.parent.glob("hotspot.*"))
    found = {"terminal": run.stdout}
    for path in files:
        name = f"{path.parent.name}/{path.name}"
        if path.suffix in (".docx", ".xlsx", ".npz"):
            with zipfile.ZipFile(path) as archive:
                parts = [archive.read(part).decode("utf-8", "replace") for part in archive.namelist()]
            found[name] = "\n".join(parts)
        else:
            found[name] = path.read_bytes().decode("utf-8", "replace")
    return found


def test_no_private_value_is_in_any_output(sample_run: Run, secrets: dict[str, set[str]]) -> None:
    texts = outputs(sample_run)
    assert len(texts) > 30
    for kind in ("phones", "numbers", "units"):
        # A house number may be part of a longer legal one (1号楼 in 11号楼): only whole ones count.
        values = sorted(secrets[kind], key=len, reverse=True)
        for name, text in texts.items():
            hits = [value for value in values if value in text]
            hits = [value for value in hits if re.search(rf"(?<!\d){re.escape(value)}(?!\d)", text)]
            assert not hits, f"{kind} in {name}: {len(hits)}"


def test_no_full_name_is_in_any_output(sample_run: Run, secrets: dict[str, set[str]]) -> None:
    names = {name for name in secrets["names"] if len(name) > 1}
    seen = {name for text in outputs(sample_run).values() for name in names if name in text}
    assert not seen
