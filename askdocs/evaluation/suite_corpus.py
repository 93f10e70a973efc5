"""Puts a suite's articles into a corpus of their own, beside the outcomes, and hands out what answers the cases."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from askdocs.core.answers import Answer, Turn
from askdocs.core.articles import Hit
from askdocs.core.errors import SuiteError
from askdocs.evaluation.run import Asks, reset_peak_memory
from askdocs.evaluation.suite import ARTICLES, Suite, missing_quotes

if TYPE_CHECKING:
    from askdocs.corpus.corpus import Corpus

logger = logging.getLogger(__name__)
STORED_ARTICLES = "articles.jsonl"


class Staged(NamedTuple):
    """What answers the cases, each article's name by its id, the texts by name, and the embedder's name."""

    answers: Asks
    names: dict[str, str]
    texts: dict[str, str]
    embedder: str


class CorpusAnswers:
    """A corpus as a run asks it: what is not set is left to the corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._warmed = ""

    def check(self, model: str) -> None:
        """Ask the server of a served model whether it is there. Other models were found when the run was planned."""
        if model.startswith("openai:"):
            from askdocs.core.settings import load_settings
            from askdocs.models.registry import resolve
            from askdocs.reading.servers.server_reader import OpenAIReader

            OpenAIReader.of(resolve(model), load_settings()).check()

    def warm(self, model: str) -> None:
        """Load the model and the embedder, and free the model before: several may not fit the memory together."""
        from askdocs.reading.model_pool import unload_models

        if self._warmed not in ("", model):
            unload_models()
            reset_peak_memory()
        self._warmed = model
        self.corpus.warm(model)

    def ask(
        self,
        question: str,
        *,
        model: str,
        k: int,
        where: Mapping[str, str] | None,
        history: Sequence[Turn],
        prompt: str | None,
    ) -> Answer:
        """Ask the corpus, in words: those are what gold answers are compared with."""
        return self.corpus.ask(question, model=model, k=k, where=where, history=history, prompt=prompt, style="span")

    def search(self, query: str, *, k: int, where: Mapping[str, str] | None) -> Sequence[Hit]:
        """Search the corpus."""
        return self.corpus.search(query, k=k, where=where)


@contextlib.contextmanager
def stage(suite: Suite, folder: Path, progress: bool = False) -> Iterator[Staged]:
    """Open the suite's corpus in ``folder``, adding what is not in it yet.

    Raises SuiteError where an article that a case names could not be read.
    """
    from askdocs.corpus.corpus import Corpus

    with Corpus.open(folder) as corpus:
        report = corpus.add(suite.sources, progress=progress, prune=suite.folder is not None)
        for skipped in report.skipped:
            logger.warning("%s: skipped: %s", skipped.source, skipped.reason)
        articles = list(corpus.articles())
        names = {article.id: suite_name(suite, article.source) for article in articles}
        texts = {names[article.id]: article.text for article in articles}
        wanted = {name for case in suite.cases for name in case.article} - set(texts)
        if wanted:
            reasons = {suite_name(suite, skipped.source): skipped.reason for skipped in report.skipped}
            name = sorted(wanted)[0]
            reason = reasons.get(name, "its text equals another article's, whose name the cases must use")
            raise SuiteError(f'article "{name}" of suite "{suite.name}": {reason}')
        yield Staged(CorpusAnswers(corpus), names, texts, corpus.embedder.fingerprint.name)


def suite_name(suite: Suite, source: str) -> str:
    """The name that cases use for an article's source."""
    if suite.folder is None:
        return source
    with contextlib.suppress(ValueError):
        return Path(source).resolve().relative_to((suite.folder / ARTICLES).resolve()).as_posix()
    return source


def check_quotes(suite: Suite, texts: Mapping[str, str]) -> None:
    """Raise SuiteError where a gold quote stands in none of its case's articles."""
    missing = missing_quotes(suite.cases, dict(texts))
    if missing:
        case, quote = missing[0]
        raise SuiteError(
            f'suite "{suite.name}", case "{case}", field quote: "{quote[:120]}" stands in none of the case\'s articles '
            f"as they were cleaned ({len(missing)} such quotes in all); copy it letter for letter"
        )


def write_articles(path: Path, texts: Mapping[str, str]) -> None:
    """Keep the texts beside the outcomes, so that rescoring needs neither the suite nor a corpus."""
    from askdocs.evaluation.manifest import write_text

    lines = (json.dumps({"name": name, "text": texts[name]}, ensure_ascii=False) for name in sorted(texts))
    write_text(path, "".join(line + "\n" for line in lines))


def read_articles(path: Path) -> dict[str, str]:
    """The texts that ``write_articles`` kept; raises SuiteError where they cannot be read."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except OSError as error:
        raise SuiteError(f"{path}: {error.strerror}; a run's folder holds it, made with askdocs eval --out") from error
    texts = {}
    for number, line in enumerate(lines, 1):
        try:
            if line:
                entry = json.loads(line)
                texts[str(entry["name"])] = str(entry["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise SuiteError(f"{path}, line {number}: {type(error).__name__}: {error}") from error
    return texts
