"""An answer as a chat completion: its words, where they stand as annotations, and the chunks of a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator

from askdocs.core.answer_text import confidence_words, words_with_unit
from askdocs.core.answers import Answer, Citation
from askdocs.core.base import Model
from askdocs.core.whole_answers import listed_items
from askdocs.serving.chat_completions.shapes import (
    Annotation,
    AssistantMessage,
    ChatCompletion,
    ChatCompletionChunk,
    Choice,
    ChunkChoice,
    CompletionUsage,
    Delta,
    FileCitation,
    Judgement,
    PromptTokens,
    UrlCitation,
)
from askdocs.serving.pages.article.view import article_address
from askdocs.text.sanitize import one_line

NOT_SAID = "The articles do not say."
_NEAREST_WIDTH = 300
_MARK = re.compile(r" ?\[(\d+)\]")


class Completion(Model):
    """The parts of a reply that all its chunks have in common, and where its articles can be read."""

    id: str
    created: int
    model: str
    base_url: str
    corpus: str

    def whole(self, answer: Answer) -> ChatCompletion:
        """The answer in one piece."""
        content = content_of(answer)
        message = AssistantMessage(content=content, annotations=self.annotations(answer, content))
        return ChatCompletion(
            **self._common(), choices=(Choice(message=message),), usage=usage_of(answer), askdocs=judgement_of(answer)
        )

    def first(self) -> ChatCompletionChunk:
        """The chunk that says who speaks."""
        return self._chunk(Delta(role="assistant", content=""))

    def rest(self, answer: Answer, *, with_usage: bool) -> Iterator[ChatCompletionChunk]:
        """The chunks with the answer: its words, its end with the citations, and its usage where that is wanted."""
        content = content_of(answer)
        yield self._chunk(Delta(content=content))
        last = ChunkChoice(delta=Delta(annotations=self.annotations(answer, content)), finish_reason="stop")
        yield ChatCompletionChunk(**self._common(), choices=(last,), askdocs=judgement_of(answer))
        if with_usage:
            yield ChatCompletionChunk(**self._common(), choices=(), usage=usage_of(answer))

    def annotations(self, answer: Answer, content: str) -> tuple[Annotation, ...]:
        """A citation for each place that the answer rests on, with the words of ``content`` that it stands behind."""
        places = _in_prose(answer, content) if answer.style == "prose" else _in_words(answer, content)
        return tuple(
            Annotation(
                url_citation=UrlCitation(
                    start_index=start, end_index=end, title=citation.title, url=self._address(citation)
                ),
                file_citation=_file_citation(citation),
            )
            for citation, (start, end) in zip(answer.citations, places, strict=True)
        )

    def _address(self, citation: Citation) -> str:
        """Where the words can be read: on the web, else on the page of this service that marks them in the article."""
        if citation.source.startswith(("https://", "http://")):
            return citation.source
        place = citation.model_dump(include={"start", "end", "answer_start", "answer_end"})
        return self.base_url.rstrip("/") + article_address(citation.article_id, self.corpus, place)

    def _chunk(self, delta: Delta) -> ChatCompletionChunk:
        return ChatCompletionChunk(**self._common(), choices=(ChunkChoice(delta=delta),))

    def _common(self) -> dict[str, object]:
        return {"id": self.id, "created": self.created, "model": self.model}


def content_of(answer: Answer) -> str:
    """The words of an answer; that the articles do not say, and what is nearest, where it abstains.

    >>> unsure = Answer(question="How much?", text="", abstained=True, confidence=0.04, candidate="9%", model="m")
    >>> content_of(unsure)
    'The articles do not say. Nearest, but not sure enough to be an answer: "9%" - doubtful (0.04).'
    """
    if not answer.abstained:
        return words_with_unit(answer) if answer.form == "span" and answer.style == "span" else answer.text
    if not answer.candidate:
        return f"{NOT_SAID} {one_line(answer.note)}".rstrip()
    nearest = one_line(answer.candidate, _NEAREST_WIDTH)
    sure = confidence_words(answer.confidence)
    return f'{NOT_SAID} Nearest, but not sure enough to be an answer: "{nearest}" - {sure}.'


def without_abstention(content: str) -> str:
    """What later questions may lean on of an earlier reply: no words that were not given as the answer, no marks.

    >>> without_abstention("The articles do not say. Nearest, ..."), without_abstention("It sold 33 million [1].")
    ('', 'It sold 33 million.')
    """
    return "" if content.startswith(NOT_SAID) else _MARK.sub("", content)


def _in_words(answer: Answer, content: str) -> Iterator[tuple[int, int]]:
    """Where the words of each citation stand in the content, in their order; all of it where they do not."""
    items = listed_items(answer)
    after = 0
    for number, citation in enumerate(answer.citations):
        words = citation.quote[citation.answer_start - citation.start : citation.answer_end - citation.start]
        for said in (*items[number : number + 1], words, one_line(words, _NEAREST_WIDTH)):
            at = content.find(said, after) if said else -1
            at = content.find(said) if at < 0 and said else at
            if at >= 0:
                after = at + len(said)
                yield at, after
                break
        else:
            yield 0, len(content)


def _in_prose(answer: Answer, content: str) -> Iterator[tuple[int, int]]:
    """What stands before the mark of each citation, from the mark before it on."""
    before, places = 0, dict[int, tuple[int, int]]()
    for mark in _MARK.finditer(content):
        places.setdefault(int(mark[1]), (before, mark.start()))
        before = mark.end()
    for number in range(1, len(answer.citations) + 1):
        start, end = places.get(number, (0, len(content)))
        yield end - len(content[start:end].lstrip(" \n.,;:!?")), end  # without the end of the sentence before


def _file_citation(citation: Citation) -> FileCitation:
    shared = citation.model_dump(include=set(FileCitation.model_fields))
    return FileCitation(file_id=citation.article_id, filename=citation.source, **shared)


def usage_of(answer: Answer) -> CompletionUsage:
    """What an answer cost."""
    usage = answer.usage
    return CompletionUsage(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.output_tokens,
        total_tokens=usage.prompt_tokens + usage.output_tokens,
        prompt_tokens_details=PromptTokens(cached_tokens=usage.reused_tokens),
    )


def judgement_of(answer: Answer) -> Judgement:
    """What an answer says beyond its words; no value where it abstains."""
    typed = None if answer.abstained else answer.typed
    return Judgement(
        abstained=answer.abstained,
        confidence=answer.confidence,
        threshold=answer.threshold,
        value=None if answer.abstained else answer.value,
        unit=typed and typed.unit,
        currency=typed and typed.currency,
        note=answer.note,
    )
