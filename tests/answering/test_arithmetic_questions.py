"""Questions that ask for arithmetic are not answered with a figure that stands nearby."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.answering.arithmetic_questions import must_be_computed
from askdocs.core.articles import Article
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from askdocs.values.question_analysis import analyse_question


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many more cars did Ardel sell than Norvik?", "Ardel sold 4,100 cars."),
        ("What is the difference between the two offers?", "The first offer was $12 a share."),
        ("How much did Ardel and Norvik earn together?", "Ardel earned $3 million."),
        ("How much higher was the price than in May?", "The price was $9 in June."),
    ],
)
def test_must_be_computed(question: str, sentence: str) -> None:
    assert must_be_computed(analyse_question(question), sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many more cars did Ardel sell than Norvik?", "Ardel sold 300 cars more than Norvik."),
        ("How much higher was the price than in May?", "The price was up 8% on May."),
        ("How much did the two earn together?", "Together they earned $3 million."),
        ("How many cars did Ardel sell?", "Ardel sold 4,100 cars."),
        ("More than how many people work there?", "More than 900 people work there."),
    ],
)
def test_an_article_may_state_it(question: str, sentence: str) -> None:
    assert not must_be_computed(analyse_question(question), sentence)


def test_a_figure_beside_the_question_is_held_less_sure(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add([Article(id="a", source="a", title="Ardel", text="Ardel sold 4,100 cars. Norvik sold 3,000 cars.")])
        model = ScriptedGenerator("[1] 4,100")
        stated, computed = (
            corpus.ask(question, model=model, threshold=0.0)
            for question in ("How many cars did Ardel sell?", "How many more cars did Ardel sell than Norvik?")
        )
    assert (stated.candidate, computed.candidate) == ("4,100", "4,100")
    assert computed.confidence < stated.confidence / 2
