"""Other projects' files become suites, with their ids."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from askdocs.core.errors import SuiteError
from askdocs.evaluation.formats import load_format
from askdocs.evaluation.suite import missing_quotes

CONTEXT = "Basel lies on the Rhine. It has three airports nearby. Trams are green."
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Basel / city",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {
                            "id": "q1",
                            "question": " On which river? ",
                            "answers": [
                                {"text": "the Rhine", "answer_start": CONTEXT.index("the Rhine")},
                                {"text": "Rhine", "answer_start": CONTEXT.index("Rhine")},
                            ],
                            "is_impossible": False,
                        },
                        {"id": "q2", "question": "How many lakes?", "answers": [], "is_impossible": True},
                    ],
                },
                {
                    "context": CONTEXT,
                    "qas": [{"id": "q1", "question": "Colour?", "answers": [{"text": "green", "answer_start": 64}]}],
                },
            ],
        }
    ],
}


@pytest.mark.parametrize("packed", [False, True])
def test_squad(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / ("dev.json.gz" if packed else "dev.json")
    data = json.dumps(SQUAD).encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    suite = load_format(path, "squad")
    first, second, third = suite.cases
    assert (first.id, first.question, first.answer) == ("q1", "On which river?", "the Rhine")
    assert first.gold is not None
    assert first.gold.model_dump() == {"accepted": ("the Rhine", "Rhine")}
    assert first.quote == ("Basel lies on the Rhine.",)
    assert (second.type, second.answerable) == ("unanswerable", False)
    assert third.id == "q1-2"
    assert third.quote == ("Trams are green.",)
    assert [article.source for article in suite.articles] == ["Basel_city-1"]  # the same text twice is one article
    assert missing_quotes(suite.cases, {article.source: article.text for article in suite.articles}) == []


def test_hotpotqa(tmp_path: Path) -> None:
    entry = {
        "_id": "5a",
        "question": "Are both rivers?",
        "answer": "yes",
        "type": "comparison",
        "level": "easy",
        "supporting_facts": [["Rhine", 0], ["Rhone", 1]],
        "context": [["Rhine", ["The Rhine is a river.", " It is long."]], ["Rhone", ["Rhone.", " It is a river too."]]],
    }
    path = tmp_path / "hotpot.json"
    path.write_text(json.dumps([entry, entry | {"_id": "5b", "answer": "Basel"}]), encoding="utf-8")
    polar, named = load_format(path, "hotpotqa").cases
    assert (polar.type, polar.article) == ("boolean", ("Rhine", "Rhone"))
    assert polar.quote == ("The Rhine is a river.", "It is a river too.")
    assert (named.type, named.answer) == ("text", "Basel")


def test_beir(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    documents = [{"_id": "d1", "title": "Rhine", "text": "A river."}, {"_id": "d2", "title": "", "text": "A hill."}]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8")
    queries = [{"_id": "1", "text": "rivers"}, {"_id": "2", "text": "unjudged"}]
    (tmp_path / "queries.jsonl").write_text("".join(json.dumps(q) + "\n" for q in queries), encoding="utf-8")
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\td1\t1\n1\td2\t0\n", encoding="utf-8")
    suite = load_format(tmp_path, "beir")
    assert suite.retrieval_only
    assert [(case.id, case.article) for case in suite.cases] == [("1", ("d1",))]


def test_financebench(tmp_path: Path) -> None:
    entry = {
        "financebench_id": "fb_1",
        "question": "What was capital expenditure?",
        "answer": "$1577.00",
        "doc_name": "3M_2018_10K",
        "question_type": "metrics-generated",
        "evidence": [
            {
                "evidence_text": "Purchases (1,577)",
                "evidence_text_full_page": "Cash\nPurchases (1,577)\n",
                "evidence_page_num": 59,
            }
        ],
    }
    path = tmp_path / "fb.jsonl"
    path.write_text(json.dumps(entry) + "\n", encoding="utf-8")
    suite = load_format(path, "financebench")
    case = suite.cases[0]
    assert (case.id, case.article, case.quote) == ("fb_1", ("3M_2018_10K-p59",), ("Purchases (1,577)",))
    assert suite.articles[0].text == "Cash\nPurchases (1,577)"


def test_files_that_are_something_else(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"data": [{"paragraphs": [{}]}]}', encoding="utf-8")
    with pytest.raises(SuiteError, match="not a squad file"):
        load_format(path, "squad")
    path.write_text("not json", encoding="utf-8")
    with pytest.raises(SuiteError, match=r"line 1: not JSON|not a"):
        load_format(path, "financebench")
    with pytest.raises(SuiteError, match="no known format"):
        load_format(path, "coco")
    with pytest.raises(SuiteError, match="no such file"):
        load_format(tmp_path / "absent", "squad")
    with pytest.raises(SuiteError, match="no qrels"):
        load_format(tmp_path, "beir")
