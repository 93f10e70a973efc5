"""Answerable questions changed so that their passage answers them no longer, and yet looks as if it did.

The kinds are those that people used when they wrote the unanswerable questions of SQuAD 2.0 (Rajpurkar et al. 2018,
arXiv:1806.03822, table 2): another name or number, the opposite, a negation, another thing altogether.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_NAME = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b|\b\d[\d,.]*\d\b|\b\d+\b")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|did|does|do|has|have|had|can|could|will|would|should|may|might|must)\b", re.IGNORECASE
)
_CONTENT = re.compile(r"\b[a-z]{5,}\b")
_COMMON_WORDS = (
    "about above after again against another because become before began being below between called century "
    "different during early either every first found given great having known large later least made makes making "
    "might often other people place second several should since small still their there these thing things think "
    "those through under until using usually where which while whose without would could wants wanted according"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_PAIRS = """
first last | largest smallest | biggest smallest | highest lowest | larger smaller | bigger smaller | higher lower |
more less | most least | before after | earlier later | earliest latest | oldest newest | older younger | best worst |
better worse | increase decrease | increased decreased | increases decreases | rise fall | rose fell | gain lose |
gained lost | won lost | win lose | winner loser | start end | started ended | begin finish | began finished |
beginning end | open close | opened closed | buy sell | bought sold | north south | northern southern | east west |
eastern western | above below | inside outside | internal external | major minor | majority minority |
maximum minimum | positive negative | strong weak | stronger weaker | strongest weakest | fast slow | faster slower |
hot cold | hotter colder | early late | long short | longer shorter | longest shortest | cheap expensive |
easy hard | easier harder | easiest hardest | success failure | successful unsuccessful | accept reject |
accepted rejected | approve reject | approved rejected | allow forbid | allowed forbidden | support oppose |
supported opposed | supporters opponents | agree disagree | agreed disagreed | include exclude | included excluded |
join leave | joined left | create destroy | created destroyed | build demolish | built demolished | love hate |
loved hated | like dislike | liked disliked | male female | men women | man woman | father mother | son daughter |
brother sister | husband wife | king queen | boy girl | public private | rich poor | common rare | commonly rarely |
always never | usually rarely | import export | imports exports | attack defend | attacked defended | enter leave |
entered left | arrive depart | arrived departed | born killed | new old | top bottom | left right | upper lower |
advantage disadvantage | advantages disadvantages | benefit drawback | cause prevent | caused prevented |
possible impossible | likely unlikely | legal illegal | formal informal | direct indirect | famous unknown |
popular unpopular | heavy light | heavier lighter | full empty | deep shallow | wide narrow | thick thin | add remove |
added removed | appear disappear | appeared disappeared | promote demote | promoted demoted | hire dismiss |
hired dismissed | lend borrow | profit loss | profits losses | income expense | asset liability | assets liabilities |
""".strip()
OPPOSITES: dict[str, str] = {}
for _one, _other in (pair.split() for pair in _PAIRS.strip("|").split("|") if pair.strip()):
    OPPOSITES.setdefault(_one, _other)
    OPPOSITES.setdefault(_other, _one)


def change(question: str, text: str, answer: str, others: Sequence[str], rng: random.Random) -> str | None:
    """A question like this one that ``text`` does not answer; None when no change was found.

    ``others`` are texts on the same subject, whose words and names may be put in.
    """
    ways: list[Callable[[], str | None]] = [
        lambda: swap_name(question, text, answer, rng),
        lambda: swap_name(question, text, answer, rng),
        lambda: put_stranger(question, text, others, rng),
        lambda: oppose(question, rng),
        lambda: oppose(question, rng),
        lambda: negate(question),
        lambda: put_other_thing(question, text, others, rng),
    ]
    rng.shuffle(ways)
    for way in ways:
        changed = way()
        if changed and changed != question:
            return changed
    return None


def oppose(question: str, rng: random.Random) -> str | None:
    """One word turned into its opposite.

    >>> oppose("What is the largest city?", random.Random(1))
    'What is the smallest city?'
    """
    found = [m for m in re.finditer(r"[a-z]+", question) if m.group() in OPPOSITES]
    if not found:
        return None
    word = rng.choice(found)
    return question[: word.start()] + OPPOSITES[word.group()] + question[word.end() :]


def negate(question: str) -> str | None:
    """The first auxiliary negated; none where the question holds "not" or "never" already.

    >>> negate("Who was paid?"), negate("What does it do?")
    ("Who wasn't paid?", "What doesn't it do?")
    """
    word = _AUXILIARY.search(question)
    if word is None or re.search(r"n't\b|\bnot\b|\bnever\b", question):
        return None
    plain = word.group().lower()
    if word.start() == 0 or plain in ("may", "might"):
        return None
    negated = {"can": "can't", "will": "won't"}.get(plain, f"{plain}n't")
    return question[: word.start()] + negated + question[word.end() :]


def swap_name(question: str, text: str, answer: str, rng: random.Random) -> str | None:
    """A name or number of the question replaced by another of the passage that is not in the answer."""
    asked = [m for m in _NAME.finditer(question) if m.start() > 0 and m.group() in text]
    if not asked:
        return None
    old = rng.choice(asked)
    digits = old.group()[0].isdigit()
    found = []
    for m in _NAME.finditer(text):
        name = m.group()
        starts_sentence = m.start() == 0 or text[: m.start()].rstrip()[-1:] in (".", "!", "?", '"', "\n")
        alike = name[0].isdigit() == digits and (not digits or len(name) == len(old.group()))
        if alike and (digits or not starts_sentence) and name not in question and not _overlap(name, answer):
            found.append(name)
    return question[: old.start()] + rng.choice(found) + question[old.end() :] if found else None


def put_stranger(question: str, text: str, others: Sequence[str], rng: random.Random) -> str | None:
    """A name or number of the question replaced by one that the passage does not hold."""
    asked = [m for m in _NAME.finditer(question) if m.start() > 0 and m.group() in text]
    if not asked or not others:
        return None
    old = rng.choice(asked)
    digits = old.group()[0].isdigit()
    other = rng.choice(others)
    new = [m.group() for m in _NAME.finditer(other) if m.start() > 0 and m.group()[0].isdigit() == digits]
    new = [name for name in new if name not in text and name not in question]
    return question[: old.start()] + rng.choice(new) + question[old.end() :] if new else None


def put_other_thing(question: str, text: str, others: Sequence[str], rng: random.Random) -> str | None:
    """A word of the question replaced by one on the same subject that the passage does not hold."""
    asked = [m for m in _CONTENT.finditer(question) if m.group() not in _COMMON and m.group() in text]
    if not asked or not others:
        return None
    old = rng.choice(asked)
    ending = old.group()[-2:]  # mostly the same part of speech
    held = text.lower()
    words = {w for w in _CONTENT.findall(rng.choice(others)) if w not in _COMMON and w not in held}
    new = sorted(w for w in words if w[-2:] == ending) if rng.random() < 0.7 else sorted(words)
    return question[: old.start()] + rng.choice(new) + question[old.end() :] if new else None


def _overlap(one: str, other: str) -> bool:
    return bool(set(one.lower().split()) & set(other.lower().split()))
