"""All things of a kind that the passages name: companies, people, places; or the people whose words are quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askdocs.lists.items import ListItem, ReadPassage
from askdocs.lists.list_question import ListQuestion, singular
from askdocs.lists.named_things import Mention, NamedThing

# The classes of names that belong to each kind of thing that is asked for.
CLASSES_OF = {
    "person": ("person",), "company": ("company",), "organisation": ("institution", "company", "media"),
    "media": ("media",), "city": ("city",), "country": ("country",), "region": ("region",),
    "place": ("city", "country", "region"), "product": ("product",), "work": ("work",),
}  # fmt: skip
_SAID = (
    r"(?:said|says|told|tells|added|adds|wrote|recalled|argued|warned|explained|called|insisted|admitted|replied|asked|"
    r"noted|claimed|complained|joked|promised|predicted|described|declared|commented|remarked|stated|"
    r"pointed out|put it)"
)
_AFTER = re.compile(
    rf"['’]?s?(?:,[^,.;:!?\n“”\"]{{1,90}},|\s+\([^)]*\))?\s+(?:(?:also|later|then|had|has|of [A-Z][\w ]+)\s+)?{_SAID}\b"
)
_BEFORE = re.compile(
    rf"(?:{_SAID}\s+(?:[\w'’-]+\s+){{0,6}}|(?:according to|in the (?:words|eyes|view) of|quoted|"
    rf"quotes)\s+(?:[a-z][\w'’-]*\s+){{0,6}})$"
)
_PRONOUN = re.compile(rf"\b(?:[Hh]e|[Ss]he)\s+(?:(?:also|later|then|had|has)\s+)?{_SAID}\b|\b{_SAID}\s+(?:he|she)\b")
_QUOTE = re.compile(r"[“\"”]")
_NEAR = 60  # code points beside a name in which its class is named: "the bank Brandt Lowell"


def named_items(asked: ListQuestion, things: Sequence[NamedThing], passages: Sequence[ReadPassage]) -> list[ListItem]:
    """The things that are of the kind asked for; of a narrower class where the question names one ("banks")."""
    wanted = CLASSES_OF[asked.kind or "company"]
    items = []
    for thing in things:
        if thing.kind not in wanted:
            continue
        if asked.quoted:
            mention = _quoted_at(thing, things, passages)
            probability = thing.probability
        else:
            mention = best_mention(thing)
            probability = thing.probability * (1.0 if not asked.noun else _narrowed(thing, asked.noun, passages))
        if mention is not None and probability > 0:
            items.append(_item(thing.name, mention, probability))
    return items


def best_mention(thing: NamedThing) -> Mention:
    """The mention that shows a thing best: the first by the name that is shown, in a sentence rather than a heading."""
    return min(
        thing.mentions, key=lambda one: (one.heading, not one.name.startswith(thing.name), one.passage, one.start)
    )


def _item(name: str, mention: Mention, probability: float) -> ListItem:
    at = mention.name.find(name)
    start, end = (mention.start + at, mention.start + at + len(name)) if at >= 0 else (mention.start, mention.end)
    return ListItem(text=name, passage=mention.passage, start=start, end=end, probability=probability)


def _narrowed(thing: NamedThing, noun: str, passages: Sequence[ReadPassage]) -> float:
    """How sure it is that a thing is of a narrower class: it is in its name, or beside it."""
    stem = re.escape(noun.removesuffix("y"))
    word = re.compile(rf"\b{stem}", re.I)
    if any(word.search(mention.name) or word.search(mention.title) for mention in thing.mentions):
        return 1.0
    for mention in thing.mentions:
        text = passages[mention.passage].text
        before = text[max(0, mention.start - _NEAR) : mention.start]
        after = text[mention.end : mention.end + _NEAR]
        if re.search(rf"\b{stem}\w*,?\s+(?:[\w.]+\s)?$", before, re.I) or re.match(
            rf"(?:,| is| was|'s|’s)? (?:[\w'’-]+ ){{0,6}}{stem}\w*", after.split(". ")[0], re.I
        ):
            return 0.9
        listed = re.search(rf"\b{stem}\w*:? (?:such as |including |like )?(?:[^.;]*?(?:,| and) ?)?$", before, re.I)
        if listed and singular(noun) in listed.group().lower():
            return 0.7
    return 0.0


def _quoted_at(thing: NamedThing, things: Sequence[NamedThing], passages: Sequence[ReadPassage]) -> Mention | None:
    """Where a person's words are given: "X said" beside a quotation, or "he said" after X was named."""
    for mention in thing.mentions:
        text = passages[mention.passage].text
        around = _sentence(text, mention.start)
        quoted = bool(_QUOTE.search(text[slice(*_wider(text, around))]))
        says = _AFTER.match(text, mention.end) or _BEFORE.search(text[around[0] : mention.start])
        if says and (quoted or re.search(rf"{_SAID}", says.group())):
            return mention
        following = text[mention.end : mention.end + 400]
        said = _PRONOUN.search(following)
        if said and _QUOTE.search(following) and not _another(thing, things, mention, mention.end + said.start()):
            return mention
    return None


def _another(thing: NamedThing, things: Sequence[NamedThing], mention: Mention, before: int) -> bool:
    """Whether another person is named between a mention and a place in its passage."""
    return any(
        other is not thing
        and other.kind == "person"
        and one.passage == mention.passage
        and mention.end <= one.start < before
        for other in things
        for one in other.mentions
    )


def _sentence(text: str, at: int) -> tuple[int, int]:
    start = max(
        (
            m.end()
            for m in re.finditer(r"[.!?][”\"’]?\s+|\n", text[:at])
            if not re.search(r"\b(?:[A-Z]|Dr|Mr|Mrs|Ms|St)\.\s+$", text[: m.end()])
        ),
        default=0,
    )
    end = re.compile(r"[.!?][”\"’]?(?=\s|$)|\n").search(text, at)
    return start, end.end() if end else len(text)


def _wider(text: str, around: tuple[int, int]) -> tuple[int, int]:
    return max(0, around[0] - 120), min(len(text), around[1] + 120)
