"""The form of a pydantic model: its fields, those of models within it, and lists of either, as what is to be quoted."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from askdocs.core.errors import AskdocsError
from askdocs.corpus.typed_fields import Wanted
from askdocs.decoding.form_grammar import FormGroup, FormLeaf, FormList, FormNode

_DEEPEST = 4  # models within models
_LISTS = (list, set, frozenset, Sequence)


class Field(NamedTuple):
    """A field of a model to be filled: what it takes, where it is no model itself; else its own fields.

    ``many`` is whether it is a list, of quotes or of models; ``optional`` whether a model may be left out.
    """

    name: str
    info: FieldInfo
    wanted: Wanted | None
    model: type[BaseModel] | None = None
    fields: tuple[Field, ...] = ()
    many: bool = False
    optional: bool = False

    @property
    def question(self) -> str:
        """What is asked for it."""
        return question_of(self.name, self.info)


def question_of(name: str, info: FieldInfo) -> str:
    """The question of a field: its description where that is one.

    >>> question_of("share_count", FieldInfo(description="date of the sale")), question_of("share_count", FieldInfo())
    ('What is the date of the sale?', 'What is the share count?')
    """
    description = (info.description or "").strip()
    return description if description.endswith("?") else f"What is the {description or name.replace('_', ' ')}?"


def fields_of(as_: type[BaseModel], name: str = "", depth: int = 0) -> tuple[Field, ...]:
    """The fields of a model, with those of the models within it.

    Raises AskdocsError for a field that words cannot fill, and for models within models without end.
    """
    name = name or as_.__name__
    if depth > _DEEPEST:
        raise AskdocsError(f"{name}: models within models are filled {_DEEPEST} deep; give a flatter one")
    return tuple(_field(f"{name}.{key}", key, info, depth) for key, info in as_.model_fields.items())


def _field(place: str, key: str, info: FieldInfo, depth: int) -> Field:
    kind, optional = _without_none(info.annotation)
    origin, parts = typing.get_origin(kind) or kind, typing.get_args(kind)
    many = origin in _LISTS or (origin is tuple and len(parts) == 2 and parts[1] is Ellipsis)
    inner = _without_none(parts[0])[0] if many and parts else kind
    if isinstance(inner, type) and issubclass(inner, BaseModel) and not _is_value(inner):
        if many and origin is not list:
            raise AskdocsError(
                f"{place}: several {inner.__name__} are filled in as a list; write list[{inner.__name__}]"
            )
        return Field(key, info, None, inner, fields_of(inner, place, depth + 1), many, optional)
    return Field(key, info, Wanted(place, info), many=many, optional=optional)


def _is_value(kind: type[BaseModel]) -> bool:
    from askdocs.core.answers import Value

    return issubclass(kind, Value)


def _without_none(kind: Any) -> tuple[Any, bool]:
    """A type that may be ``None`` without it."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        others = [part for part in typing.get_args(kind) if part is not type(None)]
        if len(others) == 1:
            return others[0], True
    return kind, False


def form_of(fields: Sequence[Field], optional: bool = False) -> FormGroup:
    """The grammar's form of these fields.

    >>> class Sale(BaseModel):
    ...     seller: str
    ...     buyers: list[str]
    >>> form_of(fields_of(Sale)).fields
    (('seller', FormLeaf(polar=False)), ('buyers', FormList(item=FormLeaf(polar=False))))
    """
    return FormGroup(tuple((field.name, _node(field)) for field in fields), optional)


def _node(field: Field) -> FormNode:
    if field.model is not None:
        group = form_of(field.fields, field.optional and not field.many)
        return FormList(group) if field.many else group
    leaf = FormLeaf(polar=_without_none(field.info.annotation)[0] is bool)
    return FormList(leaf) if field.many else leaf


def description_of(fields: Sequence[Field]) -> str:
    """The form in words, as a model is shown it: each key with its question.

    >>> class Sale(BaseModel):
    ...     buyers: list[str]
    >>> print(description_of(fields_of(Sale)))
    {
      "buyers": [What is the buyers?, ...]
    }
    """
    return "\n".join(["{", *_lines(fields, "  "), "}"])


def _lines(fields: Sequence[Field], indent: str) -> Iterator[str]:
    for field in fields:
        opening, closing = ("[", ", ...]") if field.many else ("", "")
        if field.model is None:
            yield f'{indent}"{field.name}": {opening}{field.question}{closing}'
            continue
        yield f'{indent}"{field.name}": {opening}{{'
        yield from _lines(field.fields, indent + "  ")
        yield f"{indent}}}{closing}"
