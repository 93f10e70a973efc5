"""The models that come with askdocs read English: of another language they say so, and answer nothing.

A model that cannot read a passage still gives words of it some probability, and the calibration, fitted on English,
makes a confidence of that. A model that the user brings is not held back: what it reads, askdocs cannot know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from askdocs.core.answers import Answer
from askdocs.core.articles import Hit
from askdocs.text.languages import other_language

_WITHOUT_LANGUAGE_MODEL = "extractive"  # goes by words, and by vectors: it reads what the embedder reads
_ENGLISH_EMBEDDER = "all-MiniLM-L6-v2"
_LOOKED_AT = 800  # characters of each passage


def reads_only_english(model: str, embedder: Callable[[], str]) -> bool:
    """Whether a model, with the embedder of this name, reads English and nothing else, as far as askdocs knows.

    >>> reads_only_english("smollm2", lambda: "any"), reads_only_english("qwen.gguf", lambda: "all-MiniLM-L6-v2")
    (True, False)
    """
    if model == _WITHOUT_LANGUAGE_MODEL:
        return embedder() == _ENGLISH_EMBEDDER
    return model in ("smollm2", "smollm2+base")


def held_to_english(answer: Answer, question: str, hits: tuple[Hit, ...]) -> Answer:
    """The answer of a model that reads English; an abstention that says why, if question or passages are not in it.

    The passages are those that the answer cites, all ``hits`` where it cites none. The hits stay. With a threshold
    of 0, which asks for an answer whatever it is worth, the answer stays too.
    """
    answer = answer if answer.hits else answer.model_copy(update={"hits": hits})
    reason = _reason(question, _cited(answer))
    if reason is None:
        return answer
    note = f"{answer.model} reads English; {reason}: name a model that reads it with --model"
    if answer.threshold <= 0:
        return answer.model_copy(update={"note": note})
    return Answer(
        question=answer.question,
        text="",
        abstained=True,
        confidence=0.0,
        candidate="",
        note=note,
        hits=answer.hits,
        omitted=answer.omitted,
        unread=answer.unread,
        form=answer.form,
        passages_read=answer.passages_read,
        model=answer.model,
        threshold=answer.threshold,
        timings=answer.timings,
        usage=answer.usage,
    )


def _reason(question: str, hits: Sequence[Hit]) -> str | None:
    asked = other_language(question)
    if asked is not None:
        return f"the question is in {asked}"
    found = other_language("\n".join(hit.chunk.text[:_LOOKED_AT] for hit in hits))
    return None if found is None else f"the passages are in {found}"


def _cited(answer: Answer) -> Sequence[Hit]:
    cited = {citation.chunk_id for citation in answer.citations}
    return [hit for hit in answer.hits if hit.chunk.id in cited] or answer.hits
