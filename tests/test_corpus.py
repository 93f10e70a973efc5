"""The document half of a corpus: adding, changing, moving, removing, searching, opening."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from askdocs.corpus import Corpus
from askdocs.errors import CorpusDamaged, CorpusError, CorpusLocked, CorpusMismatch
from askdocs.lock import writing
from askdocs.testing import DeterministicEmbedder
from askdocs.types import AddReport, Article, FloatArray, Kept

STORY = "Alibaba sold 33 million XPeng shares.\n\nThe shares were worth about $317 million.\n"
OTHER = "Rain fell in spring over the northern hills.\n\nFarmers were glad of it.\n"


class CountingEmbedder(DeterministicEmbedder):
    """Counts the texts it embeds."""

    count = 0

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        self.count += len(texts)
        return super().embed_texts(texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    (made / "deep").mkdir(parents=True)
    (made / "sale.md").write_text(f"---\ntitle: Stake sold\npublished: 2023-12-05\n---\n{STORY}")
    (made / "deep" / "rain.txt").write_text(OTHER)
    return made


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", embedder=CountingEmbedder()) as opened:
        yield opened


def age(path: Path) -> None:
    """Make a file look as if nobody had touched it for a minute; only its change time cannot be set."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 60_000_000_000))


def embedded(corpus: Corpus) -> int:
    assert isinstance(corpus.embedder, CountingEmbedder)
    return corpus.embedder.count


def test_what_is_added_is_found_with_its_place(corpus: Corpus, folder: Path) -> None:
    generation = corpus.status().generation
    assert corpus.add(folder).model_dump(exclude_defaults=True) == {"added": 2}
    assert corpus.status().generation == generation + 3  # the embedder, and one transaction an article
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


def test_filters(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    corpus.add(
        Article(id="m", source="feed", title="Shares [1]", text="Shares again.", meta={"section": "markets", "n": "12"})
    )

    def found(**where: str | list[str]) -> set[str]:
        return {Path(hit.source).name for hit in corpus.search("shares rain", where=where)}

    assert found(source="*.md") == {"sale.md"}
    assert found(published=">=2023-01-01") == {"sale.md"}
    assert found(published=["2023-12", "<2023-12-06"]) == {"sale.md"}
    assert found(published="<2023-12-05") == set()
    assert found(section="markets") == {"feed"}
    assert found(section="!=markets") == {"sale.md", "rain.txt"}
    assert found(n=">9") == {"feed"}
    assert found(title="Shares [1]") == {"feed"}
    assert found(title="*[1]") == {"feed"}
    with pytest.raises(CorpusError, match="write a date"):
        found(published=">=yesterday")


def test_one_snapshot_for_a_question(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    with corpus._snapshot():
        hit = corpus.search("XPeng shares", k=1)[0]
        assert corpus.remove(hit.source) == 1
        assert corpus.article(hit.chunk.article_id).id == hit.chunk.article_id
        assert corpus.search("XPeng shares", k=1)[0].chunk.id == hit.chunk.id
    with pytest.raises(CorpusError):
        corpus.article(hit.chunk.article_id)
    assert hit.chunk.id not in {one.chunk.id for one in corpus.search("XPeng shares")}


def test_chunk_ids_are_never_used_again(corpus: Corpus, folder: Path) -> None:
    seen: set[int] = set()
    for _ in range(3):
        corpus.add(folder)
        ids = {hit.chunk.id for hit in corpus.search("shares rain")}
        assert ids
        assert not ids & seen
        seen |= ids
        corpus.remove(str(folder))


def test_paths_that_are_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no corpus here"):
        Corpus.open(tmp_path / "missing", create=False)
    (tmp_path / "file").write_text("x")
    with pytest.raises(CorpusError, match="this is a file"):
        Corpus.open(tmp_path / "file")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "corpus.db").write_text("something else, longer than a hundred bytes" * 10)
    with pytest.raises(CorpusDamaged, match="its beginning is lost"):
        Corpus.open(tmp_path / "other")


def test_another_embedder_is_refused(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    with pytest.raises(CorpusMismatch, match="'deterministic', and 'other'"):
        Corpus.open(corpus.path, embedder=DeterministicEmbedder(name="other"))
    assert corpus.status().embedder == DeterministicEmbedder().fingerprint


def test_a_closed_corpus_says_so(tmp_path: Path) -> None:
    corpus = Corpus.open(tmp_path / "c", embedder=DeterministicEmbedder())
    corpus.close()
    corpus.close()
    with pytest.raises(CorpusError, match="closed"):
        corpus.search("x")
    with pytest.raises(CorpusError, match="closed"):
        corpus.add("x")


def test_a_second_writer_waits_and_then_names_the_first(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "locked"
    Corpus.open(path, embedder=DeterministicEmbedder()).close()
    second = Corpus.open(path, embedder=DeterministicEmbedder(), lock_seconds=0.2)
    with writing(path, 1.0), pytest.raises(CorpusLocked, match=f"process {os.getpid()} on .* is writing"):
        second.add(folder)
    assert second.add(folder).added == 2
    assert not (path / "writer.json").exists()


@pytest.fixture
def tmp_path_for_all() -> Iterator[Path]:
    """A folder that other users may enter; pytest's own may not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


READ_ONLY = """
import os, sys
from pathlib import Path
from askdocs.corpus import Corpus
from askdocs.errors import CorpusError
from askdocs.testing import DeterministicEmbedder
if os.geteuid() == 0:
    os.setgid(65534); os.setuid(65534)
corpus = Corpus.open(Path(sys.argv[1]), embedder=DeterministicEmbedder())
assert "33 million" in corpus.search("How many XPeng shares?", k=1)[0].chunk.text
assert corpus.verify() == [], corpus.verify()
try:
    corpus.add("x")
except CorpusError as error:
    assert "cannot be written" in str(error), error
else:
    raise AssertionError("added to a read-only folder")
print("read", corpus.status().articles)
"""


@pytest.mark.parametrize("killed", [False, True], ids=["closed", "with a log left"])
def test_a_read_only_folder_can_be_asked(tmp_path_for_all: Path, folder: Path, killed: bool) -> None:
    path = tmp_path_for_all / "shown"
    with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
        corpus.add(folder)
    if killed:
        script = "import sys, os; from askdocs.storing import Writer; from pathlib import Path\n"
        script += "w = Writer(Path(sys.argv[1])); w.drop_source(w.sources()[0].source); os._exit(1)"
        subprocess.run([sys.executable, "-c", script, str(path / "corpus.db")], check=False)
        assert (path / "corpus.db-wal").stat().st_size
        (path / "corpus.db-shm").unlink()
    for file in path.iterdir():
        file.chmod(0o444)
    path.chmod(0o555)
    try:
        done = subprocess.run([sys.executable, "-c", READ_ONLY, str(path)], capture_output=True, text=True, check=False)
    finally:
        path.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["read", "1" if killed else "2"]


def test_rebuild_makes_vectors_and_words_anew(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    before = corpus.search("XPeng shares")
    with corpus._writer() as writer:
        writer.database.change("UPDATE vectors SET vector = zeroblob(128) WHERE id = 1")
        writer.database.change("INSERT INTO words (words) VALUES ('delete-all')")
    problems = " ".join(corpus.verify())
    assert "vectors changed" in problems
    assert "index of words" in problems
    corpus.rebuild()
    assert corpus.verify() == []
    after = corpus.search("XPeng shares")
    assert [hit.chunk for hit in after] == [hit.chunk for hit in before]
    np.testing.assert_allclose([hit.score for hit in after], [hit.score for hit in before], atol=1e-5)


def test_a_lost_text_is_named_and_can_be_removed(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    with corpus._writer() as writer:
        (source,) = writer.sources("source LIKE '%sale.md'")
        number = writer.article_of(source.source)
        writer.database.change("UPDATE texts SET text = 'Alibaba sold nothing.' WHERE article = ?", (number,))
        writer.database.change("UPDATE chunks SET text = 'Alibaba sold nothing.' WHERE article = ?", (number,))
    assert "sale.md" in " ".join(corpus.verify())
    with pytest.raises(CorpusDamaged, match="remove it and add it again"):
        corpus.search("Alibaba")
    with pytest.raises(CorpusDamaged, match=r"sale\.md"):
        corpus.rebuild()
    assert corpus.remove(source.source) == 1
    assert corpus.verify() == []
    assert corpus.add(folder).added == 1
    assert "33 million" in corpus.search("XPeng shares sold", k=1)[0].chunk.text


def test_the_index_changes_its_kind_as_the_corpus_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askdocs.index.FLAT_LIMIT", 700)
    words = [f"word{number}" for number in range(300)]
    generator = np.random.default_rng(0)

    def articles(first: int, count: int) -> list[Article]:
        texts = [" ".join(generator.choice(words, size=12)) + "." for _ in range(count)]
        return [
            Article(id=f"i{first + n}", source=f"s{first + n}", title="", text=text) for n, text in enumerate(texts)
        ]

    path = tmp_path / "growing"
    with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
        corpus.add(articles(0, 300))
        assert corpus.status().index.kind == "flat"
        corpus.add(articles(300, 500))
        assert (corpus.status().index.kind, corpus.status().index.state) == ("ivf", "fresh")
        corpus.add(articles(800, 100))
        assert corpus.verify() == []
    with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
        article = corpus.article("i850")
        assert corpus.search(article.text, k=1)[0].chunk.article_id == "i850"
        corpus.remove("i850")
        assert "i850" not in {hit.chunk.article_id for hit in corpus.search(article.text, k=5)}
        assert corpus.search(article.text, k=3, where={"source": "s4?"})
        assert corpus.verify() == []


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


def test_a_filter_names_fields_that_are_there(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    corpus.add(Article(id="m", source="feed", title="Shares", text="Shares again.", meta={"section": "markets"}))
    for field, meant in [("publishd", "published"), ("sektion", "section"), ("date", "published")]:
        with pytest.raises(CorpusError, match=f"no article has a field '{field}'; did you mean {meant}.*known: id, "):
            corpus.search("shares", where={field: "2024"})
    with pytest.raises(CorpusError, match="no article has a field 'author'"):
        corpus.kept({"author": "Ann"})


def test_what_a_filter_keeps_is_counted(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    corpus.add(Article(id="m", source="feed", title="Shares", text="Shares again.", meta={"section": "markets"}))
    assert corpus.kept({}) == Kept(articles=3, total=3)
    assert corpus.kept({"published": ">=2023-01-01"}) == Kept(articles=1, total=3, undated=2)
    assert corpus.kept({"published": ">2030"}) == Kept(articles=0, total=3, undated=2)
    assert corpus.kept({"published": ">=2023", "source": "*.md"}) == Kept(articles=1, total=3)
    assert corpus.kept({"section": "markets"}) == Kept(articles=1, total=3)
