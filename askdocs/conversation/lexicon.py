"""The closed classes of English words that follow-ups are told apart by, and reading a question by them."""

from __future__ import annotations

import re
from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


AUXILIARIES = _words(
    "do does did is are was were has have had will would can could should may might must isn't aren't wasn't "
    "weren't hasn't haven't hadn't won't wouldn't can't couldn't doesn't don't didn't"
)
DO = frozenset(["do", "does", "did"])
BE = frozenset(["is", "are", "was", "were"])
QUESTION_WORDS = frozenset(["who", "whom", "whose", "what", "which", "when", "where", "why", "how"])
DEGREES = _words("many much long far old large big high low often fast soon late tall heavy deep early")
PREPOSITIONS = _words(
    "for at by in on to from with without since until till of after before under over about against during into "
    "through per as than out between among near within upon towards"
)
DETERMINERS = _words("the a an this that these those its their his her my our your some any each both")
LEADS = _words("and but so also ok okay then now well hm hmm right yes no thanks thank great")
ORGANISATIONS = _words(
    "company companies firm bank group business corporation carmaker automaker chipmaker drugmaker maker "
    "manufacturer retailer airline carrier regulator startup start-up insurer lender supplier producer operator "
    "developer miner brewer publisher broadcaster utility fund agency ministry authority university museum "
    "hospital club union organisation organization builder grocer chain giant unit platform studio"
)
PERSON_PRONOUNS = frozenset(["he", "she", "him", "his", "her", "hers", "himself", "herself"])
THING_PRONOUNS = frozenset(["it", "its", "they", "them", "their", "theirs", "itself", "themselves"])
POSSESSIVES = frozenset(["its", "their", "his", "her"])
# Words that lean on what was said before without naming it.
LEANING = _words(
    "so there then else other others another same one ones earlier previously afterwards former latter instead "
    "too either neither such again still"
)
# Words that name no thing and end what "the" began: "the hydrogen terminal not yet built".
EMPTY = _words(
    "not and or but if that who which whom whose because while most least more less first next last exactly ever "
    "yet already now only just even there be been being i you we me us"
)
# What belongs to something else: "the closing price" of what? Two words do not make it a thing of its own.
RELATIVE = _words(
    "price cause reason result effect amount number figure total share stake sum cost value profit loss revenue "
    "income turnover sale deal offer bid order round plan increase decrease rise fall drop gain change level rate "
    "executive chairman chairwoman chair president director founder head boss owner manager spokesman spokeswoman "
    "analyst successor predecessor date time day week month quarter year half period place name title aim"
)
# Pasts that "ed" does not tell: "Which ferry sank?" has its verb.
PASTS = _words(
    "won lost sold bought led made paid fell rose sank grew cut said took gave ran kept met got held came went became "
    "began hit shut built struck spent wrote broke left sent found fought told knew saw drew flew burnt caught"
)
MONTHS = _words("january february march april may june july august september october november december")
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
TIME_NAMES = frozenset([*MONTHS, *DAYS]) - {"may"}
STARTERS = (
    AUXILIARIES
    | QUESTION_WORDS
    | PREPOSITIONS
    | DETERMINERS
    | LEADS
    | PERSON_PRONOUNS
    | THING_PRONOUNS
    | _words("tell give name list show explain describe say i we you please there if is same")
)
NAME_LINKS = frozenset(["of", "&", "de", "von", "van", "del", "di", "da"])

_PERIOD = rf"(?:{'|'.join(MONTHS)}|(?:the )?(?:first|second|third|fourth|last|final) (?:quarter|half)|q[1-4]|h[12])"
TIME = re.compile(
    rf"\b(?:in |on |during |by |since |for )?"
    rf"(?:{_PERIOD}(?:,? (?:of )?\d{{4}})?|(?:19|20)\d\d"
    rf"|{'|'.join(DAYS)}|yesterday|today|(?:last|this|next) (?:year|month|week|quarter)"
    rf"|\d{{1,2}} (?:{'|'.join(MONTHS)})(?: \d{{4}})?)\b",
    re.IGNORECASE,
)


def bare(token: str) -> str:
    """A token in lower case without punctuation and possessive ending.

    >>> bare("Alibaba's"), bare("so?")
    ('alibaba', 'so')
    """
    word = token.strip('.,;:?!"“”()[]…').lower().replace("’", "'")
    return word.removesuffix("'s").removesuffix("s'" if word.endswith("s'") else "\0")


def tokens_of(text: str) -> list[str]:
    """The words of a question without the marks at its end and without anything in brackets."""
    return [token for token in re.sub(r"\([^()]*\)", " ", text).rstrip(" ?!.").split() if bare(token)]


def is_capital(token: str) -> bool:
    """Whether a word is written as a name: "Alibaba", "iPhone", "3M", but not "I" or a month."""
    word = bare(token)
    return any(letter.isupper() for letter in token) and word not in TIME_NAMES and word not in {"i", "i'm", "q1"}


def name_spans(tokens: list[str]) -> list[tuple[int, int]]:
    """Where names stand: runs of capitalised words, small linking words between them included.

    >>> name_spans("What did the Bank of Lindmark tell Petra Novak".split())
    [(3, 6), (7, 9)]
    """
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(tokens):
        if not is_capital(tokens[at]) or (at == 0 and bare(tokens[0]) in STARTERS):
            at += 1
            continue
        end = at + 1
        while end < len(tokens) and not _ends_name(tokens[end - 1]):
            if is_capital(tokens[end]):
                end += 1
            elif bare(tokens[end]) in NAME_LINKS and end + 1 < len(tokens) and is_capital(tokens[end + 1]):
                # "chips of Baidu" is not one name, "Bank of Lindmark" is: the word before must be a name itself.
                end += 2
            else:
                break
        spans.append((at, end))
        at = end
    return spans


def _ends_name(token: str) -> bool:
    return token.endswith((",", ";", ":", "'s", "’s", "s'", "s’"))


def in_brackets(text: str) -> list[str]:
    """The words that :mod:`askdocs.conversation.rewriter` put in brackets at the end of a question."""
    found = re.search(r"\(([^()]*)\)\??$", text.strip())
    return found.group(1).split() if found else []


def names_in(text: str) -> list[str]:
    """The names of a text, without possessive endings."""
    tokens = tokens_of(text)
    return [unpossessed(" ".join(tokens[start:end])) for start, end in name_spans(tokens)]


def unpossessed(name: str) -> str:
    """A name without its possessive ending and punctuation."""
    return re.sub(r"['’]s?$", "", name.strip('.,;:"“”'))


@dataclass(frozen=True)
class ParsedQuestion:
    """A question taken apart: ``preposition`` ``question_words`` ``noun`` ``auxiliary`` ``rest``.

    "By how much did the shares fall?" is ``["By"]``, ``["how", "much"]``, ``[]``, ``"did"``, ``["the", ...]``.
    A question about its subject ("Who bought it?") has no auxiliary, one for yes or no has no question words.
    """

    preposition: list[str]
    question_words: list[str]
    noun: list[str]
    auxiliary: str
    rest: list[str]

    @property
    def subject_asked(self) -> bool:
        """Whether the question words are the subject: "Who bought it?"."""
        return bool(self.question_words) and not self.auxiliary


def take_apart(tokens: list[str]) -> ParsedQuestion:
    """Read a question's order of words; anything that is no question is all ``rest``."""
    at = 0
    while at < len(tokens) and bare(tokens[at]) in PREPOSITIONS and bare(tokens[0]) not in QUESTION_WORDS:
        at += 1
    if at >= len(tokens) or bare(tokens[at]) not in QUESTION_WORDS:
        if tokens and bare(tokens[0]) in AUXILIARIES:
            return ParsedQuestion([], [], [], tokens[0], tokens[1:])
        return ParsedQuestion([], [], [], "", tokens)
    end = at + 1
    if bare(tokens[at]) == "how" and end < len(tokens) and bare(tokens[end]) in DEGREES:
        end += 1
    position = next((n for n in range(end, len(tokens)) if bare(tokens[n]) in AUXILIARIES), len(tokens))
    first_name = bare(tokens[at])
    if position == len(tokens) or (first_name in {"who", "when", "where", "why"} and position > end):
        split = end if first_name == "who" else _verb(tokens, end)
        return ParsedQuestion(tokens[:at], tokens[at:end], tokens[end:split], "", tokens[split:])
    return ParsedQuestion(tokens[:at], tokens[at:end], tokens[end:position], tokens[position], tokens[position + 1 :])


def _verb(tokens: list[str], start: int) -> int:
    """Where the verb of "Which company bought ..." stands, as far as its form or its place tells."""
    for at in range(start, len(tokens)):
        word = bare(tokens[at])
        if at > start and (
            word.endswith("ed") or word in PASTS or (at + 1 < len(tokens) and bare(tokens[at + 1]) in DETERMINERS)
        ):
            return at
    return min(start + 1, len(tokens))
