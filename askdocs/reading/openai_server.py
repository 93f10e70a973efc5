"""A model behind an OpenAI-compatible server reads the passages; its words are located afterwards.

Such a server cannot be held to the span constraint. Every item of its reply is looked for in the passages; what is
not found is reported as unsupported.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, Any, NamedTuple

from askdocs.core.answers import Timings, Turn, Unsupported, Usage
from askdocs.core.articles import Hit
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, Reading
from askdocs.core.errors import AnswerTimeout, ModelNotFound, ModelUnusable, PromptTooLong
from askdocs.core.settings import Settings
from askdocs.decoding.form_decoder import LONGEST_FORM, FilledForm
from askdocs.decoding.form_grammar import FormGroup
from askdocs.decoding.prose_decoder import LONGEST_PROSE, Prose, Quote, Written
from askdocs.models.registry import ModelFile
from askdocs.prompts.templates import Prompt, load_prompt
from askdocs.reading.citations import Reply, locate, read_reply
from askdocs.reading.form_reply import read_form
from askdocs.reading.prompt_packing import number
from askdocs.values.question_analysis import QuestionAnalysis

if TYPE_CHECKING:
    import httpx

_MOST_CHARACTERS = 24_000  # of passages; about 6,000 tokens
_ANSWER_TOKENS = 128
_AT_ONCE = 8  # requests
_CHECK_SECONDS = 10.0
_GLANCE = 0.05  # seconds between two looks at whether the question was given up
_QUOTED = re.compile(r"[\"“](?P<words>[^\"“”]+)[\"”](?:[.,]?\s*\[(?P<number>\d+)\])?")
_UNKNOWN = 0.5  # the probability of a reply whose server does not tell
Stopped = Callable[[], bool]


class Completion(NamedTuple):
    """A server's reply: its text, its tokens, and the mean probability of a token, as far as it tells."""

    text: str
    usage: Usage
    probability: float


class OpenAIReader:
    """Reads through ``POST /chat/completions`` (the OpenAI API, as llama-server and vLLM serve it)."""

    def __init__(self, name: str, served_model: str, base_url: str, api_key: str | None = None) -> None:
        self.name = name
        self.served_model = served_model
        self.base_url = base_url.rstrip("/")
        self.url = f"{self.base_url}/chat/completions"
        self.prompt = "instruct"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._tells = True  # probabilities, as far as it is known

    @classmethod
    def of(cls, file: ModelFile, settings: Settings) -> OpenAIReader:
        """The reader of an ``openai:`` name, with the key of the settings."""
        key = settings.api_key.get_secret_value() if settings.api_key else None
        return cls(file.name, file.served_model, file.base_url, key)

    def check(self) -> None:
        """Find out whether the server is there and takes the key, without asking its model anything.

        A server that is slow to say, or has no list of models, passes. Raises ModelNotFound, ModelUnusable.
        """
        import httpx

        try:
            response = httpx.get(f"{self.base_url}/models", headers=self._headers, timeout=_CHECK_SECONDS)
        except httpx.ReadTimeout:
            return
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise self._unreachable(error) from error
        self._check_key(response)

    def close(self) -> None:
        """Nothing is held."""

    def read(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        *,
        history: Sequence[Turn] = (),
        prompt: str | None = None,
        progress: Callable[[str], None] | None = None,
        stopped: Stopped = lambda: False,
    ) -> Reading:
        """Ask the server, then locate what it wrote.

        Raises ModelNotFound, ModelUnusable, PromptTooLong as the server answers, AnswerTimeout when ``stopped``.
        """
        began = time.perf_counter()
        passages = numbered(hits)
        text = written(load_prompt(prompt or self.prompt), passages, question.text, history)
        asked = time.perf_counter()
        completion = self.complete(text, stopped)
        done = time.perf_counter()
        reply = read_reply(completion.text, passages)
        if progress and reply.items:
            progress("; ".join(_words(item.number, item.start, item.end, passages) for item in reply.items))
        return Reading(
            passages=tuple(passages),
            omitted=tuple(hits[len(passages) :]),
            decoding=_decoding(reply, completion, passages),
            unsupported=reply.unsupported,
            prompt=text,
            usage=completion.usage,
            timings=Timings(prompt=asked - began, decode=done - asked, first_token=done - began),
        )

    def read_many(
        self,
        questions: Sequence[tuple[QuestionAnalysis, Sequence[Hit]]],
        *,
        prompt: str | None = None,
        stopped: Stopped = lambda: False,
    ) -> list[Reading]:
        """``read`` for several questions, sent at once; the server decides how many it works on."""
        with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="askdocs request") as pool:
            return list(pool.map(lambda one: self.read(*one, prompt=prompt, stopped=stopped), questions))

    def write(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        *,
        prompt: str,
        note: str = "",
        progress: Callable[[str], None] | None = None,
        stopped: Stopped = lambda: False,
    ) -> Written:
        """Answer in sentences, and locate their quotes. Errors as for ``read``."""
        began = time.perf_counter()
        passages = numbered(hits)
        completion = self.complete(
            written(load_prompt(prompt), passages, question.text, (), note), stopped, LONGEST_PROSE
        )
        prose, missing = located_quotes(completion.text, passages)
        if progress and prose.text:
            progress(prose.text)
        return Written(
            prose=prose,
            passages=tuple(passages),
            unsupported=tuple(missing),
            usage=completion.usage,
            seconds=time.perf_counter() - began,
        )

    def fill(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        form: FormGroup,
        *,
        prompt: str,
        note: str = "",
        stopped: Stopped = lambda: False,
    ) -> FilledForm | None:
        """Fill a form, and locate its words; ``None`` where the reply holds none. Errors as for ``read``."""
        passages = numbered(hits)
        text = written(load_prompt(prompt), passages, question.text, note=note)
        completion = self.complete(text, stopped, LONGEST_FORM)
        return read_form(completion.text, form, passages, completion.probability)

    def complete(self, text: str, stopped: Stopped, most_tokens: int = _ANSWER_TOKENS) -> Completion:
        """The reply to one message. Errors as for ``read``."""
        body: dict[str, Any] = {
            "model": self.served_model,
            "messages": [{"role": "user", "content": text}],
            "temperature": 0,
            "max_tokens": most_tokens,
        }
        if self._tells:  # some tell them only where a number of rivals is asked for as well
            response = self._posted(body | {"logprobs": True, "top_logprobs": 1}, stopped)
            if response.status_code not in (400, 422, 500) or "logprob" not in response.text:
                return self._parsed(response)
            self._tells = False
        return self._parsed(self._posted(body, stopped))

    def _posted(self, body: dict[str, Any], stopped: Stopped) -> httpx.Response:
        """The response, waited for in this thread and fetched in another, so that it can be given up at once."""
        import httpx

        future: Future[httpx.Response] = Future()

        def post() -> None:
            try:
                timeout = httpx.Timeout(600.0, connect=10.0)
                future.set_result(httpx.post(self.url, json=body, headers=self._headers, timeout=timeout))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=post, name="askdocs request", daemon=True).start()
        while True:
            try:
                return future.result(timeout=_GLANCE)
            except NotYet:
                if stopped():
                    raise AnswerTimeout(f"model {self.name!r}: {self.url} had not answered") from None
            except httpx.TimeoutException as error:
                raise AnswerTimeout(f"model {self.name!r}: {self.url} did not answer") from error
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
                raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> ModelNotFound:
        return ModelNotFound(f"model {self.name!r}: cannot reach {self.url} ({error}); is the server running?")

    def _check_key(self, response: httpx.Response) -> None:
        if response.status_code in (401, 403):
            raise ModelUnusable(
                f"model {self.name!r}: {self.base_url} refuses the key (status {response.status_code}); "
                "set the right one in ASKDOCS_API_KEY"
            )

    def _parsed(self, response: httpx.Response) -> Completion:
        if response.status_code == 404:
            raise ModelNotFound(
                f"model {self.name!r}: {self.url} answers 404; check the model's name, and the address, which mostly "
                "ends in /v1"
            )
        self._check_key(response)
        if response.status_code in (400, 413, 422, 500) and "context" in response.text.lower():
            raise PromptTooLong(f"model {self.name!r}: {response.text[:300]}; ask with a smaller k")
        try:
            response.raise_for_status()
            document = response.json()
            choice = document["choices"][0]
            return Completion(str(choice["message"]["content"] or ""), _usage(document), _mean_probability(choice))
        except Exception as error:
            raise ModelUnusable(
                f"model {self.name!r}: {self.url} sent no usable reply (status {response.status_code}: "
                f"{response.text[:200]!r}); is it an OpenAI-compatible server?"
            ) from error


def numbered(hits: Sequence[Hit]) -> list[Passage]:
    """As many hits as a server can be expected to take, best first, at least one."""
    passages: list[Passage] = []
    used = 0
    for hit in hits:
        used += len(hit.chunk.text)
        if passages and used > _MOST_CHARACTERS:
            break
        passages.append(number(hit, len(passages) + 1))
    return passages


def written(
    template: Prompt, passages: Sequence[Passage], question: str, history: Sequence[Turn] = (), note: str = ""
) -> str:
    """The whole prompt as text."""
    return "".join(
        [template.instructions(), *map(template.passage, passages), template.question(question, history, note)]
    )


def located_quotes(text: str, passages: Sequence[Passage]) -> tuple[Prose, list[Unsupported]]:
    """The quotes of freely written prose that stand in the passages, and those that do not."""
    text = " ".join(text.split())
    quotes, missing = [], []
    for found in _QUOTED.finditer(text):
        item = locate(found["words"].strip(" .,"), passages, int(found["number"] or 0))
        if item is None:
            missing.append(Unsupported(text=found["words"], reason="these quoted words stand in none of the passages"))
        else:
            quotes.append(Quote(item=item, start=found.start("words"), end=found.end("words")))
    return Prose(text=text, quotes=tuple(quotes)), missing


def _words(number: int, start: int, end: int, passages: Sequence[Passage]) -> str:
    return passages[number - 1].text[start:end].replace("\n", " ")


def _decoding(reply: Reply, completion: Completion, passages: Sequence[Passage]) -> Decoding:
    """What was located as the one answer."""
    cited = {item.number for item in reply.items}
    answer = DecodedAnswer(
        items=reply.items,
        boolean=reply.boolean,
        log_probability=math.log(completion.probability),
        tokens=(),
        probabilities=(completion.probability,),
    )
    return Decoding(
        answers=(answer,) if reply.items else (),
        unanswerable=float(reply.gave_up),
        yes=float(reply.boolean is True),
        no=float(reply.boolean is False),
        passage_probabilities=tuple(float(passage.number in cited) for passage in passages),
        output_tokens=completion.usage.output_tokens,
    )


def _usage(document: Any) -> Usage:
    used = document.get("usage") or {}
    return Usage(prompt_tokens=used.get("prompt_tokens") or 0, output_tokens=used.get("completion_tokens") or 0)


def _mean_probability(choice: Any) -> float:
    """The geometric mean of the tokens' probabilities; servers tell them in two forms, or not at all."""
    told = choice.get("logprobs") or {}
    rows = [row.get("logprob") for row in told.get("content") or []] or list(told.get("token_logprobs") or [])
    known = [row for row in rows if isinstance(row, int | float)]
    return math.exp(min(0.0, max(-20.0, sum(known) / len(known)))) if known else _UNKNOWN
