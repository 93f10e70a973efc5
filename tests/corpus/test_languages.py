"""Seven languages, one corpus: the passage that answers is found by its words, and quotes are sentences of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.core.articles import Article
from askdocs.corpus.corpus import Corpus
from askdocs.storage import script_index
from askdocs.storage.database import Database
from askdocs.storage.embedded import open_store
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from askdocs.text.sentences import sentence_spans
from tests.support.languages import LANGUAGES, Asked

EVERY = [(name, asked) for name, language in LANGUAGES.items() for asked in language.asked]
ARTICLES = [
    Article(id=f"{name}{number}", source=f"{name}{number}", title=title, text=language.text(number))
    for name, language in LANGUAGES.items()
    for number, (title, _) in enumerate(language.articles)
]


def open_corpus(path: Path) -> Corpus:
    return Corpus.open(path, embedder=DeterministicEmbedder(dimension=64))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with open_corpus(tmp_path_factory.mktemp("languages") / "corpus") as corpus:
        corpus.add(ARTICLES)
        yield corpus


@pytest.mark.parametrize(("name", "asked"), EVERY)
def test_the_passage_that_answers_is_found(corpus: Corpus, name: str, asked: Asked) -> None:
    assert corpus.search(asked.question, k=1)[0].source == f"{name}{asked.article}"


@pytest.mark.parametrize(
    ("word", "source"),
    [
        ("鲸", "Chinese2"),  # one character, within a run
        ("霜冻", "Chinese3"),
        ("収穫は雹で", "Japanese3"),
        ("夜勤", "Japanese1"),
        ("التحلية", "Arabic1"),  # with an article, the text has it without
        ("مخطوطة", "Arabic2"),
        ("الزَّيتُون", "Arabic3"),  # with vowel signs
        ("เสาเข็ม", "Thai1"),
        ("खंभे", "Hindi1"),
        ("сваями", "Russian1"),  # in another form
        ("Скелеты китов", "Russian2"),
        ("BÖHMER", "German0"),
    ],
)
def test_a_rare_word_is_found_within_a_run_and_in_another_form(corpus: Corpus, word: str, source: str) -> None:
    hit = corpus.search(word, k=1)[0]
    assert (hit.source, hit.bm25_rank) == (source, 1)


def test_latin_words_and_figures_that_touch_other_letters_are_found(tmp_path: Path) -> None:
    with open_corpus(tmp_path / "corpus") as corpus:
        corpus.add(
            [
                Article(id="a", source="a", title="报告", text="公司在2031年把Zephyr车卖到海外。"),
                Article(id="b", source="b", title="报告", text="公司在2032年把Borealis车卖到海外。"),
            ]
        )
        assert corpus.search("2031年卖了什么？", k=1)[0].source == "a"
        assert corpus.search("Borealis 车", k=1)[0].source == "b"


@pytest.mark.parametrize("name", LANGUAGES)
def test_quotes_of_the_extractive_reader_are_sentences(corpus: Corpus, name: str) -> None:
    language = LANGUAGES[name]
    right = 0
    for asked in language.asked:
        answer = corpus.ask(asked.question, model="extractive", threshold=0.0)
        assert answer.citations
        for citation in answer.citations:
            text = corpus.article(citation.article_id).text
            assert text[citation.start : citation.end] == citation.quote
            assert (citation.start, citation.end) in sentence_spans(text)
        right += asked.words in answer.citations[0].quote
    assert right >= 1


@pytest.mark.parametrize(("name", "asked"), EVERY)
def test_a_model_of_the_user_is_not_held_back_and_cites_exactly(corpus: Corpus, name: str, asked: Asked) -> None:
    model = ScriptedGenerator(asked.words, context_length=16_384)
    answer = corpus.ask(asked.question, model=model, threshold=0.0)
    citation = answer.citations[0]
    text = corpus.article(citation.article_id).text
    assert answer.text == asked.words == text[citation.answer_start : citation.answer_end]
    assert text[citation.start : citation.end] == citation.quote
    assert (citation.start, citation.end) in sentence_spans(text)
    assert not answer.note


@pytest.mark.parametrize(
    ("question", "words", "value", "currency"),
    [
        ("青石造船卖出了多少河湾航运的股份？", "3300万股", 33_000_000, None),
        ("北岭大桥的造价是多少？", "18亿元", 1_800_000_000, "CNY"),
        ("白浜電機は工場をいくらで売却しますか？", "33億円", 3_300_000_000, "JPY"),
        ("كم سهما باعت شركة النخيل؟", "٣٣ مليون سهم", 33_000_000, None),
        ("Сколько акций порта продал «Кедровый берег»?", "33 млн акций", 33_000_000, None),
    ],
)
def test_values_of_answers(corpus: Corpus, question: str, words: str, value: int, currency: str | None) -> None:
    answer = corpus.ask(question, model=ScriptedGenerator(words, context_length=16_384), threshold=0.0)
    assert answer.typed is not None
    assert (answer.value, answer.typed.currency) == (value, currency)


def test_a_bundled_model_answers_english_and_says_of_the_rest_that_it_does_not_read_it(tmp_path: Path) -> None:
    embedder = DeterministicEmbedder(dimension=64, name="all-MiniLM-L6-v2")
    with Corpus.open(tmp_path / "corpus", embedder=embedder) as corpus:
        corpus.add([*ARTICLES, Article(id="e", source="e", title="Whale", text="The whale weighs seven tonnes.")])
        answers = corpus.ask_many(
            ["鲸骨架有多重？", "How much does the whale weigh?"], model="extractive", threshold=0.01
        )
        unread, read = answers
        assert unread.abstained
        assert unread.note.startswith("extractive reads English; the question is in Chinese")
        assert unread.hits[0].source == "Chinese2"
        assert not read.abstained
        assert read.text == "The whale weighs seven tonnes."
        assert corpus.ask("鲸骨架有多重？", model="extractive", threshold=0.0).text
        assert corpus.explain("鲸骨架有多重？", model="extractive").answer.abstained
    with open_corpus(tmp_path / "other") as corpus:
        corpus.add(ARTICLES)
        assert not corpus.ask("鲸骨架有多重？", model="extractive", threshold=0.01).note


@pytest.mark.parametrize("name", LANGUAGES)
def test_sentences_are_those_that_were_written(name: str) -> None:
    for number, (_, sentences) in enumerate(LANGUAGES[name].articles):
        text = LANGUAGES[name].text(number)
        found = [text[start:end] for start, end in sentence_spans(text)]
        if name == "Thai":  # no mark ends a sentence there
            assert " ".join(found).split() == " ".join(sentences).split()
        elif (name, number) == ("Arabic", 0):  # a question and its answer were written as one
            assert found[-2:] == ["وتراجع سهم المرسى بنسبة أربعة في المئة؟", "لا، بل خمسة."]
        else:
            assert found == list(sentences)


def test_what_is_removed_or_changed_is_found_no_more(tmp_path: Path) -> None:
    path = tmp_path / "corpus"
    with open_corpus(path) as corpus:
        corpus.add(ARTICLES)
        corpus.remove("Chinese2")
        assert corpus.search("鲸骨架", k=1)[0].source != "Chinese2"
        changed = ARTICLES[0].model_copy(update={"text": "青石造船今天什么也没有卖。"})
        corpus.add([changed])
        assert all(hit.bm25_rank is None for hit in corpus.search("地方基金"))
        assert corpus.verify() == []
        corpus.rebuild()
        assert corpus.search("霜冻", k=1)[0].source == "Chinese3"
        assert corpus.verify() == []


def test_english_articles_have_no_rows_in_the_second_index(tmp_path: Path) -> None:
    with open_corpus(tmp_path / "corpus") as corpus:
        corpus.add([Article(id="a", source="a", title="Sales", text="“Café” sales rose 5 µm – by Δt = 3 €.")])
    store = open_store(tmp_path / "corpus" / "corpus.db")
    assert isinstance(store.database, Database)
    assert script_index.indexed_ids(store.database) == []
    store.close()


def test_a_corpus_of_the_second_schema_is_searched_in_every_script(tmp_path: Path) -> None:
    path = tmp_path / "corpus"
    with open_corpus(path) as corpus:
        corpus.add(ARTICLES)
    _as_second_schema(path / "corpus.db")
    shutil.copytree(path, tmp_path / "copy")
    with open_corpus(tmp_path / "copy") as corpus:
        assert corpus.search("雹は何をしましたか？", k=1)[0].source == "Japanese3"
        assert corpus.verify() == []


def _as_second_schema(database: Path) -> None:
    """What askdocs wrote before it had the second index, and lists of the commoner words."""
    import sqlite3

    from askdocs.storage.database import row_hash

    connection = sqlite3.connect(database)
    with connection:
        connection.execute(f"DROP TABLE {script_index.NAME}")
        connection.execute("DROP TABLE script_vocabulary")
        lists = ("word_totals", "word_counts", "word_lists", "later_places", "later_vocabulary", "later_words")
        for table in lists:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE meta SET value = '2', hash = ? WHERE key = 'schema'", (row_hash("schema", "2"),))
    connection.close()
