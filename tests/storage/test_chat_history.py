"""Conversations are kept beside the corpus, can be taken up and deleted, and never stop a chat."""

from __future__ import annotations

import contextlib
import datetime
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.core.answers import Answer, ChatTurn
from askdocs.core.errors import CorpusError
from askdocs.storage.chat_history import FILE, Chats


def turn(question: str, text: str = "12 million", minute: int = 0) -> ChatTurn:
    answer = Answer(question=question, text=text, abstained=not text, confidence=0.9, candidate=text, model="smollm2")
    asked = datetime.datetime(2024, 5, 1, 9, minute, tzinfo=datetime.UTC)
    return ChatTurn(asked=asked, question=question, rewritten=f"{question} (rewritten)", answer=answer)


def stored(folder: Path, *questions: str, minute: int = 0) -> int:
    with contextlib.closing(Chats.open(folder)) as chats:
        number = chats.begin()
        for question in questions:
            chats.append(number, turn(question, minute=minute))
    return number


def test_a_conversation_comes_back_as_it_was(tmp_path: Path) -> None:
    number = stored(tmp_path, "How many?", "When?")
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        assert chats.in_memory is None
        assert chats.turns(number) == [turn("How many?"), turn("When?")]


def test_conversations_are_listed_the_latest_first_without_empty_ones(tmp_path: Path) -> None:
    first = stored(tmp_path, "How many?", minute=1)
    stored(tmp_path)
    second = stored(tmp_path, "Who?", "Why?", minute=2)
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        assert [(c.id, c.title, c.questions) for c in chats.conversations()] == [
            (second, "Who?", 2),
            (first, "How many?", 1),
        ]
        chats.append(first, turn("And then?", minute=3))
        assert chats.conversations()[0].id == first


def test_a_deleted_conversation_leaves_nothing_and_its_number_is_not_used_again(tmp_path: Path) -> None:
    number = stored(tmp_path, "A secret question?")
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        chats.delete(number)
        assert chats.conversations() == []
        assert chats.begin() > number
        with pytest.raises(CorpusError, match="not stored"):
            chats.turns(number)
        with pytest.raises(CorpusError, match="not stored"):
            chats.delete(number)
    assert b"A secret question?" not in (tmp_path / FILE).read_bytes()


def test_the_last_question_can_be_taken_back(tmp_path: Path) -> None:
    number = stored(tmp_path, "How many?", "When?")
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        chats.drop_last(number)
        chats.append(number, turn("Why?"))
        assert [t.question for t in chats.turns(number)] == ["How many?", "Why?"]


def test_inputs_are_kept_the_latest_first_and_bounded(tmp_path: Path) -> None:
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        for number in range(2010):
            chats.add_input(f"question {number}")
        chats.add_input("lone \ud800 surrogate")
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        assert len(chats.inputs()) == 2000
        assert chats.inputs()[:2] == ["lone ? surrogate", "question 2009"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=50), min_size=1, max_size=5))
def test_any_text_is_stored(questions: list[str]) -> None:
    chats = Chats.open(Path("/nowhere"))
    with contextlib.closing(chats):
        number = chats.begin()
        for question in questions:
            chats.append(number, turn(question))
        assert [t.question for t in chats.turns(number)] == questions


@pytest.mark.parametrize("contents", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_file_is_said_and_left_as_it_is(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / FILE).write_bytes(contents)
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        assert chats.in_memory is not None
        assert FILE in chats.in_memory
        number = chats.begin()
        chats.append(number, turn("How many?"))
        assert len(chats.turns(number)) == 1
    assert (tmp_path / FILE).read_bytes() == contents


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    stored(tmp_path, "How many?")
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        assert "newer" in (chats.in_memory or "")
        assert chats.conversations() == []


def test_a_folder_that_cannot_be_written_keeps_conversations_in_memory() -> None:
    """What is stored can still be taken up; new questions are kept for this sitting only."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        number = stored(folder, "How many?")
        before = (folder / FILE).read_bytes()
        script = (
            "import os, pathlib; from askdocs.storage.chat_history import Chats\n"
            "if os.geteuid() == 0: os.setuid(65534)  # root may write anywhere\n"
            f"chats = Chats.open(pathlib.Path({name!r}))\n"
            f"assert chats.in_memory, 'writable'; assert len(chats.turns({number})) == 1\n"
            f"chats.append({number}, chats.turns({number})[0]); print(len(chats.turns({number})))"
        )
        (folder / FILE).chmod(0o444)
        folder.chmod(0o555)
        try:
            done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        finally:
            folder.chmod(0o755)
        assert done.stdout == "2\n", done.stderr
        assert (folder / FILE).read_bytes() == before


def test_a_full_disk_is_one_line_and_loses_nothing_stored(tmp_path: Path) -> None:
    number = stored(tmp_path, "How many?")
    script = (
        "import resource, signal, pathlib\n"
        "from askdocs.storage.chat_history import Chats; from askdocs.core.errors import CorpusError\n"
        f"chats = Chats.open(pathlib.Path({str(tmp_path)!r})); first = chats.turns({number})[0]\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({(tmp_path / FILE).stat().st_size}, resource.RLIM_INFINITY))\n"
        "try:\n"
        f"    for _ in range(2000): chats.append({number}, first)\n"
        "except CorpusError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "the conversation goes on, but is not stored" in done.stdout
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        assert chats.turns(number)[0] == turn("How many?")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def at_once(work: Callable[[], None], count: int) -> None:
    """Run it in several threads, and wait for all."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_those_who_open_a_new_file_at_the_same_moment_all_get_it(tmp_path: Path) -> None:
    """One round is refused in about one of ten where nobody waits, so there are many."""
    for each in range(40):
        folder = tmp_path / str(each)
        folder.mkdir()
        together = threading.Barrier(6)
        refused: list[str | None] = []

        def sit(folder: Path = folder, together: threading.Barrier = together, to: list[str | None] = refused) -> None:
            together.wait()
            with contextlib.closing(Chats.open(folder)) as chats:
                to.append(chats.in_memory)

        at_once(sit, 6)
        assert refused == [None] * 6


def test_a_file_that_another_holds_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askdocs.storage.chat_history._WAIT", 0.2)
    stored(tmp_path, "How many?")
    with contextlib.closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with contextlib.closing(Chats.open(tmp_path)) as chats:
            assert chats.in_memory is not None
            assert "database is locked" in chats.in_memory


def test_two_sittings_write_at_once(tmp_path: Path) -> None:
    def sit() -> None:
        for _ in range(10):
            stored(tmp_path, "How many?", "When?")

    at_once(sit, 3)
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        assert [c.questions for c in chats.conversations()] == [2] * 30


def test_each_owner_has_conversations_of_their_own(tmp_path: Path) -> None:
    with contextlib.closing(Chats.open(tmp_path)) as shared, contextlib.closing(Chats.open(tmp_path, "Ann")) as hers:
        hers.append(hers.begin(), turn("Who leads it?"))
        assert shared.conversations() == []
    with contextlib.closing(Chats.open(tmp_path, "ann")) as other:
        assert other.conversations() == []
    with contextlib.closing(Chats.open(tmp_path, "Ann")) as hers:
        assert [one.title for one in hers.conversations()] == ["Who leads it?"]


def test_the_file_of_an_owner_lies_in_the_folder_whatever_the_name(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for owner in ("../up", "", "é", "x" * 300):
        Chats.open(folder, owner).close()
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]
    assert len([path for path in folder.iterdir() if path.suffix == ".db"]) == 4
    from askdocs.ingest.sources.files import files

    (folder / "corpus.db").touch()
    assert list(files(str(folder))) == []
