"""A model behind an OpenAI-compatible server reads the passages; its words are located afterwards.

Where the server holds to a grammar, the model can write nothing but words of the passages, as one in this process.
Elsewhere every item of its reply is looked for in the passages all the same; what is not found is reported as
unsupported.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from askdocs.core.answers import Timings, Turn, Unsupported
from askdocs.core.articles import Hit
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, Reading
from askdocs.core.errors import PromptTooLong
from askdocs.core.settings import Settings
from askdocs.decoding.form_decoder import LONGEST_FORM, FilledForm
from askdocs.decoding.form_grammar import FormGroup
from askdocs.decoding.prose_decoder import LONGEST_PROSE, Written
from askdocs.models.registry import ModelFile
from askdocs.prompts.templates import Prompt, load_prompt
from askdocs.reading.citations import Reply, read_reply
from askdocs.reading.form_reply import form_schema, read_form
from askdocs.reading.prompt_packing import number
from askdocs.reading.servers.chat import Asked, ChatModel
from askdocs.reading.servers.client import ServerClient, Stopped
from askdocs.reading.servers.completion import Completion
from askdocs.reading.servers.quote_grammar import filled_grammar, prose_grammar
from askdocs.reading.servers.server_errors import Server, TooLong
from askdocs.reading.servers.server_prose import located_quotes, whole_sentences
from askdocs.reading.servers.structured_output import (
    Form,
    Way,
    answer_form,
    quoted_stretches,
    read_json_reply,
    wanted_in_json,
)
from askdocs.values.question_analysis import QuestionAnalysis

logger = logging.getLogger(__name__)

_MOST_CHARACTERS = 24_000  # of passages; about 6,000 tokens
_ANSWER_TOKENS = 128
_AT_ONCE = 8  # requests
_NO_FORM = Form(None, None)


class _Shown(NamedTuple):
    """What a server was shown: the passages, the whole text, and its reply to it."""

    passages: list[Passage]
    text: str
    asked: Asked


class OpenAIReader:
    """Reads through ``POST /chat/completions`` (the OpenAI API, as llama-server, vLLM and Ollama serve it)."""

    def __init__(self, name: str, served_model: str, base_url: str, api_key: str | None = None) -> None:
        self.name = name
        self.prompt = "instruct"
        self._client = ServerClient(
            Server(name=name, served_model=served_model, base_url=base_url.rstrip("/")), api_key
        )
        self._chat = ChatModel(self._client)
        self._most_characters = _MOST_CHARACTERS

    @classmethod
    def of(cls, file: ModelFile, settings: Settings) -> OpenAIReader:
        """The reader of an ``openai:`` name, with the key of the settings."""
        key = settings.api_key.get_secret_value() if settings.api_key else None
        return cls(file.name, file.served_model, file.base_url, key)

    def check(self) -> None:
        """Find out whether the server is there and takes the key, without asking its model anything.

        A server that is slow to say, or has no list of models, passes. Raises ModelNotFound, ModelUnusable.
        """
        self._client.check()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

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
        """Ask the server, with as many hits as its context holds, then locate what it wrote.

        Raises ModelNotFound, ModelUnusable, PromptTooLong as the server answers, AnswerTimeout when ``stopped``.
        """
        began = time.perf_counter()
        template, polar = load_prompt(prompt or self.prompt), question.yes_or_no

        def ask(passages: Sequence[Passage], text: str) -> Asked:
            return self._chat.ask(
                lambda way: text + wanted_in_json(polar) if way.holds == "form" else text,
                lambda way: answer_form(way, passages, polar),
                stopped,
                _ANSWER_TOKENS,
            )

        shown = self._fitting(template, question.text, hits, history, ask)
        passages, completion = shown.passages, shown.asked.completion
        reply, probability = _read(shown.asked, passages)
        if progress and reply.items:
            progress("; ".join(_words(item.number, item.start, item.end, passages) for item in reply.items))
        done = time.perf_counter()
        return Reading(
            passages=tuple(passages),
            omitted=tuple(hits[len(passages) :]),
            decoding=_decoding(reply, completion, probability, passages),
            unsupported=reply.unsupported,
            prompt=shown.text,
            usage=completion.usage,
            timings=Timings(decode=done - began, first_token=done - began),
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

        def ask(passages: Sequence[Passage], text: str) -> Asked:
            return self._chat.ask(
                lambda way: text,
                lambda way: Form(prose_grammar(passages), None) if way.holds == "quotes" else _NO_FORM,
                stopped,
                LONGEST_PROSE,
                whole=False,
            )

        shown = self._fitting(load_prompt(prompt), question.text, hits, (), ask, note)
        completion = shown.asked.completion
        text = completion.text if completion.ended else whole_sentences(completion.text)
        prose, missing = located_quotes(text, shown.passages)
        if progress and prose.text:
            progress(prose.text)
        return Written(
            prose=prose,
            passages=tuple(shown.passages),
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
        """Fill a form, and locate its words; ``None`` where the reply holds no form. Errors as for ``read``."""

        def held(way: Way, passages: Sequence[Passage]) -> Form:
            if way.holds == "quotes":
                return Form(filled_grammar(passages, form), None)
            return Form(None, form_schema(form)) if way.holds == "form" else _NO_FORM

        def ask(passages: Sequence[Passage], text: str) -> Asked:
            return self._chat.ask(lambda way: text, lambda way: held(way, passages), stopped, LONGEST_FORM, whole=False)

        shown = self._fitting(load_prompt(prompt), question.text, hits, (), ask, note)
        completion = shown.asked.completion
        return read_form(completion.text, form, shown.passages, completion.probability)

    def _fitting(
        self,
        template: Prompt,
        question: str,
        hits: Sequence[Hit],
        history: Sequence[Turn],
        ask: Callable[[Sequence[Passage], str], Asked],
        note: str = "",
    ) -> _Shown:
        """Ask with fewer hits each time that the server's context does not hold them; it is remembered how many do."""
        passages = numbered(hits, self._most_characters)
        while True:
            text = written(template, passages, question, history, note)
            try:
                return _Shown(passages, text, ask(passages, text))
            except TooLong as error:
                if len(passages) < 2:
                    raise PromptTooLong(f"{error} (this was sent with one passage)") from error
                size = sum(len(passage.hit.chunk.text) for passage in passages)
                self._most_characters = int(size * error.share)
                passages = numbered(hits, self._most_characters)[: len(passages) - 1]
                logger.info("%s: too long; asking with %d passages", self.name, len(passages))


def numbered(hits: Sequence[Hit], most_characters: int = _MOST_CHARACTERS) -> list[Passage]:
    """As many hits as a server can be expected to take, best first, at least one."""
    passages: list[Passage] = []
    used = 0
    for hit in hits:
        used += len(hit.chunk.text)
        if passages and used > most_characters:
            break
        passages.append(number(hit, len(passages) + 1))
    return passages


def written(
    template: Prompt, passages: Sequence[Passage], question: str, history: Sequence[Turn] = (), note: str = ""
) -> str:
    """The whole prompt as text."""
    shown = map(template.passage, passages)
    return "".join([template.instructions(), *shown, template.question(question, history, note)])


def _read(asked: Asked, passages: Sequence[Passage]) -> tuple[Reply, float]:
    """A reply with its words located, and its probability: in JSON, that of the words alone."""
    completion = asked.completion
    if asked.way.holds == "form":
        reply = read_json_reply(completion.text, passages)
        if reply is None:
            why = "this is not the JSON that was asked for"
            reply = Reply(unsupported=(Unsupported(text=completion.text, reason=why),))
        return reply, completion.probability_of(quoted_stretches(completion.text))
    return read_reply(completion.text, passages), completion.probability


def _words(number: int, start: int, end: int, passages: Sequence[Passage]) -> str:
    return passages[number - 1].text[start:end].replace("\n", " ")


def _decoding(reply: Reply, completion: Completion, probability: float, passages: Sequence[Passage]) -> Decoding:
    """What was located as the one answer."""
    cited = {item.number for item in reply.items}
    answer = DecodedAnswer(
        items=reply.items,
        boolean=reply.boolean,
        log_probability=math.log(probability),
        tokens=(),
        probabilities=(probability,),
    )
    return Decoding(
        answers=(answer,) if reply.items else (),
        unanswerable=float(reply.gave_up),
        yes=float(reply.boolean is True),
        no=float(reply.boolean is False),
        passage_probabilities=tuple(float(passage.number in cited) for passage in passages),
        output_tokens=completion.usage.output_tokens,
    )
