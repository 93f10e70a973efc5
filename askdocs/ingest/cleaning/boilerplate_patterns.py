"""The words by which clutter is known; :mod:`askdocs.ingest.cleaning.boilerplate` says what follows from them."""

from __future__ import annotations

import re

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
    r"(?:read|see|watch|up) (?:next|more|also|on)|also read|related(?: (?:posts?|articles?|stories|news|reading|"
    r"topics?|content))?|more (?:stories|news|articles|from [^.!?]{1,40}(?=[^.!?]*$))|"
    r"you (?:may|might)(?: also)? (?:like|be interested in)|recommended(?: (?:for you|reading|stories))?|"
    r"(?:most|now) (?:read|popular|viewed|shared)|trending(?: now)?|popular (?:posts|stories|now)|"
    r"latest (?:news|stories|posts|articles)|editor[’']?s[’']? picks?|don[’']?t miss"
)
# A short line that is this and nothing else.
WHOLE_LINE = re.compile(rf"\W*(?:{_NAVIGATION}|{_ADVERTISEMENTS}|{_TEASERS})\W*", re.IGNORECASE)
# A line that leads to another article.
TEASER_LINE = re.compile(
    r"\W*(?:read (?:next|more|also)|also read|see also|related(?: (?:article|story|post))?|watch|more from [^:|]{1,40})"
    r"\s*[:|–—-]+ .{1,200}(?<![.!])",
    re.IGNORECASE,
)

_SITES = (
    r"facebook|twitter|x|linkedin|whatsapp|reddit|telegram|pinterest|instagram|youtube|tiktok|threads|bluesky|mastodon|"
    r"flipboard|tumblr|messenger|e-?mail|link|sms"
)
_BAR_VERBS = (
    r"share(?: (?:this|article|story|post|on|via|to|with))*|follow us(?: on)?|tweet|copy(?: link| url)?|post|pin"
)
# A row of buttons, matched with a space behind it; one of BAR_WORD says that they are buttons.
BAR = re.compile(rf"\W*(?:(?:{_BAR_VERBS}|{_NAVIGATION}|{_SITES})\W+(?:and |or )?){{2,}}", re.IGNORECASE)
BAR_WORD = re.compile(r"\b(?:share|follow us|tweet|copy|print|menu|search|log ?in|sign ?in|subscribe)\b", re.IGNORECASE)
# What stands between the places of a trail: Home > Markets > Shares.
TRAIL = re.compile(r"\s*[|>»›•·/]\s*")

_PICTURE = (
    r"(?:charts?|graphs?|graphics?|images?|photos?|photographs?|pictures?|illustrations?|screenshots?|infographics?)"
)
CAPTION = re.compile(
    rf"\W*(?:[^.!?\n]{{0,120}}\b{_PICTURE}\b\W{{0,3}})?\(?(?:{_PICTURE} )?(?:sources?|credits?)"
    rf"\s*:\s*[^.!?\n]{{1,80}}\W*"
    rf"|\W*{_PICTURE}\s*:\s*[^!?\n]{{1,140}}\b(?:sources?|credits?)\s*:\s*[^.!?\n]{{1,60}}"
    rf"|\W*{_PICTURE}(?: (?:by|courtesy of|credit))?\s*:\s*[^.!?\n]{{1,60}}",
    re.IGNORECASE,
)

_GOODS = r"(?:stocks?|shares|crypto\w*|bitcoin|\w+coins?|etfs?|forex|cfds?|options|gold|commodities|bonds)"
_OPENINGS = {
    "sign-up": r"(?:sign up|subscribe|register|join)\b.{0,60}\b(?:newsletter|inbox|mailing list|updates|alerts|digest|"
    r"briefing|for free|subscribers)\b|(?:get|receive)\b.{0,80}\b(?:in|to|into) your inbox\b"
    r"|(?:enter )?your e-?mail(?: address)?\W*$|enter your e-?mail\b"
    r"|(?:never|don[’']t) miss (?:a|an|any) (?:story|update|post|article)\b"
    r"|(?:thank you|thanks) for (?:subscribing|signing up)\b",
    "notice": r"(?:we|this (?:web ?)?site|our (?:web ?)?site|we and our partners) uses? cookies\b"
    r"|(?:accept|reject|manage|allow)(?: all)? (?:cookies|preferences)\W*$"
    r"|by continuing to (?:use|browse) (?:this|our|the) (?:web ?)?site\b"
    r"|(?:cookie|privacy) (?:policy|settings|preferences|notice)(?:\W+(?:terms|privacy|cookie)\b.{0,60})?\W*$"
    r"|terms (?:of (?:use|service)|(?:and|&) conditions)(?:\W+(?:privacy|cookie)\b.{0,60})?\W*$"
    r"|copyright (?:©|\(c\)|\d{4})|© ?\d{4}\b"
    r"|(?:(?:risk|investment|legal) )?(?:disclaimer|disclosure|risk warning)\s*[:–—-]"
    r"|this (?:site|page|article|post) (?:may )?contains? affiliate links\b"
    r"|we (?:may )?(?:earn|receive) (?:a |an )?(?:small )?(?:affiliate )?(?:commission|compensation)\b",
    "offer": rf"(?:buy|trade|invest in|start trading)(?: and sell)? {_GOODS}(?: (?:now|today|online|instantly))?"
    r" (?:with|on|at|via)\b[^.!?]*\W*$"
    r"|(?:the )?(?:\d+ )?best\b[^.!?]{0,80}\b(?:exchanges?|brokers?|platforms?|apps?|wallets?)\b[^.!?]{0,40}"
    r"\bfor\b[^.!?]{0,60}\b(?:traders|investors|beginners|trading|investing|you)\b[^.!?]{0,40}$"
    r"|(?:open|create) (?:your|an?)(?: (?:free|new|demo|live|trading))* account\b|claim (?:your|an?)\b.{0,30}\bbonus\b"
    r"|win (?:a|an|one of)\b[^.!?]{0,80}!|(?:advertis?e?ment|sponsored|promoted|ad)\s*[:|–—-]",
}
# A short paragraph that begins like this is put beside the story.
OPENINGS = {
    kind: re.compile(rf"[^\w©]*(?:{pattern})", re.IGNORECASE | re.DOTALL) for kind, pattern in _OPENINGS.items()
}
# A sentence with one of these speaks to the visitor of the site.
SPOKEN = {
    "sign-up": re.compile(
        r"\bby (?:subscribing|signing up|registering|clicking|submitting|continuing|entering your)\b.{0,80}\byou\b"
        r"|\bdelivered (?:straight |directly )?to your inbox\b",
        re.IGNORECASE | re.DOTALL,
    ),
    "notice": re.compile(
        r"\byour (?:capital|money|investments?) (?:is|are|may be) at risk\b|^\W*capital at risk\W*$"
        r"|\bvalue of your investments?\b|\bunless you[’']re prepared to lose\b|\ball rights reserved\W*$"
        r"|^\W*(?:the |this )?(?:content|information|material|article)s?\b.{0,60}\b(?:is|are|does|do|should)\b.{0,40}"
        r"\b(?:not|for informational purposes)\b.{0,60}\b(?:advice|purposes only|recommendation)\b",
        re.IGNORECASE | re.DOTALL,
    ),
}
# One of these words stands in whatever SPOKEN finds; most paragraphs have none of them.
SPOKEN_WORDS = re.compile(r"\b(?:you|your|risk|rights|advice|purposes|recommendation)\b", re.IGNORECASE)
# Somebody said it, so it is told, not offered.
REPORTED = re.compile(r"\b(?:said|says|told|tells|according|added|wrote|warned|argued|announced)\b", re.IGNORECASE)

# What is looked for only beside an offer, a notice or a sign-up line.
TERMS = re.compile(
    r"\bother fees apply\b|\b(?:zero|no|0%) commissions?\b|\bcommission[- ]free\b"
    r"|\btop[- ]performing traders\b|\b(?:sign up|open an account|join now|get started|deposit)\b"
    r"|\byour (?:capital|portfolio|first)\b|\bregistered with finra\b|\bas little as \$?\d",
    re.IGNORECASE,
)
USERS = re.compile(
    r"\W*\d[\d.,]*\W*(?:k|m|million|thousand|billion)?\W*(?:users|customers|traders|downloads)\W*", re.IGNORECASE
)
NEWSLETTER = re.compile(
    r"\b(?:digest|newsletter|briefing|weekly|daily|alerts?|updates?|insider|inbox|e-?mail|subscribe\w*|"
    r"sign[- ]?up|join)\b",
    re.IGNORECASE,
)
BULLET = re.compile(r"[-*•▪·‣]\s")
