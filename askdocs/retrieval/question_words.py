"""The words of a question that are searched for, with what each of them weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from askdocs.retrieval.lexical import QuestionWords, inverse_document_frequency
from askdocs.text.english import FUNCTION_WORDS
from askdocs.text.script_terms import ScriptTerm, script_terms, without_script_words

_MOST_TERMS = 32
_LARGE = 20_000
_COMMON_SHARE = 0.05


class WordStore(Protocol):
    """What is asked of ``askdocs.storage.reader.Store``, whose methods these are."""

    def state(self) -> Any:
        """Its ``chunks`` says how many chunks there are."""

    def terms(self, text: str) -> list[tuple[str, str]]:
        """The words of a text in order, each with its stemmed term."""

    def document_frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many chunks each word stands."""

    def script_frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many chunks each term of ``script_terms`` stands."""


@dataclass(frozen=True, slots=True)
class AskedWords:
    """A question's words: as they are judged by, and as they are searched for in each of the two indexes."""

    words: QuestionWords
    searched: Sequence[str]
    searched_script: Sequence[str] = field(default=())


def asked_words(question: str, store: WordStore) -> AskedWords:
    """The question's terms with the weight of each that carries meaning (of all, when none does), rarest first."""
    in_scripts = script_terms(question)
    split = store.terms(without_script_words(question) if in_scripts else question)
    content = [(word, stem) for word, stem in split if word not in FUNCTION_WORDS] or split
    forms = {stem: word for word, stem in content}  # what a stem is stemmed to may be another word
    frequencies = store.document_frequencies(list(forms.values()))
    counted = [(stem, frequencies[word]) for stem, word in forms.items()]
    if not in_scripts:
        words = QuestionWords(tuple(stem for _, stem in split), _weights(counted, store))
        return AskedWords(words, [forms[stem] for stem in _searched(words.weights, store)])
    touching = store.script_frequencies(list(forms.values()))
    counted = [(stem, count + touching[forms[stem]]) for stem, count in counted]
    weights = _weights([*counted, *_counted(in_scripts, store).items()], store)
    of_script = tuple(one.term for one in in_scripts if not one.single and not one.latin)
    script = frozenset([*of_script, *(set(weights) - set(forms))])
    words = QuestionWords((*(stem for _, stem in split), *of_script), weights, script)
    searched = _searched(weights, store)
    latin = [forms[stem] for stem in searched if stem in forms]
    return AskedWords(words, latin, [*(term for term in searched if term not in forms), *latin])


def _counted(found: Sequence[ScriptTerm], store: WordStore) -> dict[str, int]:
    """How often the terms that may be words stand in the corpus.

    A pair of characters that stands nowhere is two halves of words: it says nothing, and its characters stand for
    themselves unless another pair has them. Where no term stands anywhere, all of them count.
    """
    found = [one for one in found if not one.latin]
    frequencies = store.script_frequencies([one.term for one in found])
    known = {one.term: frequencies[one.term] for one in found if not one.single and frequencies[one.term]}
    covered = set("".join(term for term in known if len(term) == 2))
    alone = {one.term: frequencies[one.term] for one in found if one.single and one.term not in covered}
    known |= {term: count for term, count in alone.items() if count}
    return known or {one.term: 0 for one in found if not one.single}


def _weights(counted: Sequence[tuple[str, int]], store: WordStore) -> dict[str, float]:
    total = int(store.state().chunks)
    rarest = sorted(counted, key=lambda pair: pair[1])[:_MOST_TERMS]
    return {term: inverse_document_frequency(count, total) for term, count in rarest}


def _searched(weights: Mapping[str, float], store: WordStore) -> list[str]:
    """The terms to search for; in a large corpus without those that stand in a twentieth of it.

    Such a word makes the search read every twentieth chunk, and says little of any: it still counts in the judging.
    """
    total = int(store.state().chunks)
    floor = inverse_document_frequency(int(_COMMON_SHARE * total), total) if total > _LARGE else -1.0
    return [term for term, weight in weights.items() if weight > floor] or list(weights)[:1]
