"""Commands that change the corpus and how questions are asked."""

from __future__ import annotations

from pathlib import Path

from tests.cli.chat.sitting import QUESTION, piped
from tests.support.terminal import Terminal


def test_commands_change_how_questions_are_asked(chat: Terminal) -> None:
    for command, seen in [
        ("/where source=*recall.md", "where: source=*recall.md"),
        ("/k 2", "k: 2"),
        ("/threshold 0.2", "threshold: 0.2"),
        ("/threshold off", "threshold: as calibrated"),
        ("/where off", "where: all articles"),
        ("/model extractive", "model: extractive"),
    ]:
        chat.enter(command)
        chat.see(seen)
        chat.see_prompt()


def test_the_corpus_can_be_changed_from_the_chat(chat: Terminal, folder: Path) -> None:
    (folder / "more.md").write_text("# Tarn Bank\n\nTarn Bank has made a profit of $410 million.\n")
    chat.enter("/add more.md")
    chat.see("1 added")
    chat.enter("/list")
    chat.see("Tarn Bank")
    chat.enter(f"/remove {folder / 'more.md'}")
    chat.see("1 removed")
    chat.enter("/add nowhere.md")
    chat.see("skipped")


def test_adding_says_how_many_articles_have_no_date(made: Path, folder: Path) -> None:
    note = "have no date, and a filter on published leaves them out"
    (folder / "more.md").write_text("# Tarn Bank\n\nTarn Bank has made a profit of $410 million.\n")
    (folder / "dated.md").write_text("---\ndate: 2024-01-02\n---\n\nHarl Bank has made a profit of $3 million.\n")
    out, _ = piped(folder, "/add more.md dated.md nowhere.md\n")
    skipped, added = out.splitlines()[-2:]
    assert skipped.startswith("skipped nowhere.md: ")
    assert added == f"2 added, 1 skipped; 2 of 4 articles {note}"
    for path in (folder / "dated.md", made / "sale.md"):
        piped(folder, f"/remove {path}\n")
    assert note not in piped(folder, "/add more.md\n")[0]  # where none has a date, nobody asks by date


def test_a_filter_says_what_it_keeps(folder: Path) -> None:
    out, err = piped(
        folder, f"/where published>=2023\n/where published>=2030\n{QUESTION}\n/where publishd=2024\n", status=1
    )
    assert "where: published>=2023 · 1 of 2 articles\n1 of 2 articles has no date" in out
    assert "where: published>=2030 · keeps none of 2 articles" in out
    assert "The filter keeps no article: published>=2030" in out
    assert "no article has a field 'publishd'; did you mean published?" in err
    _, err = piped(folder, "", "--where", "published>2030")
    assert err.startswith("askdocs: The filter keeps no article")
    piped(folder, "", "--where", "publishd=2024", status=1)
