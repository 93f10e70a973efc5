"""Answers as the content and annotations of chat completions."""

from __future__ import annotations

from askdocs.core.answers import Answer, Citation, Value
from askdocs.serving.chat_completions.reply import Completion, content_of, judgement_of
from askdocs.serving.chat_completions.request import ChatMessage, question_of

MADE = Completion(id="1", created=1, model="m", base_url="http://h/", corpus="news")
TEXT = "Ana Ruiz leads Orbit. Bo Lind pays for it, since 2021. Cy Tan left."


def cited(words: str, source: str = "a.md", **fields: object) -> Citation:
    start = TEXT.index(words)
    return Citation.model_validate(
        {"article_id": "id", "source": source, "title": "Orbit", "chunk_id": 1, "start": 0, "end": len(TEXT)}
        | {"quote": TEXT, "answer_start": start, "answer_end": start + len(words)}
        | fields
    )


def answered(text: str, *citations: Citation, **fields: object) -> Answer:
    return Answer.model_validate(
        {"question": "?", "text": text, "abstained": False, "confidence": 0.9, "candidate": text, "model": "m"}
        | {"citations": citations}
        | fields
    )


def marked(answer: Answer) -> list[str]:
    content = content_of(answer)
    found = [one.url_citation for one in MADE.annotations(answer, content)]
    return [content[one.start_index : one.end_index] for one in found]


def test_each_item_of_a_list_is_cited_by_its_own() -> None:
    names = ("Ana Ruiz", "Bo Lind", "Cy Tan")
    answer = answered("; ".join(names), *map(cited, names), form="list", value=names)
    assert marked(answer) == list(names)


def test_a_sentence_of_prose_is_cited_by_the_mark_behind_it() -> None:
    text = 'It is led by "Ana Ruiz" [1]. "Bo Lind" [2] pays, "since 2021" [3].'
    answer = answered(text, cited("Ana Ruiz"), cited("Bo Lind"), cited("since 2021"), style="prose")
    assert content_of(answer) == text
    assert marked(answer) == ['It is led by "Ana Ruiz"', '"Bo Lind"', 'pays, "since 2021"']


def test_words_that_were_computed_are_cited_as_a_whole() -> None:
    assert marked(answered("12 years", cited("2021"), formula="2033 - 2021")) == ["12 years"]


def test_the_same_words_twice_are_two_places() -> None:
    answer = answered("Bo Lind; Bo Lind", cited("Bo Lind"), cited("Bo Lind"))
    content = content_of(answer)
    assert [one.url_citation.start_index for one in MADE.annotations(answer, content)] == [0, 9]


def test_an_article_of_the_web_is_cited_by_its_address_and_others_by_the_page_that_marks_the_words() -> None:
    answer = answered("Bo Lind", cited("Bo Lind", source="https://example.org/a"), cited("Bo Lind", article_id="a/b"))
    urls = [one.url_citation.url for one in MADE.annotations(answer, "Bo Lind")]
    marked_there = f"corpus=news&start=0&end={len(TEXT)}&answer_start=22&answer_end=29"
    assert urls == ["https://example.org/a", f"http://h/article/a%2Fb?{marked_there}"]


def test_a_figure_of_a_table_has_its_unit_beside_it() -> None:
    value = Value(kind="number", value=455.9)
    answer = answered("455.9", cited("2021", unit="(in millions)"), value=455.9, typed=value)
    assert content_of(answer) == "455.9 (millions)"
    assert judgement_of(answer).value == 455.9


def test_why_nothing_is_said_is_told() -> None:
    answer = answered("", abstained=True, note="the model reads English only")
    assert content_of(answer.model_copy(update={"candidate": ""})) == (
        "The articles do not say. the model reads English only"
    )


def test_later_questions_lean_on_earlier_ones_made_whole() -> None:
    said = ["How many shares of XPeng did Alibaba sell?", "33 million", "And when was that?", "Friday", "Why?"]
    messages = [ChatMessage(role="assistant" if n % 2 else "user", content=text) for n, text in enumerate(said)]
    question = question_of(messages)
    assert question.text == "Why?"
    assert [turn.answer for turn in question.history] == ["33 million", "Friday"]
    assert "XPeng" in question.history[1].question


def test_a_question_that_was_not_answered_stays_in_the_history() -> None:
    roles = ["user", "user", "assistant", "assistant", "tool", "user"]
    texts = ["Who leads Orbit?", "Who pays Ana Ruiz?", "Bo Lind", "does", "{}", "Why?"]
    messages = [ChatMessage.model_validate({"role": r, "content": t}) for r, t in zip(roles, texts, strict=True)]
    turns = [(turn.question, turn.answer) for turn in question_of(messages).history]
    assert turns == [("Who leads Orbit?", ""), ("Who pays Ana Ruiz?", "Bo Lind does")]
