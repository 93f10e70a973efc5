"""Loads and strictly renders the prompt templates; the only module that knows where they live.

A template is a Jinja file of three blocks, rendered and tokenized one by one, so that what the prompts of two
questions share is shared token for token: ``instructions`` (fixed), ``passage`` (once a passage) and ``question``.
An undefined name is an error, and what a passage or question holds is never read as template syntax.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from askdocs.core.answers import Turn
from askdocs.core.decoding import Passage
from askdocs.core.errors import ModelUnusable

if TYPE_CHECKING:
    from jinja2 import Template

BLOCKS = ("instructions", "passage", "question")


class Prompt:
    """A loaded template.

    >>> prompt = load_prompt("grounded")
    >>> prompt.question("How many shares?").splitlines()[-1]
    'Answer:'
    """

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.hash = hashlib.sha256(source.encode()).hexdigest()
        self._template = _compile(name, source)
        # A template that ends its question with a cue ("Answer:") is completed as it stands, the answer after a
        # space; any other one is put into the model's own chat format.
        self.framed = not source.rstrip().removesuffix("{% endblock %}").endswith("Answer:")

    def _render(self, block: str, **values: object) -> str:
        context = self._template.new_context(values)
        try:
            return "".join(self._template.blocks[block](context))
        except Exception as error:  # a template's expressions may fail in any way
            raise ModelUnusable(f"prompt {self.name!r}, block {block!r}: {error}; correct the template") from error

    def instructions(self) -> str:
        """The fixed beginning of every prompt."""
        return self._render("instructions")

    def passage(self, passage: Passage) -> str:
        """One numbered passage with its title, date and headings."""
        return self._render("passage", number=passage.number, heading=heading(passage), text=passage.text)

    def question(self, question: str, history: Sequence[Turn] = (), note: str = "") -> str:
        """The end of the prompt: the last earlier turn, if any, the question, and a note below it where one is given.

        A template without a place for a note leaves it out.
        """
        return self._render("question", question=_one_line(question), history=list(history)[-1:], note=note)


def heading(passage: Passage) -> str:
    """The line above a passage: "Title (2024-03-21) > Section", as far as each is known."""
    hit = passage.hit
    date = f" ({hit.published.isoformat()})" if hit.published else ""
    parts = [f"{hit.title}{date}".strip(), hit.chunk.heading]
    return _one_line(" > ".join(part for part in parts if part))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def folder() -> Path:
    """Where the templates are: in the wheel ``askdocs/_prompts``, in a checkout ``prompts/``."""
    package = Path(__file__).parents[1]
    installed = package / "_prompts"
    return installed if installed.is_dir() else package.parent / "prompts"


def names() -> list[str]:
    """The templates that come with askdocs.

    >>> "grounded" in names()
    True
    """
    return sorted(path.stem for path in folder().glob("*.jinja"))


@functools.lru_cache(maxsize=16)
def load_prompt(name: str) -> Prompt:
    """Load a template by its name, or by the path of a ``.jinja`` file.

    Raises ModelUnusable when there is none, or when it lacks a block.
    """
    path = Path(name) if name.endswith(".jinja") else folder() / f"{name}.jinja"
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ModelUnusable(f"prompt {name!r}: {path} is not UTF-8 text; save it as such") from error
    except OSError as error:
        raise ModelUnusable(
            f"prompt {name!r}: cannot read {path} ({error.strerror}); known prompts: {', '.join(names())}"
        ) from error
    return Prompt(path.stem, source)


def _compile(name: str, source: str) -> Template:
    from jinja2 import Environment, StrictUndefined, TemplateSyntaxError

    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=False, autoescape=False)
    try:
        template = environment.from_string(source)
    except TemplateSyntaxError as error:
        raise ModelUnusable(f"prompt {name!r}, line {error.lineno}: {error.message}; correct the template") from error
    missing = [block for block in BLOCKS if block not in template.blocks]
    if missing:
        raise ModelUnusable(f"prompt {name!r} lacks the block {missing[0]!r}; a prompt has {', '.join(BLOCKS)}")
    return template
