"""Several questions in one: "Who runs Tarn and when was it founded?" -> each of them, self-contained."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askdocs.conversation.rewriter import rewrite
from askdocs.questions.wording import AUXILIARY, IMPERATIVE, QUESTION_WORD, asks, core_of
from askdocs.values.question_analysis import analyse_question

_PREPOSITION = r"(?:in|on|at|for|to|by|with|from|of|under|since|until|within)"
_ASKED = rf"(?:{_PREPOSITION} )?{QUESTION_WORD}\b"
_JOINED = re.compile(
    rf"\s*(?:[,;]\s*)?\b(?:and(?: also)?|plus|as well as|also|then|&)\s+(?:also |then |if so,? |finally |"
    rf"in )?(?={_ASKED})"
    rf"|\s*[,;]\s*(?={_ASKED}(?! (?:is|are|was|were|has|had|have|will|would|can|could|may|[a-z]+ed)\b))",
    re.I,
)
_ANOTHER_CLAUSE = re.compile(
    rf"\s*,?\s*\band\s+(?=(?:{AUXILIARY}) (?:it|they|he|she|the|its|their|there|this|that|any|[A-Z]))"
    rf"|\s*[,;]?\s*\band (?:then |also )?(?=(?:{IMPERATIVE}|if|whether)\b (?:me |us )?(?:the|its|their|a|an|all|each|"
    rf"every|how|what|who|when|where|why|it|they|[A-Z]))",
)
_NOUNS = (
    r"(?:ceo|cfo|coo|chair(?:man|woman|person)?|chief executive|founders?|owners?|presidents?|directors?|names?|"
    r"titles?|ages?|"
    r"prices?|dates?|revenues?|sales|profits?|loss(?:es)?|earnings|costs?|headcount|turnover|dividend|eps|margins?|"
    r"debt|"
    r"location|address|size|capacity|ticker(?: symbol)?|headquarters|hq|value|amount|number|rate|term|maturity|"
    r"coupon|yield|"
    r"deadline|venue|winner|score|cause|reason|buyer|seller|stake|target|population|area|speed|height|weight|year|"
    r"time|place|"
    r"length|budget|valuation|budget|volume|temperature|duration)"
)
_TWO_NOUNS = re.compile(
    rf"^(?P<ask>(?:what|who)(?:['’]?s| is| are| was| were)|(?:give|tell|state|name|show)(?: me| us)?) (?P<own>(?:the|"
    rf"its|their|his|her|[A-Z][\w&.-]*"
    rf"(?: [A-Z][\w&.-]*)*['’]s?) )?(?P<a>(?:[\w-]+ ){{0,2}}?{_NOUNS}) (?:and|as well as) (?:the |its |"
    rf"their )?(?P<b>(?:[\w-]+ ){{0,2}}?{_NOUNS})"
    rf"(?P<of> (?:of|for|at|in) .+)?$",
    re.I,
)
_WORDS_ONLY = re.compile(
    rf"^(?P<first>{QUESTION_WORD}(?: (?:much|many|long))?)(?P<more>(?:\s*,\s*{QUESTION_WORD})*\s*,?\s*(?:and|&|"
    rf"or) {QUESTION_WORD})\s+(?P<rest>\S.*)$",
    re.I,
)
_NAME = re.compile(r"[A-Z][\w'’&.-]*(?: [A-Z][\w'’&.-]*)*")
_MOST = 6


def several_questions(sentences: Sequence[str]) -> tuple[str, ...]:
    """The questions in these sentences, at most six, each made self-contained by those before it.

    >>> several_questions(["When and where was the deal signed?"])
    ('When was the deal signed?', 'Where was the deal signed?')
    >>> several_questions(["What was Tarn's revenue and profit in 2024?"])
    ("What was Tarn's revenue in 2024?", "What was Tarn's profit in 2024?")
    >>> several_questions(["Who bought Holm and Tarn?"])
    ('Who bought Holm and Tarn?',)
    """
    pieces = [piece for sentence in sentences if asks(sentence) for piece in _pieces(sentence)] or list(sentences)
    asked: list[str] = []
    for piece in pieces[:_MOST]:
        piece = _as_question(piece)
        question = _self_contained(piece, asked) if asked else piece
        if question not in asked:
            asked.append(question)
    return tuple(asked)


def _pieces(sentence: str) -> list[str]:
    text = sentence.strip().rstrip("?!. ")
    words = _WORDS_ONLY.match(text)
    if words:
        every = [words["first"], *re.findall(QUESTION_WORD, words["more"], re.I)]
        return [f"{word} {words['rest']}" for word in every]
    nouns = _TWO_NOUNS.match(text)
    if nouns:
        ask = nouns["ask"] if re.match(r"wh", nouns["ask"], re.I) else "What is"
        return [f"{ask} {nouns['own'] or ''}{nouns[side]}{nouns['of'] or ''}" for side in "ab"]
    pieces = [core_of(piece) for part in _split(_JOINED, text) for piece in _split(_ANOTHER_CLAUSE, part)]
    return pieces if all(asks(f"{piece}?") for piece in pieces) and _begins_asking(pieces[0]) else [sentence]


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    return [piece.strip(" ,;") for piece in pattern.split(text) if piece and piece.strip(" ,;")] or [text]


def _begins_asking(piece: str) -> bool:
    """Whether the first piece is a question by itself: "I know who" is none."""
    return re.match(rf"(?:{_ASKED}|{AUXILIARY}|{IMPERATIVE})\b", piece, re.I) is not None


def _self_contained(piece: str, asked: Sequence[str]) -> str:
    """A later question with what it leans on: "When was it founded?" after "Who runs Tarn?"."""
    whole = _bare_of(piece, asked[0]) or rewrite(piece, [(before, "") for before in asked])
    bracketed = re.search(r" \([^()]*\)\?$", whole)
    names = analyse_question(asked[0]).names
    said = _NAME.findall(whole[bracketed.start() :]) if bracketed else []
    if bracketed and any(name in whole[: bracketed.start()] for name in names):  # which says enough
        whole = f"{whole[: bracketed.start()]}?"
    elif bracketed and said:  # no verb of the first question
        whole = f"{whole[: bracketed.start()]} ({', '.join(said)})?"
    return whole


def _bare_of(piece: str, first: str) -> str:
    """A bare question word with what the first question says of its subject: "Where?" after "How many jobs go?"."""
    subject = re.match(
        r"(?:how (?:many|much)|which|what) (?!(?:is|are|was|were|did|does|do|has|have)\b)(.+)", first, re.I
    )
    if subject is None or not re.fullmatch(r"(?:when|where|why|how)\W*", piece, re.I):
        return ""
    return f"{piece.rstrip('?!. ')} {subject.group(1)}"


def _as_question(text: str) -> str:
    text = re.sub(
        r"^(?:tell|give|state|show|say|name)(?: me| us)? (?=(?:the|its|their)\b)", "What is ", text.strip(), flags=re.I
    )
    return f"{text[:1].upper()}{text[1:]}".rstrip("?!. ") + ("?" if asks(f"{text}?") else "")
