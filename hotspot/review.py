"""Calls worth an analyst's look, and the corrections that come back."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from hotspot.config import Config
from hotspot.errors import InputError
from hotspot.gather import load_classifier
from hotspot.mine.themes import find_themes
from hotspot.read.calls import read_calls, read_labels
from hotspot.report.render.xlsx_review import render_review
from hotspot.store.history import History
from hotspot.store.output import write_file
from hotspot.text.dialogue import caller_text, whole_call
from hotspot.text.mask import mask_all
from hotspot.text.normalise import normalise
from hotspot.text.segment import Segmenter
from hotspot.train import nearest_names

# Shares of the calls shown, by the reason for showing them. What is left goes to the least sure ones.
_AGAINST_THEME: Final = 0.3
_CONTROL: Final = 0.1
_SETTLED: Final = 0.7  # share of a theme's calls from which its category is settled


def choose_calls(
    msg_ids: Sequence[str],
    labels: npt.NDArray[np.object_],
    confidence: npt.NDArray[np.float64],
    themes: Sequence[str],
    count: int,
) -> dict[int, str]:
    """Return the positions of the calls most worth a look, with the reason in Chinese.

    Those that stand against the settled category of their theme, the least sure ones, and a control sample drawn by the
    hash of the id, by which the other two can be judged. Ties are broken by the id: row order does not matter.

    Examples
    --------
    >>> sure = np.array([0.9, 0.2, 0.8])
    >>> choose_calls(["1", "2", "3"], np.array(["甲", "乙", "甲"], dtype=object), sure, ["x", "y", "z"], 1)
    {1: '最没有把握'}
    """
    frame = pd.DataFrame({"id": msg_ids, "label": labels, "confidence": confidence, "theme": themes})
    shares = frame.groupby(["theme", "label"]).size() / frame.groupby("theme").size()
    own = np.array([shares[theme, label] for theme, label in zip(frame["theme"], frame["label"], strict=True)])
    settled = shares.groupby("theme").max()
    frame["against"] = (frame["theme"].map(settled).to_numpy() >= _SETTLED) & (own < 1 - _SETTLED)
    frame["drawn"] = [hashlib.sha256(f"review\0{msg_id}".encode()).hexdigest() for msg_id in msg_ids]
    by_doubt = frame.sort_values(["confidence", "id"])
    chosen: dict[int, str] = {}
    for reason, rows, most in (
        ("与同一事项的多数来电不一致", by_doubt[by_doubt["against"]], round(count * _AGAINST_THEME)),
        ("随机抽查", frame.sort_values("drawn"), round(count * _CONTROL)),
        ("最没有把握", by_doubt, count),
    ):
        fresh = [int(at) for at in rows.index if at not in chosen]
        for at in fresh[: min(most, count - len(chosen))]:
            chosen[at] = reason
    return chosen


def export_review(
    files: Sequence[Path],
    config: Config,
    model: Path | None,
    out: Path,
    *,
    count: int,
    mapping: Mapping[str, str],
    replace: bool = False,
) -> int:
    """Write the calls worth a look to a workbook with masked texts; return how many."""
    if out.exists() and not replace:
        raise InputError("文件已存在", where=str(out), fix="换一个 --out，或加 --replace 覆盖")
    calls = read_calls(files, mapping=mapping, need_time=False).table
    calls = calls[~calls["confidential"]].reset_index(drop=True)
    classifier, _ = load_classifier(model)
    texts = [normalise(text) for text in map(whole_call, calls["title"], calls["text"])]
    said = [normalise(caller_text(text)) for text in texts]
    told = classifier.predict_labels(texts)
    labels = np.where(told.labels == "", config.remainder, told.labels)
    themes = find_themes(said, Segmenter().cut_all(said), labels.tolist())
    chosen = choose_calls(calls["msg_id"].tolist(), labels, told.confidence, themes, count)
    masked = mask_all([texts[at] for at in chosen])
    rows = [
        (calls["msg_id"].iloc[at], text, themes[at], str(labels[at]), float(told.confidence[at]), reason)
        for (at, reason), text in zip(chosen.items(), masked, strict=True)
    ]
    write_file(out, render_review(rows, [entry.name for entry in config.category]))
    return len(rows)


def import_review(files: Sequence[Path], config: Config, history: Path, made: dt.date) -> tuple[int, tuple[str, ...]]:
    """Keep the corrections of reviewed workbooks in the history; return how many, and what was refused and why."""
    table, lost = read_labels(files)
    nameless = table.set_index(["file", "row"]).index.isin(lost.set_index(["file", "row"]).index)
    named = table[~nameless]
    labels = dict(zip(named["msg_id"], named["category"].str.strip(), strict=True))  # of several rows the last
    valid = {entry.name for entry in config.category}
    wrong = sorted({label for label in labels.values() if label not in valid})
    kept = {msg_id: label for msg_id, label in labels.items() if label in valid}
    refused = [
        f"“{label[:20]}”不是有效类别，{sum(found == label for found in labels.values())} 行未采用"
        + (f"；相近的有效类别：{'、'.join(near)}" if (near := nearest_names(label, sorted(valid))) else "")
        for label in wrong
    ]
    if nameless.any():
        refused.append(f"编号为空或被改成科学计数，{int(nameless.sum())} 行未采用；请把编号列设为文本后重新填写")
    with History(history) as store, store.transaction():
        store.correct(kept, made)
    return len(kept), tuple(refused)
