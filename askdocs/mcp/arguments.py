"""The arguments of the tools: what an assistant is told of them, and how they are checked."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, StringConstraints, ValidationError
from pydantic.json_schema import GenerateJsonSchema

from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError
from askdocs.text.sanitize import one_line

MOST_CHARACTERS = 20_000  # of an article in one reply
_WHERE = (
    'Only these articles, as {"published": [">=2023-01-01", "<2024"], "source": "*.md"}. Keys: published, source, '
    "title, id, or an entry of an article's metadata. A value is exact, has * and ?, or begins with >= <= > < or !=."
)
Text = Annotated[str, StringConstraints(max_length=10_000)]
_Values = Annotated[list[Text], Field(max_length=20)]
Conditions = Annotated[dict[Text, Text | _Values] | None, Field(max_length=20, description=_WHERE)]
_Arguments = TypeVar("_Arguments", bound="CorpusArguments")


class WrongArguments(AskdocsError):
    """A tool was called with arguments that its schema does not allow."""


class CorpusArguments(Model):
    """What every tool takes: which corpus is meant, where several are served."""

    corpus: Annotated[Text | None, Field(description="The corpus to use.")] = None


class SearchArguments(CorpusArguments):
    """The arguments of ``search``."""

    query: Annotated[Text, Field(min_length=1, description="A question, or the words to find.")]
    k: Annotated[int, Field(ge=1, le=50, description="How many passages.")] = 8
    where: Conditions = None


class EarlierQuestion(Model):
    """An earlier question and the words it was answered with."""

    question: Text
    answer: Text


class AskArguments(CorpusArguments):
    """The arguments of ``ask``."""

    question: Annotated[Text, Field(min_length=1, description="One question, in full words, in English.")]
    history: Annotated[
        list[EarlierQuestion],
        Field(max_length=50, description="Earlier questions, oldest first, each with its answer's words."),
    ] = []
    where: Conditions = None
    k: Annotated[
        int | None, Field(ge=1, le=100, description="How many passages to answer from; leave it out as a rule.")
    ] = None


class ReadArguments(CorpusArguments):
    """The arguments of ``read_article``."""

    article_id: Annotated[Text, Field(min_length=1, description="As in citations, passages and list_articles.")]
    start: Annotated[int, Field(ge=0, description="The offset of the first character.")] = 0
    end: Annotated[
        int | None,
        Field(ge=1, description=f"The offset behind the last character; a reply has at most {MOST_CHARACTERS:,}."),
    ] = None


class ListArguments(CorpusArguments):
    """The arguments of ``list_articles``."""

    source: Annotated[Text | None, Field(description="The source, with * and ? as in file names.")] = None
    published_from: Annotated[
        datetime.date | None, Field(description="The first day, YYYY-MM-DD; articles without a date are left out.")
    ] = None
    published_to: Annotated[datetime.date | None, Field(description="The last day, YYYY-MM-DD.")] = None
    cursor: Annotated[Text | None, Field(description="next_cursor of the page before.")] = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many articles.")] = 25


class _Untitled(GenerateJsonSchema):
    """Schemas without a title for each field, which would only repeat its name to a model that reads them."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No field has one."""
        return False


def arguments_schema(arguments: type[CorpusArguments], names: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a tool's arguments for a caller who may reach these corpora.

    >>> arguments_schema(CorpusArguments, ["news", "reports"])["properties"]["corpus"]["enum"]
    ['news', 'reports']
    >>> "corpus" in arguments_schema(CorpusArguments, ["news"])["properties"]
    False
    """
    schema = _schema(arguments)
    del schema["properties"]["corpus"]
    if len(names) > 1:
        corpus = {"description": "The corpus to use.", "enum": [*names], "type": "string"}
        schema["properties"] = {"corpus": corpus, **schema["properties"]}
        schema["required"] = ["corpus", *schema.get("required", [])]
    return schema


def result_schema(result: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a tool's structured result, in which what is not known is left out."""
    return _schema(result)


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(schema_generator=_Untitled)
    schema.pop("title", None)
    schema.pop("description", None)  # of the class, for who reads the code
    return schema


def checked(arguments: type[_Arguments], given: Mapping[str, object]) -> _Arguments:
    """The arguments of one call.

    Raises WrongArguments, which names each argument that is wrong and says what is wanted.

    >>> checked(SearchArguments, {"query": "shares", "k": 0})
    Traceback (most recent call last):
    askdocs.mcp.arguments.WrongArguments: k: Input should be greater than or equal to 1
    """
    try:
        return arguments.model_validate({**given})
    except ValidationError as error:
        lines = [f"{_place(found['loc'])}: {found['msg']}" for found in error.errors()[:5]]
        raise WrongArguments("; ".join(one_line(line, 300) for line in lines)) from error


def _place(location: Sequence[int | str]) -> str:
    """Where an argument is wrong, without the names that pydantic gives the members of a union."""
    return (
        ".".join(str(part) for part in location if not str(part).startswith(("constrained-str", "list[")))
        or "arguments"
    )
