"""Whether a question without a name says by itself what it is about: "Who opposes the hydrogen terminal?"."""

from __future__ import annotations

from askdocs.conversation.lexicon import (
    AUXILIARIES,
    BE,
    DEGREES,
    DETERMINERS,
    EMPTY,
    LEADS,
    LEANING,
    PERSON_PRONOUNS,
    PREPOSITIONS,
    QUESTION_WORDS,
    RELATIVE,
    THING_PRONOUNS,
    bare,
    take_apart,
)

_ARTICLES = frozenset(["the", "a", "an"])
_ENDED = AUXILIARIES | PREPOSITIONS | DETERMINERS | QUESTION_WORDS | LEADS | PERSON_PRONOUNS | THING_PRONOUNS | EMPTY


def has_own_thing(tokens: list[str]) -> bool:
    """Whether a question names a thing by a phrase that needs no other question to be understood.

    That is a phrase of two words or more ("the hydrogen terminal"), two phrases ("the council", "the budget"), or
    somebody asked for by what they do to something ("Who sells diesel cars?"). A single word after "the" points at
    what was said before ("the round"), and so does what belongs to something else ("the closing price").

    >>> has_own_thing("Who opposes the hydrogen terminal".split()), has_own_thing("Who led the round".split())
    (True, False)
    >>> has_own_thing("What was the closing price".split()), has_own_thing("Who sells diesel cars".split())
    (False, True)
    """
    asked = take_apart(tokens)
    rest = asked.rest if asked.question_words or asked.auxiliary else tokens
    phrases = _phrases(rest)
    described = [phrase for phrase in phrases if len(phrase) > 1 and not _is_relative(phrase[-1])]
    things = [phrase for phrase in phrases if not _is_relative(phrase[-1])]
    if described or len(things) > 1:
        return True
    if phrases:
        return False
    content = [token for token in rest if _is_content(token)]
    wanted = [bare(token) for token in asked.question_words]
    if asked.subject_asked and wanted == ["who"]:
        return len(content) > 1 and not _is_relative(content[-1])
    noun = [token for token in asked.noun if _is_content(token)]
    least = 2 if wanted in (["which"], ["what"]) and len(noun) > 1 else 3
    return len(content) >= least and bare(asked.auxiliary) not in BE and not _is_relative(content[0])


def _phrases(rest: list[str]) -> list[list[str]]:
    """The words that stand together after each article, as far as a following verb cannot be told from them."""
    found: list[list[str]] = []
    for at, token in enumerate(rest):
        if bare(token) not in _ARTICLES:
            continue
        end = next((n for n in range(at + 1, len(rest)) if not _is_content(rest[n])), len(rest))
        phrase = rest[at + 1 : end]
        # "does the ferry leave": the last word before a pause is the verb, but not in "the ferry being built".
        if at == 0 and len(phrase) > 1 and bare(rest[end] if end < len(rest) else "") not in {"be", "been", "being"}:
            phrase = phrase[:-1]
        if phrase:
            found.append(phrase)
    return found


def _is_content(token: str) -> bool:
    return bare(token) not in _ENDED | LEANING | DEGREES


def _is_relative(token: str) -> bool:
    word = bare(token)
    return word in RELATIVE or word.removesuffix("s") in RELATIVE or word.removesuffix("es") in RELATIVE
