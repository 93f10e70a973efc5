"""Runs changes of a corpus in forked processes that die at a chosen step, and checks what they leave.

One process imports everything once and forks a child for each death, which is why a hundred deaths take seconds. The
child dies by SIGKILL, without a chance to clean up, before the step with a given number: a statement of SQL, the
renaming of a file, the saving of the index or of the checksum.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from askdocs.core.articles import Article
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder

Step = Callable[[str], None]


def write_articles(folder: Path, names: list[int], words: str) -> None:
    """Articles of three paragraphs each."""
    folder.mkdir(exist_ok=True)
    for number in names:
        paragraphs = [f"Story {number} {words} part {part}: " + "it went on and on. " * 40 for part in range(3)]
        (folder / f"{number}.txt").write_text("\n\n".join(paragraphs))


def change(path: Path, folder: Path, step: Step, between: Callable[[Corpus], object] = lambda _: None) -> None:
    """The change that is interrupted: new, changed, moved and removed articles, then one removed by name."""
    with Corpus.open(path, embedder=DeterministicEmbedder(), step=step) as corpus:
        corpus.add(folder, prune=True)
        between(corpus)
        corpus.remove(str(folder / "3.txt"))


def prepare(folder: Path) -> None:
    """What the folder becomes before the change."""
    write_articles(folder, [1, 6, 7], "as it is told now")
    (folder / "2.txt").rename(folder / "moved.txt")
    (folder / "4.txt").unlink()


def count_steps(path: Path, folder: Path) -> list[str]:
    """The steps of the whole change, each by its statement."""
    steps: list[str] = []
    change(path, folder, steps.append)
    return steps


def dying(at: int) -> Step:
    left = [at]

    def step(_: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def in_child(work: Callable[[], None]) -> int:
    """Run in a forked process; gives its status as ``os.waitstatus_to_exitcode`` has it."""
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def check(path: Path, known: list[Article], after: dict[str, Article], folder: Path) -> None:
    """Every article is whole, as it was at some time, or absent; all agrees; and the change can be finished."""
    wholes = {(article.id, article.text, article.title) for article in known}
    with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
        problems = corpus.verify()
        assert problems == [], problems
        found = {article.id: article for article in corpus.articles()}
        assert {(article.id, article.text, article.title) for article in found.values()} <= wholes
        for hit in corpus.search("Story told part", k=50):
            article = found[hit.chunk.article_id]
            assert article.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
    change(path, folder, lambda _: None)
    with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
        assert corpus.verify() == []
        finished = {article.id: Path(article.source).name for article in corpus.articles()}
        assert finished == {one.id: Path(one.source).name for one in after.values()}
        words = corpus.search("Story told now part", k=50)
        assert {hit.chunk.article_id for hit in words} <= finished.keys()
        assert any("now" in hit.chunk.text for hit in words)


def contents(path: Path) -> dict[str, Article]:
    with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
        return {article.id: article for article in corpus.articles()}


def main(root: Path, deaths: int, seed: int, fresh: bool) -> None:
    """Kill ``deaths`` changes, of an empty corpus (``fresh``) or of one that holds articles; print what was done."""
    folder, path, start = root / "articles", root / "corpus", root / "start"
    write_articles(folder, [1, 2, 3, 4, 5], "as it was told first")
    before: dict[str, Article] = {}
    if not fresh:
        assert in_child(lambda: change(start, folder, lambda _: None)) == 0
        before = contents(start)
    prepare(folder)

    def begin() -> None:
        shutil.rmtree(path, ignore_errors=True)
        if not fresh:
            shutil.copytree(start, path)

    begin()
    known = list(before.values())
    change(path, folder, lambda _: None, between=lambda corpus: known.extend(corpus.articles()))
    after = contents(path)
    begin()
    steps = count_steps(path, folder)
    chosen = random.Random(seed).sample(range(len(steps)), min(deaths, len(steps)))
    for at in chosen:
        begin()
        code = in_child(lambda at=at: change(path, folder, dying(at)))  # type: ignore[misc]
        assert code == -signal.SIGKILL, (at, steps[at], code)
        if in_child(lambda: check(path, known, after, folder)) != 0:
            raise SystemExit(f"killed before step {at}, {steps[at]!r}: see above")
    print(len(steps), len(chosen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "fresh")
