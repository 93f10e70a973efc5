"""Comparisons, and several questions in one: each is asked for itself, and shown beside the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from askdocs.core.answer_text import words_with_unit
from askdocs.core.answers import Answer, AnswerForm, Timings, Usage, Value

Ask = Callable[[str], Answer]


def ask_parts(question: str, questions: Sequence[str], ask: Ask) -> Answer:
    """Ask each of several questions; ``parts`` of the answer are theirs, in order."""
    return joined(question, "parts", [ask(one) for one in questions], questions)


def ask_comparison(question: str, sides: Sequence[str], questions: Sequence[str], ask: Ask) -> Answer:
    """Ask the same of each side; ``note`` says which value is higher where both are of one kind and unit."""
    answers = [ask(one) for one in questions]
    answer = joined(question, "comparison", answers, sides)
    return answer.model_copy(update={"note": higher(sides, answers)})


def joined(question: str, form: AnswerForm, answers: Sequence[Answer], labels: Sequence[str]) -> Answer:
    """The answers as one: the words side by side under their labels; it abstains where all of them do.

    ``confidence`` is the lowest of those that are answered: how sure it is that all of them are right.
    """
    answered = [answer for answer in answers if not answer.abstained]
    said = [
        f"{label.rstrip('?')}: {words_with_unit(one) or 'no answer'}"
        for label, one in zip(labels, answers, strict=True)
    ]
    text = "; ".join(said)
    return Answer(
        question=question,
        text=text if answered else "",
        abstained=not answered,
        confidence=min(
            (answer.confidence for answer in answered), default=max((one.confidence for one in answers), default=0.0)
        ),
        candidate=text,
        value=tuple(answer.text for answer in answers) if answered else None,
        typed=Value(kind="list", value=tuple(answer.text for answer in answers)) if answered else None,
        citations=tuple(citation for answer in (answered or answers) for citation in answer.citations),
        unsupported=tuple(one for answer in answers for one in answer.unsupported),
        hits=tuple({hit.chunk.id: hit for answer in answers for hit in answer.hits}.values()),
        omitted=tuple(hit for answer in answers for hit in answer.omitted),
        unread=tuple(dict.fromkeys(one for answer in answers for one in answer.unread)),
        form=form,
        parts=tuple(answers),
        model=answers[0].model,
        threshold=answers[0].threshold,
        timings=Timings(
            **{name: sum(getattr(answer.timings, name) for answer in answers) for name in Timings.model_fields}
        ),
        usage=sum((answer.usage for answer in answers), Usage()),
    )


def higher(sides: Sequence[str], answers: Sequence[Answer]) -> str:
    """Which of two sides has the higher value, in words; nothing where their values cannot be compared.

    The value of a date is no more or less: the earlier is named.
    """
    first, second = (None if answer.abstained else answer.typed for answer in answers[:2])
    if first is None or second is None or not _comparable(first, second):
        return ""
    if first.value == second.value:
        return "both are the same"
    above = sides[0] if first.value > second.value else sides[1]  # type: ignore[operator]
    if first.kind == "date":
        return f"{sides[1] if above == sides[0] else sides[0]} is earlier"
    return f"{above} is higher"


def _comparable(first: Value, second: Value) -> bool:
    """Whether two values are amounts of one kind, unit and currency, or dates known equally well."""
    if first.kind != second.kind or first.kind not in ("number", "money", "percent", "date"):
        return False
    if first.kind == "date":
        return first.precision == second.precision
    numbers = all(isinstance(one.value, int | float) and not isinstance(one.value, bool) for one in (first, second))
    return numbers and first.currency == second.currency and first.unit == second.unit
