"""Short news and dated facts: what answers stands there, what is a near miss is told of nobody or of somebody else."""

from __future__ import annotations

import itertools
import re

from scripts.training.dated_facts import dated_tasks
from scripts.training.short_articles import short_articles, short_tasks
from scripts.training.short_news import SLOT, examples, wordings


def test_every_slot_of_the_wordings_is_a_fact() -> None:
    found = wordings()
    assert set(found.questions) == set(found.kinds)
    texts = [*found.sentences, *found.lines, *itertools.chain(*found.questions.values())]
    assert {slot[2] for text in texts for slot in SLOT.finditer(text)} <= {"a", "b", *found.kinds}


def test_answers_stand_in_their_story_and_half_of_the_questions_have_none() -> None:
    made = list(itertools.islice(examples(5), 600))
    assert all(example.answer in example.text for example in made)
    assert 0.35 < sum(not example.answer for example in made) / len(made) < 0.65
    assert not [example for example in made if re.search(r"[{}\[\]|]", example.question)]
    assert made == list(itertools.islice(examples(5), 600))


def test_written_articles_are_half_answerable() -> None:
    articles = short_articles()
    golds = [gold for article in articles for _, gold in article.questions]
    assert 0.4 < sum(not gold for gold in golds) / len(golds) < 0.6
    assert {len(task.hits) for task in short_tasks()} == {1, 4}


def test_dated_facts_ask_for_two_times_that_are_told_and_one_that_is_not() -> None:
    for task in dated_tasks(40, 2):
        text = task.hits[0].chunk.text
        assert [bool(question.gold) for question in task.questions] == [True, True, False]
        assert all(gold in text for question in task.questions for gold in question.gold)
