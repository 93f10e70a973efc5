"""The families that people use, with their layers and tokenizers: what is decoded is exact on every one."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.core.base import FloatArray
from askdocs.core.decoding import SpanItem
from askdocs.decoding.grammar import Grammar, Source, Vocabulary
from askdocs.models.generator import LlamaGenerator
from askdocs.models.sequences import IDLE, LEAST_PIECE
from askdocs.reading.llama import LlamaReader
from askdocs.values.question_analysis import analyse_question
from tests.support.made import hit, passages
from tests.support.tiny_bigrams import write_bigrams
from tests.support.tiny_families import FAMILIES, write_family

NAMES = list(FAMILIES)
HYBRID = ("lfm2", "granite4", "qwen35")
TOKENIZERS = ("qwen3", "qwen35", "gemma3", "gemma4", "llama3", "mistral", "phi4", "phi4-mini", "granite3", "lfm2")
TEXT = (
    "Alibaba sold 33 million shares of XPeng for 1,234 yuan (3.5%).\n上海股市 rose in 2024 — 😀👍🏽 said Zoë Müller. "
    "The <think>plan</think>, <|im_end|> or <b>not</b>: «نعم» and naïve 株式会社 hold 202412 shares."
)
QUOTES = [
    "33 million shares",
    "1,234 yuan (3.5%)",
    "1,234",
    "上海股市",
    "海股",
    "😀👍🏽",
    "Zoë Müller",
    "The <think>plan</think>, <|im_end|> or <b>not</b>",
    "«نعم»",
    "naïve 株式会社",
    "202412",
    "XPeng",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("families")


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Iterator[dict[str, LlamaGenerator]]:
    made: dict[str, LlamaGenerator] = {}
    for name in NAMES:
        path = write_family(folder / f"{name}.gguf", name)
        assert path.stat().st_size < 1_000_000
        made[name] = LlamaGenerator(path, name=name, threads=1)
    yield made
    for generator in made.values():
        generator.close()


@pytest.fixture(scope="module")
def vocabularies(loaded: dict[str, LlamaGenerator]) -> dict[str, Vocabulary]:
    return {name: Vocabulary(generator) for name, generator in loaded.items()}


MARKUP = ["<think>", "</think>", "<|im_end|>", "<h1>"]
FOREIGN = ["上海", "😀", "👍🏽", "é", "e\u0301", "\u200d", "नमस्ते"]


@functools.cache
def _texts() -> st.SearchStrategy[str]:
    # SentencePiece writes ▁ for a blank, so of all characters it cannot tell this one.
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="▁")
    plain = [" ", "  ", "\n", "\n\n", " the", " million", "33", "202412", "1,234", "a"]
    pieces = st.sampled_from([*plain, *MARKUP, *FOREIGN])
    return st.lists(st.one_of(pieces, st.text(characters, max_size=6)), max_size=12).map("".join)


@pytest.mark.parametrize("name", TOKENIZERS)
def test_tokens_of_architectures_spell_any_text(
    name: str, loaded: dict[str, LlamaGenerator], vocabularies: dict[str, Vocabulary]
) -> None:
    generator, vocabulary = loaded[name], vocabularies[name]

    @settings(max_examples=40)
    @given(_texts())
    def spell(text: str) -> None:
        tokens = generator.tokenize(text)
        assert vocabulary.text(tokens) == text.encode()
        assert all(vocabulary.tokens[vocabulary.bytes[token]] == token for token in tokens)
        assert not set(tokens) & generator.end_tokens

    spell()


@pytest.mark.parametrize("name", TOKENIZERS)
def test_architectures_may_quote_whatever_stands_in_a_passage(
    name: str, loaded: dict[str, LlamaGenerator], vocabularies: dict[str, Vocabulary]
) -> None:
    """The tokens that the model itself would write for a quote lead through the grammar to it and to its end."""
    generator, vocabulary = loaded[name], vocabularies[name]
    shown = passages(TEXT)
    grammar = Grammar(
        shown, {1: Source(shown[0].text, vocabulary)}, vocabulary, b"", lambda number, starts: 0, polar=False
    )
    for quote in QUOTES:
        cursors = grammar.beginning()
        for token in generator.tokenize(f"[1] {quote}"):
            assert token in grammar.allowed(cursors), (quote, generator._text(token))
            cursors = grammar.advance(cursors, token)
        start = shown[0].text.index(quote)
        assert grammar.closed(cursors) == (None, (SpanItem(number=1, start=start, end=start + len(quote)),))


@pytest.mark.parametrize("name", ["gemma3", "mistral", "gemma4"])
def test_sentencepiece_architectures_do_not_spell_by_bytes(name: str, vocabularies: dict[str, Vocabulary]) -> None:
    """A letter is a piece and a byte; models write the piece."""
    vocabulary = vocabularies[name]
    family = [token for token in range(len(vocabulary.bytes)) if vocabulary.bytes[token] == b"a"]
    assert len(family) == 2
    assert vocabulary.tokens[b"a"] == family[1]


@pytest.mark.parametrize("name", NAMES)
def test_end_tokens_of_architectures(name: str, loaded: dict[str, LlamaGenerator]) -> None:
    generator = loaded[name]
    ends = {generator._text(token) for token in generator.end_tokens}
    wanted = {
        "qwen3": {"<|im_end|>", "<|endoftext|>"},
        "qwen35": {"<|im_end|>", "<|endoftext|>"},
        "gemma3n": {"<eos>", "<end_of_turn>"},
        "gemma2": {"<eos>", "<end_of_turn>"},
        "gemma3": {"<eos>", "<end_of_turn>"},
        "gemma4": {"<eos>", "<turn|>"},
        "llama3": {"<|end_of_text|>", "<|eot_id|>", "<|eom_id|>"},
        "mistral": {"</s>"},
        "smollm3": {"<|end_of_text|>", "<|im_end|>"},
        "phi4": {"<|im_end|>", "<|endoftext|>"},
        "phi4-mini": {"<|end|>", "<|endoftext|>"},
        "granite3": {"<|end_of_text|>"},
        "granite4": {"<|end_of_text|>"},
        "lfm2": {"<|im_end|>", "<|endoftext|>"},
    }
    assert ends == wanted[name]
    assert all(generator.token_bytes(token) == b"" for token in generator.end_tokens)


def test_an_end_of_turn_that_only_the_template_names_ends_answers_of_architectures(folder: Path) -> None:
    template = "{% for m in messages %}{{ m.content }}<|tool|>{% endfor %}"
    path = write_family(folder / "own_end.gguf", "phi4-mini", template=template)
    generator = LlamaGenerator(path, name="own end", threads=1)
    assert "<|tool|>" in {generator._text(token) for token in generator.end_tokens}
    generator.close()


@pytest.mark.parametrize(
    ("name", "first"), [("mistral", b" ["), ("gemma3", b"["), ("llama3", b"["), ("phi4", b"["), ("lfm2", b"[")]
)
def test_answers_of_architectures_begin_as_the_model_would(
    name: str, first: bytes, folder: Path, loaded: dict[str, LlamaGenerator]
) -> None:
    """Behind [/INST] a model of SentencePiece writes a blank first, behind a line break or a mark none does."""
    reading = LlamaReader(loaded[name]).read(analyse_question("Who?"), [hit(TEXT, chunk_id=1)])
    (answer, *_) = [answer for answer in reading.decoding.answers if answer.boolean is None]
    said = b"".join(map(loaded[name].token_bytes, answer.tokens))
    assert loaded[name].lead.encode() + said.lstrip(b" ") == first + said.lstrip(b" ")[1:]


# --- the state of earlier tokens --------------------------------------------------------------------------------------


def fresh(path: Path, tokens: list[int]) -> FloatArray:
    generator = LlamaGenerator(path, name="fresh", threads=1)
    row = generator.logits(generator.prefill(tokens)[0])
    generator.close()
    return row


def near(one: FloatArray, other: FloatArray) -> bool:
    return bool(np.allclose(one, other, atol=0.15))


@pytest.mark.parametrize("name", NAMES)
def test_sequences_of_architectures_are_as_if_alone(name: str, folder: Path, loaded: dict[str, LlamaGenerator]) -> None:
    """Reused, forked and cut, with layers that attend, look back a little way, or keep one state of all tokens."""
    generator, path = loaded[name], folder / f"{name}.gguf"
    story = generator.tokenize(TEXT * 3)
    first, second = [*story, *generator.tokenize("How many?")], [*story, *generator.tokenize("Who then?")]
    sequence, _ = generator.prefill(first)
    generator.retire(sequence)
    sequence, reused = generator.prefill(second)
    assert len(story) - LEAST_PIECE <= reused < len(second)
    assert near(generator.logits(sequence), fresh(path, second))
    left, right = generator.fork(sequence), generator.fork(sequence)
    a, b = generator.tokenize("a"), generator.tokenize("b")
    generator.accept([(left, a[0]), (right, b[0])])
    generator.accept([(left, b[0])])
    assert near(generator.logits(left), fresh(path, [*second, a[0], b[0]]))
    assert near(generator.logits(right), fresh(path, [*second, b[0]]))
    assert not near(generator.logits(right), fresh(path, b))  # what was before matters
    generator.truncate(right, len(story))
    assert near(generator.logits(right), fresh(path, story))
    assert near(generator.logits(sequence), fresh(path, second))
    for each in (left, right, sequence):
        generator.truncate(each, 0)
    assert list(generator._tokens) == generator._idle


@pytest.mark.parametrize("name", HYBRID)
def test_states_that_recurrent_architectures_keep(name: str, folder: Path, loaded: dict[str, LlamaGenerator]) -> None:
    """Kept shortly before the end of a prompt, used by every prompt that begins so, and let go when there are many."""
    generator, path = loaded[name], folder / f"{name}.gguf"
    for prompt in range(IDLE + 3):
        story = generator.tokenize(f"Story {prompt}. {TEXT}")
        for question in ("How many?", "Who then?"):
            tokens = [*story, *generator.tokenize(question)]
            sequence, reused = generator.prefill(tokens)
            assert (reused > 0) == (question == "Who then?")
            assert near(generator.logits(sequence), fresh(path, tokens))
            generator.retire(sequence)
        assert len(generator._idle) <= IDLE
        assert sorted(generator._tokens) == sorted(generator._idle)
    short = generator.tokenize("How many?")
    sequence, reused = generator.prefill(short)
    assert reused == 0
    assert near(generator.logits(sequence), fresh(path, short))
    generator.retire(sequence)


@pytest.mark.parametrize("name", ["qwen3", *HYBRID])
def test_several_questions_at_once_to_architectures(name: str, loaded: dict[str, LlamaGenerator]) -> None:
    """A model with recurrent layers has few sequences, so it is asked one after the other."""
    reader = LlamaReader(loaded[name])
    hits = [hit(TEXT, chunk_id=1), hit("Baidu’s unit made 12 cars; 33 million more will follow.", chunk_id=2)]
    asked = [analyse_question(question) for question in ("How many?", "Who grew?", "Where?", "Did it rise?")]
    readings = reader.read_many([(question, hits) for question in asked])
    for question, reading in zip(asked, readings, strict=True):
        alone = reader.read(question, hits).decoding.answers[0]
        again = [one for one in reading.decoding.answers if one.tokens == alone.tokens]
        assert again[0].log_probability == pytest.approx(alone.log_probability, abs=0.6)
    assert loaded[name].together == (1 if name in HYBRID else 3)


@pytest.mark.parametrize(
    ("family", "blank", "start", "end"),
    [
        ("qwen3", "Ġ", "Ċ", "<|im_end|>"),
        ("llama3", "Ġ", "Ċ", "<|eot_id|>"),
        ("gemma3", "▁", "\n", "<end_of_turn>"),
        ("gemma4", "▁", "<channel|>", "<turn|>"),
        ("mistral", "▁", "]", "</s>"),
    ],
)
def test_quotes_in_prose_of_architectures_are_exact(
    family: str, blank: str, start: str, end: str, tmp_path: Path
) -> None:
    """The model wants a quote and after it the end of its turn; the mark is the grammar's."""
    million, shares = f"{blank}million", f"{blank}shares"
    follows = {start: '"', '"': "3", "3": million, million: shares, shares: '"', "]": '"' if start == "]" else end}
    path = write_bigrams(tmp_path / "a.gguf", follows, FAMILIES[family].template or "", family=family)
    generator = LlamaGenerator(path, name="tiny", threads=1)
    sold = hit("上海: it sold 3 million shares of XPeng.", chunk_id=1)
    written = LlamaReader(generator).write(analyse_question("How many?"), [sold], prompt="prose")
    assert written.prose.text.startswith('"3 million shares" [1]')
    for quote in written.prose.quotes:
        assert written.passages[0].text[quote.item.start : quote.item.end] == "3 million shares"
    generator.close()
