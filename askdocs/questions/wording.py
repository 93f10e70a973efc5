"""The words of a question that ask: without greetings, politeness and what goes before, and without slips of typing."""

from __future__ import annotations

import difflib
import functools
import re

from askdocs.text.sentences import sentence_spans

QUESTION_WORD = r"(?:who|whom|whose|what|when|where|why|which|how)"
AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|isn['’]?t|aren['’]?t|"
    r"wasn['’]?t|weren['’]?t|don['’]?t|doesn['’]?t|didn['’]?t|hasn['’]?t|haven['’]?t|won['’]?t)"
)
# Verbs that tell somebody to answer.
IMPERATIVE = (
    r"(?:list|enumerate|itemi[sz]e|name|identify|give|show|provide|write|summari[sz]e|recap|outline|describe|explain|"
    r"compare|contrast|count|state|say|mention|find|get|make|sum|brief|boil|wrap|catch|fill|bring|condense|tell|extract|pull|draw|set|put|walk)"
)
ARTICLES = (
    r"(?:articles?|stor(?:y|ies)|reports?|pieces?|texts?|documents?|docs?|files?|posts?|papers?|sources?|columns?|"
    r"interviews?|(?:press |news )?releases?|write-?ups?|items?|pages?|coverage|news)"
)

_LEADS = re.compile(
    r"(?:(?:hi|hey|hello|dear|ok|okay|so|well|please|pls|plz|kindly|and|also|now|sorry|thanks|right|um+|hmm+|yo)\b"
    r"(?: (?:there|all|team|everyone|again))?[\s,:;.!-]+"
    r"|(?:quick|one|a|my|another|next) (?:\w+ )?question[\s,:;.!-]+"
    r"|(?:from|based on|according to|in|using) (?:the|these|this|my|our|all(?: the)?|what (?:the|is in the)) "
    rf"(?:\w+ )?{ARTICLES}(?: (?:above|below|here|given|provided|I have|we have))?\s*,\s*)",
    re.I,
)
_ASKING = re.compile(
    r"(?:(?:can|could|would|will|may|might) (?:you|u|ya|i|we|someone|anyone|anybody|somebody)"
    r"(?: (?:please|pls|kindly|maybe|perhaps|possibly|just|also))*"
    rf"(?: be so kind as to| mind| be able to)?(?=,? (?:please |kindly )?(?:{IMPERATIVE}|telling|help|let|have|get|"
    rf"know|ask|"
    rf"giving|see|say)\b)"
    r"|(?:please |kindly |just )*(?:tell|inform|show|telling|remind) (?:me|us)(?! about\b)"
    r"|let (?:me|us) know|help (?:me|us)(?: to)?(?: (?:find out|understand|see|learn))?"
    r"|(?:please )?(?:find out|work out|figure out|check|look up|remind me|specify|clarify)(?= (?:who|what|when|"
    r"where|why|"
    r"which|how|if|whether)\b)"
    r"|(?:i(?:['’]?d| would| do| really| just| also)*|we(?:['’]?d| would)*)(?: (?:really|just|also|only|still))* "
    r"(?:like|love|want|need|wish|hope|be (?:interested|curious|glad|grateful|keen))(?: (?:you|u))?"
    r"(?: (?:to|in)(?: please)?(?: (?:know|see|have|get|find out|hear|learn|understand|be told|ask|read|check|"
    r"knowing|seeing|hearing|learning))?(?: (?:about(?= (?:who|what|when|where|why|which|how)\b)|from you))?)?"
    r"|(?:i(?:['’]?m| am)?|we) (?:was |were )?(?:just )?(?:wonder(?:ing)?|curious|asking(?: myself)?|unsure|not sure|"
    r"trying "
    r"to (?:find out|understand|work out|figure out)|(?:have )?(?:forgot(?:ten)?|don['’]?t (?:know|remember|"
    r"understand|recall)))"
    r"(?: about(?= (?:who|what|when|where|why|which|how)\b))?"
    r"|(?:do|does|would|did) (?:you|u|anyone|anybody|somebody|someone|we) (?:happen to )?(?:know|remember|recall|say)"
    r"(?! about\b)"
    r"|(?:any|got any|have (?:you )?(?:any|an)) (?:idea|clue)|(?:is|was) it (?:known|stated|said|mentioned|possible to "
    r"(?:know|say|tell|get|have|see))|(?:is|are) there (?:any )?(?:information|data|details?) (?:on|"
    r"about)(?= \w+ (?:who|"
    r"what|when|where|why|which|how))|it would be (?:nice|good|great|helpful|useful) (?:to (?:know|have|see)|"
    r"if you (?:could|"
    r"would))|what i (?:want|need|would like)(?: to know)? is|my (?:boss|teacher|professor|client|editor) (?:wants|"
    r"asks|"
    r"needs|asked)(?: me)?(?: to know)?|(?:the )?question is)\b[\s,:;]*",
    re.I,
)
# What leads to a question within a longer sentence: "Readers keep asking us what ...", "As I have no time: who ...".
_WITHIN = re.compile(
    r"^(?!" + IMPERATIVE + r"\b).{0,160}?(?:\b(?:know|wonder(?:ing)?|ask(?:s|ed|ing)?|establish|learn|hear|see|"
    r"understand|told|tell|say|"
    r"clear|unclear|find out|work out|sure|remember|grasp|explain|question)(?: (?:to |for )?(?:me|us|myself|you|"
    r"about|just|yet|"
    r"exactly|again|now|precisely)){0,2}|[,;:](?: (?:so|and|but|then|therefore|thus|hence|now|please|tell me|"
    r"can you say))*),?\s+"
    r"(?=(?:(?:in|at|on|for|to|by|of|with|from|since) )?" + QUESTION_WORD + r"\b|(?:if|whether)\b)",
    re.I,
)
_OPENS = re.compile(
    rf"(?:(?:in|at|on|for|to|by|of|with|from|since) )?{QUESTION_WORD}\b"
    rf"|(?:{AUXILIARY}|{IMPERATIVE}|if|whether)\b|tl;?dr",
    re.I,
)
_TELLS = re.compile(r"\d|\b(?!I\b)[A-Z]")  # a time or a name in what leads to a question is part of it
_TAIL = re.compile(  # from the first of a run of signs on, or a long run would be tried from each of them
    r"(?<![\s,.;:!?-])(?:[\s,.;:!?-]+(?:please|pls|plz|thanks|thank you(?: (?:very|so) much| in advance)?|thx|"
    r"cheers|ty|many thanks|mate|"
    r"asap|kind regards|regards|if (?:you (?:can|could|know|don['’]?t mind)|possible)|do you know|any idea))+[\s.!?]*$",
    re.I,
)
_WORDS = re.compile(r"[A-Za-z]{6,}")
# Words that say what is wanted, and their forms: a word that is nearly one of them is a slip of typing.
_TELLING_WORDS = (
    "summarize summarise summarizes summarized summarised summary summaries summarizing compare compares compared "
    "comparison difference differences different article articles mention mentions mentioned companies company "
    "overview versus people products countries between"
)
_TELLING = _TELLING_WORDS.split()


def asking_sentences(text: str) -> list[str]:
    """The sentences of a text that ask or tell to answer, without politeness; all of it where none does.

    >>> asking_sentences("Hi, I read the story on Tarn. Could you tell me who runs it? And when was it founded?")
    ['who runs it?', 'when was it founded?']
    """
    sentences = [core_of(text[start:end]) for start, end in sentence_spans(" ".join(text.split()))]
    asking = [sentence for sentence in sentences if asks(sentence)]
    return asking or [core_of(" ".join(text.split()))]


def asks(sentence: str) -> bool:
    """Whether a sentence without politeness is a question, or tells somebody to answer."""
    return sentence.endswith(("?", "？")) or _OPENS.match(sentence) is not None


@functools.lru_cache(maxsize=512)
def core_of(sentence: str) -> str:
    """A sentence from the words on that ask, slips of typing in telling words mended.

    >>> core_of("Hello, could you please tell me who bought Tarn?"), core_of("I'd like to know what it cost, thanks")
    ('who bought Tarn?', 'what it cost')
    >>> core_of("pls sumarize the artcle on Tarn")
    'summarize the article on Tarn'
    """
    rest = _TAIL.sub("", sentence.strip())
    rest += "?" if sentence.rstrip().endswith("?") and not rest.endswith("?") else ""
    while True:
        lead = _LEADS.match(rest) or _ASKING.match(rest)
        if lead is None and not asks(rest.rstrip("?？")):
            within = _WITHIN.match(rest)
            lead = within if within and not _TELLS.search(within.group(), 1) else None
        if lead is None or not rest[lead.end() :].strip(" ?.!"):
            return _WORDS.sub(lambda found: _mended(found.group()), rest)
        rest = rest[lead.end() :].lstrip(" ,:;-")


def _mended(word: str) -> str:
    if word[0].isupper() and not word.isupper():  # a name, or the first word, which is mended where it is telling
        meant = _meant(word.lower())
        return meant.capitalize() if meant in ("summarize", "summarise", "compare") else word
    return _meant(word)


@functools.lru_cache(maxsize=2048)
def _meant(word: str) -> str:
    if word in _TELLING:
        return word
    near = difflib.get_close_matches(word.lower(), _TELLING, n=1, cutoff=0.86)
    return near[0] if near and near[0][0] == word[0].lower() else word
