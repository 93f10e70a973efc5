"""The fakes keep the protocols' promises, so that tests with them mean something."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.base import FloatArray
from askdocs.core.protocols import Embedder, Generator
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator


def test_they_satisfy_the_protocols() -> None:
    embedder: Embedder = DeterministicEmbedder()
    generator: Generator = ScriptedGenerator()
    assert isinstance(embedder, Embedder)
    assert isinstance(generator, Generator)


@given(st.lists(st.text(), max_size=5))
def test_embeddings_are_unit_rows_that_do_not_depend_on_the_batch(texts: list[str]) -> None:
    embedder = DeterministicEmbedder()
    rows = embedder.embed_texts(texts)
    assert rows.shape == (len(texts), 64)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    for row, text in zip(rows, texts, strict=True):
        assert np.array_equal(row, embedder.embed_query(text))


@given(st.text(), st.lists(st.text(min_size=1, max_size=5), max_size=5))
def test_tokens_spell_the_text(text: str, words: list[str]) -> None:
    generator = ScriptedGenerator(words=words)
    assert b"".join(map(generator.token_bytes, generator.tokenize(text))) == text.encode()


def test_greedy_decoding_says_what_the_script_says() -> None:
    generator = ScriptedGenerator(lambda prompt: prompt[::-1], words=["ab", " ba"])
    sequence, _ = generator.prefill(generator.tokenize("ab ab"))
    said: list[int] = []
    while (token := int(generator.logits(sequence).argmax())) not in generator.end_tokens:
        generator.accept([(sequence, token)])
        said.append(token)
    assert generator.text(said) == "ba ba"


def test_sequences_share_nothing_and_are_released() -> None:
    generator = ScriptedGenerator("xy")
    first, reused = generator.prefill([1, 2, 3])
    assert reused == 0
    second = generator.fork(first)
    generator.accept([(first, ord("x"))])
    assert generator.logits(first).argmax() == ord("y")
    assert generator.logits(second).argmax() == ord("x")
    _, reused = generator.prefill([1, 2, 3, 4])
    assert reused == 3
    generator.truncate(first, 3)
    assert generator.logits(first).argmax() == ord("x")
    for sequence in generator.live_sequences:
        generator.truncate(sequence, 0)
    assert generator.live_sequences == ()
    assert [name for name, *_ in generator.calls][:3] == ["prefill", "fork", "accept"]


def test_logits_can_be_given() -> None:
    def logits(tokens: object, prompt_length: int) -> FloatArray:
        return np.full(257, prompt_length, dtype=np.float32)

    generator = ScriptedGenerator(logits=logits)
    sequence, _ = generator.prefill([5, 6])
    assert generator.logits(sequence)[0] == 2
