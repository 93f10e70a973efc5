"""The closed classes of English words that tell yes from no: opposites, negations, quantifiers, and roots."""

from __future__ import annotations

import re

from askdocs.text import english
from askdocs.text.english import FUNCTION_WORDS

_IRREGULAR = """
arose arisen arise | became become | began begun begin | bought buy | broke broken break | brought bring |
built build | chose chosen choose | came come | dealt deal | drew drawn draw | fell fallen fall | felt feel |
found find | forbade forbidden forbid | froze frozen freeze | gave given give | went gone goes go | grew grown
grow | held hold | kept keep | knew known know | laid lay | led lead | left leave | lent lend | lost loss
losses lose | made making make | met meet | outgrew outgrow | overtook overtaken overtake | paid pay | rose
risen rise | ran run | said say | sank sunk sink | saw seen see | sought seek | sold sale sell | sent send |
shook shake | shrank shrunk shrink | slid slide | slowed slow | spent spend | spoke spoken speak | stood stand
| stole stolen theft steal | struck strike | sprang spring | swung swing | took taken taking take | taught
teach | told tell | thought think | threw thrown throw | understood understand | withdrew withdrawn withdrawal
withdraw | won win | wrote written write | died dead death deaths dying die | growth grow | costly costing
cost | choice choose | decision decide | arrival arrive | refusal refuse | approval approve | expansion expand
| reduction reduce | acquisition acquire | purchaser purchase | profitable profits profit | loss-making lose |
men man | women woman | people person | children child | shares share | staff worker | employees employee
worker | using used use | rising rise | closing closed closure close | losing lose | raising raise | hiring
hire | firing fire | owned owner own | bigger big | largest larger large | agreement agree | announcement
announce | payment pay | dismissal dismiss | resignation resign
"""
_ROOTS = {form: group.split()[-1] for group in _IRREGULAR.split("|") for form in group.split()}

# Phrases that stand for one word, so that "turned down" is no move downwards.
_BE_OR_GO = r"(?:went|go(?:es|ing)?|gone|was|were|is|are|moved?)"
_OF_STAFF = r"(?= (?:(?:about|around|up to|some|nearly) )?(?:[\d,.]+ )?(?:jobs|posts|staff|positions)\b)"
_PHRASES = (
    (r"turn(?:s|ed|ing)? down|vot(?:es?|ed|ing) against", "reject"),
    (r"vot(?:es?|ed|ing) for|in favou?r of", "approve"),
    (r"(?:put|puts|putting) (?:off|back)|push(?:es|ed|ing)? back", "postpone"),
    (r"(?:brought|bring(?:s|ing)?) forward", "hasten"),
    (r"call(?:s|ed|ing)? off", "cancel"),
    (r"(?:gave|gives?|given|giving) up|(?:walk|back)(?:s|ed|ing)? away from", "abandon"),
    (r"pull(?:s|ed|ing)? out", "withdraw"),
    (r"(?:laid|lays?|laying) off|(?:let|lets|letting) go", "dismiss"),
    (rf"(?:cut|cuts|cutting|shed|sheds|shedding|axe[sd]?){_OF_STAFF}", "dismiss"),
    (r"tak(?:e|es|ing) on(?= [\w,.]+ (?:people|staff|workers))", "hire"),
    (r"step(?:s|ped|ping)? down|stand(?:s|ing)? down", "resign"),
    (r"stay(?:s|ed|ing)? on", "remain"),
    (r"shut(?:s|ting)? down", "close"),
    (r"t(?:ake|akes|ook|aking) over", "acquire"),
    (rf"{_BE_OR_GO} up", "rise"),
    (rf"{_BE_OR_GO} down", "fall"),
    (r"bounc(?:e|es|ed|ing) back", "recover"),
    (r"(?:cut|cuts|cutting|scal(?:e|es|ed|ing)) (?:back|down)", "reduce"),
    (r"(?:fell|falls?|fallen) short(?: of)?", "miss"),
    (r"t(?:ake|akes|aken|aking|ook) part", "participate"),
    (r"at a loss|in the red", "loss"),
    (r"in the black", "profit"),
)
PHRASES = tuple((re.compile(rf"\b(?:{pattern})", re.I), word) for pattern, word in _PHRASES)

# A dimension a line (an indented one goes on with it), its poles apart by "/": words of one pole agree, words of two
# poles deny each other.
_DIMENSIONS = """
rise climb gain grow increase jump surge soar advance accelerate improve strengthen rally rebound recover expand
  raise lift up boost upturn dearer / fall drop decline decrease slip slide slump sink plunge tumble lose shrink
  slow weaken worsen lower cut reduce contract slash trim down ease dip deteriorate cheaper downturn / unchanged
  steady flat stable stagnate hold
higher more above bigger larger greater better stronger faster / lower less fewer below smaller worse weaker
  slower
buy acquire purchase bought / sell dispose offload divest unload
approve accept back support endorse agree grant uphold welcome allow permit favour favor clear consent / reject
  block refuse oppose decline deny veto dismiss prohibit ban forbid overturn object disagree quash
win beat / lose
hire recruit appoint / dismiss fire sack oust redundant
remain stay keep retain / resign quit leave depart abandon withdraw
open reopen start begin launch resume restart / close shut end stop halt suspend finish cease discontinue
continue resume / stop halt suspend cease end interrupt
postpone delay / hasten advance
early earlier / late later delay
before / after
increase add / reduce remove
profit surplus earn / lose deficit
succeed achieve reach meet exceed beat fulfil / fail miss
join enter / leave quit exit
confirm admit acknowledge / deny dispute
build construct / demolish scrap abandon shelve cancel
complete finish / abandon cancel
upgrade / downgrade
above exceed over / below under
public listed float / private delist
fixed / variable floating
optimistic confident / pessimistic gloomy
temporary / permanent
voluntary / compulsory mandatory
domestic home / foreign overseas abroad
guilty convict / innocent acquit
valid legal lawful / invalid illegal unlawful void
same unchanged / different change
import / export
lend / borrow
majority most / minority
widen / narrow
exclude / include
pay / owe default waive
free / charge
strong / weak
success / failure
cheap / expensive dear
reveal disclose publish / withhold conceal
job post worker people person staff position workforce headcount
traveller traveler passenger
ticket fare
first original
attacker hacker intruder thief burglar
company firm group business
stock share
takeover acquisition acquire purchase merger
revenue sales turnover
fine penalty
cost price
plant factory
bid offer
earnings profit income
stake holding
boss chief
hurt injure harm
begin start
plan intend
last final
need require
"""

_NEGATIONS = (
    r"n['’]t\b|\b(?:cannot|none|nobody|no one|nothing|never|neither|nor|without|hardly|barely|not|zero|in vain)\b",
    r"\bno\b(?! \.?\d)|\bfew(?!er)\b|\btoo \w+ to\b|\b(?:yet to|far from|rather than|instead of|unable to)\b",
    r"\b(?:fail(?:s|ed|ing)?|refus(?:e|es|ed|ing)) to\b",
    # "declined to comment", not "declined to £41 million"
    r"\bdeclin(?:e|es|ed|ing) to\b(?! (?:an?|the|about|around|just|nearly|its|[^a-z]))",
    r"\b(?:rul(?:e|es|ed|ing) out|den(?:y|ies|ied|ying)|call(?:s|ed|ing)? off|g(?:ave|ives?|iven|iving) up)\b",
    r"\b(?:abandon(?:s|ed|ing)?|scrap(?:s|ped|ping)?|shelv(?:e|es|ed|ing)|cancel(?:s|l?ed|l?ing)?|withdr[ae]wn?)\b",
    r"\bdrop(?:s|ped|ping)? (?:its |their |the |all )?(?:plans?|bid|offer|case|claim)\b|\bbacked (?:out|away)\b",
    r"\b(?:lack(?:s|ed|ing)?|avoid(?:s|ed|ing)?|prevent(?:s|ed|ing)?|waiv(?:e|es|ed|ing))\b|\bstopped short of\b",
)
NEGATION = re.compile("|".join(_NEGATIONS), re.I)
# "not only", "no doubt" and their like deny nothing.
EMPTY_NEGATION = re.compile(
    r"\b(?:not only|not just|no doubt|no (?:less|more|fewer|later) than|not least|why not|whether or not)\b",
    re.I,
)
ALL = re.compile(
    r"\b(?:all|every|everyone|everybody|each|entire(?:ly)?|unanimous(?:ly)?|whole|fully|completely)\b", re.I
)
SOME = re.compile(
    r"\b(?:most|some|half|several|partly|partially|majority|many|almost all|nearly all|a (?:few|third|quarter)|"
    r"except|all but|one of|two of|three of|other than)\b",
    re.I,
)

_MORE_STOP_WORDS = (
    "any anyone anybody anything both done may might must off some somebody someone too us whether while yet ever "
    "still really indeed actually already much many very just own never none nobody neither nor without true case "
    "now all every each only over per against between within since until through out"
)
STOP = FUNCTION_WORDS | frozenset(_MORE_STOP_WORDS.split())


def stem(word: str) -> str:
    """A word without its endings, so that forms of one word come out alike, irregular ones as well.

    >>> [stem(word) for word in ("closed", "closing", "sold", "companies", "planned")]
    ['close', 'close', 'sell', 'compani', 'plan']
    """
    word = word.lower().replace("’", "'").removesuffix("'s").rstrip("'")
    return english.stem(_ROOTS.get(word, word))


def _poles() -> dict[str, frozenset[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = {}
    for dimension, line in enumerate(re.sub(r"\n +", " ", _DIMENSIONS).strip().splitlines()):
        for pole, words in enumerate(line.split("/")):
            for word in words.split():
                found.setdefault(stem(word), set()).add((dimension, pole))
    return {word: frozenset(places) for word, places in found.items()}


_POLES = _poles()


def agreeing(one: str, other: str) -> bool:
    """Whether two stems stand at the same pole of a dimension.

    >>> agreeing(stem("fell"), stem("declined")), agreeing(stem("fell"), stem("rose"))
    (True, False)
    """
    return bool(_POLES.get(one, frozenset()) & _POLES.get(other, frozenset()))


def opposed(one: str, other: str) -> bool:
    """Whether two stems deny each other: two poles of one dimension, and in none the same; or "valid" and "invalid".

    >>> opposed(stem("rose"), stem("fell")), opposed("valid", "invalid"), opposed(stem("rose"), stem("sold"))
    (True, True, False)
    """
    first, second = _POLES.get(one, frozenset()), _POLES.get(other, frozenset())
    if first & second:
        return False
    if any(a == b and x != y for a, x in first for b, y in second):
        return True
    long, short = max(one, other, key=len), min(one, other, key=len)
    return len(short) > 3 and long in {prefix + short for prefix in ("un", "in", "im", "il", "non", "dis")}
