"""Why a call has its category, and which calls it stands with."""

from __future__ import annotations

import pandas as pd

from hotspot.errors import InputError
from hotspot.mine.categories import CategoryClassifier
from hotspot.mining import Mined
from hotspot.text.dialogue import whole_call
from hotspot.text.mask import quote
from hotspot.text.segment import Segmenter

_MOST_WORDS = 8
_MOST_CALLS = 10


def weigh_words(classifier: CategoryClassifier, text: str, category: str) -> list[tuple[str, float]]:
    """Return the words that speak for `category`, strongest first.

    The weight of a word is what the category's margin loses when the word is taken out of the text: it holds for any
    classifier, whatever its features are.
    """
    words = sorted({word for word in Segmenter().cut(text) if len(word) > 1 and any(map(str.isalpha, word))})
    at = int((classifier.classes_ == category).argmax())
    margins = classifier.decision_function([text, *(text.replace(word, " ") for word in words)])[:, at]
    weights = [(word, float(margins[0] - margin)) for word, margin in zip(words, margins[1:], strict=True)]
    return sorted((entry for entry in weights if entry[1] > 0), key=lambda entry: (-entry[1], entry[0]))[:_MOST_WORDS]


def explain_call(mined: Mined, classifier: CategoryClassifier, calls: pd.DataFrame, msg_id: str) -> tuple[str, ...]:
    """Return what was made of a call as lines of Chinese, personal data masked.

    Raises
    ------
    InputError
        The period has no call of this id.
    """
    rows = mined.demands[mined.demands["msg_id"].eq(msg_id)]
    if rows.empty:
        raise InputError("本期没有这个编号的来电", found=msg_id[:40], fix="请核对编号与 --week")
    row = rows.iloc[0]
    if row["category"] == "无效":
        return (f"{msg_id} 的处理方式表明没有诉求，只计入总量",)
    call = calls[calls["msg_id"].eq(msg_id)].iloc[0]
    text = whole_call(quote(call["title"]), row["masked"])
    lines = [f"{msg_id}：{row['category']}（把握{row['confidence']:.0%}）", f"内容：{row['masked']}"]
    if row["category"] in set(classifier.classes_) and not call["confidential"]:
        # Words of the masked text: a name that stands alone is no longer known as one.
        words = weigh_words(classifier, text, row["category"])
        told = "、".join(f"{word} +{weight:.2f}" for word, weight in words)
        lines.append(f"支持这个类别的词：{told or '没有单独起作用的词'}")
    lines.append(f"事项：{row['theme']}；地点：{row['place'] or '未识别'}（{row['district'] or '辖区不明'}）")
    for kind, column, groups in (
        ("问题", "issue_id", {issue.id: (issue.title, issue.calls) for issue in mined.issues}),
        ("热点", "hotspot_id", {spot.id: (spot.theme, spot.calls) for spot in mined.hotspots}),
    ):
        title, together = groups.get(row[column], ("", ()))
        others = [other for other in together if other != msg_id]
        shown = "、".join(others[:_MOST_CALLS]) + ("等" if len(others) > _MOST_CALLS else "")
        lines.append(f"{kind}：{title}，同组{len(others)}件：{shown}" if title else f"{kind}：不在任何{kind}中")
    return tuple(lines)
