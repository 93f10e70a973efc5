"""The answer to a question for a list: complete over the articles meant, each item with its own citation."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from askdocs.core.answers import Answer, Citation, Timings, Value
from askdocs.core.articles import Hit
from askdocs.core.decoding import Passage, SpanItem
from askdocs.core.errors import AnswerTimeout
from askdocs.corpus.list_passages import ListPassages, list_passages
from askdocs.lists.items import ListItem, ReadPassage
from askdocs.lists.list_question import list_question
from askdocs.lists.list_reader import ListReader
from askdocs.lists.name_classifier import bundled_name_classifier
from askdocs.reading.citations import citation
from askdocs.reading.model_pool import bundled_span_scorer
from askdocs.reading.prompt_packing import number

if TYPE_CHECKING:
    from askdocs.corpus.answerer import Answerer
    from askdocs.corpus.ask_options import AskOptions, Question

THRESHOLD = 0.45  # of the confidence: under it, a wrong list is likelier than one that helps


def ask_list(answerer: Answerer, question: Question, options: AskOptions) -> Answer | None:
    """The list that a question asks for; ``None`` where nothing here can read it, so that a span is to be asked for.

    ``confidence`` is the expected share of items that are right: the mean of the items' probabilities, which are
    fitted on made-up articles. It says nothing of items that are missing. ``passages_read`` and ``note`` say how many
    passages were read, of how many.

    Raises:
        AnswerTimeout: ``options.settings.timeout`` passed, or the caller's ``cancel`` was set.
        QuestionError, CorpusError, CorpusMismatch: as for ``Corpus.search``.
    """
    scorer, classifier = bundled_span_scorer(), bundled_name_classifier()
    if scorer is None or classifier is None:
        return None
    began = time.perf_counter()
    asked = list_question(question.text)
    found = list_passages(answerer.searcher, asked, options.where)
    retrieved = time.perf_counter() - began
    passages = [number(hit, place) for place, hit in enumerate(found.hits, start=1)]
    read = [ReadPassage(one.text, one.hit.chunk.article_id, one.hit.title) for one in passages]
    items = ListReader(scorer, classifier, _look(options)).read(asked, read)
    answer = _answer(question, options, found, passages, items)
    seconds = time.perf_counter() - began
    return answer.model_copy(update={"timings": Timings(retrieve=retrieved, decode=seconds - retrieved, total=seconds)})


def _look(options: AskOptions) -> Callable[[], None]:
    """What raises AnswerTimeout where the question is given up or its time is over."""
    until = time.monotonic() + options.settings.timeout

    def look() -> None:
        if options.cancel is not None and options.cancel.is_set():
            raise AnswerTimeout("the list: it was cancelled")
        if time.monotonic() > until:
            raise AnswerTimeout(
                f"the list: the time limit of {options.settings.timeout:g} s passed; raise it with timeout=, --timeout "
                "or ASKDOCS_TIMEOUT, or limit the articles with where="
            )

    return look


def _answer(
    question: Question,
    options: AskOptions,
    found: ListPassages,
    passages: Sequence[Passage],
    items: Sequence[ListItem],
) -> Answer:
    threshold = THRESHOLD if options.settings.threshold is None else options.settings.threshold
    confidence = sum(item.probability for item in items) / len(items) if items else 0.0
    abstained = confidence < threshold or not items
    texts = tuple(item.text for item in items)
    cited = [_citation(item, passages, found) for item in items]
    return Answer(
        question=question.typed,
        text="" if abstained else "; ".join(texts),
        abstained=abstained,
        confidence=round(confidence, 4),
        candidate="; ".join(texts),
        value=texts or None,
        typed=Value(kind="list", value=texts) if texts else None,
        note=_note(found),
        citations=tuple(cited),
        hits=_hits(found, items),
        form="list",
        passages_read=len(passages),
        model=options.model_name,
        threshold=threshold,
    )


def _citation(item: ListItem, passages: Sequence[Passage], found: ListPassages) -> Citation:
    passage = passages[item.passage]
    span = SpanItem(number=passage.number, start=item.start, end=item.end)
    return citation(span, passage, found.articles[passage.hit.chunk.article_id])


def _hits(found: ListPassages, items: Sequence[ListItem]) -> tuple[Hit, ...]:
    """The passages that the items stand in."""
    return tuple(found.hits[place] for place in dict.fromkeys(item.passage for item in items))


def _note(found: ListPassages) -> str:
    """What was read, in words.

    >>> _note(ListPassages(hits=(), articles={}, of=0))
    'read no passage: no article is meant'
    """
    if not found.hits:
        return "read no passage: no article is meant"
    read, articles = len(found.hits), len(found.articles)
    some = f"all {read} passages" if read == found.of and read > 1 else f"{read} passage{'s' * (read != 1)}"
    some += f" of {articles} articles" if articles != 1 else f" of “{next(iter(found.articles.values())).title}”"
    return f"read {some}" if read == found.of else f"read the nearest {some}, of {found.of} passages in all"
