"""Citations quote the stored article exactly, and words a model wrote freely are located or reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.answers import Scalar
from askdocs.core.decoding import DecodedAnswer, SpanItem
from askdocs.reading.citations import answer_text, citation, locate, preferred_by, read_reply, value_of, words
from askdocs.reading.prompt_packing import number
from askdocs.text.span_boundaries import can_end, can_start
from askdocs.values.parse import parse
from askdocs.values.question_analysis import analyse_question
from tests.support.made import article, hit, passages

TEXT = "Cars\n\nAlibaba sold 33 million  XPeng shares. It kept 7.5%.\nThe price was $317 million. Mr. Wu said so."


def decoded(*items: SpanItem, boolean: bool | None = None) -> DecodedAnswer:
    return DecodedAnswer(items=items, boolean=boolean, log_probability=0.0, tokens=(), probabilities=())


def span(text: str, part: str, number: int = 1) -> SpanItem:
    start = text.index(part)
    return SpanItem(number=number, start=start, end=start + len(part))


# --- citations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "quote"),
    [
        ("33 million XPeng", "Alibaba sold 33 million  XPeng shares."),
        ("XPeng shares. It kept", "Alibaba sold 33 million  XPeng shares. It kept 7.5%."),
        ("$317 million", "The price was $317 million."),
        ("Mr. Wu", "Mr. Wu said so."),
        ("Cars", "Cars"),
    ],
)
def test_a_citation_quotes_the_sentences_around_the_words(part: str, quote: str) -> None:
    whole = article(f"Before.\n\n{TEXT}", title="XPeng", published="2024-03-21")
    passage = number(hit(whole, 9, chunk_id=12), 2)
    cited = citation(span(passage.text, part, 2), passage, whole)
    assert cited.quote == quote
    assert cited.quote == whole.text[cited.start : cited.end]
    assert whole.text[cited.answer_start : cited.answer_end].split() == part.split()
    assert (cited.article_id, cited.source, cited.title) == (whole.id, whole.source, "XPeng")
    assert (cited.published, cited.chunk_id, cited.page) == (whole.published, 12, None)


@pytest.mark.parametrize(("part", "page"), [("Cars", 1), ("33 million", 2), ("It kept", 2), ("$317 million", 3)])
def test_pages_count_from_one(part: str, page: int) -> None:
    whole = article(TEXT, pages=(0, TEXT.index("Alibaba"), TEXT.index("The price")))
    passage = number(hit(whole), 1)
    assert citation(span(passage.text, part), passage, whole).page == page


@given(st.text(max_size=120), st.data())
def test_every_run_of_any_text_is_quoted_exactly(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    whole = article(text)
    passage = number(hit(whole, start), 1)
    shown = passage.text
    runs = [(i, j) for i in range(len(shown)) for j in range(i + 1, len(shown) + 1)
            if can_start(shown, i) and can_end(shown, j)]  # fmt: skip
    for i, j in runs[:20]:
        cited = citation(SpanItem(number=1, start=i, end=j), passage, whole)
        assert start <= cited.start <= cited.answer_start < cited.answer_end <= cited.end <= len(text)
        assert cited.quote == text[cited.start : cited.end]
        assert text[cited.answer_start : cited.answer_end].split() == shown[i:j].split()


# --- words and values -----------------------------------------------------------------------------------------------


def test_an_answer_is_read_on_one_line() -> None:
    shown = passages("Sold 33\n million", "and 3%")
    items = (span(shown[0].text, "33\nmillion"), span(shown[1].text, "3%", 2))
    assert words(items[0], shown) == "33 million"
    assert answer_text(decoded(*items), shown) == "33 million; 3%"
    assert answer_text(decoded(items[0], boolean=False), shown) == "no"


@pytest.mark.parametrize(
    ("question", "part", "value"),
    [
        ("How many shares were sold?", "33 million", 33_000_000),
        ("What was the price?", "$317 million", 317_000_000),
        ("How much did it keep?", "7.5%", 7.5),
        ("What share did it keep?", "It kept 7.5%", None),
        ("How many shares did Alibaba sell?", "Alibaba sold 33 million", 33_000_000),
        ("Who said so?", "Mr. Wu", None),
    ],
)
def test_values_are_read_in_the_light_of_the_question(question: str, part: str, value: Scalar | None) -> None:
    shown = passages(TEXT)
    found = value_of(analyse_question(question), decoded(span(shown[0].text, part)), shown)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "part", "approximate"),
    [
        ("It sold about 33 million shares.", "33 million", True),
        ("It sold nearly\n$5 million of debt.", "$5 million", True),
        ("It hired 40 or more people.", "40", True),
        ("It sold 33 million shares, about as many as Alibaba.", "33 million", False),
        ("It was about time: 33 million shares went.", "33 million", False),
    ],
)
def test_an_amount_is_approximate_where_the_words_beside_it_say_so(text: str, part: str, approximate: bool) -> None:
    shown = passages(text)
    found = value_of(analyse_question("How many?"), decoded(span(text, part)), shown)
    assert found is not None
    assert found.approximate == approximate
    assert found == parse(part).model_copy(update={"approximate": approximate})  # type: ignore[union-attr]


def test_yes_and_lists_have_values_of_their_own() -> None:
    shown = passages(TEXT)
    item, other = span(shown[0].text, "33 million"), span(shown[0].text, "7.5%")
    yes = value_of(analyse_question("Did it sell?"), decoded(item, boolean=True), shown)
    assert yes is not None
    assert (yes.kind, yes.value) == ("boolean", True)
    both = value_of(analyse_question("Which figures?"), decoded(item, other), shown)
    assert both is not None
    assert (both.kind, both.value) == ("list", ("33 million", "7.5%"))


def test_of_equal_runs_the_one_in_the_sentence_like_the_question() -> None:
    text = "In 2021 it sold 3 cars. In 2023 the factory in Berlin made 3 lorries. It made 3."
    starts = [text.index("3 cars"), text.index("3 lorries"), text.index("3.", 60)]
    prefer = preferred_by("How many lorries did the factory in Berlin make?", passages(text))
    assert prefer(1, starts) == 1
    assert preferred_by("How many?", passages(text))(1, starts) == 0


# --- what a server wrote --------------------------------------------------------------------------------------------

SHOWN = passages(
    "Alibaba sold 33 million shares for “about $317 million”. The U.S. asked.", "Baidu’s unit\ngrew 3–4%. Berlin."
)


def located(reply: str) -> list[str]:
    return [f"[{item.number}] {words(item, SHOWN)}" for item in read_reply(reply, SHOWN).items]


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("[1] 33 million", ["[1] 33 million"]),
        ("33 million", ["[1] 33 million"]),
        ("  [1] 33 MILLION shares. ", ["[1] 33 million shares"]),
        ('[1] "33 million"', ["[1] 33 million"]),
        ("[1] **33 million**", ["[1] 33 million"]),
        ("[2] Baidu's unit grew", ["[2] Baidu’s unit grew"]),
        ("[2] 3-4%", ["[2] 3–4%"]),
        ("[1] for \"about $317 million\"", ["[1] for “about $317 million”"]),
        ("[1] The U.S.", ["[1] The U.S."]),
        ("[2] 33 million", ["[1] 33 million"]),
        ("[9] 33 million", ["[1] 33 million"]),
        ("33 million [1]", ["[1] 33 million"]),
        ("33 million [1]; Berlin [2]", ["[1] 33 million", "[2] Berlin"]),
        ("[1] 33 million; [2] Berlin", ["[1] 33 million", "[2] Berlin"]),
        ("33 million; Berlin", ["[1] 33 million", "[2] Berlin"]),
        ("yes [1] Alibaba sold", ["[1] Alibaba sold"]),
        ("Yes, [1] Alibaba sold", ["[1] Alibaba sold"]),
    ],
)  # fmt: skip
def test_what_was_copied_is_located(reply: str, found: list[str]) -> None:
    assert located(reply) == found
    assert read_reply(reply, SHOWN).unsupported == ()


@pytest.mark.parametrize(
    ("reply", "missing"),
    [
        ("[1] 34 million", ["34 million"]),
        ("[1] 31", ["31"]),
        ("[1] 3 million", ["3 million"]),
        ("[1] sold 33 million; [2] Hamburg", ["Hamburg"]),
        ("The answer is [1] 33 million", ["The answer is"]),
        ("33 million; Hamburg", ["33 million; Hamburg"]),
        ("[1]", ["[1]"]),
        ("no", ["no"]),
        ("Yes.", ["Yes."]),
        ("Alibaba sold it for a song [1]", ["Alibaba sold it for a song"]),
    ],
)
def test_what_stands_nowhere_is_reported_and_never_dropped(reply: str, missing: list[str]) -> None:
    read = read_reply(reply, SHOWN)
    assert [piece.text for piece in read.unsupported] == missing
    assert all(piece.reason for piece in read.unsupported)
    assert not read.gave_up


@pytest.mark.parametrize("reply", ["", " \n", "unanswerable", "Unanswerable.", '"unanswerable"', "[unanswerable]"])
def test_giving_up_is_understood(reply: str) -> None:
    read = read_reply(reply, SHOWN)
    assert read.gave_up
    assert (read.items, read.unsupported) == ((), ())


@pytest.mark.parametrize(
    ("reply", "boolean"),
    [
        ("Yes: [1] Alibaba sold", True),
        ("no [2] Berlin", False),
        ("Nobody asked", None),
        ("[1] 33 million", None),
        ("yes", None),
    ],
)
def test_yes_and_no_count_with_words_only(reply: str, boolean: bool | None) -> None:
    assert read_reply(reply, SHOWN).boolean is boolean


@given(st.text(max_size=60), st.data())
def test_every_run_of_words_is_found_again(text: str, data: st.DataObject) -> None:
    shown = passages(text)
    length = len(shown[0].text)
    start, end = data.draw(st.integers(0, length)), data.draw(st.integers(0, length))
    if start < end and can_start(shown[0].text, start) and can_end(shown[0].text, end):
        item = locate(shown[0].text[start:end], shown)
        assert item is not None
        assert shown[0].text[item.start : item.end].casefold().split() or item


@given(st.text(max_size=60), st.text(alphabet="[]12;yesno \"'.ab33", max_size=30))
def test_any_reply_is_read(text: str, reply: str) -> None:
    shown = passages(text)
    read = read_reply(reply, shown)
    assert read.gave_up or read.items or read.unsupported
    for item in read.items:
        assert can_start(shown[0].text, item.start)
        assert can_end(shown[0].text, item.end)
