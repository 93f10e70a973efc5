"""A suite: a folder with ``suite.yaml``, ``articles/`` and ``cases.jsonl``, read and checked."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from askdocs.core.answers import Turn
from askdocs.core.articles import Article
from askdocs.core.base import Model
from askdocs.core.errors import SuiteError
from askdocs.evaluation.cases import Case, gold_words

CASES, ARTICLES, DESCRIPTION = "cases.jsonl", "articles", "suite.yaml"


class SuiteInfo(Model):
    """What ``suite.yaml`` says."""

    name: str
    description: str = ""
    licence: str = ""
    language: str = "en"
    version: str | int = ""


class Suite(Model):
    """Articles and the cases about them.

    The articles are files under ``folder/articles``, or for other projects' formats ``articles`` themselves, whose
    ``source`` is the name that cases use. ``retrieval_only`` suites have no answers to score. ``context`` holds all
    cases where ``cases`` are only some, for the earlier turns of conversations.
    """

    name: str
    description: str = ""
    folder: Path | None = None
    articles: tuple[Article, ...] = ()
    cases: tuple[Case, ...]
    context: tuple[Case, ...] = ()
    retrieval_only: bool = False

    @property
    def sources(self) -> list[str | Article]:
        """What ``Corpus.add`` is given."""
        return [str(self.folder / ARTICLES)] if self.folder is not None else list(self.articles)

    @property
    def fingerprint(self) -> str:
        """A hash of the articles' bytes; outcomes over other articles cannot be compared."""
        digest = hashlib.sha256()
        if self.folder is not None:
            for path in article_files(self.folder / ARTICLES):
                digest.update(article_name(path, self.folder).encode() + b"\0" + path.read_bytes() + b"\0")
        for article in self.articles:
            digest.update(article.source.encode() + b"\0" + article.text.encode() + b"\0")
        return digest.hexdigest()[:16]

    def history(self, case: Case) -> tuple[Turn, ...]:
        """The earlier turns that a case is asked after, with their gold answers."""
        if case.conversation is None:
            return case.history
        earlier = [
            other
            for other in self.context or self.cases
            if other.conversation == case.conversation and (other.turn or 0) < (case.turn or 0)
        ]
        return tuple(
            Turn(question=other.question, answer=gold_words(other))
            for other in sorted(earlier, key=lambda other: other.turn or 0)
        )

    def limited(self, limit: int | None) -> Suite:
        """The first cases only; all articles stay."""
        if limit is None or limit >= len(self.cases):
            return self
        return self.model_copy(update={"cases": self.cases[:limit], "context": self.context or self.cases})


def builtin_folder(name: str) -> Path | None:
    """Where a suite that ships with askdocs lies: in the wheel, or in a checkout."""
    package = Path(__file__).parents[1]
    for root in (package / "_evals", package.parent / "evals"):
        if re.fullmatch(r"[\w-]+", name) and (root / name / CASES).is_file():
            return root / name
    return None


def sample_articles() -> Path:
    """The folder of articles that come with askdocs.

    Raises SuiteError where the installation lacks them.
    """
    folder = builtin_folder("news")
    if folder is None:
        raise SuiteError("the sample articles are not part of this installation; reinstall askdocs from its wheel")
    return folder / ARTICLES


def article_files(folder: Path) -> list[Path]:
    """The files of a suite's articles, in a stable order; hidden ones are no articles."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def article_name(path: Path, folder: Path) -> str:
    """The name that cases use for a file: its path under ``articles/``, with slashes."""
    return path.relative_to(folder / ARTICLES).as_posix()


def load_suite(name: str | Path) -> Suite:
    """Read a suite: a folder, or the name of one that ships with askdocs (a folder of that name goes first).

    Raises SuiteError, with file, line and field, for what is not as it should be.
    """
    folder = Path(name)
    if not (folder / CASES).is_file():
        builtin = builtin_folder(str(name))
        if builtin is None:
            known = ", ".join(sorted(_builtin_names())) or "none in this installation"
            raise SuiteError(
                f'"{name}" is no suite: no {CASES} there. A suite is a folder with {DESCRIPTION}, {ARTICLES}/ and '
                f"{CASES}, or one of: {known}. For a file of another project name its --format"
            )
        folder = builtin
    info = _info(folder)
    cases = read_cases(folder / CASES)
    names = {article_name(path, folder) for path in article_files(folder / ARTICLES)}
    if not names:
        raise SuiteError(f"{folder / ARTICLES}: no articles; the files that the cases ask about belong there")
    _check(folder / CASES, cases, names)
    return Suite(name=info.name, description=info.description, folder=folder, cases=cases)


def _builtin_names() -> set[str]:
    package = Path(__file__).parents[1]
    roots = (package / "_evals", package.parent / "evals")
    return {folder.name for root in roots if root.is_dir() for folder in root.iterdir() if (folder / CASES).is_file()}


def _info(folder: Path) -> SuiteInfo:
    path = folder / DESCRIPTION
    if not path.is_file():
        return SuiteInfo(name=folder.name)
    import yaml

    try:
        return SuiteInfo.model_validate({"name": folder.name} | (yaml.safe_load(path.read_text("utf-8")) or {}))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise SuiteError(f"{path}{line}: not YAML: {getattr(error, 'problem', error)}") from error
    except (ValidationError, TypeError) as error:
        raise SuiteError(f"{path}: {_first_problem(error)}") from error


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read a ``cases.jsonl``; raises SuiteError with file, line and field for the first bad line."""
    cases, lines = [], []
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if not line.strip() or line.startswith("//"):
            continue
        try:
            cases.append(Case.model_validate(json.loads(line)))
        except json.JSONDecodeError as error:
            raise SuiteError(f"{path}, line {number}: not JSON: {error.msg} at character {error.pos + 1}") from error
        except ValidationError as error:
            raise SuiteError(f"{path}, line {number}, {_first_problem(error)}") from error
        lines.append(number)
    if not cases:
        raise SuiteError(f"{path}: no cases")
    seen: set[str] = set()
    for case, number in zip(cases, lines, strict=True):
        if case.id in seen:
            raise SuiteError(f'{path}, line {number}, field id: "{case.id}" is used before; ids are unique')
        seen.add(case.id)
    return tuple(cases)


def _first_problem(error: ValidationError | TypeError) -> str:
    """The first problem as "field gold.value: what is wrong"."""
    if not isinstance(error, ValidationError):
        return str(error)
    problem = error.errors()[0]
    message = problem["msg"].removeprefix("Value error, ")
    field = ".".join(str(part) for part in problem["loc"])
    named = re.match(r"([a-z_.\d]+): (.+)", message, re.S)
    if not field and named:
        field, message = named.groups()
    return f"field {field}: {message}" if field else message


def _check(path: Path, cases: Sequence[Case], names: set[str]) -> None:
    """Articles that cases name exist, and turns count from 1 without gaps."""
    for case in cases:
        for name in case.article:
            if re.sub(r"#\d+$", "", name) not in names:  # records.csv#3 is the third article of a file of several
                raise SuiteError(f'{path}, case "{case.id}", field article: no "{name}" in {ARTICLES}/')
        if case.answerable and not case.article and case.form in (None, "span"):  # the others may be of all articles
            raise SuiteError(f'{path}, case "{case.id}", field article: an answerable case names its article')
    turns = Counter((case.conversation, case.turn) for case in cases if case.conversation is not None)
    for (conversation, turn), count in turns.items():
        if count > 1 or ((turn or 1) > 1 and (conversation, (turn or 1) - 1) not in turns):
            what = "is given twice" if count > 1 else f"has no turn {(turn or 1) - 1} before it"
            raise SuiteError(f'{path}, conversation "{conversation}", field turn: turn {turn} {what}')


def missing_quotes(cases: Iterable[Case], texts: dict[str, str]) -> list[tuple[str, str]]:
    """The gold quotes that stand in none of their case's articles, as ``(case id, quote)``.

    ``texts`` are the articles' cleaned texts by the names that cases use.

    >>> case = Case(id="a", question="?", type="boolean", gold={"value": True}, article="x.md", quote="It rained.")
    >>> missing_quotes([case], {"x.md": "It rained. Hard."}), missing_quotes([case], {"x.md": "It snowed."})
    ([], [('a', 'It rained.')])
    """
    return [
        (case.id, quote)
        for case in cases
        for quote in case.quote
        if not any(quote in texts.get(name, "") for name in case.article)
    ]


def dump_case(case: Case) -> dict[str, Any]:
    """A case as it is written, without what is left at its default."""
    return case.model_dump(mode="json", exclude_defaults=True)
