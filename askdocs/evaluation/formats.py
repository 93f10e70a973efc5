"""Other projects' question files as suites: SQuAD, HotpotQA, BEIR folders and FinanceBench.

Sources of the formats: Rajpurkar et al. 2016 and 2018 (SQuAD 1.1, 2.0), Yang et al. 2018 (HotpotQA), Thakur et al.
2021 (BEIR), Islam et al. 2023 (FinanceBench). Ids are kept; each paragraph or document is an article.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from askdocs.core.articles import Article
from askdocs.core.errors import SuiteError
from askdocs.evaluation.cases import BooleanGold, Case, TextGold
from askdocs.evaluation.suite import Suite

FORMATS = ("squad", "hotpotqa", "beir", "financebench")


def load_format(path: str | Path, name: str) -> Suite:
    """Read another project's file or folder as a suite.

    Raises SuiteError where it cannot be read as that format.
    """
    readers: dict[str, Callable[[Path], Suite]] = {
        "squad": read_squad,
        "hotpotqa": read_hotpotqa,
        "beir": read_beir,
        "financebench": read_financebench,
    }
    if name not in readers:
        raise SuiteError(f'"{name}" is no known format; known are {", ".join(FORMATS)}')
    path = Path(path)
    if not path.exists():
        raise SuiteError(f"{path}: no such file or folder")
    try:
        suite = readers[name](path)
    except ValidationError as error:
        raise SuiteError(f"{path}: not {name}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}") from error
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, OSError, EOFError) as error:
        raise SuiteError(f"{path}: not a {name} file: {type(error).__name__}: {error}") from error
    if not suite.cases:
        raise SuiteError(f"{path}: read as {name}, it holds no questions")
    return suite


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig")


def _lines(path: Path) -> Iterator[Any]:
    """The documents of a JSON-lines file; a bad line is named."""
    for number, line in enumerate(_text(path).splitlines(), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise SuiteError(f"{path}, line {number}: not JSON: {error.msg}") from error


class _Articles:
    """Articles under the names that cases use; the same text under two names is one article."""

    def __init__(self) -> None:
        self.by_text: dict[str, Article] = {}
        self._names: set[str] = set()

    def add(self, name: str, title: str, text: str) -> str:
        """Add one; gives the name it is stored under."""
        known = self.by_text.get(text)
        if known is not None:
            return known.source
        unique, count = name, 1
        while unique in self._names:
            count += 1
            unique = f"{name}-{count}"
        self._names.add(unique)
        identity = "a" + hashlib.sha256(text.encode()).hexdigest()[:16]
        self.by_text[text] = Article(id=identity, source=unique, title=title, text=text)
        return unique

    @property
    def all(self) -> tuple[Article, ...]:
        return tuple(self.by_text.values())


def _name(title: str) -> str:
    return re.sub(r"[\s/\\]+", "_", title.strip()) or "untitled"


def _case_id(identity: Any, used: set[str]) -> str:
    """A case's id without spaces and slashes, and unique."""
    clean = re.sub(r"[\s/\\]+", "_", str(identity).strip()) or "case"
    unique, count = clean, 1
    while unique in used:
        count += 1
        unique = f"{clean}-{count}"
    used.add(unique)
    return unique


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence, or sentences, of ``text`` that hold ``[start, end)``; a plain cut at full stops.

    >>> sentence_around("It rained. Alibaba sold 33 million shares. It fell.", 24, 34)
    'Alibaba sold 33 million shares.'
    """
    begin = max((match.end() for match in re.finditer(r"[.!?][\"”’)]?\s+|\n", text[:start])), default=0)
    close = re.compile(r"[.!?][\"”’)]?(?=\s|$)|\n").search(text, max(end - 1, start))
    return text[begin : close.end() if close else len(text)].strip()


def read_squad(path: Path) -> Suite:
    """SQuAD 1.1 or 2.0 JSON, gzipped or not: every paragraph an article, ``is_impossible`` unanswerable."""
    document = json.loads(_text(path))
    articles, cases, used = _Articles(), [], set[str]()
    for entry in document["data"]:
        title = str(entry.get("title") or "untitled")
        for number, paragraph in enumerate(entry["paragraphs"], 1):
            context = paragraph["context"]
            name = articles.add(f"{_name(title)}-{number}", title, context)
            for question in paragraph["qas"]:
                cases.append(_squad_case(question, name, context, used))
    return Suite(name=_suite_name(path), articles=articles.all, cases=tuple(cases))


def _squad_case(question: dict[str, Any], name: str, context: str, used: set[str]) -> Case:
    identity, words = _case_id(question["id"], used), question["question"].strip()
    if question.get("is_impossible") or not question["answers"]:
        return Case(id=identity, question=words, type="unanswerable", article=name, tags="unanswerable:not-stated")
    accepted = tuple(dict.fromkeys(answer["text"] for answer in question["answers"]))
    first = question["answers"][0]
    start = int(first["answer_start"])
    quote = sentence_around(context, start, start + len(first["text"]))
    gold = TextGold(accepted=accepted)
    return Case(id=identity, question=words, type="text", gold=gold, answer=accepted[0], article=name, quote=quote)


def read_hotpotqa(path: Path) -> Suite:
    """HotpotQA JSON: every titled paragraph an article, the supporting facts its gold quotes."""
    articles, cases, used = _Articles(), [], set[str]()
    for entry in json.loads(_text(path)):
        names, sentences = {}, {}
        for title, lines in entry["context"]:
            names[title] = articles.add(_name(title), title, "".join(lines).strip())
            sentences[title] = lines
        facts = [(title, int(line)) for title, line in entry["supporting_facts"] if title in names]
        quotes = [sentences[title][line].strip() for title, line in facts if line < len(sentences[title])]
        answer = str(entry["answer"])
        polar = answer.lower() in ("yes", "no")
        cases.append(
            Case(
                id=_case_id(entry["_id"], used),
                question=entry["question"].strip(),
                type="boolean" if polar else "text",
                gold=BooleanGold(value=answer.lower() == "yes") if polar else TextGold(accepted=(answer,)),
                answer=answer,
                article=tuple(dict.fromkeys(names[title] for title, _ in facts)),
                quote=tuple(quote for quote in quotes if quote),
                tags=tuple(f"{key}:{entry[key]}" for key in ("type", "level") if entry.get(key)),
            )
        )
    return Suite(name=_suite_name(path), articles=articles.all, cases=tuple(cases))


def read_beir(path: Path) -> Suite:
    """A BEIR folder (``corpus.jsonl``, ``queries.jsonl``, ``qrels/*.tsv``): retrieval only, there are no answers."""
    folder = path if path.is_dir() else path.parent
    qrels = next(
        (file for name in ("test", "dev", "train") if (file := folder / "qrels" / f"{name}.tsv").is_file()), None
    )
    if qrels is None:
        raise SuiteError(f"{folder}: no qrels/test.tsv, dev.tsv or train.tsv there, which a BEIR folder has")
    articles, names = _Articles(), {}
    for document in _lines(_plain_or_gz(folder / "corpus.jsonl")):
        text = document["text"].strip() or document.get("title", "")
        if text:
            identity = str(document["_id"])
            names[identity] = articles.add(_name(identity), document.get("title") or identity, text)
    relevant: dict[str, list[str]] = {}
    with qrels.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t"):
            if len(row) == 3 and row[2].strip().lstrip("-").isdigit() and int(row[2]) > 0 and row[1] in names:
                relevant.setdefault(row[0], []).append(names[row[1]])
    used: set[str] = set()
    cases = tuple(
        Case(
            id=_case_id(query["_id"], used),
            question=query["text"].strip(),
            type="text",
            gold=TextGold(accepted=("",)),
            article=tuple(dict.fromkeys(relevant[str(query["_id"])])),
        )
        for query in _lines(_plain_or_gz(folder / "queries.jsonl"))
        if str(query["_id"]) in relevant
    )
    return Suite(name=folder.name, articles=articles.all, cases=cases, retrieval_only=True)


def _plain_or_gz(path: Path) -> Path:
    packed = path.with_name(path.name + ".gz")
    return packed if not path.exists() and packed.exists() else path


def read_financebench(path: Path) -> Suite:
    """FinanceBench JSON lines: the pages that hold the evidence are the articles; answers are free text."""
    articles, cases, used = _Articles(), [], set[str]()
    for entry in _lines(path):
        names, quotes = [], []
        for evidence in _evidence(entry):
            quote = evidence["evidence_text"].strip()
            page = evidence.get("evidence_text_full_page", quote).strip() or quote
            document = evidence.get("doc_name") or evidence.get("evidence_doc_name") or entry["doc_name"]
            if page:
                names.append(articles.add(f"{_name(document)}-p{evidence.get('evidence_page_num', 0)}", document, page))
            if quote and quote in page:
                quotes.append(quote)
        cases.append(
            Case(
                id=_case_id(entry["financebench_id"], used),
                question=entry["question"].strip(),
                type="text",
                gold=TextGold(accepted=(str(entry["answer"]),)),
                answer=str(entry["answer"]),
                article=tuple(dict.fromkeys(names)),
                quote=tuple(quotes),
                tags=tuple(str(entry[key]) for key in ("question_type",) if entry.get(key)),
            )
        )
    return Suite(name=_suite_name(path), articles=articles.all, cases=tuple(cases))


def _evidence(entry: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The evidence of an entry; older files hold one text instead of a list."""
    evidence = entry.get("evidence")
    if isinstance(evidence, list):
        return list(evidence)
    return [{"evidence_text": str(entry["evidence_text"]), "evidence_page_num": entry.get("page_number", 0)}]


def _suite_name(path: Path) -> str:
    return re.sub(r"(\.jsonl?|\.gz)+$", "", path.name)
