"""Fills a pydantic model from the articles: each value with its own citation and confidence.

A model that writes prose fills the whole in one decoding, models within models and lists of them too
(:mod:`askdocs.corpus.typed_whole`); any other one is asked a question a field.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from askdocs.core.answers import Answer
from askdocs.core.errors import AskdocsError
from askdocs.corpus.ask_options import AskOptions, ModelRequest
from askdocs.corpus.typed_fields import Wanted
from askdocs.corpus.typed_form import fields_of, question_of

if TYPE_CHECKING:
    from askdocs.corpus.answerer import Answerer

Filled = TypeVar("Filled", bound=BaseModel)


class TypedAnswer(BaseModel, Generic[Filled]):
    """A filled model. ``missing`` names the fields without an answer that fits, ``reasons`` says of each why.

    ``answers`` holds the ``Answer`` of every field, with its citations and confidence. A field of a model within the
    model is named by its path ("sale.price", "sales.0.price"). A missing field holds its default, or ``None`` where it
    has none, **also where its type has no None**: look at ``missing`` before you use ``value``, or give such fields a
    type with ``None``. Validators of the model as a whole are not run.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    value: Filled
    answers: dict[str, Answer]
    missing: tuple[str, ...]
    reasons: dict[str, str] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        # The class TypedAnswer[Sale] stands in no module, where pickle would look for it.
        return typed_answer, (type(self.value), self.value, self.answers, self.missing, self.reasons)


def typed_answer(
    as_: type[Filled], value: Filled, answers: dict[str, Answer], missing: tuple[str, ...], reasons: dict[str, str]
) -> TypedAnswer[Filled]:
    """A typed answer of the class of its value."""
    return TypedAnswer[as_](value=value, answers=answers, missing=missing, reasons=reasons)  # type: ignore[valid-type]


def ask_typed(answerer: Answerer, question: str, as_: type[Filled], options: AskOptions) -> TypedAnswer[Filled]:
    """Fill ``as_``, whole where the model can, else a question a field. Errors as for ``fill``, and ``ModelError``."""
    check_model(as_)
    fields = fields_of(as_)
    words = options.model_copy(update={"style": "span"})

    def ask(asked: str) -> Answer:
        return answerer.ask(asked, words)

    if options.style != "span" and ModelRequest(options).writes_prose:
        from askdocs.corpus.typed_whole import fill_whole

        whole = fill_whole(answerer, question, as_, fields, options, ask)
        if whole is not None:
            return whole
    return fill(ask, question, as_)


def fill(ask: Callable[[str], Answer], question: str, as_: type[Filled]) -> TypedAnswer[Filled]:
    """Ask for each field of ``as_`` and put the typed values in.

    A field's question is its description where that is one, else "What is the <field>?"; the words of ``question``
    say what it is about.

    Raises:
        AskdocsError: ``as_`` is no model with fields, or a field is of a type that words of articles cannot fill.
    """
    wanted = check_fillable(as_)
    answers: dict[str, Answer] = {}
    values: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for name, field in as_.model_fields.items():
        answer = answers[name] = ask(field_question(question, name, field))
        values[name], reasons[name] = wanted[name].taken(answer)
        if reasons[name]:
            values[name] = default_of(field)
    reasons = {name: reason for name, reason in reasons.items() if reason}
    # model_construct: a required field without an answer is None, and said so, instead of failing the whole.
    return typed_answer(as_, as_.model_construct(**values), answers, tuple(reasons), reasons)


def default_of(field: FieldInfo) -> Any:
    """What a field holds without an answer."""
    return None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})


def check_fillable(as_: type[BaseModel]) -> dict[str, Wanted]:
    """What each field of a model takes.

    Raises AskdocsError: ``as_`` is no model with fields, or a field is of a type that words of articles cannot fill.
    """
    check_model(as_)
    return {name: Wanted(f"{as_.__name__}.{name}", field) for name, field in as_.model_fields.items()}


def field_question(question: str, name: str, field: FieldInfo) -> str:
    """The question asked for one field.

    >>> from pydantic import Field
    >>> field_question("Alibaba's XPeng sale", "share_count", FieldInfo(description="How many shares were sold?"))
    "How many shares were sold? (Alibaba's XPeng sale)"
    >>> field_question("the XPeng sale", "buyer", FieldInfo())
    'What is the buyer? (the XPeng sale)'
    """
    asked = question_of(name, field)
    about = question.strip().rstrip("?.")
    return f"{asked} ({about})" if about else asked


def check_model(as_: Any) -> None:
    """Raise AskdocsError where ``as_`` is no model with fields."""
    if not (isinstance(as_, type) and issubclass(as_, BaseModel) and as_.model_fields):
        raise AskdocsError(f"as_={as_!r}: give a class of your own derived from pydantic's BaseModel, with fields")
