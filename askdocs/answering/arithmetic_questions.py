"""Questions whose answer would have to be computed: "how much more did A cost than B?", "what do the two come to?".

askdocs answers with words of the articles and does no arithmetic, so such a question has an answer only where a
sentence states the comparison or the sum itself.
"""

from __future__ import annotations

import re

from askdocs.values.question_analysis import QuestionAnalysis

_STATES_COMPARISON = re.compile(
    r"\b(?:than|compared|difference|gap|versus|up|down|rose|rise|risen|fell|fall|fallen|grew|grown|growth|"
    r"increas\w+|decreas\w+|declin\w+|gain\w*|los[st]\w*|ahead of|below|above|twice|double\w*|half|times)\b",
    re.IGNORECASE,
)
_STATES_SUM = re.compile(r"\b(?:combined|together|altogether|total\w*|sum|in all|average|mean)\b", re.IGNORECASE)


def must_be_computed(question: QuestionAnalysis, sentence: str) -> bool:
    """Whether the question asks for a comparison or a sum that the sentence does not state.

    >>> from askdocs.values.question_analysis import analyse_question
    >>> question = analyse_question("How much more did the strike cost than the recall?")
    >>> must_be_computed(question, "The strike cost £9.5 million.")
    True
    >>> must_be_computed(question, "The strike cost £2 million more than the recall.")
    False
    >>> must_be_computed(analyse_question("How much did the strike cost?"), "The strike cost £9.5 million.")
    False
    """
    if question.computation == "comparison":
        return not _STATES_COMPARISON.search(sentence)
    return question.computation == "sum" and not _STATES_SUM.search(sentence)
