"""Adding: what is new, changed or moved is stored, what is not is left alone, what is gone is pruned."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from askdocs.core.errors import CorpusError
from askdocs.corpus.corpus import Corpus
from tests.corpus.counting import STORY, embedded


def test_what_is_added_is_found_with_its_place(corpus: Corpus, folder: Path) -> None:
    generation = corpus.status().generation
    assert corpus.add(folder).model_dump(exclude_defaults=True) == {"added": 2}
    assert corpus.status().generation == generation + 2  # one transaction an article
    hit = corpus.search("How many XPeng shares were sold?", k=1)[0]
    article = corpus.article(hit.chunk.article_id)
    assert article.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
    assert (article.title, str(article.published)) == ("Stake sold", "2023-12-05")
    assert "33 million" in hit.chunk.text
    assert {Path(one.source).name for one in corpus.articles()} == {"sale.md", "rain.txt"}
    assert corpus.verify() == []


def test_adding_again_does_nothing(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    before, state = embedded(corpus), corpus.status()
    assert corpus.add(folder).model_dump(exclude_defaults=True) == {"unchanged": 2}
    assert embedded(corpus) == before
    assert corpus.status().chunks == state.chunks


def test_the_same_content_twice_is_stored_once(corpus: Corpus, folder: Path) -> None:
    (folder / "copy.md").write_bytes((folder / "sale.md").read_bytes())
    report = corpus.add(folder)
    assert (report.added, report.unchanged) == (2, 1)
    assert corpus.status().articles == 2
    assert corpus.status().sources == 3
    os.unlink(folder / "copy.md")
    assert corpus.add(folder, prune=True).removed == 0
    assert corpus.status().articles == 2
    assert corpus.verify() == []


def test_a_changed_file_replaces_its_article_and_embeds_only_what_changed(corpus: Corpus, tmp_path: Path) -> None:
    paragraphs = [
        f"Paragraph {number} tells {' '.join(f'fact{number}x{word}' for word in range(60))}." for number in range(30)
    ]
    file = tmp_path / "long.txt"
    file.write_text("\n\n".join(paragraphs))
    corpus.add(file)
    before, chunks = embedded(corpus), corpus.status().chunks
    old = next(corpus.articles())
    assert chunks > 5
    paragraphs[0] = "Paragraph 0 tells something else now."
    file.write_text("\n\n".join(paragraphs))
    assert corpus.add(file).model_dump(exclude_defaults=True) == {"updated": 1}
    assert 0 < embedded(corpus) - before < chunks
    assert [one.id for one in corpus.articles()] != [old.id]
    assert not [hit for hit in corpus.search("fact0x3") if "fact0x3" in hit.chunk.text]
    with pytest.raises(CorpusError, match=old.id):
        corpus.article(old.id)
    assert corpus.verify() == []


def test_front_matter_alone_may_change(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    (folder / "sale.md").write_text(f"---\ntitle: A stake is sold\npublished: 2023-12-06\n---\n{STORY}")
    assert corpus.add(folder).model_dump(exclude_defaults=True) == {"updated": 1, "unchanged": 1}
    assert {"A stake is sold"} < {one.title for one in corpus.articles()}
    assert corpus.verify() == []


def test_a_row_of_a_table_changes_alone(corpus: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "markets.csv"
    rows = [f"Story {number},2024-03-0{number},Company {number} sold its ferry." for number in (1, 2, 3)]
    file.write_text("\n".join(["title,date,text", *rows]))
    corpus.add(file)
    before = {one.source: one.id for one in corpus.articles()}
    rows[1] = "Story 2,2024-03-02,Company 2 kept its ferry."
    file.write_text("\n".join(["title,date,text", *rows]))
    assert corpus.add(file).model_dump(exclude_defaults=True) == {"updated": 1, "unchanged": 2}
    after = {one.source: one.id for one in corpus.articles()}
    assert [source for source in before if before[source] != after[source]] == [f"{file}#2"]
    assert corpus.search("ferry", where={"published": "2024-03-02"})[0].title == "Story 2"
    assert corpus.verify() == []


def test_a_moved_file_keeps_its_article(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    ids = {hit.chunk.id for hit in corpus.search("shares")}
    before = embedded(corpus)
    (folder / "sale.md").rename(folder / "deep" / "moved.md")
    assert corpus.add(folder).model_dump(exclude_defaults=True) == {"moved": 1, "unchanged": 1}
    assert embedded(corpus) == before
    assert {hit.chunk.id for hit in corpus.search("shares")} == ids
    assert {Path(one.source).name for one in corpus.articles()} == {"moved.md", "rain.txt"}
    assert corpus.verify() == []


def test_prune_removes_what_has_gone_and_only_below(corpus: Corpus, folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("Something else entirely happened elsewhere.")
    corpus.add(folder, elsewhere)
    elsewhere.unlink()
    (folder / "deep" / "rain.txt").unlink()
    assert corpus.add(folder).removed == 0
    assert corpus.add(folder, prune=True).removed == 1
    assert {Path(one.source).name for one in corpus.articles()} == {"sale.md", "elsewhere.txt"}
    assert corpus.add(str(tmp_path / "else*.txt"), prune=True).removed == 1
    (folder / "sale.md").unlink()
    (folder / "deep").rmdir()
    folder.rmdir()
    report = corpus.add(folder, prune=True)
    assert report.removed == 0
    assert "nothing of it was pruned" in report.skipped[-1].reason


def test_records_of_a_file_come_and_go_with_it(corpus: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl"
    rows = [
        {"title": f"Title {number}", "text": f"Company {number} earned {number} million dollars."}
        for number in range(4)
    ]
    file.write_text("\n".join(map(json.dumps, rows)))
    assert corpus.add(file).added == 4
    file.write_text("\n".join(map(json.dumps, [*rows[:2], {"title": "New", "text": "Company 9 lost money."}])))
    report = corpus.add(file)
    assert (report.updated, report.unchanged, report.removed) == (1, 2, 1)
    assert sorted(one.title for one in corpus.articles()) == ["New", "Title 0", "Title 1"]
    file.rename(tmp_path / "renamed.jsonl")
    assert corpus.add(tmp_path).moved == 3
    assert {one.source.rpartition("/")[2] for one in corpus.articles()} == {f"renamed.jsonl#{n}" for n in (1, 2, 3)}
    assert corpus.verify() == []


def test_chunk_ids_are_never_used_again(corpus: Corpus, folder: Path) -> None:
    seen: set[int] = set()
    for _ in range(3):
        corpus.add(folder)
        ids = {hit.chunk.id for hit in corpus.search("shares rain")}
        assert ids
        assert not ids & seen
        seen |= ids
        corpus.remove(str(folder))
