"""What can be added and under which name: objects, clashing names, corpus folders, unreadable files; removing it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from askdocs.core.articles import Article
from askdocs.core.reports import AddReport
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder


def test_articles_given_as_objects(corpus: Corpus) -> None:
    article = Article(id="mine", source="a feed", title="T", text="The moon rose over the sea at nine.")
    assert corpus.add(article).added == 1
    assert corpus.add([article]).unchanged == 1
    assert corpus.add(article.model_copy(update={"text": "The moon rose over the sea at ten."})).updated == 1
    assert corpus.article("mine").text.endswith("ten.")
    assert corpus.add(Article(id="x", source="s", title="", text=" ")).skipped[0].reason == "the article has no text"
    assert corpus.add(Article(id="y", source="s", title="", text="half \ud800 a letter")).skipped[0].source == "s"
    assert corpus.verify() == []


def test_articles_of_one_call_do_not_take_each_others_place(corpus: Corpus) -> None:
    rows = [
        Article(id=f"row{i}", source="postgres", title="", text=f"Alibaba sold {i} million shares.") for i in range(3)
    ]
    report = corpus.add(rows)
    assert (report.added, report.updated) == (1, 0)
    assert [one.source for one in report.skipped] == ["postgres", "postgres"]
    assert "'row0'" in report.skipped[0].reason
    assert "'postgres#row1'" in report.skipped[0].reason
    assert [one.text for one in corpus.articles()] == [rows[0].text]
    own = [one.model_copy(update={"source": f"{one.source}#{one.id}"}) for one in rows]
    assert corpus.add(own[1:], own[1]).skipped == ()
    assert len(list(corpus.articles())) == 3
    same_id = [Article(id="one", source=f"{i}.md", title="", text=f"It is {i}.") for i in range(2)]
    report = corpus.add(same_id)
    assert (report.added, [one.source for one in report.skipped]) == (1, ["1.md"])
    assert "'0.md'" in report.skipped[0].reason


def test_a_folder_that_is_a_corpus_itself_gives_its_articles(folder: Path) -> None:
    with Corpus.open(folder, embedder=DeterministicEmbedder()) as corpus:
        assert corpus.add(folder) == AddReport(added=2)
        assert corpus.search("What was sold?")
        assert corpus.add(folder, prune=True) == AddReport(unchanged=2)
        (folder / "new.md").write_text("Norhaven sold Vestia.")
        assert corpus.add(folder) == AddReport(added=1, unchanged=2)
    assert (folder / "corpus.db").exists()


def test_bad_files_are_skipped_and_named(corpus: Corpus, folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")
    report = corpus.add(folder, folder / "missing.txt")
    assert report.added == 2
    names = {Path(one.source).name for one in report.skipped}
    assert names == {"empty.txt", "broken.pdf", "loop", "pipe.txt", "missing.txt"}


def test_files_of_the_same_relative_name_are_different(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, place in enumerate(("here", "there")):
        (tmp_path / place).mkdir()
        (tmp_path / place / "a.txt").write_text(f"The story of {place} has the number {number}.")
        monkeypatch.chdir(tmp_path / place)
        assert corpus.add("a.txt").added == 1
    assert {article.source for article in corpus.articles()} == {"a.txt", str(tmp_path / "there" / "a.txt")}
    assert corpus.add("a.txt", tmp_path / "here").unchanged == 2
    (tmp_path / "there" / "a.txt").write_text("The story of there is another now.")
    assert corpus.add("a.txt").updated == 1
    assert corpus.status().articles == 2
    assert corpus.verify() == []


def test_remove_by_source_file_folder_and_id(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    first, second = corpus.articles()
    assert corpus.remove("nothing of this name") == 0
    assert corpus.remove(str(folder / "deep")) == 1
    assert corpus.remove(article_id="nothing") == 0
    assert corpus.add(folder / "deep").added == 1
    assert corpus.remove(folder / "deep" / "rain.txt") == 1
    assert corpus.add(folder / "deep").added == 1
    assert corpus.remove(folder / "deep") == 1
    (left,) = corpus.articles()
    assert corpus.remove(left.id) == 1
    assert corpus.search("shares") == []
    status = corpus.status()
    assert (status.articles, status.chunks, status.sources) == (0, 0, 0)
    assert {first.id, second.id} >= {left.id}
    assert corpus.verify() == []
