"""What pronouns and short names of a follow-up stand for: the second half of :mod:`askdocs.conversation.rewriter`."""

from __future__ import annotations

import re

from askdocs.conversation.context import Context, stem
from askdocs.conversation.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    DO,
    LEANING,
    ORGANISATIONS,
    PERSON_PRONOUNS,
    POSSESSIVES,
    PREPOSITIONS,
    STARTERS,
    THING_PRONOUNS,
    TIME,
    bare,
    in_brackets,
    is_capital,
    name_spans,
    names_in,
    take_apart,
    tokens_of,
)
from askdocs.conversation.self_contained import has_own_thing

_TOPIC_WORDS, _ANSWER_WORDS = 14, 6
_OBJECT_PRONOUNS = frozenset(["them", "those", "these"])


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
    known = {stem(bare(token)) for token in said.split()}
    kept = [token for token in words if stem(bare(token)) not in known and bare(token) not in THING_PRONOUNS]
    while kept and bare(kept[0]) in AUXILIARIES | DETERMINERS | PREPOSITIONS:
        kept = kept[1:]
    while kept and bare(kept[-1]) in AUXILIARIES | DETERMINERS | PREPOSITIONS:
        kept = kept[:-1]
    if not names_in(f"- {' '.join(kept)}") and not names_in(said):
        # The question before leaned on one before it: what that gave it is still needed.
        kept += [token for token in in_brackets(context.question) if stem(bare(token)) not in known]
        if not names_in(f"- {' '.join(kept)}"):
            kept += context.names[:1]
    if not any(bare(token) not in STARTERS for token in kept):
        return ""
    return f"({' '.join(kept[:_TOPIC_WORDS])})"


def refer(tokens: list[str], led: bool, context: Context) -> str | None:
    """Put what pronouns and short names stand for in their place; ``None`` when the question leans on nothing."""
    tokens = _with_noun(tokens, context)
    words: list[str] = []
    leans, leans_weakly = led, False
    changed = False
    own_names = names_in(" ".join(["-", *tokens] if led else tokens))
    at = 0
    while at < len(tokens):
        found = _short_name(tokens, at, context) or _pronoun(tokens, at, context)
        if found is None:
            words.append(tokens[at])
            leans = leans or _leans(tokens, at)
            leans_weakly = leans_weakly or _is_definite(tokens, at, context, own_names)
            at += 1
            continue
        new, length, complete = found
        words.append(new)
        changed = True
        leans = leans or not complete
        at += length
    said = " ".join(words)
    leans_weakly = leans_weakly or (not names_in(said) and not _general(tokens))
    if leans_weakly and (changed or not has_own_thing(tokens)):
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


def _leans(tokens: list[str], at: int) -> bool:
    """Whether a word that stays points at something said before."""
    word = bare(tokens[at])
    following = bare(tokens[at + 1]) if at + 1 < len(tokens) else ""
    if word in LEANING:
        return True
    if word in PERSON_PRONOUNS | THING_PRONOUNS:
        return not _within(tokens, at) and not (word == "it" and following == "that")
    if word in {"that", "this", "these", "those"}:
        return _demonstrative(tokens, at, following)
    return False


def _is_definite(tokens: list[str], at: int, context: Context, own_names: list[str]) -> bool:
    """ "the reason" of what? Not when the question names its own things, nor when "of ..." follows."""
    if bare(tokens[at]) != "the" or at + 1 >= len(tokens) or is_capital(tokens[at + 1]):
        return False
    new = [name for name in own_names if name not in context.names]
    return not new and "of" not in [bare(token) for token in tokens[at + 2 : at + 4]]


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
