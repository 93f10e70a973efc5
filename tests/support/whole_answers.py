"""Made-up answers of every form, to be shown."""

from __future__ import annotations

import datetime

from askdocs.core.answers import Answer, Citation, Timings, Value

SALE = "Norhaven has sold 12 million shares of Vestia."
KEPT = "It keeps a stake of 3%."
LOSS = "Vestia lost 40 drivers to Quillmark."


def cited(quote: str, words: str = "", article: str = "a1", page: int | None = None) -> Citation:
    """A citation of a sentence; without ``words`` all of it is the answer."""
    at = quote.index(words) if words else 0
    title, day = {"a1": ("Norhaven sells", 17), "a2": ("Drivers leave", 20)}[article]
    return Citation(
        article_id=article, source=f"{article}.md", title=title, published=datetime.date(2023, 11, day), page=page,
        chunk_id=1, start=100, end=100 + len(quote), quote=quote, answer_start=100 + at,
        answer_end=100 + at + len(words or quote),
    )  # fmt: skip


def answered(text: str, *citations: Citation, **changes: object) -> Answer:
    """An answer with these citations."""
    fields: dict[str, object] = {
        "question": "?", "text": text, "abstained": False, "confidence": 0.8, "candidate": text,
        "citations": citations, "model": "smollm2", "timings": Timings(total=0.84),
    }  # fmt: skip
    return Answer.model_validate(fields | changes)


def nothing(question: str, candidate: str = "") -> Answer:
    """A part that is not answered."""
    return answered(
        "", question=question, abstained=True, confidence=0.04, candidate=candidate,
        citations=(cited(KEPT, "3%"),) if candidate else (),
    )  # fmt: skip


SPAN = answered("12 million", cited(SALE, "12 million"), question="How many shares did Norhaven sell?")
SUMMARY = answered(
    f"{SALE} {KEPT} {LOSS}", cited(SALE, page=1), cited(KEPT, page=3), cited(LOSS, article="a2"), form="summary",
    value=(SALE, KEPT, LOSS), note="3 sentences of 2 articles; 2 were found", question="What is said about Vestia?",
)  # fmt: skip
LIST = answered(
    "Norhaven; Vestia; Quillmark", cited(SALE, "Norhaven"), cited(SALE, "Vestia"),
    cited(LOSS, "Quillmark", article="a2"), form="list", value=("Norhaven", "Vestia", "Quillmark"),
    note="read all 48 passages of 12 articles", passages_read=48,
)  # fmt: skip
COUNT = answered(
    "2", cited(SALE), cited(LOSS, article="a2"), form="count", value=2, typed=Value(kind="number", value=2,
    unit="articles"), note='2 of 12 articles hold "Vestia", in any form of its words',
)  # fmt: skip


def whole(form: str, text: str, *parts: Answer, **changes: object) -> Answer:
    """An answer in parts, as the corpus joins them."""
    citations = tuple(one for part in parts if not part.abstained for one in part.citations)
    return answered(text, *citations, form=form, parts=parts, **changes)


COMPARISON = whole(
    "comparison", "Norhaven: 12 million; Quillmark: 4 million", SPAN,
    answered("4 million", cited("Quillmark sold 4 million.", "4 million", article="a2")), note="Norhaven is higher",
)  # fmt: skip
HALF = whole("comparison", "Norhaven: 12 million; Quillmark: no answer", SPAN, nothing("?", "3%"))
SUMMARIES = whole(
    "comparison", f"Norhaven: {SALE} {KEPT}; Vestia: {LOSS}",
    answered(f"{SALE} {KEPT}", cited(SALE), cited(KEPT), form="summary", value=(SALE, KEPT)),
    answered(LOSS, cited(LOSS, article="a2"), form="summary", value=(LOSS,)),
)  # fmt: skip
PARTS = whole(
    "parts", "Who sold shares: no answer; How many: 12 million", nothing("Who sold shares?", "3%"),
    SPAN.model_copy(update={"question": "How many?"}),
)  # fmt: skip
