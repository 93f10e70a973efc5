"""Two questions on two made-up passages, which a model must answer in sentences before it is asked for prose.

Right is a sentence of its own words that quotes the words asked for from the passage that holds them, and holds no
number or name that it does not quote (``check``). Further sentences that fail do not count against it: those are
written again or dropped in use as well.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from askdocs.answering.prose.check import CheckedSentence, check_prose
from askdocs.core.articles import Article, Chunk, Hit
from askdocs.reading.reader import Reader, Stopped
from askdocs.values.question_analysis import analyse_question

VERSION = 1  # counted up when the questions or what is right change, so that models are tested anew
_LEAST_WORDS = 2  # of its own in a sentence


class _Case(NamedTuple):
    question: str
    passage: int
    words: tuple[str, ...]


_TEXTS = (
    (
        "Ferries",
        "The ferry Marlow Queen carried 41,300 passengers in June, after 38,900 in May. The harbour of Tessby was "
        "closed for nine days because of a broken lock.",
    ),
    (
        "Dairy",
        "Ilse Varga steps down in March as director of the Ostrava dairy. Tomas Reuter, her deputy, takes over and has "
        "6.5 million euros for a new plant.",
    ),
)
_CASES = (
    _Case("How many passengers did the Marlow Queen carry in June?", 0, ("41,300",)),
    _Case("Who takes over the Ostrava dairy from Ilse Varga?", 1, ("Tomas Reuter",)),
)


def failed_test(reader: Reader, prompt: str, stopped: Stopped = lambda: False) -> str:
    """Put both questions to a model; gives what was wrong with its answer, empty where both are right.

    Raises what ``Reader.write`` does.
    """
    articles = [Article(id=f"self-test-{i}", source=title, title=title, text=text) for i, (title, text) in
                enumerate(_TEXTS)]  # fmt: skip
    hits = [_hit(article) for article in articles]
    for case in _CASES:
        written = reader.write(analyse_question(case.question), hits, prompt=prompt, stopped=stopped)
        known = {article.id: article for article in articles}
        checked = check_prose(written.prose, written.passages, known, case.question)
        if not any(_is_right(one, case, articles[case.passage]) for one in checked):
            said = " ".join(written.prose.text.split())[:120] or "nothing"
            return f'to "{case.question}" it wrote: {said}'
    return ""


def _hit(article: Article) -> Hit:
    chunk = Chunk(id=1, article_id=article.id, start=0, end=len(article.text), text=article.text)
    return Hit(chunk=chunk, source=article.source, title=article.title, score=1.0)


def _is_right(checked: CheckedSentence, case: _Case, article: Article) -> bool:
    quoted = " ".join(
        article.text[one.answer_start : one.answer_end] for one in checked.citations if one.article_id == article.id
    )
    own = re.findall(r"[^\W\d_]{2,}", checked.sentence.outside)
    return checked.holds and len(own) >= _LEAST_WORDS and all(words in quoted for words in case.words)
