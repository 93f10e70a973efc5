"""Makes a follow-up question self-contained by rules, so that it can be searched for without the conversation.

Four kinds of follow-up are told apart, by closed classes of words and the order of the question (no tagger, no
second model):

- a bare question word ("And for how much?", "When was that?") takes the clause of the question before;
- another topic ("What about Baidu?", "And the year before?") takes its place in the question before;
- pronouns and short names ("it", "she", "the company", "those shares") give way to what they stand for;
- whatever else leans on the conversation gets the content words of the question before in brackets.

The kinds are those of CANARD (Elgohary et al., 2019: "Can You Unpack That?"): ellipsis and coreference make up
nearly all follow-ups there. A question with a name of its own that leans on nothing is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from askdocs.conversation.context import Context
from askdocs.conversation.coreference import refer, topic_in_brackets
from askdocs.conversation.lexicon import (
    AUXILIARIES,
    BE,
    DEGREES,
    DETERMINERS,
    DO,
    LEADS,
    PASTS,
    POSSESSIVES,
    PREPOSITIONS,
    QUESTION_WORDS,
    TIME,
    ParsedQuestion,
    bare,
    in_brackets,
    name_spans,
    names_in,
    take_apart,
    tokens_of,
    unpossessed,
)

_TURNS, _LENGTH = 1000, 600
_ABOUT = re.compile(r"^(?:(?:what|how) about|what of|same (?:question )?(?:for|about)|and (?:what|how) about)\s+", re.I)
# "And summarize it" is told, and no other topic.
_TOLD = frozenset(("summarize", "summarise", "recap", "outline", "list", "enumerate", "compare", "contrast", "count"))
_YEAR_BEFORE = re.compile(
    r"^(?:in )?(?:the (?:year before|(?:previous|prior|preceding) year)|a year (?:earlier|before))$", re.I
)
_YEAR_AFTER = re.compile(r"^(?:in )?(?:the (?:year after|(?:following|next) year)|a year later)$", re.I)
_BARE_EVENT = re.compile(
    r"(?:that|this|it|they|he|she)(?: (?:happen|occur|take place|be|do (?:so|that|this|it)))?", re.IGNORECASE
)


def rewrite(question: str, history: Sequence[tuple[str, str]]) -> str:
    """The question as it can be asked without the conversation before it.

    ``history`` holds the earlier questions, as typed or as rewritten, with the words they were answered with, oldest
    first. A self-contained question comes back as it is.

    >>> sale = [("How many XPeng shares did Alibaba sell?", "33 million")]
    >>> rewrite("And for how much?", sale)
    'For how much did Alibaba sell XPeng shares?'
    >>> rewrite("What about SoftBank?", sale)
    'How many XPeng shares did SoftBank sell?'
    >>> rewrite("Who is its chairman?", sale)
    "Who is Alibaba's chairman?"
    >>> rewrite("Who runs Nvidia?", sale)
    'Who runs Nvidia?'
    """
    standing: list[tuple[str, str]] = []
    for earlier, answer in history[-_TURNS:]:
        if len(earlier) <= _LENGTH and tokens_of(earlier):
            standing.append((_alone(earlier, standing), answer[:_LENGTH]))
    return _alone(question, standing)


def _alone(question: str, history: list[tuple[str, str]]) -> str:
    """One step of :func:`rewrite`, over a history of questions that are self-contained already."""
    if not history or len(question) > _LENGTH or not tokens_of(question):
        return question
    context = Context.of(history)
    said = tokens_of(question)
    follow_up, led = _without_lead(said)
    rewritten = (
        _another_name(follow_up, led, history)
        or _another_topic(question, follow_up, led, context)
        or _bare_question(follow_up, context)
        or refer(follow_up, led, context)
    )
    return _as_question(rewritten) if rewritten else question


def _without_lead(tokens: list[str]) -> tuple[list[str], bool]:
    """The question without "And", "OK, so", and whether there was such a lead."""
    at = 0
    while at < len(tokens) - 1 and bare(tokens[at]) in LEADS:
        at += 1
    return tokens[at:], at > 0


def _bare_question(tokens: list[str], context: Context) -> str | None:
    """A question word without a clause of its own takes the clause of the question before."""
    asked = take_apart(tokens)
    if not asked.question_words or not _is_bare(asked):
        return None
    words = [*asked.preposition, *asked.question_words, *asked.noun]
    if asked.subject_asked and bare(tokens[-1]) not in QUESTION_WORDS | DEGREES:
        words = tokens
    return " ".join([*words, *_clause(context.asked, context.answer, asked)])


def _is_bare(asked: ParsedQuestion) -> bool:
    if asked.auxiliary:
        return not asked.noun and bool(_BARE_EVENT.fullmatch(" ".join(map(bare, asked.rest)))) and _adverbial(asked)
    extra = [*asked.noun, *asked.rest]
    word = bare(asked.question_words[0])
    if word in {"who", "whom", "whose", "what"} and not asked.preposition:
        return not extra or extra == ["exactly"]
    if word in {"when", "where", "why"}:
        return not extra or bare(extra[0]) in {"exactly", "not", "so"}
    return len(extra) <= 2 and not any(
        bare(token).endswith("ed") or bare(token) in DETERMINERS | PREPOSITIONS | AUXILIARIES | PASTS for token in extra
    )


def _adverbial(asked: ParsedQuestion) -> bool:
    """ "When was that?" asks for the event; "Who is she?" and "What is it?" ask for the thing."""
    words = " ".join(map(bare, asked.question_words))
    return words in {"when", "where", "why", "how", "how long"} or bool(asked.preposition)


def _clause(before: ParsedQuestion, answer: str, asked: ParsedQuestion) -> list[str]:
    """What the earlier question says, in the order that can follow a question word: "did Alibaba sell shares"."""
    if before.subject_asked:
        subject = tokens_of(answer)[:6] if names_in(answer) else ["someone"]
        return ["was", "it", "that", *subject, *before.rest]
    if not before.auxiliary:
        return before.rest
    adjunct = bool(before.preposition) or bare(before.question_words[0] if before.question_words else "") in {
        "when",
        "where",
        "why",
    }
    acting = any(token.endswith("ing") for token in before.rest)  # "How many is it closing?": what is closed comes last
    if adjunct or before.auxiliary.lower() not in BE or (acting and before.noun):
        taken = [] if adjunct or _same_noun(before.noun, asked.noun) else before.noun
        return [before.auxiliary.lower(), *before.rest, *taken]
    known = tokens_of(answer)[:6] if names_in(answer) and not before.noun else before.noun
    return [before.auxiliary.lower(), *known, *before.rest]


def _same_noun(left: list[str], right: list[str]) -> bool:
    return bool(left) and [bare(token) for token in left] == [bare(token) for token in right]


def _another_name(tokens: list[str], led: bool, history: list[tuple[str, str]]) -> str | None:
    """ "What about Baidu?" after a question that leaned itself takes up the last that did not."""
    if not in_brackets(history[-1][0]):
        return None
    topic = " ".join(tokens)
    about = _ABOUT.sub("", topic)
    if (about == topic and not led) or _has_clause(tokens_of(about)) or bare(tokens[0]) in _TOLD:
        return None
    whole = next((n for n in range(len(history) - 1, -1, -1) if not in_brackets(history[n][0])), None)
    return None if whole is None else _swap_name(about, Context.of(history[: whole + 1]))


def _another_topic(question: str, tokens: list[str], led: bool, context: Context) -> str | None:
    """ "What about Baidu?", "And in 2022?", "And the revenue?": the new topic takes the place of the old."""
    topic = " ".join(tokens)
    about = _ABOUT.sub("", topic)
    if about == topic and ((not led and len(tokens) > 3) or _has_clause(tokens) or bare(tokens[0]) in _TOLD):
        return None
    # Where nothing of its kind stands in the question before, "What about the reason" keeps its words.
    swapped = _swap_time(about, context) or _swap_name(about, context) or _swap_noun(about, context)
    if swapped is None and (about != topic or led):
        return f"What about {about} {topic_in_brackets(about, context)}"
    return swapped


def _has_clause(tokens: list[str]) -> bool:
    return any(bare(token) in AUXILIARIES | QUESTION_WORDS for token in tokens)


def _swap_time(topic: str, context: Context) -> str | None:
    year = re.search(r"\b(?:19|20)\d\d\b", context.question)
    step = -1 if _YEAR_BEFORE.match(topic) else 1 if _YEAR_AFTER.match(topic) else 0
    if step and year:
        return context.question[: year.start()] + str(int(year.group()) + step) + context.question[year.end() :]
    if not TIME.fullmatch(topic) and not step:
        return None
    old = list(TIME.finditer(context.question))
    if not old:
        return f"{context.question.rstrip(' ?!.')} {topic}"
    preposition = re.match(r"(in|on|during|by|since|for) ", old[-1].group(), re.IGNORECASE)
    if preposition and not re.match(r"(in|on|during|by|since|for) ", topic, re.IGNORECASE):
        topic = f"{preposition.group(1)} {topic}"
    return context.question[: old[-1].start()] + topic + context.question[old[-1].end() :]


def _swap_name(topic: str, context: Context) -> str | None:
    """Exchange the name that the earlier question is about."""
    tokens = topic.split()
    preposition = bare(tokens[0]) if bare(tokens[0]) in PREPOSITIONS else None
    if preposition:
        tokens = tokens[1:]
    spans = name_spans(tokens)
    only_names = bool(spans) and spans[0][0] == 0 and spans[-1][1] == len(tokens)
    if not only_names and not (context.lower_case and len(tokens) == 1):
        return None
    earlier = tokens_of(context.question)
    target = context.subject_span(earlier, preposition)
    if target is None:
        return None
    start, end = target
    ending = earlier[end - 1][len(unpossessed(earlier[end - 1])) :]
    new = unpossessed(" ".join(tokens)) + ending
    return " ".join([*earlier[:start], new, *earlier[end:]])


def _swap_noun(topic: str, context: Context) -> str | None:
    """Exchange the thing asked for: "What was Tencent's profit?", "And revenue?"."""
    tokens = [token for token in topic.split() if bare(token) not in POSSESSIVES]
    if not tokens or len(tokens) > 4 or names_in(topic) or any(bare(token) in PREPOSITIONS for token in tokens):
        return None
    stripped = tokens[1:] if bare(tokens[0]) in DETERMINERS and len(tokens) > 1 else tokens
    asked = context.asked
    if asked.noun and asked.auxiliary and not asked.preposition:
        words = [*asked.question_words, *stripped, asked.auxiliary, *asked.rest]
        return " ".join(words)
    if not asked.auxiliary or not asked.rest:
        return None
    start = _thing_start(asked.rest, bare(asked.auxiliary) not in DO)
    if start is None:
        return None
    end = next((n for n in range(start, len(asked.rest)) if bare(asked.rest[n]) in PREPOSITIONS), len(asked.rest))
    rest = [*asked.rest[:start], *stripped, *asked.rest[end:]]
    return " ".join([*asked.preposition, *asked.question_words, asked.auxiliary, *rest])


def _thing_start(rest: list[str], is_form_of_be: bool) -> int | None:
    """Where the thing begins in "Tarn Bank's profit in 2022" or "the profit of Tarn Bank"."""
    for at, token in enumerate(rest[:-1]):
        if re.search(r"['’]s?$", token):
            return at + 1
    return 1 if bare(rest[0]) == "the" and len(rest) > 1 and is_form_of_be else None


def _as_question(text: str) -> str:
    """A capital at the beginning, one question mark at the end."""
    text = " ".join(text.split()).rstrip(" ?!.,;")
    return f"{text[:1].upper()}{text[1:]}?"
