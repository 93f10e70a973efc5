"""What a scraped page carries besides its story, and how it is told from the story.

A line or paragraph goes only on evidence of its own: words that speak to the visitor of the site ("your capital is at
risk", "by subscribing you agree"), or that stand on a line alone as no sentence of a story does ("Advertisement").
Two things go for what stands next to them: the name of a newsletter above its sign-up line, and the list under a
broker's headline where a line of it offers terms. Everything else stays: clutter in a corpus costs a little, a lost
sentence costs an answer.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from askdocs.ingest.cleaning import boilerplate_patterns as known
from askdocs.text.paragraphs import marked_heading, reads_like_heading, reads_like_title
from askdocs.text.sentences import sentence_spans

# Longer than this a line is not put around a story but is one; so is a longer paragraph, however it begins.
LONGEST = 2000
OPENING_SENTENCES = 4


@dataclass
class _Line:
    """A line, the block it stands in, and what it is if it is clutter: "furniture", "sign-up", "notice", "offer"."""

    block: int
    text: str
    kind: str = ""


def without_clutter(blocks: list[str], title: str = "") -> list[str]:
    """The blocks of the story: what navigation, advertisement, sharing, signing up and selling put around it goes.

    A heading that repeats the block before it, or the title, goes too. The order stays, also of the lines in a block.

    >>> without_clutter(["Skip to content", "Sales rise", "Sales rise", "They rose by 5%.", "Advertisment"])
    ['Sales rise', 'They rose by 5%.']
    """
    lines = [
        _Line(number, line, "" if _words(line) == title else clutter_kind(line))
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


def clutter_kind(line: str) -> str:
    """What a line or paragraph is if it is clutter by its own words, and "" if it is not.

    >>> clutter_kind("Share this: Facebook | X | Copy link"), clutter_kind("By subscribing you agree to our terms.")
    ('furniture', 'sign-up')
    >>> clutter_kind("The firm will share this with Facebook."), clutter_kind("“Your money is at risk,” she said.")
    ('', '')
    """
    bare = _words(line)
    if not bare or len(bare) > LONGEST:
        return ""
    if _is_furniture(bare):
        return "furniture"
    opening = next((kind for kind, pattern in known.OPENINGS.items() if pattern.match(bare)), "")
    if not opening and not known.SPOKEN_WORDS.search(bare):
        return ""
    sentences = [bare[start:end] for start, end in sentence_spans(bare)]
    if opening and len(sentences) <= OPENING_SENTENCES and not known.REPORTED.search(sentences[0]):
        return opening
    spoken = [kind for sentence in sentences if (kind := _spoken_kind(sentence))]
    return spoken[0] if len(spoken) * 2 > len(sentences) else ""


def _spoken_kind(sentence: str) -> str:
    if known.REPORTED.search(sentence):
        return ""
    return next((kind for kind, pattern in known.SPOKEN.items() if pattern.search(sentence)), "")


def _is_furniture(bare: str) -> bool:
    """Whether a line is what pages put between and around their text."""
    if len(bare) <= 60 and not known.BULLET.match(bare) and known.WHOLE_LINE.fullmatch(bare):
        return True
    if len(bare) <= 250 and (known.TEASER_LINE.fullmatch(bare) or known.CAPTION.fullmatch(bare)):
        return True
    return _is_bar(bare) or _is_trail(bare)


def _words(line: str) -> str:
    heading = marked_heading(line)
    return heading[1] if heading else line.strip()


def _is_bar(bare: str) -> bool:
    """A row of buttons: places of the site, or networks to share on."""
    if len(bare) > 160 or not known.BAR.fullmatch(bare + " "):
        return False
    return bool(known.BAR_WORD.search(bare)) or (bare.count(" ") >= 3 and not re.search(r",|\band\b", bare))


def _is_trail(bare: str) -> bool:
    """A trail of places such as "Home > Markets > Shares", or a bar of them."""
    places = known.TRAIL.split(bare[:300])
    return len(places) >= 3 and places[0].lower() == "home" and all(0 < len(place) <= 40 for place in places[:-1])


def _mark_newsletter_names(lines: list[_Line]) -> None:
    for line, following in itertools.pairwise(lines):
        bare = _words(line.text)
        if following.kind == "sign-up" and not line.kind and reads_like_heading(bare) and known.NEWSLETTER.search(bare):
            line.kind = "sign-up"


def _mark_lists_of_offers(lines: list[_Line]) -> None:
    """Mark the list under a broker's headline where a line of it offers terms, and counts of users beside notices."""
    for place, line in enumerate(lines):
        if line.kind == "offer":
            following = (lines[after] for after in range(place + 1, len(lines)))
            listed = list(itertools.takewhile(lambda item: known.BULLET.match(item.text.strip()), following))
            if any(known.TERMS.search(item.text) for item in listed):
                for item in listed:
                    item.kind = item.kind or "notice"
    for line, following_line in itertools.pairwise(lines):
        if following_line.kind == "notice" and not line.kind and known.USERS.fullmatch(line.text):
            line.kind = "offer"


def _without_repeated(blocks: list[str], title: str) -> list[str]:
    kept: list[str] = []
    titled = False
    for block in blocks:
        words = _words(block)
        repeats = bool(kept) and words == _words(kept[-1]) and reads_like_title(words)
        if repeats or (titled and words == title):
            continue
        titled = titled or words == title
        kept.append(block)
    return kept
