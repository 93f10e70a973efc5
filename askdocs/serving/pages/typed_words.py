"""The value of an answer in words, where it says more than the answer's own words do."""

from __future__ import annotations

from askdocs.core.answers import Answer, Scalar, Value


def typed_words(answer: Answer) -> str:
    """The value of an answer with its unit or currency; empty where the words say as much.

    >>> from askdocs.core.answers import Value
    >>> money = Value(kind="money", value=391000000, currency="USD")
    >>> said = {"question": "For how much?", "abstained": False, "confidence": 0.9, "model": "smollm2"}
    >>> typed_words(Answer(text="391 million dollars", candidate="391 million dollars", typed=money, **said))
    '391,000,000 USD'
    >>> typed_words(Answer(text="391,000,000 USD", candidate="391,000,000 USD", typed=money, **said))
    ''
    """
    value = answer.typed
    if value is None or value.kind in ("text", "list", "boolean"):
        return ""
    words = value_words(value)
    return "" if words.casefold() in answer.text.casefold() else words


def value_words(value: Value) -> str:
    """A value with its unit or currency.

    >>> value_words(Value(kind="range", value=(3, 5.5), unit="percent", approximate=True))
    'about 3 to 5.5 percent'
    >>> value_words(Value(kind="percent", value=7.5)), value_words(Value(kind="date", value="2023-12-05"))
    ('7.5%', '2023-12-05')
    """
    several = value.value if isinstance(value.value, tuple) else (value.value,)
    words = " to ".join(_amount(one) for one in several)
    unit = value.currency or value.unit or ""
    if value.kind == "percent" and unit in ("", "%", "percent"):
        words, unit = f"{words}%", ""
    return " ".join(part for part in ("about" * value.approximate, words, unit) if part)


def _amount(value: Scalar) -> str:
    if isinstance(value, float):
        return f"{value:,.12g}"
    return f"{value:,}" if isinstance(value, int) else value
