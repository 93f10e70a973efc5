"""What a server refuses or gets wrong -> an error that names the server, the model and the next step."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from askdocs.core.base import Model
from askdocs.core.errors import ModelError, ModelNotFound, ModelUnusable, PromptTooLong

if TYPE_CHECKING:
    import httpx

# llama-server, llama_cpp.server, vLLM, Ollama, Text Generation Inference, OpenAI
_TOO_LONG = re.compile(
    r"context.{0,3}(?:size|length|window)|max_model_len|maximum model length|too large to process"
    r"|max_tokens must be at least 1, got -|max_new_tokens",
    re.IGNORECASE,
)
_COUNTS = (
    re.compile(r"request \((?P<asked>\d+) tokens\) exceeds the available context size \((?P<room>\d+)"),
    re.compile(r'"n_prompt_tokens":\s*(?P<asked>\d+),\s*"n_ctx":\s*(?P<room>\d+)'),
    re.compile(r"maximum context length is (?P<room>\d+) tokens.*?requested (?P<asked>\d+) tokens", re.DOTALL),
    re.compile(r"\(length (?P<asked>\d+)\) is longer than the maximum model length of (?P<room>\d+)"),
)
_NO_MODEL = re.compile(
    r"model_not_found|\bmodel\b.{0,120}(?:not found|does not exist|not exist|is not available|unknown)"
    r"|(?:unknown|invalid|no such|not find the) model",
    re.IGNORECASE | re.DOTALL,
)
_TLS = re.compile(r"\bSSL\b|\bTLS\b|CERTIFICATE|_ssl\.c", re.IGNORECASE)
_WANTS_TLS = re.compile(r"HTTPS (?:port|server)", re.IGNORECASE)
_SHOWN_MODELS = 8
_REFUSED = (400, 413, 422, 500, 501)


class Refused(Exception):
    """The server does not take a request as it is; ``text`` is what it says. Another form of it may do."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"status {status}: {text[:200]}")
        self.status = status
        self.text = text


class TooLong(PromptTooLong):
    """A prompt that the model's context cannot hold; ``share`` of it would fit, as far as the server tells."""

    share: float = 0.5


class Server(Model):
    """A model of a server: its ``openai:`` name, what the server calls it, and the address of the API."""

    name: str
    served_model: str
    base_url: str

    @property
    def url(self) -> str:
        """Where questions are sent to."""
        return f"{self.base_url}/chat/completions"

    def unreachable(self, error: Exception) -> ModelError:
        """Why nothing came of a connection."""
        said = f"{error}"
        if _TLS.search(said) and "WRONG_VERSION_NUMBER" in said.upper():
            return ModelUnusable(
                f"model {self.name!r}: {self.base_url} does not speak TLS; write http:// instead of https://"
            )
        if _TLS.search(said):
            return ModelUnusable(
                f"model {self.name!r}: the certificate of {self.base_url} is not trusted ({said}); set SSL_CERT_FILE "
                "to the file of the authority that signed it"
            )
        return ModelNotFound(f"model {self.name!r}: cannot reach {self.url} ({said}); is the server running?")

    def dropped(self, error: Exception) -> ModelError:
        """Why a connection was lost twice."""
        return ModelUnusable(
            f"model {self.name!r}: {self.url} dropped the connection twice ({error}); look into the server's log: it "
            "may have run out of memory"
        )

    def refuses_key(self, status: int, *, sent: bool) -> ModelError:
        """Why it does not let us in."""
        which = "refuses the key" if sent else "wants a key, and none was sent: it refuses the key"
        return ModelUnusable(
            f"model {self.name!r}: {self.base_url} {which} (status {status}); set the right one in ASKDOCS_API_KEY"
        )

    def unknown_model(self, models: Sequence[str]) -> ModelError:
        """The server has other models."""
        if not models:
            return ModelNotFound(
                f"model {self.name!r}: {self.url} knows no model {self.served_model!r}; check the model's name"
            )
        near = difflib.get_close_matches(self.served_model, models, n=1, cutoff=0.4)
        better = near[0] if near else models[0]
        more = f" and {len(models) - _SHOWN_MODELS} more" if len(models) > _SHOWN_MODELS else ""
        return ModelNotFound(
            f"model {self.name!r}: {self.base_url} has no model {self.served_model!r}; it has "
            f"{', '.join(models[:_SHOWN_MODELS])}{more}; write openai:{better}@{self.base_url}"
        )

    def wrong_path(self, better: str | None) -> ModelError:
        """There is no API at the address; ``better`` is one where there is."""
        if better:
            return ModelNotFound(
                f"model {self.name!r}: nothing is at {self.url}, and there is an API at {better}; write "
                f"openai:{self.served_model}@{better}"
            )
        return ModelNotFound(
            f"model {self.name!r}: {self.url} answers 404; check the model's name, and the address, which mostly "
            "ends in /v1"
        )

    def too_long(self, text: str) -> TooLong:
        """The prompt does not fit."""
        error = TooLong(
            f"model {self.name!r}: {said(text)}; ask with a smaller k, or give the server a longer context "
            "(llama-server -c, vLLM --max-model-len, OLLAMA_CONTEXT_LENGTH)"
        )
        for pattern in _COUNTS:
            if found := pattern.search(text):
                error.share = min(0.9, 0.95 * int(found["room"]) / max(1, int(found["asked"])))
                break
        return error

    def useless(self, status: int, text: str) -> ModelError:
        """A reply that cannot be used."""
        if text.lstrip()[:1] == "<":
            return ModelUnusable(
                f"model {self.name!r}: {self.url} sent a web page, and no usable reply (status {status}: "
                f"{said(text)!r}); is it an OpenAI-compatible server, and does its address end in /v1?"
            )
        return ModelUnusable(
            f"model {self.name!r}: {self.url} sent no usable reply (status {status}: {said(text)!r}); is it an "
            "OpenAI-compatible server?"
        )


def said(text: str) -> str:
    """What an error says, without the JSON or HTML around it, cut short.

    >>> said('{"error": {"message": "Loading model", "code": 503}}'), said("<html><h1>Bad gateway</h1></html>")
    ('Loading model', 'Bad gateway')
    """
    try:
        document = json.loads(text)
    except ValueError:
        plain = re.sub(r"<[^>]*>", " ", text) if text.lstrip()[:1] == "<" else text
        return " ".join(plain.split())[:200]
    for key in ("error", "message", "detail"):
        if isinstance(document, dict) and document.get(key):
            document = document[key]
    return " ".join(str(document).split())[:300]


def raise_for(
    server: Server, response: httpx.Response, *, key_sent: bool, models: Callable[[str], list[str] | None]
) -> None:
    """Raise what a response other than a success means; ``models`` lists those at an address, None for no API there.

    Raises Refused where another form of the request may do; ModelNotFound, ModelUnusable, PromptTooLong.
    """
    status, text = _status(response), response.text
    if status < 300:
        return
    if status in (401, 403):
        raise server.refuses_key(status, sent=key_sent)
    if status in _REFUSED and _TOO_LONG.search(text):
        raise server.too_long(text)
    if status in (400, 404, 422) and _NO_MODEL.search(said(text)):
        raise server.unknown_model(models(server.base_url) or [])
    if status in (404, 405):
        raise _wrong_path(server, models)
    if 300 <= status < 400:
        raise ModelNotFound(
            f"model {server.name!r}: {server.url} redirects to {response.headers.get('location', 'nowhere')}; write "
            "that address"
        )
    if status == 400 and _WANTS_TLS.search(text):
        raise ModelUnusable(
            f"model {server.name!r}: {server.base_url} speaks TLS alone; write https:// instead of http://"
        )
    if status in _REFUSED:
        raise Refused(status, text)
    raise server.useless(status, text)


def _status(response: httpx.Response) -> int:
    """The status, which some servers tell in the document alone."""
    if response.status_code == 200 and '"error"' in response.text[:200]:
        try:
            error = response.json()["error"]
        except (ValueError, KeyError, TypeError):
            return 200
        code = error.get("code") if isinstance(error, dict) else None
        return code if isinstance(code, int) and code >= 400 else 200
    return response.status_code


def _wrong_path(server: Server, models: Callable[[str], list[str] | None]) -> ModelError:
    """Nothing is at the address: whether there is an API beside it."""
    bare = server.base_url.removesuffix("/chat/completions").removesuffix("/v1").rstrip("/")
    for better in (f"{bare}/v1", bare):
        if better != server.base_url and models(better) is not None:
            return server.wrong_path(better)
    known = models(server.base_url)
    if known and server.served_model not in known:
        return server.unknown_model(known)
    return server.wrong_path(None)
