"""What pronouns and short names of a follow-up stand for: the second half of :mod:`askdocs.followup`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from askdocs.followup_words import (
    AUXILIARIES,
    BE,
    DEGREES,
    DETERMINERS,
    DO,
    LEANING,
    ORGANISATIONS,
    PERSON_PRONOUNS,
    POSSESSIVES,
    PREPOSITIONS,
    QUESTION_WORDS,
    STARTERS,
    THING_PRONOUNS,
    TIME,
    Asked,
    bare,
    in_brackets,
    is_capital,
    name_spans,
    names_in,
    take_apart,
    tokens_of,
    unpossessed,
)

_TOPIC_WORDS, _ANSWER_WORDS, _NAMES = 14, 6, 40
_PLACES = frozenset(["in", "at", "on", "near", "from"])
_OBJECT_PRONOUNS = frozenset(["them", "those", "these"])


@dataclass(frozen=True)
class Context:
    """What a follow-up can lean on: the question before, made self-contained, its answer, and the names so far."""

    question: str
    answer: str
    asked: Asked
    names: tuple[str, ...]
    lower_case: bool

    @classmethod
    def of(cls, history: list[tuple[str, str]]) -> Self:
        """Read the last question; names of the whole history are kept, the latest first."""
        question, answer = history[-1]
        names: list[str] = []
        for earlier, words in reversed(history):
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
            if _stem(bare(token)) != _stem(noun) or bare(token) in QUESTION_WORDS:
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


def topic_in_brackets(said: str, context: Context) -> str:
    """The content words of the question before that ``said`` does not have, in brackets; empty when there are none."""
    asked = context.asked
    found = tokens_of(context.answer) if names_in(context.answer) and asked.question_words else []
    wanted = bare(asked.question_words[0]) if asked.question_words else ""
    auxiliary = [asked.auxiliary.lower()] if asked.auxiliary and asked.auxiliary.lower() not in DO else []
    if wanted in {"who", "whom", "which"} and 0 < len(found) <= _ANSWER_WORDS:
        words = [*found, *asked.rest] if asked.subject_asked else [*found, *asked.rest, *asked.noun]
    else:
        place = found if wanted == "where" and len(found) <= _ANSWER_WORDS else []
        words = [*auxiliary, *asked.rest, *asked.noun, *place]
    known = {_stem(bare(token)) for token in said.split()}
    kept = [token for token in words if _stem(bare(token)) not in known and bare(token) not in THING_PRONOUNS]
    while kept and bare(kept[0]) in AUXILIARIES | DETERMINERS | PREPOSITIONS:
        kept = kept[1:]
    while kept and bare(kept[-1]) in AUXILIARIES | DETERMINERS | PREPOSITIONS:
        kept = kept[:-1]
    if not names_in(f"- {' '.join(kept)}") and not names_in(said):
        # The question before leaned on one before it: what that gave it is still needed.
        kept += [token for token in in_brackets(context.question) if _stem(bare(token)) not in known]
        if not names_in(f"- {' '.join(kept)}"):
            kept += context.names[:1]
    if not any(bare(token) not in STARTERS for token in kept):
        return ""
    return f"({' '.join(kept[:_TOPIC_WORDS])})"


def refer(tokens: list[str], led: bool, context: Context) -> str | None:
    """Put what pronouns and short names stand for in their place; ``None`` when the question leans on nothing."""
    tokens = _with_noun(tokens, context)
    words: list[str] = []
    leans = led
    changed = False
    own_names = names_in(" ".join(["-", *tokens] if led else tokens))
    at = 0
    while at < len(tokens):
        found = _short_name(tokens, at, context) or _pronoun(tokens, at, context)
        if found is None:
            words.append(tokens[at])
            leans = leans or _leans(tokens, at, context, own_names)
            at += 1
            continue
        new, length, complete = found
        words.append(new)
        changed = True
        leans = leans or not complete
        at += length
    said = " ".join(words)
    if not names_in(said) and not _general(tokens):
        leans = True
    if not changed and not leans:
        return None
    return f"{said} {topic_in_brackets(said, context)}" if leans else said


def _with_noun(tokens: list[str], context: Context) -> list[str]:
    """ "How many were electric?" counts what the question before counted: "How many cars were electric?"."""
    asked, before = take_apart(tokens), context.asked
    words = [*map(bare, asked.question_words)]
    same = words == [*map(bare, before.question_words)] and words in (["how", "many"], ["how", "much"])
    if not same or asked.noun or not asked.auxiliary or not before.noun or len(before.noun) > 3:
        return tokens
    split = len(asked.preposition) + len(asked.question_words)
    return [*tokens[:split], *before.noun, *tokens[split:]]


def _general(tokens: list[str]) -> bool:
    """ "Which companies cut jobs in 2023?" names nothing, yet asks for no more than it says."""
    asked = take_apart(tokens)
    return bool(TIME.search(" ".join(tokens))) or (
        bool(asked.question_words)
        and bare(asked.question_words[0]) in {"which", "what"}
        and not asked.auxiliary
        and bool(asked.noun)
        and bare(asked.noun[-1]).endswith("s")
    )


def _leans(tokens: list[str], at: int, context: Context, own_names: list[str]) -> bool:
    """Whether a word that stays points at something said before."""
    word = bare(tokens[at])
    following = bare(tokens[at + 1]) if at + 1 < len(tokens) else ""
    if word in LEANING:
        return True
    if word in PERSON_PRONOUNS | THING_PRONOUNS:
        return not _within(tokens, at) and not (word == "it" and following == "that")
    if word in {"that", "this", "these", "those"}:
        return _demonstrative(tokens, at, following)
    # "the reason" of what? Not when the question names its own things, nor when "of ..." follows.
    if word == "the" and following and not is_capital(tokens[at + 1]):
        new = [name for name in own_names if name not in context.names]
        return not new and "of" not in [bare(token) for token in tokens[at + 2 : at + 4]]
    return False


def _demonstrative(tokens: list[str], at: int, following: str) -> bool:
    if bare(tokens[at]) != "that":
        return following != "who"
    before = bare(tokens[at - 1]) if at else ""
    return not following or not before or before in AUXILIARIES | PREPOSITIONS | {"like"}


def _within(tokens: list[str], at: int) -> bool:
    """Whether a pronoun stands for a name of its own question: "Did Lumora say that it would close?"."""
    earlier = name_spans(tokens[:at])
    if not earlier:
        return (
            bare(tokens[at]) == "it" and at + 1 < len(tokens) and bare(tokens[at + 1]) in {"true", "possible", "likely"}
        )
    word, before = bare(tokens[at]), bare(tokens[at - 1])
    following = bare(tokens[at + 1]) if at + 1 < len(tokens) else ""
    if before in AUXILIARIES:
        return False
    return (word in POSSESSIVES and bool(following)) or following in AUXILIARIES


def _short_name(tokens: list[str], at: int, context: Context) -> tuple[str, int, bool] | None:
    """ "the company", "that firm's", "those shares": the words to put there, how many go, and whether that suffices."""
    if bare(tokens[at]) not in {"the", "that", "this", "those", "these"} or at + 1 >= len(tokens):
        return None
    noun = bare(tokens[at + 1])
    following = bare(tokens[at + 2]) if at + 2 < len(tokens) else ""
    if following in {"of", "that", "which", "who", "whose"} or is_capital(tokens[at + 1]):
        return None
    phrase = context.phrase_with(noun)
    if phrase:
        return phrase + _ending(tokens[at + 1]), 2, True
    before = bare(tokens[at - 1]) if at else ""
    ends = not following or following in PREPOSITIONS | AUXILIARIES or bool(_ending(tokens[at + 1]))
    if noun in ORGANISATIONS and (ends or before in AUXILIARIES or not at):
        name = context.organisation()
        if name:
            return name + _ending(tokens[at + 1]), 2, True
    return None


def _pronoun(tokens: list[str], at: int, context: Context) -> tuple[str, int, bool] | None:
    """What a pronoun stands for, one word gone, and whether that suffices."""
    word = bare(tokens[at])
    following = bare(tokens[at + 1]) if at + 1 < len(tokens) else ""
    if word == "it" and following == "that":  # "Why was it that ...": stands for nothing
        return None
    if _within(tokens, at) and word in PERSON_PRONOUNS | THING_PRONOUNS:
        return None
    possessive = word in {"its", "their", "his"} or (
        word == "her" and following not in {"", *PREPOSITIONS, *AUXILIARIES}
    )
    if word in PERSON_PRONOUNS:
        name = context.person()
    elif word in THING_PRONOUNS or (
        word in _OBJECT_PRONOUNS and (not following or following in PREPOSITIONS | AUXILIARIES)
    ):
        name = _thing_or_name(tokens, at, context, possessive)
    else:
        return None
    if name is None:
        return None
    if (
        word in _OBJECT_PRONOUNS
        and at
        and bare(tokens[at - 1]) == "of"
        and bare(name.split()[0]) not in DETERMINERS
        and name.islower()
    ):
        name = f"the {name}"
    known = word in PERSON_PRONOUNS and name not in names_in(context.answer)
    return (_possessive(name) if possessive else name), 1, possessive or known


def _thing_or_name(tokens: list[str], at: int, context: Context, possessive: bool) -> str | None:
    word, before = bare(tokens[at]), bare(tokens[at - 1]) if at else ""
    is_subject = not at or before in AUXILIARIES
    if word in {"it", "they"}:
        asked_for = context.asked_for(plural=word == "they")
        if asked_for:
            return asked_for
    if word in {"it", "its", "itself"} and context.answered_by_person():
        return None
    if possessive or (is_subject and word not in _OBJECT_PRONOUNS):
        worth = word == "they" and bare(tokens[-1]) in {"worth", "cost", "made", "sold"}
        return (context.thing() if worth else None) or context.organisation()
    return context.thing() or context.organisation()


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") and " " in name and name.islower() else f"{name}'s"


def _ending(token: str) -> str:
    return "'s" if re.search(r"['’]s$", token) else ""


def _stem(word: str) -> str:
    """A word without its commonest endings, to compare "shares" and "share"."""
    for ending in ("ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word.removesuffix("e") if len(word) > 4 else word
