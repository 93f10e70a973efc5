"""Under the grammars for servers, what can be quoted is what stands in the passages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.reading.citations import read_reply
from askdocs.reading.servers import quote_grammar
from askdocs.reading.servers.quote_grammar import answer_grammar, prose_grammar
from askdocs.reading.servers.server_prose import located_quotes
from askdocs.text.sentences import sentence_spans
from askdocs.text.span_boundaries import can_end, can_start
from tests.support.gbnf import accepts
from tests.support.made import passages

SALE = "Alibaba sold 33 million XPeng shares (for “about $317 million”). It kept 7.5% of XPeng, and 33 million remain."
CLOUD = 'Its chief said "growth is back" in\nmid May. Profit rose 3% to 27.65 billion yuan.'
TEXTS = st.one_of(
    st.text(max_size=25),
    st.text(alphabet='ab 3".[]1;\\', max_size=25),
    st.text(alphabet="上é 和e\u0301👩🏽\u200d🚀“”。", max_size=20),
    st.sampled_from([SALE, CLOUD, "a b a b a c a", "x", "上海增长3%。和上海"]),
)


@pytest.mark.parametrize(
    ("reply", "held"),
    [
        ("[1] 33 million", True),
        ("[1] 33 million XPeng shares", True),
        ("[1] $317 million", True),
        ("[1] It kept 7.5% of XPeng", True),
        ("[2] growth is back", True),
        ("[2] in mid May", True),  # a line break is written as a blank
        ("[1] Alibaba; [2] Profit", True),
        ("unanswerable", True),
        ("[1] 33", True),
        ("[1] 34 million", False),
        ("[1] 3", False),  # part of a number
        ("[1] 317 million", False),  # without its sign
        ("[1] libaba", False),
        ("[2] 33 million", False),  # of the other passage
        ("[1] remain. It kept", False),
        ("[1] million”). It", False),  # over the end of a sentence
        ("[1] ", False),
        ("33 million", False),
        ("[3] May", False),
        ("yes [1] Alibaba", False),
        ("[1] sold,", False),
    ],
)
def test_what_may_be_replied(reply: str, *, held: bool) -> None:
    assert accepts(answer_grammar(passages(SALE, CLOUD), False), reply) is held


@pytest.mark.parametrize(
    ("yes_or_no", "admitted"),
    [
        (True, ["yes [1] Alibaba", "no [1] Alibaba"]),
        (False, ["[1] Alibaba"]),
        (None, ["yes [1] Alibaba", "no [1] Alibaba", "[1] Alibaba"]),
    ],
)
def test_yes_and_no_where_they_are_asked_for(yes_or_no: bool | None, admitted: list[str]) -> None:
    grammar = answer_grammar(passages(SALE), yes_or_no)
    replies = ["yes [1] Alibaba", "no [1] Alibaba", "[1] Alibaba", "yes", "unanswerable"]
    assert [reply for reply in replies if accepts(grammar, reply)] == [*admitted, "unanswerable"]


@given(st.lists(TEXTS, min_size=1, max_size=3), st.data())
@settings(max_examples=150, deadline=None)
def test_every_run_of_a_sentence_may_be_quoted(texts: list[str], data: st.DataObject) -> None:
    shown = passages(*texts)
    grammar = answer_grammar(shown, False)
    runs = [
        (passage, start, end)
        for passage in shown
        for first, last in sentence_spans(passage.text)
        for start in range(first, last)
        for end in range(start + 1, last + 1)
        if can_start(passage.text, start) and can_end(passage.text, end)
    ]
    if not runs:
        assert accepts(grammar, "unanswerable")
        return
    passage, start, end = data.draw(st.sampled_from(runs))
    words = passage.text[start:end].replace("\n", " ")
    assert accepts(grammar, f"[{passage.number}] {words}")


@given(st.lists(TEXTS, min_size=1, max_size=3), st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_accepted_is_located(texts: list[str], data: st.DataObject) -> None:
    shown = passages(*texts)
    grammar = answer_grammar(shown, False)
    passage = data.draw(st.sampled_from(shown))
    text = passage.text.replace("\n", " ")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    reply = f"[{passage.number}] {text[start:end]}"
    if accepts(grammar, reply) and not set(text) & set('[];“"'):  # marks that part a reply
        read = read_reply(reply, shown)
        assert not read.unsupported
        (item,) = read.items
        found = shown[item.number - 1].text[item.start : item.end].replace("\n", " ")
        assert found.casefold() == text[start:end].removesuffix(".").casefold() or found == text[start:end]


@pytest.mark.parametrize(
    ("prose", "held"),
    [
        ('Alibaba sold "33 million XPeng shares" [1] in all.', True),
        ('It said that "growth is back" [2].', True),
        ("No quote here.", True),
        ("unanswerable", True),
        ('It sold "34 million" [1].', False),
        ('It sold "33 million" [2].', False),
        ('It sold "33 million".', False),
        ("It sold [1].", False),
        ("It said “growth is back” [2].", False),
        ('It said "chief said "growth" [2].', False),  # no quotation mark within a quote
    ],
)
def test_quotes_of_prose_are_held(prose: str, *, held: bool) -> None:
    shown = passages(SALE, CLOUD)
    assert accepts(prose_grammar(shown), prose) is held
    if held and '"' in prose:
        found, missing = located_quotes(prose, shown)
        assert (len(found.quotes), missing) == (1, [])


def test_what_is_too_long_for_words_is_quoted_by_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quote_grammar, "_MOST_PIECES", 10)
    grammar = answer_grammar(passages("Profit rose again. Sales fell again. Costs did not move in the year."), False)
    assert accepts(grammar, "[1] Sales fell again.")
    assert not accepts(grammar, "[1] Sales fell")


def test_a_passage_without_words_is_not_cited() -> None:
    assert accepts(answer_grammar(passages("...", "x"), False), "[2] x")
    assert not accepts(answer_grammar(passages("...", "x"), False), "[1] ...")
    assert answer_grammar(passages("..."), False) == 'root ::= "unanswerable"\n'
    assert accepts(prose_grammar(passages("...")), "Nothing is said.")


def test_the_grammar_of_a_long_passage_grows_with_its_words() -> None:
    words = [f"w{number % 97}" for number in range(3000)]
    short, long = (answer_grammar(passages(" ".join(words[:count])), False) for count in (1500, 3000))
    assert len(long) < 3 * len(short)
    assert long.count("\n") < 2 * 3000 + 50
