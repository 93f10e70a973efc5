"""A model behind an OpenAI-compatible server reads the passages; its words are located afterwards.

Such a server cannot be held to the span constraint. Every item of its reply is looked for in the passages; what is
not found is reported as unsupported.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from askdocs.cite import read_reply
from askdocs.errors import AnswerTimeout, ModelNotFound, ModelUnusable, PromptTooLong
from askdocs.passages import number
from askdocs.prompts import Turn, load_prompt
from askdocs.types import DecodedAnswer, Decoding, Hit, Reading, Timings, Usage

_MOST_CHARACTERS = 24_000  # of passages; about 6,000 tokens
_ANSWER_TOKENS = 128


class ServedReader:
    """Reads through ``POST /chat/completions`` (the OpenAI API, as llama-server and vLLM serve it)."""

    def __init__(self, name: str, served_model: str, base_url: str, api_key: str | None = None) -> None:
        self.name = name
        self.served_model = served_model
        self.base_url = base_url.rstrip("/")
        self.prompt = "instruct"
        self.timeout = 30.0
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}

    def read(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        history: Sequence[Turn] = (),
        prompt: str | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> Reading:
        """Ask the server, then locate what it wrote."""
        began = time.perf_counter()
        template = load_prompt(prompt or self.prompt)
        passages, used = [], 0
        for hit in hits:
            used += len(hit.chunk.text)
            if passages and used > _MOST_CHARACTERS:
                break
            passages.append(number(hit, len(passages) + 1))
        text = "".join(
            [template.instructions(), *map(template.passage, passages), template.question(question, history)]
        )
        asked = time.perf_counter()
        content, usage, probability = self._complete(text)
        done = time.perf_counter()
        reply = read_reply(content, passages)
        if progress and reply.items:
            progress(content.strip())
        answers = ()
        if reply.items:
            answers = (
                DecodedAnswer(items=reply.items, boolean=reply.boolean, log_probability=math.log(probability),
                              tokens=(), probabilities=(probability,)),
            )  # fmt: skip
        cited = {item.number for item in reply.items}
        decoding = Decoding(
            answers=answers,
            unanswerable=float(reply.gave_up),
            yes=float(reply.boolean is True),
            no=float(reply.boolean is False),
            passage_probabilities=tuple(float(p.number in cited) for p in passages),
            output_tokens=usage.output_tokens,
        )
        return Reading(
            passages=tuple(passages), omitted=tuple(hits[len(passages) :]), decoding=decoding,
            unsupported=reply.unsupported, prompt=text, usage=usage,
            timings=Timings(prompt=asked - began, decode=done - asked, first_token=done - began),
        )  # fmt: skip

    def _complete(self, text: str) -> tuple[str, Usage, float]:
        """The reply's text, its tokens, and the mean probability of a token where the server tells."""
        import httpx

        body = {
            "model": self.served_model,
            "messages": [{"role": "user", "content": text}],
            "temperature": 0,
            "max_tokens": _ANSWER_TOKENS,
            "logprobs": True,
        }
        url = f"{self.base_url}/chat/completions"
        try:
            response = httpx.post(url, json=body, headers=self._headers, timeout=self.timeout)
            if response.status_code == 400 and "logprobs" in response.text:
                del body["logprobs"]
                response = httpx.post(url, json=body, headers=self._headers, timeout=self.timeout)
        except httpx.TimeoutException as error:
            raise AnswerTimeout(f"model {self.name!r}: {url} did not answer within {self.timeout:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ModelNotFound(f"model {self.name!r}: cannot reach {url} ({error}); is the server running?") from error
        return self._parsed(url, response)

    def _parsed(self, url: str, response: Any) -> tuple[str, Usage, float]:
        if response.status_code == 404:
            raise ModelNotFound(f"model {self.name!r}: {url} answers 404; check the model's name and the address")
        if response.status_code == 400 and "context" in response.text:
            raise PromptTooLong(f"model {self.name!r}: {response.text[:300]}; ask with a smaller k")
        try:
            response.raise_for_status()
            document = response.json()
            choice = document["choices"][0]
            content = choice["message"]["content"] or ""
        except Exception as error:
            raise ModelUnusable(
                f"model {self.name!r}: {url} sent no usable reply (status {response.status_code}: "
                f"{response.text[:200]!r})"
            ) from error
        used = document.get("usage") or {}
        usage = Usage(prompt_tokens=used.get("prompt_tokens", 0), output_tokens=used.get("completion_tokens", 0))
        rows = (choice.get("logprobs") or {}).get("content") or []
        mean = sum(row["logprob"] for row in rows) / len(rows) if rows else math.log(0.5)
        return content, usage, math.exp(min(0.0, max(-20.0, mean)))
