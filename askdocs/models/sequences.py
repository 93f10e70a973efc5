"""Sequences of tokens in a model's context: evaluated, forked, cut, and kept for prompts that begin alike.

A prompt that begins like an earlier one is evaluated only from where they part, with the same result bit for bit.
Sequences share their common tokens, so a beam costs no more than its new tokens.

Layers that attend to earlier tokens (most models) can go back to any of them. Recurrent layers keep one state of all
tokens so far; for these a copy of the state is kept shortly before a prompt's end, from which others may go on.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.core.errors import AnswerTimeout, ModelUnusable, PromptTooLong
from askdocs.core.settings import available_cores
from askdocs.models.llama_chat import LlamaChat
from askdocs.models.memory import CONTEXT, SEQUENCES, SPARE_CELLS, STATES, TOGETHER

IDLE = 4  # finished prompts whose state is kept
BATCH = 512
# ggml computes fewer tokens at once by other kernels, whose sums come out differently in the last bits; over thirty
# layers of quantized activations that moves a logit by up to half a unit.
LEAST_PIECE = 64
LONGEST_CONTEXT = 8192


class LlamaSequences(LlamaChat):
    """The file at ``path`` with a context of its own; arguments and errors as for ``LlamaGenerator``."""

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        lora: Path | None = None,
        context_length: int | None = None,
        threads: int | None = None,
    ) -> None:
        super().__init__(path, name)
        self.check: Callable[[], bool] = lambda: False
        trained = self._library.llama_model_n_ctx_train(self._model) or LONGEST_CONTEXT
        self.context_length = min(context_length or CONTEXT, trained, LONGEST_CONTEXT)
        # The state of a recurrent layer is of all tokens so far: it cannot go back to fewer, and takes megabytes.
        recurrent = self._library.llama_model_is_recurrent(self._model)
        self._can_cut = not (recurrent or self._library.llama_model_is_hybrid(self._model))
        self._most = SEQUENCES if self._can_cut else STATES
        self.together = TOGETHER if self._can_cut else 1
        self._context = self._make_context(threads or available_cores())
        self._memory = self._library.llama_get_memory(self._context)
        self._adapter = self._apply(lora) if lora else None
        self._batch = self._library.llama_batch_init(BATCH, 0, 1)
        self._tokens: dict[int, list[int]] = {}
        self._idle: list[int] = []  # finished prompts kept for their state, the longest unused first
        self._orderly: set[int] = set()  # prompts that lie in memory as they would alone
        self._logits: dict[int, FloatArray] = {}

    def _make_context(self, threads: int) -> Any:
        parameters = self._library.llama_context_default_params()
        parameters.n_ctx = self.context_length + SPARE_CELLS
        parameters.n_batch = parameters.n_ubatch = BATCH
        parameters.n_seq_max = self._most
        parameters.kv_unified = True
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.no_perf = True
        context = self._library.llama_init_from_model(self._model, parameters)
        if not context:
            raise ModelUnusable(
                f"model {self.name!r}: no memory for a context of {self.context_length} tokens; set a smaller one"
            )
        return context

    def _apply(self, lora: Path) -> Any:
        adapter = self._library.llama_adapter_lora_init(self._model, str(lora).encode())
        if not adapter:
            raise ModelUnusable(
                f"adapter {lora}: llama.cpp cannot apply it to model {self.name!r}; is it for this model?"
            )
        adapters = (self._library.llama_adapter_lora_p_ctypes * 1)(adapter)
        self._library.llama_set_adapters_lora(self._context, adapters, 1, (ctypes.c_float * 1)(1.0))
        return adapter

    def close(self) -> None:
        """Free the model's memory; the generator cannot be used afterwards."""
        if self._context:
            self._library.llama_batch_free(self._batch)
            self._library.llama_free(self._context)
            self._library.llama_model_free(self._model)
            self._context = None

    # --- sequences --------------------------------------------------------------------------------------------------

    def prefill(self, tokens: Sequence[int]) -> tuple[int, int]:
        """Evaluate a prompt; gives the sequence and how many tokens were reused from an earlier prompt.

        Raises PromptTooLong, and AnswerTimeout when ``check`` says so.
        """
        self._in_use()
        if len(tokens) >= self.context_length:
            raise PromptTooLong(
                f"model {self.name!r}: a prompt of {len(tokens)} tokens does not fit its context of "
                f"{self.context_length}; ask a shorter question, or with a smaller k"
            )
        wanted = list(tokens)
        sequence, shared = self._begin(wanted)
        try:
            if not self._can_cut and (kept := len(wanted) - LEAST_PIECE) >= shared + LEAST_PIECE:
                self._read(sequence, wanted[:kept])
                self._keep(self.fork(sequence))
            self._read(sequence, wanted)
        except BaseException:
            self.retire(sequence)
            raise
        return sequence, shared

    def _read(self, sequence: int, wanted: list[int]) -> None:
        """Evaluate what is missing of ``wanted`` in its sequence."""
        for start, end in _pieces(len(self._tokens[sequence]), len(wanted)):
            if self.check():
                raise AnswerTimeout(f"model {self.name!r}: stopped while reading the passages")
            self._evaluate([(sequence, token) for token in wanted[start:end]], last_only=True)

    def _keep(self, sequence: int) -> None:
        """Keep the state of a sequence for prompts that begin alike."""
        self._logits.pop(sequence, None)
        self._idle.append(sequence)
        while len(self._idle) > IDLE:
            self.truncate(self._idle.pop(0), 0)

    def _begin(self, wanted: list[int]) -> tuple[int, int]:
        """A sequence that holds as much of a prompt as can be reused, and how much that is.

        Alone in memory, a prompt goes on in the place of an earlier one, as if that had never been longer: so where
        its tokens lie, and with it every last bit of its logits, does not depend on what was asked before.
        """
        if not self._can_cut:
            return self._begin_from_state(wanted)
        most = max(0, len(wanted) - LEAST_PIECE)
        if set(self._tokens) == set(self._idle):
            donor, shared = self._longest_shared(wanted, most, self._orderly)
            for sequence in list(self._idle):
                if sequence != donor:
                    self.truncate(sequence, 0)
            self._idle.clear()
            sequence = self._free_sequence() if donor is None else donor
            self.truncate(sequence, shared)
            self._tokens[sequence] = wanted[:shared]
            if len(wanted) >= LEAST_PIECE:
                self._orderly.add(sequence)
            return sequence, shared
        donor, shared = self._longest_shared(wanted, most, self._tokens)
        sequence = self._free_sequence()
        self._tokens[sequence] = wanted[:shared]
        if donor is not None:
            self._library.llama_memory_seq_cp(self._memory, donor, sequence, 0, shared)
        return sequence, shared

    def _begin_from_state(self, wanted: list[int]) -> tuple[int, int]:
        """As ``_begin``, where a sequence can go on from its end only."""
        sequence = self._free_sequence()
        whole = [one for one in self._idle if wanted[: len(self._tokens[one])] == self._tokens[one] != wanted]
        donor = max(whole, key=lambda one: len(self._tokens[one]), default=None)
        self._tokens[sequence] = []
        if donor is not None:
            self._library.llama_memory_seq_cp(self._memory, donor, sequence, -1, -1)
            self._tokens[sequence] = list(self._tokens[donor])
            self._idle.remove(donor)
            self._idle.append(donor)  # the last one used
        return sequence, len(self._tokens[sequence])

    def logits(self, sequence: int) -> FloatArray:
        """The logits after the last token of ``sequence``; shape ``(vocabulary_size(),)``."""
        row = self._logits.get(sequence)
        if row is None:  # forgotten when the sequence was cut: the last token is evaluated again
            last = self._tokens[sequence].pop()
            self._library.llama_memory_seq_rm(self._memory, sequence, len(self._tokens[sequence]), -1)
            self._evaluate([(sequence, last)], last_only=True)
            row = self._logits[sequence]
        return row

    def accept(self, steps: Sequence[tuple[int, int]]) -> None:
        """Append a token to each named sequence, ``(sequence, token)``, in one evaluation."""
        self._in_use()
        if self.check():
            raise AnswerTimeout(f"model {self.name!r}: stopped while answering")
        self._orderly.difference_update(sequence for sequence, _ in steps)
        self._evaluate(steps, last_only=False)

    def fork(self, sequence: int) -> int:
        """A new sequence with the same tokens, sharing their state."""
        self._in_use()
        new = self._free_sequence()
        self._library.llama_memory_seq_cp(self._memory, sequence, new, -1, -1)
        self._tokens[new] = list(self._tokens[sequence])
        if sequence in self._logits:
            self._logits[new] = self._logits[sequence]
        return new

    def truncate(self, sequence: int, length: int) -> None:
        """Forget all but the first ``length`` tokens of ``sequence``; 0 releases it."""
        if not self._context:
            return
        if length and not self._can_cut:
            self._begin_again(sequence, self._tokens[sequence][:length])
            return
        self._library.llama_memory_seq_rm(self._memory, sequence, length, -1)
        self._logits.pop(sequence, None)
        if length:
            self._tokens[sequence] = self._tokens[sequence][:length]
        else:
            self._tokens.pop(sequence, None)
            self._orderly.discard(sequence)

    def _begin_again(self, sequence: int, tokens: list[int]) -> None:
        """Evaluate from the first token on what ``sequence`` is to hold."""
        self.truncate(sequence, 0)
        self._tokens[sequence] = []
        for start, end in _pieces(0, len(tokens)):
            self._evaluate([(sequence, token) for token in tokens[start:end]], last_only=True)

    def retire(self, sequence: int) -> None:
        """Release a prompt's sequence; its state is kept for a prompt that begins alike, as long as there is room."""
        if not self._context:
            return
        # What was evaluated may be less than what was asked for, after an interruption.
        held = self._library.llama_memory_seq_pos_max(self._memory, sequence) + 1
        if not held or not self._can_cut:
            self.truncate(sequence, 0)
            return
        self._tokens[sequence] = self._tokens[sequence][:held]
        self._keep(sequence)

    def _in_use(self) -> None:
        """Raise ModelUnusable once the memory was freed; llama.cpp would crash."""
        if not self._context:
            raise ModelUnusable(f"model {self.name!r}: it was closed; load it again")

    def _longest_shared(self, wanted: list[int], most: int, among: Iterable[int]) -> tuple[int | None, int]:
        """Of some sequences the one that begins most like ``wanted``, and for how many tokens, at most ``most``."""
        best, length = None, 0
        for sequence in among:
            common = 0
            for ours, theirs in zip(wanted[:most], self._tokens[sequence], strict=False):
                if ours != theirs:
                    break
                common += 1
            if common > length:
                best, length = sequence, common
        return best, length

    def _free_sequence(self) -> int:
        for sequence in range(self._most):
            if sequence not in self._tokens:
                return sequence
        if self._idle:
            sequence = self._idle.pop(0)
            self.truncate(sequence, 0)
            return sequence
        raise ModelUnusable(f"model {self.name!r}: more than {self._most} sequences at once")

    def _evaluate(self, steps: Sequence[tuple[int, int]], *, last_only: bool) -> None:
        """Evaluate tokens at the ends of their sequences and keep the logits after each, or after the last."""
        batch = self._batch
        batch.n_tokens = len(steps)
        for i, (sequence, token) in enumerate(steps):
            tokens = self._tokens[sequence]
            batch.token[i] = token
            batch.pos[i] = len(tokens)
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = sequence
            batch.logits[i] = 0 if last_only and i < len(steps) - 1 else 1
            tokens.append(token)
        status = self._library.llama_decode(self._context, batch)
        while status == 1 and self._idle:  # no room: let the oldest idle prompt go
            self.truncate(self._idle.pop(0), 0)
            status = self._library.llama_decode(self._context, batch)
        if status != 0:
            for sequence, _ in steps:
                self._tokens[sequence].pop()
            if status == 1:
                raise PromptTooLong(f"model {self.name!r}: its context is full; ask with a smaller k")
            raise ModelUnusable(
                f"model {self.name!r}: llama.cpp failed to decode (status {status}); try `askdocs doctor`"
            )
        for i, (sequence, _) in enumerate(steps):
            if batch.logits[i]:
                row = self._library.llama_get_logits_ith(self._context, i)
                self._logits[sequence] = np.ctypeslib.as_array(row, shape=(self._size,)).copy()


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cuts tokens to be evaluated into batches, none of them small unless there are few in all.

    >>> list(_pieces(0, 520)), list(_pieces(500, 520))
    ([(0, 456), (456, 520)], [(500, 520)])
    """
    while start < end:
        size = min(BATCH, end - start)
        left = end - start - size
        if 0 < left < LEAST_PIECE:
            size -= LEAST_PIECE - left
        yield start, start + size
        start += size
