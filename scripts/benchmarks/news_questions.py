"""A few questions about the sample articles, the same for every benchmark, and when an answer to one is right."""

from __future__ import annotations

from askdocs.evaluation import load_suite
from askdocs.evaluation.cases import Case, ListGold
from askdocs.evaluation.correctness import is_right, normalise_squad

PER_ARTICLE = 2
LONGEST_RUN = 12


def chosen_cases(count: int) -> list[Case]:
    """Answerable cases that stand alone: two each about articles spread over the suite, one after the other."""
    by_article: dict[str, list[Case]] = {}
    for case in load_suite("news").cases:
        alone = not (case.conversation or case.history or case.as_of)
        if alone and case.answerable and len(case.article) == 1:
            by_article.setdefault(case.article[0], []).append(case)
    articles = sorted(article for article, cases in by_article.items() if len(cases) >= PER_ARTICLE)
    wanted = -(-count // PER_ARTICLE)
    spread = articles[:: max(1, len(articles) // wanted)][:wanted]
    return [case for article in spread for case in by_article[article][:PER_ARTICLE]][:count]


def contains_right(case: Case, text: str) -> bool:
    """Whether the text, or a run of at most twelve of its words, is right: what a reader would find in a sentence.

    A yes or no counts as the text's opening only, as everywhere; of a list, every item has to be named.

    >>> case = Case(id="a", question="?", type="money", gold={"value": 317e6, "currency": "USD"})
    >>> contains_right(case, "Alibaba raised $317 million, of $1 billion planned.")
    True
    """
    if is_right(case, text) or case.type == "boolean":
        return is_right(case, text)
    if isinstance(case.gold, ListGold):
        said = f" {normalise_squad(text)} "
        return all(any(f" {normalise_squad(name)} " in said for name in names) for names in case.gold.items)
    words = text.split()
    runs = (
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + LONGEST_RUN, len(words)) + 1)
    )
    return any(is_right(case, run.strip(".,;:!?\"'“”()")) for run in runs)
