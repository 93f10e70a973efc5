"""A form keeps its shape and quotes the passages exactly, whatever the model's logits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.core.errors import AnswerTimeout
from askdocs.decoding.form_decoder import FilledForm, FormDecoder
from askdocs.decoding.form_grammar import FormGroup, FormLeaf, FormList
from askdocs.decoding.grammar import Vocabulary
from askdocs.testing import ScriptedGenerator
from askdocs.text.span_boundaries import can_end, can_start
from tests.support.made import passages, prompted, random_model

SALE = "Alibaba sold 33 million XPeng shares for $317 million to UBS and Citi. The board approved it."
QUOTED = 'Its chief said "growth is back" in May. Profit rose 3%.'
PERSON = FormGroup((("name", FormLeaf()), ("age", FormLeaf())))
FORM = FormGroup(
    (
        ("seller", FormLeaf()),
        ("buyers", FormList(FormLeaf())),
        ("approved", FormLeaf(polar=True)),
        ("boss", FormGroup(PERSON.fields, optional=True)),
        ("staff", FormList(PERSON)),
    )
)
FILLED = (
    '{"seller": "[1] Alibaba", "buyers": ["[1] UBS", "[1] Citi"], "approved": "yes [1] The board approved it", '
    '"boss": {"name": "[2] chief", "age": null}, "staff": []}'
)


def fill(generator: ScriptedGenerator, *texts: str, form: FormGroup = FORM, longest: int = 900) -> FilledForm:
    shown = passages(*texts)
    sequence = prompted(generator)
    filled = FormDecoder(generator, Vocabulary(generator), longest).fill(sequence, shown, form)
    assert generator.live_sequences == (sequence,)
    for leaf in filled.leaves:
        if leaf.item is not None:
            text = shown[leaf.item.number - 1].text
            assert can_start(text, leaf.item.start)
            assert can_end(text, leaf.item.end)
    return filled


def words(filled: FilledForm) -> dict[str, str | None]:
    """The words of each leaf by its path; yes and no before them."""
    texts = {passage.number: passage.text for passage in filled.passages}
    said = {None: "", True: "yes: ", False: "no: "}
    return {
        ".".join(map(str, leaf.path)): None
        if leaf.item is None
        else said[leaf.boolean] + texts[leaf.item.number][leaf.item.start : leaf.item.end]
        for leaf in filled.leaves
    }


@pytest.mark.parametrize("vocabulary", [[], ['",', ' "', '": ', "[1] ", '"[', "null", "UBS", '"]', '{"', "million X"]])
def test_a_form_is_filled_as_the_model_wants(vocabulary: list[str]) -> None:
    filled = fill(ScriptedGenerator(FILLED, words=vocabulary), SALE, QUOTED)
    assert filled.complete
    assert words(filled) == {
        "seller": "Alibaba",
        "buyers.0": "UBS",
        "buyers.1": "Citi",
        "approved": "yes: The board approved it",
        "boss.name": "chief",
        "boss.age": None,
    }
    assert all(leaf.log_probability <= 0 for leaf in filled.leaves)


def test_lists_of_groups_and_groups_left_out() -> None:
    text = FILLED.replace('{"name": "[2] chief", "age": null}, "staff": []', "null, ") + ""
    text = text.replace('"boss": null, }', '"boss": null, "staff": [{"name": "[1] UBS", "age": "[2] 3%"}, ')
    text += '{"name": null, "age": "[1] 33 million"}]}'
    filled = words(fill(ScriptedGenerator(text), SALE, QUOTED))
    assert filled["boss"] is None
    assert (filled["staff.0.name"], filled["staff.0.age"]) == ("UBS", "3%")
    assert (filled["staff.1.name"], filled["staff.1.age"]) == (None, "33 million")


@pytest.mark.parametrize("wanted", ['"Tencent"', '"[1] Tencent"', '"[2] Alibaba"', '"[1] Aliba"', "33", '"[3] UBS"'])
def test_what_stands_in_no_passage_cannot_be_filled_in(wanted: str) -> None:
    form = FormGroup((("seller", FormLeaf()),))
    found = words(fill(ScriptedGenerator(f'{{"seller": {wanted}}}'), SALE, QUOTED, form=form))["seller"]
    assert found is None or found in SALE + QUOTED


def test_a_form_that_does_not_end_is_cut_and_said_to_be() -> None:
    filled = fill(ScriptedGenerator(FILLED), SALE, QUOTED, longest=60)
    assert not filled.complete
    assert words(filled)["seller"] == "Alibaba"


def test_a_list_ends_where_it_would_repeat_itself() -> None:
    form = FormGroup((("buyers", FormList(FormLeaf())), ("seller", FormLeaf())))
    text = '{"buyers": ["[1] UBS", "[1] Citi", "[1] UBS"], "seller": "[1] Alibaba"}'
    assert words(fill(ScriptedGenerator(text), SALE, form=form)) == {
        "buyers.0": "UBS",
        "buyers.1": "Citi",
        "seller": "Alibaba",
    }


def test_quotation_marks_of_a_passage_are_within_what_is_quoted() -> None:
    form = FormGroup((("said", FormLeaf()),))
    filled = fill(ScriptedGenerator("""{"said": "[1] said 'growth is back' in May"}"""), QUOTED, form=form)
    assert words(filled) == {"said": 'said "growth is back" in May'}


def test_without_passages_nothing_is_filled_in() -> None:
    filled = fill(ScriptedGenerator(FILLED), form=FormGroup((("seller", FormLeaf()),)))
    assert words(filled) == {"seller": None}


def test_of_equal_runs_the_preferred_one_is_quoted() -> None:
    generator, shown = ScriptedGenerator('{"a": "[1] 33"}'), passages("33 and 33")
    form = FormGroup((("a", FormLeaf()),))
    decoder = FormDecoder(generator, Vocabulary(generator))
    filled = decoder.fill(prompted(generator), shown, form, prefer=lambda number, starts: len(starts) - 1)
    assert filled.leaves[0].item is not None
    assert filled.leaves[0].item.start == 7


def test_filling_stops_when_told() -> None:
    generator, looks = ScriptedGenerator(FILLED), iter([False, False, True])
    sequence = prompted(generator)
    with pytest.raises(AnswerTimeout, match="stopped while filling"):
        FormDecoder(generator, Vocabulary(generator)).fill(sequence, passages(SALE), FORM, stopped=lambda: next(looks))
    assert generator.live_sequences == (sequence,)


TEXTS = st.one_of(
    st.text(max_size=30),
    st.text(alphabet='ab 3".[]12\\', max_size=30),
    st.text(alphabet="上é 和e\u0301👩🏽\u200d🚀“”", max_size=20),
    st.sampled_from([SALE, QUOTED, '"', "null"]),
)


@given(st.lists(TEXTS, min_size=1, max_size=3), st.integers(0, 2**20), st.sampled_from([1.0, 8.0]))
@settings(max_examples=40)
def test_every_leaf_stands_in_the_passage_that_it_names(texts: list[str], seed: int, spread: float) -> None:
    generator = random_model(seed, ['"', ' "', '",', '"[1] ', "null", '"]', "]}", "ab", "上", "和é"], spread)
    filled = fill(generator, *texts, longest=200)
    keys = {path[0] for path in (leaf.path for leaf in filled.leaves)}
    assert keys <= {"seller", "buyers", "approved", "boss", "staff"}
    for leaf in filled.leaves:
        assert (leaf.boolean is not None) == (leaf.path == ("approved",) and leaf.item is not None)
