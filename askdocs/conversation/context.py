"""What a follow-up can lean on: the question before it, its answer, and what "it", "she" or "they" stand for there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from askdocs.conversation.lexicon import (
    AUXILIARIES,
    BE,
    DEGREES,
    DETERMINERS,
    ORGANISATIONS,
    PREPOSITIONS,
    QUESTION_WORDS,
    STARTERS,
    ParsedQuestion,
    bare,
    in_brackets,
    is_capital,
    name_spans,
    names_in,
    take_apart,
    tokens_of,
    unpossessed,
)

_TURNS, _NAMES = 12, 40
_PLACES = frozenset(["in", "at", "on", "near", "from"])


@dataclass(frozen=True)
class Context:
    """What a follow-up can lean on: the question before, made self-contained, its answer, and the names so far."""

    question: str
    answer: str
    asked: ParsedQuestion
    names: tuple[str, ...]
    lower_case: bool

    @classmethod
    def of(cls, history: list[tuple[str, str]]) -> Self:
        """Read the last question; names of the whole history are kept, the latest first."""
        question, answer = history[-1]
        names: list[str] = []
        for earlier, words in reversed(history[-_TURNS:]):
            found = [*names_in(earlier), *names_in(" ".join(in_brackets(earlier))), *names_in(words)]
            names += [name for name in found if name not in names]
            if len(names) > _NAMES:
                break
        return cls(question, answer, take_apart(tokens_of(question)), tuple(names), question == question.lower())

    def subject_span(self, tokens: list[str], preposition: str | None = None) -> tuple[int, int] | None:
        """Where the name stands that the question is about: after "of" if that is asked for, else its subject."""
        spans = name_spans(tokens)
        if preposition:
            for start, end in spans:
                if start and bare(tokens[start - 1]) == preposition:
                    return start, end
        after = next((n for n, token in enumerate(tokens) if bare(token) in AUXILIARIES), None)
        if after is not None:
            first = after + 1
            if first < len(tokens) and bare(tokens[first]) in {"the", "a", "an"}:
                first += 1
            for start, end in spans:
                if start in {after + 1, first}:
                    return start, end
            if self.lower_case and after + 1 < len(tokens) and bare(tokens[after + 1]) not in DETERMINERS:
                return after + 1, after + 2
        for start, end in spans:
            if re.search(r"['’]s?$", tokens[end - 1]):
                return start, end
        about = [span for span in spans if not span[0] or bare(tokens[span[0] - 1]) not in _PLACES]
        return about[-1] if about else None

    def subject(self) -> str | None:
        """The name the question is about; the answer's when it was asked for; else any earlier name."""
        answered = names_in(self.answer)
        wanted = [bare(token) for token in [*self.asked.question_words, *self.asked.noun]]
        if answered and wanted and (wanted[0] in {"who", "whom", "which"} or ORGANISATIONS.intersection(wanted)):
            return answered[0]
        if wanted == ["what"] and answered == [unpossessed(self.answer.strip(" ."))]:
            return answered[0]
        tokens = tokens_of(self.question)
        span = self.subject_span(tokens)
        if span:
            return unpossessed(" ".join(tokens[span[0] : span[1]]))
        return self.names[0] if self.names and not names_in(self.question) else None

    def organisation(self) -> str | None:
        """What "the company" is: as :meth:`subject`, but not the person who was asked for."""
        wanted = [bare(token) for token in [*self.asked.question_words, *self.asked.noun]]
        own = names_in(self.question)
        if own and wanted[:1] in (["who"], ["whom"]) and not self.asked.subject_asked:
            return own[-1]
        return self.subject()

    def person(self) -> str | None:
        """What "she" is: the answer to "who", else a name of two words or more, else the last name."""
        answered = names_in(self.answer)
        if answered and self.asked.question_words and bare(self.asked.question_words[0]) in {"who", "whom"}:
            return answered[0]
        people = [name for name in self.names if " " in name and not ORGANISATIONS.intersection(name.lower().split())]
        asked_of = self.subject()
        return asked_of if asked_of in people else (people[0] if people else asked_of)

    def thing(self) -> str | None:
        """The thing the question before is about: "XPeng shares", "the Kestrel factory"."""
        noun = [token for token in self.asked.noun if bare(token) not in DEGREES]
        countable = len(noun) > 1 or (noun and bare(noun[0]).endswith("s"))
        somebody = ORGANISATIONS.intersection(map(bare, noun))
        if countable and not somebody and self.asked.auxiliary and not self.asked.preposition:
            return " ".join(noun)
        rest = self.asked.rest
        for at, token in enumerate(rest):
            if bare(token) in DETERMINERS and (at > 0 or self.asked.subject_asked):
                end = next((n for n in range(at + 1, len(rest)) if bare(rest[n]) in PREPOSITIONS), len(rest))
                if 1 < end - at <= 5:
                    article = token if bare(token) in {"the", "a", "an"} else "the"
                    return " ".join(["the" if bare(article) != "the" else article, *rest[at + 1 : end]])
        return None

    def asked_for(self, plural: bool) -> str | None:
        """What "it" is after a question for somebody or for a single thing: "the clock" of "Who made the clock?"."""
        wanted = bare(self.asked.question_words[0]) if self.asked.question_words else ""
        if wanted in {"who", "whom"}:
            thing = self.thing()
            return thing if thing and thing.endswith("s") == plural else None
        if plural or self.asked.preposition:
            return None
        if self.asked.auxiliary.lower() in BE and (owned := self._owned()):
            return owned
        subject_named = bool(self.asked.rest) and is_capital(self.asked.rest[0])
        single = len(self.asked.noun) == 1 and not bare(self.asked.noun[0]).endswith("s")
        if wanted in {"what", "which"} and single and not subject_named and not names_in(self.answer):
            return f"the {self.asked.noun[0]}"
        return None

    def _owned(self) -> str | None:
        """ "Tarn Bank's profit" at the beginning of what is asked about."""
        rest = self.asked.rest
        end = next((n for n, token in enumerate(rest) if bare(token) in PREPOSITIONS), len(rest))
        owner = next((n for n, token in enumerate(rest[:end]) if re.search(r"['’]s?$", token)), None)
        return " ".join(rest[:end]) if owner is not None and owner + 1 < end <= owner + 4 else None

    def answered_by_person(self) -> bool:
        """Whether somebody was asked for and answered with, as far as two names in a row tell."""
        wanted = bare(self.asked.question_words[0]) if self.asked.question_words else ""
        found = names_in(self.answer)
        return wanted in {"who", "whom"} and bool(found) and " " in found[0] and self.thing() is None

    def phrase_with(self, noun: str) -> str | None:
        """The words that "those shares" are short for, when the question before has more of them: "XPeng shares"."""
        tokens = tokens_of(self.question)
        for at, token in enumerate(tokens):
            if stem(bare(token)) != stem(noun) or bare(token) in QUESTION_WORDS:
                continue
            start, end = at, at + 1
            while start and bare(tokens[start - 1]) not in DETERMINERS | PREPOSITIONS | STARTERS | DEGREES:
                start -= 1
            while end + 1 < len(tokens) and bare(tokens[end]) == "of":
                end = next((stop for begin, stop in name_spans(tokens) if begin in {end + 1, end + 2}), end)
                break
            if end - start > 1:
                return " ".join(tokens[start:end])
        return None


def stem(word: str) -> str:
    """A word without its commonest endings, to compare "shares" and "share"."""
    for ending in ("ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word.removesuffix("e") if len(word) > 4 else word
