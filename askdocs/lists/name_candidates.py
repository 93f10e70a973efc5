"""Where names may stand in a text: runs of capitalised words, cut where one name ends and another begins.

English only: it is capitals that show a name. What the runs are - people, companies, or the first word of a sentence -
``name_classifier`` tells.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from askdocs.lists.word_lists import name_words, places
from askdocs.text.english import FUNCTION_WORDS
from askdocs.text.sentences import sentence_spans

_TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|\w+(?:[.&’'\-]\w+)*|&|[^\w\s]")
_POSSESSIVE = re.compile(r"['’]s?$")
# What follows a name behind a hyphen: "US-traded", "Leeds-based".
_COMPOUND = re.compile(r"-(?=[a-z])(?!(?:al|el|ed|sur|en|le|la|de|on|upon)\b)[a-z]+(?:-[a-z]+)*$")
_ABBREVIATED_WORDS = "Inc Corp Ltd Co Mr Mrs Ms Dr Prof St Rev Gen Sen Gov Jr Sr Bros"
_ABBREVIATED = frozenset(_ABBREVIATED_WORDS.split())
_INSIDE_WORDS = "of the de van von der den la le du da di del della dos al bin ibn y el & and for"
_INSIDE = frozenset(_INSIDE_WORDS.split())
_LEADING_WORDS = (
    "About Above According Across Additionally Again All Already Although Among Amid Any Around Asked Both "
    "Business Buy Despite Dear Each Earlier Either Even Every Few Five Four Further Furthermore Get Good Great "
    "Here Hers His However Including Instead Just Last Later Like Many Meanwhile Members More Moreover Most Much "
    "Nearly Neither Never New News Next Nice Nine No Nobody None Nor Now Once Only Other Others Over Overall Part "
    "Per Perhaps Since Six Some Speaking Still Such Ten Though Three Through Thus Today Together Tomorrow Too Two "
    "Under Unlike Until Up Upon Very Via Well While Within Without Yes Yesterday Yet Your Seven Eight First "
    "Second Third One Half Trains Stores Offices Users Customers Police Tourists Residents Volunteers Visitors "
    "Winner Rival Rivals Founders Scientists Researchers Shares Revenue Profit Sales Analysts Investors "
    "Shareholders"
)
_LEADING = frozenset(_LEADING_WORDS.split())
_KEPT_TITLES_WORDS = "Lady Lord Sir Dame King Queen Prince Princess Pope"
_KEPT_TITLES = frozenset(_KEPT_TITLES_WORDS.split())
_HEADING_SHARE = 0.6


class NameCandidate(NamedTuple):
    """A run of words that may be a name, ``text[start:end]``, in the sentence ``text[sentence[0]:sentence[1]]``.

    ``first`` says that it begins the sentence, where every word has a capital; ``title`` is the word of office before
    it ("Dr"); ``heading`` that it stands in a line whose words nearly all have capitals.
    """

    start: int
    end: int
    sentence: tuple[int, int]
    first: bool
    title: str
    heading: bool


class _Token(NamedTuple):
    text: str
    start: int
    end: int


def name_candidates(text: str, lower_words: Collection[str] = frozenset()) -> list[NameCandidate]:
    """The runs of words of ``text`` that may be names, in order; ``lower_words`` are known to be no names.

    >>> text = "Yesterday Dr. Ana Lund of Velmora Foods met Baidu's Robin Li and Huawei in New York."
    >>> [(text[one.start:one.end], one.title) for one in name_candidates(text, {"yesterday"})]
    [('Ana Lund', 'Dr.'), ('Velmora Foods', ''), ('Baidu', ''), ('Robin Li', ''), ('Huawei', ''), ('New York', '')]
    """
    found = []
    for sentence in sentence_spans(text):
        tokens = [_Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text, *sentence)]
        heading = _is_heading(tokens, text[sentence[1] - 1])
        for run in _runs(tokens, text):
            found += list(_cut(run, tokens[0].start, sentence, heading, text, lower_words))
    return found


def lower_words_of(texts: Sequence[str]) -> frozenset[str]:
    """The words that stand in lower case anywhere in the texts: capitals of theirs at a sentence's start mean little.

    >>> sorted(lower_words_of(["The Bank said the bank"]))
    ['bank', 'said', 'the']
    """
    return frozenset(word for text in texts for word in re.findall(r"(?<![\w.@])[a-z][a-z]+\b", text))


def _is_heading(tokens: Sequence[_Token], last: str) -> bool:
    long = [token.text for token in tokens if len(token.text) > 3 and token.text[0].isalpha()]
    capitals = sum(word[0].isupper() for word in long)
    return last not in '.!?"”:;,' and len(long) >= 3 and capitals >= _HEADING_SHARE * len(long)


def is_capital(word: str) -> bool:
    """Whether a word is written as a name may be: "Alibaba", "IBM", "iPhone".

    >>> [is_capital(word) for word in ("Alibaba", "iPhone", "shares", "3M", "2023")]
    [True, True, False, True, False]
    """
    return (
        word[0].isupper()
        or (word[0].islower() and len(word) > 2 and word[1].isupper())
        or (word[0].isdigit() and len(word) > 1 and word[-1].isupper() and word[:-1].isdigit())
    )


def _runs(tokens: Sequence[_Token], text: str) -> Iterator[list[_Token]]:
    """Capitalised words side by side, with "of", "&" and numbers inside them."""
    run: list[_Token] = []
    for at, token in enumerate(tokens):
        word = token.text
        if run and not _adjoins(run[-1], token, text):
            yield run
            run = []
        if is_capital(word) and not (run and (_POSSESSIVE.search(run[-1].text) or _COMPOUND.search(run[-1].text))):
            run.append(token)
        elif is_capital(word):
            yield run
            run = [token]
        elif run and (
            _goes_on(run, word, tokens[at + 1 :])
            or (_is_model_number(run, word) and text[token.end : token.end + 1] != "%")
        ):
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _adjoins(before: _Token, token: _Token, text: str) -> bool:
    between = text[before.end : token.start]
    return (
        between == " "
        or (between == ". " and before.text in _ABBREVIATED | {before.text[:1]})
        or (between == "" and token.text == "." and before.text in _ABBREVIATED)
    )


def _goes_on(run: Sequence[_Token], word: str, following: Sequence[_Token]) -> bool:
    """Whether "of", "&" or "de" stands inside a name; "and" only before words such as "Sons"."""
    if word == "." and run[-1].text in _ABBREVIATED:
        return True
    if word not in _INSIDE or not following:
        return False
    after = next((token.text for token in following[:2] if token.text not in _INSIDE), "")
    if not after or not is_capital(after):
        return False
    if word == "and":
        return after in name_words("joined_by_and") and len(following) > 0 and following[0].text == after
    if word in ("of", "for"):
        return run[-1].text in _WITH_OF
    return word != "the" or run[-1].text in ("of", "for")


_WITH_OF_WORDS = (
    "Bank University Ministry Department House Republic City Duke Duchess Institute Court Board Office Museum "
    "Church Isle Gulf Bay Cape Port Order Treaty Union Federation Chamber School College Academy Federal Bureau "
    "Association Fund Society Commonwealth Kingdom States Emirates League Council Organization Organisation "
    "Gallery Ministry Prince Bill Strait Sea State Province County Confederation Congress Commission Workers "
    "Faculty Center Centre Hall Battle Tour Agency Authority Friends Lord Archbishop Bishop Confederation Queen "
    "King Palace Lady Knights Port Queen Port"
)
_WITH_OF = frozenset(_WITH_OF_WORDS.split())


def _is_model_number(run: Sequence[_Token], word: str) -> bool:
    """Whether a number belongs to the name before it: "Halo 3", not "Friday 2023"."""
    before = run[-1].text
    return before not in name_words("not_names") and (
        re.fullmatch(r"(?!(?:19|20)\d\d$)\d{1,3}[A-Za-z]?|\d[A-Z]\w?", word) is not None
    )


def _cut(
    run: list[_Token],
    sentence_start: int,
    sentence: tuple[int, int],
    heading: bool,
    text: str,
    lower_words: Collection[str],
) -> Iterator[NameCandidate]:
    """The names of a run: without words that only begin the sentence, without titles, weekdays and peoples."""
    first = run[0].start == sentence_start
    not_names, titles, peoples = name_words("not_names"), name_words("titles"), places().peoples
    while run and len(run) > 0 and first and _only_begins(run, lower_words):
        run, first = run[1:], False
    title = ""
    while run and (run[0].text in _INSIDE or run[0].text == "." or run[0].text in not_names):
        run = run[1:]
    whole = text[run[0].start : run[-1].end] if run else ""
    if whole in places().countries or whole in places().regions or whole in places().cities:
        yield NameCandidate(run[0].start, run[-1].end, sentence, first, "", heading)
        return
    while len(run) > 1 and (_is_people(run) or _is_title(run, titles)):
        if run[0].text not in peoples:
            title = run[0].text + ("." if run[1].text == "." else "")
        run = run[1:]
        while run and run[0].text in (".", "of", "the"):
            run = run[1:]
    while run and (run[-1].text in _INSIDE or run[-1].text in (not_names | {"."} if len(run) > 1 else not_names)):
        if run[-1].text == "." and run[-2].text in _ABBREVIATED and run[-2].text not in titles:
            break
        run = run[:-1]
    if not run:
        return
    end = run[-1].start + len(_COMPOUND.sub("", _POSSESSIVE.sub("", run[-1].text)))
    name = text[run[0].start : end]
    if len(name) < 2 or name in peoples | titles | not_names or "n’t" in name or "n't" in name:
        return
    if len(run) == 1 and name.lower() in FUNCTION_WORDS and name != "US":
        return
    yield NameCandidate(run[0].start, end, sentence, first, title, heading)


def _only_begins(run: Sequence[_Token], lower_words: Collection[str]) -> bool:
    """Whether the first word of a sentence is an ordinary word there."""
    word = _POSSESSIVE.sub("", run[0].text)
    if word in name_words("titles") and len(run) > 1:
        return False
    if word.lower() in name_words("roles") and len(run) > 1:
        return True
    low = word.lower()
    return (
        (low in FUNCTION_WORDS and word != "US")
        or word in _LEADING
        or (low in lower_words and not word.isupper() and word not in places().cities)
    )


def _is_people(run: Sequence[_Token]) -> bool:
    """Whether the first word only says from where: "Japanese" before "Softgrove", not in "British Library"."""
    ends = name_words("company_ends") | name_words("institution_words")
    return run[0].text in places().peoples and _POSSESSIVE.sub("", run[-1].text) not in ends


def _is_title(run: Sequence[_Token], titles: Collection[str]) -> bool:
    """Whether the first word is an office: "Dr", "President"; of a name such as "Chief Industries" it is a part."""
    rest = [token.text for token in run[1:] if token.text != "."]
    if run[0].text in _KEPT_TITLES and len(rest) == 1:
        return False
    ends = name_words("company_ends") | name_words("institution_words")
    return run[0].text in titles and bool(rest) and rest[-1] not in ends and rest[0] not in ("of", "&", "and")
