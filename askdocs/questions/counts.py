"""Questions that count articles: "How many articles mention layoffs?"."""

from __future__ import annotations

import re

from askdocs.core.base import Model

_ARTICLES = (
    r"(?:articles|stories|reports|pieces|texts|documents|docs|files|posts|papers|sources|columns|interviews|"
    r"(?:press |news )?releases|write-?ups|news items|items)"
)
_WHICH_SAY = (
    r"(?:(?:do |that |which |who )*(?:mention|talk|discuss|cover|cite|quote|name|refer|describe|contain|include|"
    r"feature|"
    r"deal|focus|speak|report|write|say|tell|touch|bring up|have to do|concern|relate)\w*"
    r"|(?:are|were|is) (?:about|on|from|there|dated|related|concerned|published|written|by)\b"
    r"|(?:about|on|from|in|with|by|published|dated|that|which|where|mentioning|citing|naming|quoting|discussing)\b"
    r"|(?:do|did|have) (?:i|we|you)\b|there (?:are|were)|(?:have|has) to do|$)"
)
_OF_THE = r"(?:of (?:the|these|my|our|all|all the|your)(?: \w+){0,2} )?"
_COUNT = re.compile(
    rf"^(?:so )?(?:how many|(?:what(?:'s| is| was)? )?(?:the )?(?:total )?(?:number|count)(?: of)?(?: the)?|"
    rf"count(?: up)?(?: (?:the|all|how many))*(?: number of)?)\s+{_OF_THE}(?:\w+ ){{0,2}}?{_ARTICLES}\s*"
    rf"(?!of (?!the\b|these\b|them\b|mine\b|ours\b))(?P<rest>{_WHICH_SAY}.*)$",
    re.I | re.S,
)
_IN_HOW_MANY = re.compile(
    rf"^(?:in|across) how many {_OF_THE}(?:\w+ ){{0,2}}?{_ARTICLES}\b\s*(?P<rest>.*)$", re.I | re.S
)
_ABOUT = re.compile(
    r"^(?:(?:in which |in whose |where |that |which |do |does |did |are |were |is |was |there\b\s*|have\b\s*|has |"
    r"been |the |we |i |you |published |written )*)"
    r"(?:(?:mention|talk|discuss|cover|cite|quote|name|refer|describe|contain|include|feature|deal|focus|speak|report|"
    r"write|say|tell|touch|concern|relate|bring up)\w*)?\s*"
    r"(?:(?:about|on|to|with|of|that|anything|something|any|the (?:word|term|name|topic|subject)(?: of)?|upon|up)\s+)*",
    re.I,
)
_PASSIVE = re.compile(
    r"\s+(?:(?:is|are|was|were|been|get|gets|be)\s+)?(?:mentioned|named|cited|quoted|discussed|covered|featured|"
    r"described|appears?|occurs?|turns? up|is there|come(?:s)? up|feature|crop(?:s)? up|show(?:s)? up)\b.*$",
    re.I,
)
_AUXILIARY = re.compile(r"^(?:do|does|did|is|are|was|were|has|have)\s+", re.I)
_NO_WORD = re.compile(r"[^\w\s][^\w]*$")  # signs where words should stand


class CountedArticles(Model):
    """Articles to be counted: those that hold ``words``, all of them where there are none."""

    words: str


def counted_articles(core: str) -> CountedArticles | None:
    """What articles are counted by; ``None`` where a question counts something else.

    >>> counted_articles("How many articles mention layoffs?").words
    'layoffs'
    >>> counted_articles("In how many stories does Tarn Foods appear?").words
    'Tarn Foods'
    >>> counted_articles("How many articles of clothing were sold?") is None
    True
    >>> counted_articles("How many reports did the agency file?") is None
    True
    """
    text = core.strip()
    text = text if re.search(r"\w\W*\s[?!. ]{2,}$", text) else text.rstrip("?!. ")
    found = _IN_HOW_MANY.match(text) or _COUNT.match(text)
    if found is None:
        return None
    rest = " " + _ABOUT.sub("", _AUXILIARY.sub("", found["rest"].lstrip(" ,")), count=1)
    passive = _PASSIVE.search(rest)
    words = _stripped(rest[: passive.start()] if passive else rest)
    if _NO_WORD.search(found["rest"]) and not any(map(str.isalnum, words)):
        return None  # "How many articles mention ???" is not about all of them
    return CountedArticles(words=words)


def counted_within(core: str) -> CountedArticles | None:
    """What articles are counted by where the words that count stand within a longer sentence."""
    for place in re.finditer(r"\b(?:in )?how many\b|\bnumber of\b|\bno\.? of\b|\bcount\b", core, re.I):
        rest = re.sub(r"^no\.? of", "number of", core[place.start() :], flags=re.I)
        found = counted_articles(rest)
        if found is not None:
            return found
    return None


def _stripped(words: str) -> str:
    words = re.sub(
        r"\b(?:in (?:them|it|the text|there)|at all|by name|in total|altogether|overall)\s*$", "", words.strip()
    )
    return words.strip(" \"'“”‘’,.")
