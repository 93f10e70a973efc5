"""The models that come with askdocs say that they read English; models of users, and English, are left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.answering.languages_read import held_to_english, reads_only_english
from askdocs.core.answers import Answer, Citation
from askdocs.core.articles import Chunk, Hit
from askdocs.terminal.render import plain_text
from askdocs.text.languages import other_language
from tests.support.languages import LANGUAGES

EVALS = Path(__file__).parents[2] / "evals"
NAMES = {
    "Arabic": "Arabic script", "Hindi": "Devanagari script", "Russian": "Cyrillic script",
}  # fmt: skip


def hit(number: int, text: str) -> Hit:
    chunk = Chunk(id=number, article_id=f"a{number}", start=0, end=len(text), text=text)
    return Hit(chunk=chunk, source="s", title="t", score=1.0)


def answer(hits: tuple[Hit, ...], cited: int = 0, threshold: float = 0.2) -> Answer:
    quote = hits[cited].chunk.text
    citation = Citation(
        article_id=hits[cited].chunk.article_id,
        source="s",
        title="t",
        chunk_id=hits[cited].chunk.id,
        start=0,
        end=len(quote),
        quote=quote,
        answer_start=0,
        answer_end=3,
    )
    return Answer(
        question="q",
        text="CNN",
        abstained=False,
        confidence=0.26,
        candidate="CNN",
        citations=(citation,),
        hits=hits,
        model="smollm2",
        threshold=threshold,
    )


def held(given: Answer, question: str) -> Answer:
    return held_to_english(given, question, given.hits)


ENGLISH = hit(1, "Alibaba sold about 33 million shares of XPeng (小鹏汽车) to a fund in Guangzhou, it said on Friday.")
CHINESE = hit(2, LANGUAGES["Chinese"].text(0))
GERMAN = hit(3, LANGUAGES["German"].text(0))


def test_a_question_in_another_language_is_not_guessed_at() -> None:
    found = held(answer((ENGLISH,)), "青石造船卖出了多少股份？")
    assert found.abstained
    assert (found.text, found.candidate, found.citations, found.confidence) == ("", "", (), 0.0)
    assert found.note == "smollm2 reads English; the question is in Chinese: name a model that reads it with --model"
    assert found.hits == (ENGLISH,)
    shown = plain_text(found).splitlines()
    assert shown[0] == "Not answered."
    assert any(found.note in line for line in shown)


def test_passages_in_another_language_count_when_they_are_cited() -> None:
    question = "How many shares were sold?"
    assert held(answer((CHINESE,)), question).note.startswith("smollm2 reads English; the passages are in Chinese")
    assert held(answer((GERMAN,)), question).abstained
    kept = answer((CHINESE, GERMAN, ENGLISH), cited=2)
    assert held(kept, question) is kept


def test_a_threshold_of_nothing_gets_the_answer_with_the_note() -> None:
    found = held(answer((CHINESE,), threshold=0.0), "How many shares were sold?")
    assert found.text == "CNN"
    assert found.note


def test_which_models_are_held_back() -> None:
    bundled, other = (lambda: "all-MiniLM-L6-v2"), (lambda: "multilingual")
    assert [reads_only_english(model, bundled) for model in ("smollm2", "smollm2+base", "extractive")] == [True] * 3
    assert not reads_only_english("extractive", other)
    assert not any(
        reads_only_english(model, bundled) for model in ("qwen.gguf", "openai:m@http://h/v1", "smollm2.gguf")
    )


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_is_told(name: str) -> None:
    language = LANGUAGES[name]
    expected = NAMES.get(name, name)
    assert {other_language(asked.question) for asked in language.asked} == {expected}
    assert {other_language(language.text(number)) for number in range(len(language.articles))} == {expected}


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Combien d'actions la société a-t-elle vendues ?", "French"),
        ("¿Cuántas acciones vendió la empresa?", "Spanish"),
        ("Quantas ações a empresa vendeu?", "Portuguese"),
        ("Hoeveel aandelen heeft het bedrijf verkocht?", "Dutch"),
        ("Berapa saham yang dijual perusahaan?", "Indonesian"),
        ("Ile akcji sprzedała firma?", "Polish"),
        ("주식을 몇 주 팔았습니까?", "Korean"),
        ("כמה מניות נמכרו?", "Hebrew"),
        ("Πόσες μετοχές πουλήθηκαν;", "Greek"),
    ],
)
def test_questions_in_other_languages_are_told(question: str, language: str) -> None:
    assert other_language(question) == language


@pytest.mark.parametrize(
    "text",
    [
        "net sales",
        "XPeng CEO?",
        "Who is Müller?",
        "Who is 雷军?",
        "小米 revenue 2023?",
        "Who is 阿里巴巴集团?",
        "What is «Газпром нефть»?",
        "Deutsche Bank net income",
        "La Banque Postale revenue",
        "El Corte Inglés revenue",
        "Der Spiegel and Die Zeit: circulation?",
        "What did Le Monde and Les Echos say about La Poste?",
        "5 μm",
        "40,000/2π",
        "2021 | 3,4 | 5,6\n2022 | 7,8 | 9,0",
        "",
        "Van der Waals force?",
    ],
)
def test_english_with_foreign_names_and_tables_is_english(text: str) -> None:
    assert other_language(text) is None


def _english() -> Iterator[str]:
    for path in (EVALS / "news" / "cases.jsonl", EVALS / "tables" / "cases.jsonl", EVALS / "smoke" / "cases.jsonl"):
        yield from (json.loads(line)["question"] for line in path.read_text("utf-8").splitlines())
    for path in sorted((EVALS / "news" / "articles").iterdir()):
        yield from path.read_text("utf-8").split("\n\n")


def test_no_question_and_no_paragraph_of_the_suites_is_called_foreign() -> None:
    assert [text for text in _english() if other_language(text)] == []
