"""Questions for a summary: "Summarize the article about XPeng", "tl;dr of the strike story"."""

from __future__ import annotations

import re
from typing import Literal

from askdocs.core.base import Model
from askdocs.questions.wording import ARTICLES

_NAMES_ONE = (
    r"(?:summar(?:y|ies)|synopsis|overview|gist|recap|rundown|run-down|outline|digest|abstract|tl;?dr|nutshell|essence|"
    r"key (?:points?|takeaways?|messages?|facts?|findings?|ideas?|details|developments)|main (?:points?|ideas?|"
    r"messages?|"
    r"takeaways?|findings?|facts?|arguments?|topics?|themes?|news|things?)|takeaways?|highlights|big picture|"
    r"bottom line|"
    r"important (?:points|facts|parts|things)|short version|long and short|low-?down|briefing|upshot|crux)"
)
_NOT_FOR_ONE = r"(?!who|when|where|why|how|which|did|does|do|is|are|was|were|has|have|name|list|count)"
_SUMMARY = re.compile(
    r"^(?:in (?:(?:a|one|two|three|four|five|\d+|a few|a couple of)(?: or \w+)? )?(?:short|sentences?|words?|lines?|"
    r"brief|"
    r"nutshell|bullet points?)[,:]?\s+)?"
    r"(?:(?:just |quickly |briefly |shortly )*(?:summari[sz]e|sum (?:it |this |that |them )?up|recap|outline|"
    r"condense|digest|"
    r"boil (?:it |this |down )?|brief (?:me|us)|catch (?:me|us) up|fill (?:me|us) in|bring (?:me|us) up to (?:speed|"
    r"date)|"
    r"walk (?:me|us) through|give (?:me|us) the (?:short|essentials|basics|background|story)|"
    rf"(?:describe|explain)(?: briefly| shortly)? (?:what )?(?:the|this|these|that|"
    rf"all(?: the)?)? ?(?:[\w'’-]+ ){{0,4}}?{ARTICLES})\b"
    rf"|tl;?dr\b|{_NOT_FOR_ONE}(?:\b(?:a|an|the|give|write|provide|make|need|want|get|show|draw|prepare|send|"
    rf"what(?:['’]?s| is| "
    rf"are| were| was)?|short|quick|brief|one|two|three|four|five|\d+|concise|executive|state|tell|list|pull|extract|"
    rf"me|us|"
    rf"just|your|some|produce|do|present|as|in|form|give)\b[\s-]*(?:[\w'’]+(?:-[\w'’]+)*\s+(?:-+\s+)?){{0,4}}?)?{_NAMES_ONE}\b)",
    re.I,
)
_ABOUT = re.compile(
    rf"^(?:in short|in brief|in a nutshell|in a few words|long story short)\b"
    rf"|^what(?:['’]?s| is| was| are| were|s)?\b.*\b{ARTICLES}\b.*\b(?:about|regarding)\s*$"
    r"|^what(?:['’]?s| is| was)? (?:this|that|it|all this|all that)(?: all)? about$"
    rf"|^what(?:['’]?s| is)? in (?:the|this|that) (?:[\w'’-]+ ){{0,4}}?{ARTICLES}\b"
    rf"|^what (?:do|does|did|can|is being) (?:(?:the|this|these|those|all|our|my|your|"
    rf"both)(?: the)? )?(?:[\w'’-]+ ){{0,3}}?"
    rf"{ARTICLES}\b(?: [\w'’-]+){{0,6}}? (?:say|tell|report|cover|discuss|describe|contain|talk|deal|write|have to say|"
    rf"reveal|teach|focus|argue|show|state|boil down)\b"
    r"|^(?:tell|talk to) (?:me|us) (?:more |everything |all |a bit |something )?about\b|^about\b"
    r"|^what (?:do|did|can) (?:we|you|they|i) (?:know|have|learn|hear|read) (?:about|on|of|regarding)\b"
    r"|^what(?:['’]?s| is| has been| was) (?:going on|happening|new|the (?:latest|news|story|situation|"
    r"state of play)|up)"
    r"(?: \w+)? (?:with|at|in|about|on|around|regarding|of)\b"
    r"|^what(?: all)? has happened (?:so far )?(?:with|at|in|to|around)\b|^what is (?:said|known|written|"
    r"reported) (?:about|on|of)\b"
    rf"|^(?:everything|anything|all|the (?:latest|news|background|story)|background|update(?:s)?|info(?:rmation)?|news)"
    rf"(?: (?:we have|you have|there is|known))? (?:about|on)\b"
    rf"|^(?:which|what) (?:topics?|themes?|subjects?|issues?)\b.*\b{ARTICLES}\b"
    rf"|^(?:the )?(?:[\w'’-]+ ){{1,4}}?{ARTICLES} in (?:brief|short|a nutshell|(?:one|two|three|four|five|a few|\d+) "
    r"(?:sentences?|words|lines))$",
    re.I,
)
_AMOUNT = re.compile(
    r"\bin (?:no more than |at most |about |exactly |just |under )?(?P<n>a|one|two|three|four|five|six|seven|eight|\d+)"
    r"(?: (?:to|or) \w+)? (?:short |simple |brief )?(?:sentences?|lines?|bullet points?|bullets?|points?)\b"
    r"|\b(?P<m>one|two|three|four|five|six|seven|eight|\d+)(?: |-)(?:short |key |main )?(?:sentences?|lines?|"
    r"bullets?|bullet "
    r"points?|points?|takeaways?|facts?|highlights?)\b",
    re.I,
)
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_MANY = re.compile(
    r"\b(?:articles|stories|reports|pieces|texts|documents|docs|files|posts|papers|sources|columns|interviews|releases|"
    r"coverage|news|everything|we know|you know|all)\b",
    re.I,
)
_ONE = re.compile(
    r"\b(?:article|story(?! of)|report|piece|text|document|doc|file|post|paper|column|interview|"
    r"(?:press |news )?release|write-?up|obituary|profile|page)\b",
    re.I,
)
_WORDS_ASIDE = re.compile(
    rf"\b(?:{_NAMES_ONE}|{ARTICLES}|summari[sz]e|sum up|recap|outline|condense|describe|explain|brief|catch up|"
    rf"fill in|bring|up|"
    r"speed|date|walk|through|boil|down|digest|short(?:ly)?|brief(?:ly)?|quick(?:ly)?|concise|executive|please|give|"
    r"write|"
    r"provide|make|show|tell|say|talk|discuss|report|cover|contain|get|want|need|draw|prepare|send|me|us|you|your|we|"
    r"i|what|"
    r"which|that|this|these|those|there|is|are|was|were|it|its|do|does|did|has|have|been|be|the|a|an|of|about|on|in|"
    r"from|"
    r"for|with|at|to|by|and|all|some|any|more|most|regarding|concerning|covering|entitled|titled|called|headed|"
    r"sentences?|lines?|words?|bullet|points?|paragraphs?|known|know|happened|happening|going|new|latest|so far|"
    r"everything|anything|just|form|own|here|simple|terms|one|two|three|four|five|\d)\b",
    re.I,
)
Scope = Literal["one", "many", "open", "side"]


class SummarySubject(Model):
    """What is to be summarized: ``phrases`` name it, none where only "the article" is said.

    ``scope`` is "one" article, what "many" say, a "side" of a comparison, of which each sentence must tell, or
    "open". ``sentences`` is how many are asked for, if any number is.
    """

    phrases: tuple[str, ...]
    scope: Scope
    sentences: int | None = None

    @property
    def words(self) -> str:
        """The phrases as one."""
        return " ".join(self.phrases)


def summary_subject(core: str) -> SummarySubject | None:
    """What a question wants summarized; ``None`` where it wants something else.

    >>> summary_subject("Summarize the article about XPeng in three sentences")
    SummarySubject(phrases=('XPeng',), scope='one', sentences=3)
    >>> summary_subject("What do the articles say about the port strike?").words
    'port strike'
    >>> summary_subject("Who summarised the findings?") is None
    True
    """
    text = core.strip().rstrip("?!. ")
    if not (_SUMMARY.search(text) or _ABOUT.search(text)):
        return None
    return subject_of(text)


def subject_of(core: str) -> SummarySubject:
    """What a question that wants a summary is about: its words without those that ask for one."""
    text = core.strip().rstrip("?!. ")
    amount = _AMOUNT.search(text)
    number = (amount["n"] or amount["m"]).lower() if amount else ""
    kept = _WORDS_ASIDE.sub("\n", _AMOUNT.sub("\n", text[:1].lower() + text[1:]))
    phrases = (re.sub(r"['’]s?(?=\W|$)", "", line).strip(" ,.:;-\"'“”‘’?&()") for line in kept.split("\n"))
    scope: Scope = "one" if _ONE.search(text) else "many" if _MANY.search(text) else "open"
    return SummarySubject(
        phrases=tuple(phrase for phrase in phrases if phrase),
        scope=scope,
        sentences=(_NUMBERS.get(number) or int(number)) if number else None,
    )
