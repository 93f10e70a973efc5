"""Whether each sentence of prose is held by the passages it quotes, and why not.

A sentence must quote. Its amounts, dates and proper names outside quotes must stand in a sentence that it quotes, or
that an earlier one does. A name may also be the question's, where the cited passage has it, or the only one in the
title of an article whose quoted sentence says "she" or "it". A quote must not cut an amount ("33" of "33 million") nor
begin right behind a "not".

What a sentence says with other words is not checked: "Alibaba did not sell "33 million shares"" passes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from askdocs.answering.prose.amounts_held import cut_amount, missing_amounts, without_dates
from askdocs.answering.prose.names import holds_name, proper_names, small_words
from askdocs.answering.prose.sentences import ProseSentence, prose_sentences
from askdocs.core.answers import Citation
from askdocs.core.articles import Article
from askdocs.core.base import Model
from askdocs.core.decoding import Passage
from askdocs.decoding.prose_decoder import Prose
from askdocs.reading.citations import citation

_NOT = (
    r"(?:not|never|no|nor|neither|without|hardly|cannot|\w+n['’]t|den(?:y|ies|ied)|fail(?:s|ed)? to|refus(?:e[sd]?) to)"
)
_NEGATED_BEFORE = re.compile(rf"\b{_NOT}(?:\s+\w+){{0,1}}\s*$", re.IGNORECASE)
_NEGATED = re.compile(rf"\b{_NOT}\b", re.IGNORECASE)


_PRONOUN = re.compile(r"\b(?:I|he|she|it|they|him|her|his|hers|its|their|them)\b", re.IGNORECASE)


class CheckedSentence(Model):
    """A sentence with a citation for each of its quotes, and what of it stands in no passage."""

    sentence: ProseSentence
    citations: tuple[Citation, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was found against it."""
        return not self.reasons


def check_prose(
    prose: Prose,
    passages: Sequence[Passage],
    articles: Mapping[str, Article],
    question: str,
    before: Sequence[CheckedSentence] = (),
) -> list[CheckedSentence]:
    """Check every sentence, in order; ``articles`` are those of the passages by their ids.

    ``before`` are sentences that stand before these.
    """
    numbered = {passage.number: passage for passage in passages}
    common = small_words(" ".join([question, *(passage.text for passage in passages)]))
    checked: list[CheckedSentence] = []
    for sentence in prose_sentences(prose):
        quoted = [numbered[quote.item.number] for quote in sentence.quotes]
        cited = [
            citation(quote.item, passage, articles[passage.hit.chunk.article_id])
            for quote, passage in zip(sentence.quotes, quoted, strict=True)
        ]
        earlier = [cited.quote for one in (*before, *checked) if one.holds for cited in one.citations]
        sources = [*(one.quote for one in cited), *earlier]
        reasons = [*_quoting(sentence, cited), *_amounts(sentence, sources)]
        reasons += _names(sentence, cited, sources, common, question, [f"{p.hit.title}\n{p.text}" for p in quoted])
        checked.append(CheckedSentence(sentence=sentence, citations=tuple(cited), reasons=tuple(reasons)))
    return checked


def _quoting(sentence: ProseSentence, cited: Sequence[Citation]) -> list[str]:
    """What is wrong with its quotes."""
    reasons = [f'the quoted words "{words}" stand in no passage' for words in sentence.unlocated]
    if not sentence.quotes and not reasons:
        reasons.append("it quotes no passage")
    for one in cited:
        start, end = one.answer_start - one.start, one.answer_end - one.start
        amount = cut_amount(one.quote, start, end)
        if amount:
            reasons.append(f'the quote "{one.quote[start:end]}" cuts "{amount}"')
        before = re.split(r"[,;:]", one.quote[:start])[-1]
        if _NEGATED_BEFORE.search(before) and not _NEGATED.search(sentence.outside):
            reasons.append(f'the quote "{one.quote[start:end]}" leaves out the negation before it')
    return reasons


def _amounts(sentence: ProseSentence, sources: Sequence[str]) -> list[str]:
    return [
        f'the number "{words}" stands in no quoted sentence' for words in missing_amounts(sentence.outside, sources)
    ]


def _names(
    sentence: ProseSentence,
    cited: Sequence[Citation],
    sources: Sequence[str],
    common: frozenset[str],
    question: str,
    passages: Sequence[str],
) -> list[str]:
    def is_held(word: str) -> bool:
        return any(holds_name(source, word) for source in sources) or (
            holds_name(question, word) and any(holds_name(passage, word) for passage in passages)
        )

    missing: dict[str, None] = {}
    for name in proper_names(without_dates(sentence.outside), common):
        lost = [word for word in name if not is_held(word)]
        whole = " ".join(name)
        if len(lost) < len(name) and any(whole in passage for passage in passages):
            continue  # the full name of somebody who is named in the sentence
        if lost and not _is_the_subject(name, cited):
            missing |= dict.fromkeys(lost)
    return [f'the name "{name}" stands in no quoted sentence' for name in missing]


def _is_the_subject(name: Sequence[str], cited: Sequence[Citation]) -> bool:
    """Whether a name is the only one in the title of an article whose quoted sentence says "she" or "it"."""
    return any(
        len(of_title := proper_names(one.title)) == 1 and set(name) <= set(of_title[0]) and _PRONOUN.search(one.quote)
        for one in cited
    )
