"""``style="auto"``: a large model that passes the test writes, and where writing fails its words are the answer."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from askdocs import Corpus
from askdocs.core.errors import AskdocsError, ModelUnusable
from askdocs.reading.llama import LlamaReader
from askdocs.testing import ScriptedGenerator
from tests.corpus.asking.scripted import HOW_MANY, reply


class Large(ScriptedGenerator):
    parameters = 3_000_000_000


class Seller(BaseModel):
    name: str


class Sale(BaseModel):
    seller: Seller


class Flat(BaseModel):
    cloud: str


def script(prompt: str) -> str:
    if "Marlow Queen carry" in prompt.rsplit("Question: ", 1)[-1]:
        return 'The ferry carried "41,300 passengers in June" [1].'
    if "Ostrava dairy from" in prompt.rsplit("Question: ", 1)[-1]:
        return '"Tomas Reuter, her deputy, takes over" [2] the dairy.'
    if "filled form" in prompt:
        return '{"seller": {"name": "[1] Alibaba"}}'
    if "short sentences" not in prompt:
        return reply(prompt)
    number = next(n for n in range(1, 9) if "33 million" in prompt.partition(f"\n[{n}] ")[2].partition("\n\n[")[0])
    return f'It sold "33 million XPeng shares" [{number}].'


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Large:
    monkeypatch.delenv("ASKDOCS_STYLE")
    return Large(script, context_length=8192)


def test_a_capable_model_answers_in_sentences_unless_told_otherwise(corpus: Corpus, model: Large) -> None:
    assert corpus.capability(model).capable
    assert corpus.ask(HOW_MANY, model=model, threshold=0).text == 'It sold "33 million XPeng shares" [1].'
    assert corpus.ask(HOW_MANY, model=model, threshold=0, style="span").text == "33 million"
    assert corpus.ask("the sale of XPeng shares", as_=Sale, model=model, threshold=0).value.seller.name == "Alibaba"


def test_the_setting_chooses_where_the_call_does_not(
    corpus: Corpus, model: Large, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKDOCS_STYLE", "span")
    assert corpus.ask(HOW_MANY, model=model, threshold=0).style == "span"
    assert corpus.ask(HOW_MANY, model=model, threshold=0, style="auto").style == "prose"


def test_where_writing_fails_its_words_are_the_answer(
    corpus: Corpus, model: Large, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert corpus.capability(model).capable

    def broken(*arguments: object, **options: object) -> None:
        raise ModelUnusable("it broke")

    monkeypatch.setattr(LlamaReader, "write", broken)
    monkeypatch.setattr(LlamaReader, "fill", broken)
    answer = corpus.ask(HOW_MANY, model=model, threshold=0)
    assert (answer.text, answer.style) == ("33 million", "span")
    assert answer.unsupported[0].reason == "it broke"
    assert corpus.ask("Alibaba", as_=Flat, model=model, threshold=0).value.cloud == "27.65 billion yuan"
    for as_ in (None, Sale):
        with pytest.raises(ModelUnusable, match="it broke"):
            corpus.ask(HOW_MANY, as_=as_, model=model, style="prose")


def test_an_unknown_style_of_a_setting_is_told(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKDOCS_STYLE", "verse")
    with pytest.raises(AskdocsError, match="ASKDOCS_STYLE"):
        corpus.ask(HOW_MANY, model="extractive")
