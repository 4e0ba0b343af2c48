"""The kind of workplace that a call about wages names where it names no place."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from hotspot.mine.place_grammar import Mention
from hotspot.mine.place_words import trie_pattern, workplaces

_WAGES: Final = re.compile(
    r"工资|公资|工钱|欠薪|讨薪|薪水|月薪|底薪|血汗钱|劳务费|劳务公司|劳动监察|仲裁|尾款|没见钱|合同没签|没签合同"
)
_WAGE_NEAR: Final = 60  # characters between a workplace and the word for wages


def find_workplace(text: str) -> Mention | None:
    """Return the kind of workplace that a caller owed wages names, where nothing more exact is said.

    Examples
    --------
    >>> find_workplace("我在快递网点分拣，三个月工资没发").name
    '快递网点'
    """
    for match in _workplace_pattern().finditer(text) if _WAGES.search(text) else ():
        if _WAGES.search(text, max(0, match.start() - _WAGE_NEAR), match.end() + _WAGE_NEAR):
            return Mention(match.start(), match.end(), match[0], "单位")
    return None


@cache
def _workplace_pattern() -> re.Pattern[str]:
    return re.compile(trie_pattern(workplaces()))
