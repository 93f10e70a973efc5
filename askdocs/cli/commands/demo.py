"""``askdocs demo``: the sample articles that come with askdocs, and the answers to five questions about them."""

from __future__ import annotations

import click

from askdocs.cli.common import emit_json, json_option, model_option, say, terminal

QUESTIONS = (
    "How many XPeng shares did Alibaba sell?",
    "For how much did Alibaba sell the XPeng shares?",
    "By how much could XPeng rise according to Morgan Stanley?",
    "From which company has Baidu been taking chips?",
    "Who is the chief executive of XPeng?",
)


@click.command("demo")
@model_option
@json_option
def demo_command(model: str | None, as_json: bool) -> None:
    """Add the sample articles to a corpus in your cache and answer five questions about them.

    The last one is not answered by any article, which the answer says.
    """
    from askdocs.corpus.quick_ask import cached_corpus
    from askdocs.evaluation import sample_articles
    from askdocs.terminal.render import print_answer, print_plain

    folder = sample_articles()
    say(f"sample articles: {folder}")
    console = terminal()
    answers = []
    with cached_corpus([str(folder)]) as corpus:
        for question in QUESTIONS:
            answer = corpus.ask(question, model=model)
            answers.append(answer)
            if not as_json:
                print_plain(console, f"\n? {question}")
                print_answer(console, answer)
    if as_json:
        emit_json({"articles": str(folder), "answers": answers})
