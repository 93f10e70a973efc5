"""Makes the parts of the documentation that show what askdocs prints, from what it prints.

``python scripts/make_docs.py`` holds a conversation about the sample articles with the bundled model, and writes it
into docs/chat.md as text and into docs/chat.svg as the screen. ``--check`` writes nothing and exits 1 when they no
longer agree with what askdocs prints; seconds and confidences may differ, they are not the same on every machine.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from askdocs.cli.chat.commands import run_command
from askdocs.cli.chat.piped import answer_lines
from askdocs.cli.chat.session import Options, Session
from askdocs.cli.chat.terminal import tell
from askdocs.core.answers import Answer
from askdocs.core.errors import AskdocsError
from askdocs.evaluation import sample_articles
from askdocs.terminal.render import print_answer

DOCS = Path(__file__).parent.parent / "docs"
LINES = (
    "How many XPeng shares did Alibaba sell?",
    "And for how much?",
    "By how much could XPeng rise according to Morgan Stanley?",
    "/sources 1",
    "Who is the chief executive of XPeng?",
    "/sorces",
)
BEGIN, END = "<!-- begin: made by scripts/make_docs.py -->", "<!-- end -->"


def converse(folder: Path, model: str) -> tuple[str, str]:
    """The conversation as a pipe prints it, and as an SVG of the terminal."""
    from askdocs import Corpus

    shutil.copytree(sample_articles(), folder / "articles")
    before = Path.cwd()
    os.chdir(folder)  # sources are shown from the current folder on
    try:
        with Corpus.open(".askdocs") as corpus:
            corpus.add("articles")
        options = Options(model=model)
        return transcript(options), screen(options)
    finally:
        os.chdir(before)


def transcript(options: Options) -> str:
    """What ``askdocs chat`` prints when the lines come through a pipe; messages stand where they came."""
    out, err = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    try:
        answer_lines(Path(".askdocs"), options, io.StringIO("\n".join(LINES)), as_json=False, take_up=False)
        return sys.stdout.getvalue()
    finally:
        sys.stdout, sys.stderr = out, err


def screen(options: Options) -> str:
    """The same conversation on a terminal of 80 columns, as SVG."""
    console = Console(
        record=True, width=80, file=io.StringIO(), force_terminal=True, markup=False, emoji=False, highlight=False,
        color_system="truecolor", legacy_windows=False,
    )  # fmt: skip
    session = Session(Path(".askdocs"), options, lambda line: tell(console, line))
    for line in LINES:
        console.print(Text("? ", style="bold") + Text(line))
        try:
            if line.startswith("/"):
                run_command(line, session, console)
            else:
                print_answer(console, without_seconds(session.ask(line)))
        except AskdocsError as error:
            tell(console, str(error))
        console.print()
    session.close()
    return console.export_svg(title="askdocs chat", unique_id="askdocs-chat")


def without_seconds(answer: Answer) -> Answer:
    """The answer as it looks when it took no time, so that the picture changes only when the answer does."""
    return answer.model_copy(update={"timings": answer.timings.model_copy(update={"total": 0.0})})


def in_page(page: str, text: str) -> str:
    """The page with the transcript in its place."""
    start, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    return f"{page[:start]}\n```text\n{text.rstrip()}\n```\n{page[end:]}"


def comparable(text: str) -> str:
    """A transcript or picture without what differs from machine to machine: seconds, confidences, places of letters."""
    if text.lstrip().startswith("<svg"):
        shown = re.findall(r"<text[^>]*>(.*?)</text>", text, flags=re.DOTALL)
        text = "\n".join(shown)
    return re.sub(r"(very )?likely right|may be right|doubtful|\d\.\d+( s)?", "#", text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with what is there; write nothing")
    parser.add_argument("--model", default="smollm2")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text, picture = converse(Path(folder), arguments.model)
    page = (DOCS / "chat.md").read_text("utf-8")
    made = {DOCS / "chat.md": in_page(page, text), DOCS / "chat.svg": picture}
    differing = [
        path
        for path, new in made.items()
        if not path.exists() or comparable(path.read_text("utf-8")) != comparable(new)
    ]
    for path in differing:
        print(f"{path.relative_to(DOCS.parent)}: {'no longer what askdocs prints' if arguments.check else 'written'}")
        if not arguments.check:
            path.write_text(made[path], "utf-8")
    return 1 if differing and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
