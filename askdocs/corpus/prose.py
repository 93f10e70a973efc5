"""``style="prose"``: sentences with quotes and marks, not the bare words. Experimental, for models of 1B and more.

The question is answered with words first, as always: they decide whether it is answered at all, with which value and
confidence. Then the model writes, its quotes held to the passages (``quotes``). Every number it writes must stand in
a sentence it quotes, or it is listed as unsupported, and so is a sentence without a quote.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence

from askdocs.core.answers import Answer, Citation, Unsupported, Usage, Value
from askdocs.corpus.answerer import Answerer, with_times
from askdocs.corpus.ask_options import AskOptions, ModelRequest, Question
from askdocs.corpus.searcher import Retrieval
from askdocs.decoding.prose_decoder import Prose, Written
from askdocs.reading.citations import citation
from askdocs.reading.reader import Reader, Stopped
from askdocs.text.sentences import sentence_spans
from askdocs.values.amounts import quantities
from askdocs.values.parse import close

PROMPT = "prose"
_FIGURE = re.compile(r"\d[\d.,:/]*\d|\d")
_MARK = re.compile(r"\[\d+\]")


def ask_prose(answerer: Answerer, question: str, options: AskOptions) -> Answer:
    """Answer in sentences; where the words alone abstain, or the model writes nothing, with those."""
    request, taken = ModelRequest(options), Question.of(question, options.history)
    began, loaded_before = time.perf_counter(), request.model.is_loaded
    request.model.load()
    retrieval = answerer.retrieve(taken, options)
    retrieved = time.perf_counter() - began
    try:
        answer = answerer.compose(taken, retrieval, answerer.read(request, taken, retrieval), options)
        if not answer.abstained and not _is_of_a_table(answer):
            written = request.submit(lambda reader, stopped: _write(reader, taken, retrieval, stopped)).result()
            answer = in_sentences(answer, written, retrieval)
    finally:
        request.end()
    load = 0.0 if loaded_before else request.model.load_seconds
    spent = time.perf_counter() - began
    return with_times(answer, taken, retrieve=retrieved, load=load, total=spent)


def _is_of_a_table(answer: Answer) -> bool:
    """Whether the answer is a cell, or computed from cells, which no model writes about."""
    return any(citation.excerpt is not None for citation in answer.citations)


def _write(reader: Reader, question: Question, retrieval: Retrieval, stopped: Stopped) -> Written:
    return reader.write(question.analysis, retrieval.prose, prompt=PROMPT, stopped=stopped)


def in_sentences(answer: Answer, written: Written, retrieval: Retrieval) -> Answer:
    """The answer with what was written for its words; its citations are the quotes, in order."""
    prose = written.prose
    if not prose.text or prose.text.lower().startswith("unanswerable"):
        return answer
    passages = {passage.number: passage for passage in written.passages}
    cited = tuple(
        citation(quote.item, passages[quote.item.number], retrieval.articles[passage.hit.chunk.article_id])
        for quote in prose.quotes
        for passage in [passages[quote.item.number]]
    )
    usage = Usage(
        prompt_tokens=answer.usage.prompt_tokens + written.usage.prompt_tokens,
        reused_tokens=answer.usage.reused_tokens + written.usage.reused_tokens,
        output_tokens=answer.usage.output_tokens + written.usage.output_tokens,
    )
    timings = answer.timings.model_copy(update={"decode": answer.timings.decode + written.seconds})
    return answer.model_copy(
        update={
            "text": prose.text,
            "candidate": prose.text,
            "citations": cited,
            "unsupported": (*answer.unsupported, *written.unsupported, *unsupported(prose, cited)),
            "usage": usage,
            "timings": timings,
        }
    )


def unsupported(prose: Prose, cited: Sequence[Citation]) -> tuple[Unsupported, ...]:
    """The sentences without a quote, and the numbers outside quotes that stand in no quoted sentence."""
    found: list[Unsupported] = []
    for start, end in sentence_spans(prose.text):
        if not any(start <= quote.start < end for quote in prose.quotes):
            found.append(Unsupported(text=prose.text[start:end], reason="this sentence quotes no passage"))
    sentences = [citation.quote for citation in cited]
    values = [value for sentence in sentences for value in _amounts(sentence)]
    figures = {figure for sentence in sentences for figure in _FIGURE.findall(sentence)}
    for words, value in _numbers(_outside_quotes(prose)):
        stands = any(close(value, other) for other in values) if value is not None else words in figures
        if not stands:
            found.append(Unsupported(text=words, reason="this number stands in no quoted sentence"))
    return tuple(found)


def _outside_quotes(prose: Prose) -> str:
    """The prose with its quotes and marks blanked out."""
    text = prose.text
    for quote in prose.quotes:
        text = text[: quote.start] + " " * (quote.end - quote.start) + text[quote.end :]
    return _MARK.sub(lambda mark: " " * len(mark.group()), text)


def _numbers(text: str) -> Iterator[tuple[str, float | None]]:
    """Each number of a text with its value, the ends of a range one by one, and figures that are no amounts."""
    covered: list[tuple[int, int]] = []
    for found in quantities(text):
        covered.append((found.start, found.end))
        if text[found.start : found.end].strip().lower() != "one":
            for value in _ends(found.value):
                yield text[found.start : found.end].strip(), value
    for figure in _FIGURE.finditer(text):
        if not any(start <= figure.start() < end for start, end in covered):
            yield figure.group(), None


def _amounts(text: str) -> list[float]:
    return [value for found in quantities(text) for value in _ends(found.value)]


def _ends(value: Value) -> list[float]:
    ends = value.value if isinstance(value.value, tuple) else (value.value,)
    return [float(end) for end in ends if isinstance(end, int | float)]
