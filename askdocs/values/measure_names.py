"""Names of measures that accounts and questions use for the same thing: "turnover" is revenue, "headcount" employees.

Only what the standards of accounting and everyday use treat as the same; what is merely near is left to the embedder.
"""

from __future__ import annotations

import functools
import re

_SAME = (
    (
        "revenue",
        r"turnover|net sales|sales revenues?|net revenues?|top line|"
        r"(?<!of )(?<!of the )sales(?! (?:tax|price|area))",
    ),
    ("employees", r"headcount|workforce|personnel|staff|employees?|people employed|number of employees"),
    ("net profit", r"net income|profits? after tax|net earnings|bottom line|profit for the (?:year|period)"),
    ("operating profit", r"operating income|profit from operations|operating result|EBIT"),
    ("pre-tax profit", r"profits? before tax(?:ation)?|income before (?:income )?tax(?:es)?|pretax (?:profit|income)"),
    ("cost of goods", r"cost of (?:goods sold|sales|revenues?)|COGS"),
    ("capital expenditure", r"cap(?:ital )?ex(?:penditures?)?|capital spending"),
    ("earnings per share", r"EPS"),
    ("dividend per share", r"DPS"),
    ("research and development", r"R ?& ?D"),
    ("chief executive", r"CEO|chief executive officer"),
    ("chief financial officer", r"CFO|finance director"),
    ("headquarters", r"HQ|head office|head-?quarters|headquartered"),
    ("shareholders equity", r"stockholders['’]? equity|shareholders['’]? (?:equity|funds)"),
    ("accounts receivable", r"trade (?:debtors|receivables)"),
    ("accounts payable", r"trade (?:creditors|payables)"),
    ("inventories", r"inventory|stocks(?= (?:of|at|and|\||$)|$)"),
)  # fmt: skip
_PATTERN = re.compile(
    "|".join(rf"(?P<n{place}>\b(?:{words})(?![\w-]))" for place, (_, words) in enumerate(_SAME)), re.IGNORECASE
)


@functools.lru_cache(maxsize=16_384)
def with_one_name(text: str) -> str:
    """The text with one name for each measure, whatever it calls it.

    >>> with_one_name("Turnover and headcount"), with_one_name("Cost of sales"), with_one_name("net income")
    ('revenue and employees', 'cost of goods', 'net profit')
    """
    return _PATTERN.sub(lambda match: _SAME[int((match.lastgroup or "n0")[1:])][0], text)
