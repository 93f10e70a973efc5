"""What a scraped page carries besides its story, and how it is told from the story.

A line or paragraph goes only on evidence of its own: words that speak to the reader of the site ("your capital is at
risk", "by subscribing you agree"), or that stand on a line alone as no sentence of a story does ("Advertisement").
Two things go for what stands next to them: the name of a newsletter above its sign-up line, and the list under a
broker's headline where a line of it offers terms. Everything else stays: clutter in a corpus costs a little, a lost
sentence costs an answer.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from askdocs.paragraphs import marked_heading, reads_like_heading
from askdocs.sentences import sentence_spans

_NAVIGATION = (
    r"skip to (?:the )?(?:main )?(?:content|navigation)|(?:main )?menu|search|home|log ?in|sign ?in|sign ?up|register|"
    r"subscribe(?: now| today)?|back to (?:top|home)|close|share|save|print|listen(?: to (?:this )?article)?|"
    r"(?:leave|post|add) a (?:comment|reply)|(?:view |show |read |see )?(?:all )?comments(?: \(\d+\))?|"
    r"\d+ (?:comments?|shares?|min(?:ute)?s? read)|(?:click|tap) here|load more|show more|see (?:all|more)|view all|"
    r"previous (?:article|post|story)|next (?:article|post|story)|all rights reserved|table of contents"
)
_ADVERTISEMENTS = (
    r"advertis?e?ments?|ads?|sponsored(?: content| post| by)?|promoted(?: content)?|paid (?:content|partnership)|"
    r"(?:story|article) continues (?:below|after) (?:this )?(?:ad|advertisement)|"
    r"scroll (?:down )?to continue(?: reading)?|continue reading(?: below)?"
)
_TEASERS = (
    r"(?:read|see|watch|up) (?:next|more|also|on)|also read|related(?: (?:posts?|articles?|stories|news|"
    r"reading|topics?|content))?|more (?:stories|news|articles|from .{1,40})|"
    r"you (?:may|might)(?: also)? (?:like|be interested in)|"
    r"recommended(?: (?:for you|reading|stories))?|(?:most|now) (?:read|popular|viewed|shared)|trending(?: now)?|"
    r"popular (?:posts|stories|now)|latest (?:news|stories|posts|articles)|editor[’']?s[’']? picks?|don[’']?t miss"
)
_WHOLE_LINE = re.compile(rf"\W*(?:{_NAVIGATION}|{_ADVERTISEMENTS}|{_TEASERS})\W*", re.IGNORECASE)
_TEASER_LINE = re.compile(
    r"\W*(?:read (?:next|more|also)|also read|see also|related(?: (?:article|story|post))?|watch)"
    r"\s*[:|–—-]+ .{1,200}(?<![.!])",
    re.IGNORECASE,
)

_SITES = (
    r"facebook|twitter|x|linkedin|whatsapp|reddit|telegram|pinterest|instagram|youtube|tiktok|threads|bluesky|mastodon|"
    r"flipboard|tumblr|messenger|e-?mail|print|copy(?: link| url)?|link|sms"
)
_SHARE_BAR = re.compile(
    rf"\W*(?:share(?: (?:this|article|story|post|on|via|to|with))*|follow us(?: on)?|tweet|post)?\W*"
    rf"(?:(?:share (?:on|via) )?(?:{_SITES})\W+(?:and |or )?)+",
    re.IGNORECASE,
)
_SHARE_WORD = re.compile(r"\b(?:share|follow us|tweet|copy|print|whatsapp|linkedin|reddit|telegram|pinterest)\b", re.I)

# What follows is looked for in one sentence at a time.
_SIGN_UP = re.compile(
    r"\bby (?:subscribing|signing up|registering|clicking|submitting|continuing|entering your)\b.{0,80}\byou\b"
    r"|^\W*(?:sign up|subscribe|register|join)\b.{0,60}\b(?:newsletter|inbox|mailing list|updates|alerts|digest|"
    r"briefing|for free|subscribers)\b"
    r"|^\W*(?:get|receive)\b.{0,80}\b(?:in|to|into) your inbox\b|\bdelivered (?:straight |directly )?to your inbox\b"
    r"|^\W*(?:enter )?your e-?mail(?: address)?\W*$|^\W*enter your e-?mail\b"
    r"|^\W*(?:never|don[’']t) miss (?:a|an|any) (?:story|update|post|article)\b"
    r"|^\W*(?:thank you|thanks) for (?:subscribing|signing up)\b",
    re.IGNORECASE | re.DOTALL,
)
_COOKIES = re.compile(
    r"^\W*(?:we|this (?:web ?)?site|our (?:web ?)?site|we and our partners) uses? cookies\b"
    r"|^\W*(?:accept|reject|manage|allow)(?: all)? (?:cookies|preferences)\W*$"
    r"|^\W*by continuing to (?:use|browse) (?:this|our|the) (?:web ?)?site\b"
    r"|^\W*(?:cookie|privacy) (?:policy|settings|preferences|notice)(?:\W+(?:terms|privacy|cookie)\b.{0,60})?\W*$"
    r"|^\W*terms (?:of (?:use|service)|and conditions|& conditions)(?:\W+(?:privacy|cookie)\b.{0,60})?\W*$"
    r"|^\W*(?:copyright )?(?:©|\(c\)) ?\d{4}\b.{0,100}$|\ball rights reserved\W*$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\byour (?:capital|money|investments?) (?:is|are|may be) at risk\b|^\W*capital at risk\W*$"
    r"|\bvalue of your investments?\b|\bunless you[’']re prepared to lose\b"
    r"|^\W*(?:the |this )?(?:content|information|material|article)s?\b.{0,60}\b(?:is|are|does|do|should)\b.{0,40}"
    r"\b(?:not|for informational purposes)\b.{0,60}\b(?:advice|purposes only|recommendation)\b"
    r"|^\W*this (?:site|page|article|post) (?:may )?contains? affiliate links\b"
    r"|^\W*we (?:may )?(?:earn|receive) (?:a |an )?(?:small )?(?:affiliate )?(?:commission|compensation)\b",
    re.IGNORECASE,
)
_GOODS = r"(?:stocks?|shares|crypto\w*|bitcoin|\w+coins?|etfs?|forex|cfds?|options|gold|commodities|bonds)"
_BROKER = re.compile(
    rf"^\W*(?:buy|trade|invest in|start trading)(?: and sell)? {_GOODS}(?: (?:now|today|online|instantly))?"
    r" (?:with|on|at|via)\b"
    r"|^\W*(?:the )?(?:\d+ )?best\b[^.!?]{0,80}\b(?:exchanges?|brokers?|platforms?|apps?|wallets?)\b[^.!?]{0,40}"
    r"\bfor\b[^.!?]{0,60}\b(?:traders|investors|beginners|trading|investing|you)\b[^.!?]{0,40}$"
    r"|^\W*(?:open|create) (?:your|an?)(?: (?:free|new|demo|live|trading))* account\b"
    r"|^\W*claim (?:your|an?)\b.{0,30}\bbonus\b",
    re.IGNORECASE,
)
# Somebody said it, so it is told, not offered.
_REPORTED = re.compile(r"\b(?:said|says|told|tells|according|added|wrote|warned|argued|announced)\b", re.IGNORECASE)
_DISCLAIMER_LINE = re.compile(
    r"\W*(?:(?:risk|investment|legal) )?(?:disclaimer|disclosure|risk warning)\s*[:–—-]", re.IGNORECASE
)

# What is looked for only beside an offer.
_TERMS = re.compile(
    r"\bother fees apply\b|\b(?:zero|no|0%) commissions?\b|\bcommission[- ]free\b"
    r"|\btop[- ]performing traders\b|\b(?:sign up|open an account|join now|get started|deposit)\b"
    r"|\byour (?:capital|portfolio|first)\b|\bregistered with finra\b|\bas little as \$?\d",
    re.IGNORECASE,
)
_USERS = re.compile(
    r"\W*\d[\d.,]*\W*(?:k|m|million|thousand|billion)?\W*(?:users|customers|traders|downloads)\W*", re.IGNORECASE
)
_NEWSLETTER = re.compile(
    r"\b(?:digest|newsletter|briefing|weekly|daily|alerts?|updates?|insider|inbox|e-?mail|subscribe\w*|"
    r"sign[- ]?up|join)\b",
    re.IGNORECASE,
)
_PICTURE = (
    r"(?:charts?|graphs?|graphics?|images?|photos?|photographs?|pictures?|illustrations?|screenshots?|infographics?)"
)
_CAPTION = re.compile(
    rf"\W*(?:[^.!?\n]{{0,120}}\b{_PICTURE}\b\W{{0,3}})?\(?(?:{_PICTURE} )?(?:sources?|credits?)"
    rf"\s*:\s*[^.!?\n]{{1,80}}\W*"
    rf"|\W*{_PICTURE}(?: (?:by|courtesy of|credit))?\s*:\s*[^.!?\n]{{1,60}}",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[-*•▪·‣]\s")

# Longer than this a line is not put around a story but is one.
LONGEST = 2000


@dataclass
class _Line:
    """A line, the block it stands in, and what it is if it is clutter: "furniture", "sign-up", "notice", "offer"."""

    block: int
    text: str
    kind: str = ""


def without_clutter(blocks: list[str], title: str = "") -> list[str]:
    """The blocks of the story: what navigation, advertisement, sharing, signing up and selling put around it goes.

    A block that repeats the one before it, or the title, goes too. The order stays, also of the lines in a block.

    >>> without_clutter(["Skip to content", "Sales rise", "Sales rise", "They rose by 5%.", "Advertisment"])
    ['Sales rise', 'They rose by 5%.']
    """
    lines = [
        _Line(number, line, "" if _words(line) == title else _kind(line))
        for number, block in enumerate(blocks)
        for line in block.split("\n")
    ]
    _mark_newsletter_names(lines)
    _mark_lists_of_offers(lines)
    kept: dict[int, list[str]] = {}
    for line in lines:
        if not line.kind:
            kept.setdefault(line.block, []).append(line.text)
    return _without_repeated(["\n".join(texts) for texts in kept.values()], title)


def _kind(line: str) -> str:
    bare = _words(line)
    if not bare or len(bare) > LONGEST:
        return ""
    if _is_furniture(bare):
        return "furniture"
    if _DISCLAIMER_LINE.match(bare):
        return "notice"
    sentences = [bare[start:end] for start, end in sentence_spans(bare)]
    for kind, pattern in (("sign-up", _SIGN_UP), ("notice", _COOKIES), ("notice", _DISCLAIMER), ("offer", _BROKER)):
        telling = sum(bool(pattern.search(sentence)) for sentence in sentences if not _REPORTED.search(sentence))
        if telling * 2 >= len(sentences):
            return kind
    return ""


def _is_furniture(bare: str) -> bool:
    """Whether a line is what pages put between and around their text."""
    if len(bare) <= 60 and not _BULLET.match(bare) and _WHOLE_LINE.fullmatch(bare):
        return True
    if len(bare) <= 250 and (_TEASER_LINE.fullmatch(bare) or _CAPTION.fullmatch(bare)):
        return True
    return _is_share_bar(bare) or _is_trail(bare)


def _words(line: str) -> str:
    heading = marked_heading(line)
    return heading[1] if heading else line.strip()


def _is_share_bar(bare: str) -> bool:
    return len(bare) <= 160 and bool(_SHARE_BAR.fullmatch(bare + " ")) and bool(_SHARE_WORD.search(bare))


def _is_trail(bare: str) -> bool:
    """A trail of places such as "Home > Markets > Shares", or a bar of them."""
    places = re.split(r"\s*[|>»›•·/]\s*", bare[:300])
    return len(places) >= 3 and places[0].lower() == "home" and all(0 < len(place) <= 40 for place in places[:-1])


def _mark_newsletter_names(lines: list[_Line]) -> None:
    for line, following in itertools.pairwise(lines):
        bare = _words(line.text)
        if following.kind == "sign-up" and not line.kind and reads_like_heading(bare) and _NEWSLETTER.search(bare):
            line.kind = "sign-up"


def _mark_lists_of_offers(lines: list[_Line]) -> None:
    """Mark the list under a broker's headline where a line of it offers terms, and counts of users beside notices."""
    for place, line in enumerate(lines):
        if line.kind == "offer":
            listed = list(itertools.takewhile(lambda item: _BULLET.match(item.text.strip()), lines[place + 1 :]))
            if any(_TERMS.search(item.text) for item in listed):
                for item in listed:
                    item.kind = "offer"
    for line, following in itertools.pairwise(lines):
        if following.kind == "notice" and not line.kind and _USERS.fullmatch(line.text):
            line.kind = "offer"


def _without_repeated(blocks: list[str], title: str) -> list[str]:
    kept: list[str] = []
    titled = False
    for block in blocks:
        words = _words(block)
        repeats = bool(kept) and len(words) <= 250 and words == _words(kept[-1]) and not _BULLET.match(block)
        if repeats or (titled and words == title):
            continue
        titled = titled or words == title
        kept.append(block)
    return kept
