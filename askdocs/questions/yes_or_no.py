"""Whether a question wants yes or no, also where it is put indirectly."""

from __future__ import annotations

import re

from askdocs.values.question_types import asks_yes_or_no

_INDIRECT = re.compile(
    r"^(?:if|whether)\b(?!.*\bor (?!not\b))|^(?:is it|was it|it is|it['’]s) (?:true|correct|right|the case|a fact)\b"
    r"|^(?:confirm|verify|check)\b|\b(?:true or false|yes or no|y/n|right or wrong)\b"
    r"|,\s*(?:right|correct|true|no|yes|huh|(?:isn|wasn|aren|weren|didn|doesn|don|hasn|haven|won)['’]?t (?:it|he|she|"
    r"they|"
    r"there|we|you)|(?:did|does|do|is|are|was|were|has|have|will) (?:it|he|she|they|there|we|you))\s*\?*$"
    r"|^(?:any|ever)\b.*\?$|^(?:still|already)\b.*\?$|\b(?:yet|already|or not)\s*\?$",
    re.I,
)


def wants_yes_or_no(core: str) -> bool:
    """Whether yes or no is wanted.

    >>> wants_yes_or_no("whether Tarn bought Holm"), wants_yes_or_no("Tarn bought Holm, right?")
    (True, True)
    >>> wants_yes_or_no("Who bought Holm?")
    False
    """
    return bool(asks_yes_or_no(core)) or _INDIRECT.search(core) is not None
