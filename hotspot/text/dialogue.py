"""Who says what: a transcript's turns, and the caller's part of a call.

Calls come as dialogues (``坐席：… 市民：…``), as the caller's monologue, as the operator's summary or as a formal
transfer note. Only in a dialogue can the speakers be told apart; every other text counts as the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hotspot.text.code_points import Pairs, blocks

_OPERATORS: Final = ("坐席", "座席", "话务员", "接线员", "客服", "工作人员", "热线")
_CALLERS: Final = ("市民", "来电人", "群众", "诉求人", "反映人", "用户", "客户")
_SPEAKERS: Final = "|".join((*_OPERATORS, *_CALLERS))
# Begins with the speaker, so that the search skips all else; what must stand before is looked at where one is found.
_TURN: Final = re.compile(rf"(?P<who>{_SPEAKERS})\s*[:：]\s*")
_PAUSES: Final = frozenset("。！？!?…，,；;")
_ENDS: Final = "".join(sorted({speaker[-1] for speaker in (*_OPERATORS, *_CALLERS)}))
_HINT: Final = Pairs([[(rf"[{_ENDS}\s]", "[:：]")]])


def whole_call(title: str, text: str) -> str:
    """Return what an export says of a call: its title, if it has one, above its text.

    Examples
    --------
    >>> whole_call("", "暖气不热")
    '暖气不热'
    """
    return f"{title}\n{text}" if title else text


def turns(text: str) -> list[tuple[bool, str]]:
    """Return the turns of a dialogue as (is the caller, words); an undivided text is one turn of the caller.

    Examples
    --------
    >>> turns("坐席：您好。 市民：暖气不热！")
    [(False, '您好。'), (True, '暖气不热！')]
    >>> turns("暖气不热")
    [(True, '暖气不热')]
    """
    marks = [mark for mark in _TURN.finditer(text) if _after_pause(text, mark.start())]
    if not marks:
        return [(True, text)] if text else []
    found = [(True, text[: marks[0].start()].strip())]
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        found.append((mark["who"] in _CALLERS, text[mark.end() : end].strip()))
    return [(caller, words) for caller, words in found if words]


def _after_pause(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] in _PAUSES or text[at - 1].isspace()


def caller_text(text: str) -> str:
    """Return what the caller said, turn by turn; the whole text where speakers are not told apart.

    Examples
    --------
    >>> caller_text("坐席：您好，请讲。市民：暖气不热！坐席：好的。市民：快修。")
    '暖气不热！ 快修。'
    """
    said = turns(text)
    return " ".join(words for caller, words in said if caller) or " ".join(words for _, words in said)


def caller_texts(texts: Sequence[str]) -> list[str]:
    """Return of each text what the caller said (n in, n out, same order).

    Examples
    --------
    >>> caller_texts(["暖气不热", "坐席：您好，请讲。市民：快修。"])
    ['暖气不热', '快修。']
    """
    said = list(texts)
    for first, points in blocks(texts):
        for row in _HINT.rows(points)[0]:
            said[first + row] = caller_text(points.texts[row])
    return said
