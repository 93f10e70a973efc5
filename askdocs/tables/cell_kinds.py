"""What a cell holds, by its form alone: a figure, a period, a unit, a sign for "no figure", or words."""

from __future__ import annotations

import re
from typing import Literal

from askdocs.text.english import MONTH

Kind = Literal["empty", "figure", "period", "unit", "absent", "words"]

# A longer cell is a text, whatever it begins with.
LONGEST = 80

_CURRENCY = (
    r"(?:(?:US|HK|NZ|AU|CA|A|C|S|R)?[$£€¥₹₩₽₺]|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK"
    r"|AUD|CAD|PLN|CZK|BRL|ZAR|Rs\.?|kr\.?)\b)"
)
_DIGITS = r"(?:\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{2,3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[.,]\d+)"
_SCALE = (
    r"(?:%|‰|°\s?[CFK]?|thousand|million|billion|trillion|lakh|crore|bps?|pp|pts?|[kKmMbB]n?|mm|tn|Mio\.?|Mrd\.?|[x×])"
)
# A short word or two of letters behind the digits are a unit; a figure with more is a text that begins with one.
_UNIT_WORD = r"(?:[A-Za-zµμΩ°²³][\w/·²³°.^-]{0,11}(?: [A-Za-z]{1,8}\.?)?)"
_AMOUNT = (
    rf"[(\[]?\s?[+\-−–±~≈<>≤≥]?\s?(?:c\.|ca\.)?\s?{_CURRENCY}?\s?[(+\-−–]?\s?{_DIGITS}\s?\)?"
    rf"(?:\s?[eE][+-]?\d+|\s?[×x]\s?10\S{{1,4}})?\s?(?:{_SCALE}|{_UNIT_WORD})?(?:\s?{_CURRENCY})?\s?[)\]]?"
    rf"(?:\s?{_SCALE})?\*{{0,3}}"
)
_FIGURE = re.compile(_AMOUNT)
_FIGURE_AND_MORE = re.compile(rf"{_AMOUNT}\s?(?:[-–—/]|to|±|\+/-)\s?{_AMOUNT}")
_ABSENT = re.compile(
    r"(?:[-–—−_.·•*]{1,5}|n\.?\s?/?\s?[adm]\.?|n\.a\.|nil|none|null|nan|not (?:available|applicable|meaningful"
    r"|disclosed|reported)|tbd|\?|#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!))",
    re.IGNORECASE,
)

_YEAR = r"(?:19|20|21)\d\d"
_YEARS = rf"{_YEAR}(?:\s?[/–-]\s?(?:{_YEAR}|\d\d))?"
_SHORT_YEAR = rf"(?:{_YEAR}|['’]?\d\d)"
_STATUS = (
    r"(?:\s?[AEFPeafp]\b|\s?\*{1,3}|\s?\((?:[a-z\d]|restated|audited|unaudited|est\.?|estimate[ds]?"
    r"|forecast|actual|budget)\))?"
)
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?[ .-]+{MONTH}\b\.?,?[ -]{_SHORT_YEAR}"
    rf"|{MONTH}\b\.? \d{{1,2}}(?:st|nd|rd|th)?,? {_SHORT_YEAR}|\d{{1,2}}(?:st|nd|rd|th)? {MONTH}\b\.?"
    rf"|{MONTH}\b\.?[ '’-]{{0,2}}{_SHORT_YEAR}|{MONTH}\b\.? \d{{1,2}}"
    rf"|{_YEAR}-\d\d(?:-\d\d)?|\d{{1,2}}[./]\d{{1,2}}[./](?:{_YEAR}|\d\d)|{MONTH}\.?)"
)
_FISCAL = rf"(?:FY|CY|fiscal(?: year)?|year|financial year)\s?['’]?(?:{_YEARS}|\d\d(?:\s?/\s?\d\d)?)"
_PART = r"(?:[QHqh][1-4]|[1-4][QHqh]|(?:first|second|third|fourth) (?:quarter|half)|[1-4](?:st|nd|rd|th) quarter|9M|6M)"
_PERIOD = re.compile(
    rf"(?:(?:as (?:at|of)|at|(?:(?:year|quarter|half|period|(?:three|six|nine|twelve) months|\d+ (?:weeks|months)) )"
    rf"(?:ended|ending|to)|YE|Dec(?:ember)? YE)\s)?"
    rf"(?:{_YEARS}|{_FISCAL}|{_PART}(?:\s?(?:of )?(?:FY|CY)?\s?-?['’]?{_SHORT_YEAR})?"
    rf"|(?:FY|CY)?\s?['’]?{_SHORT_YEAR}\s?-?{_PART}|{_DATE}){_STATUS}",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(rf"{_YEAR}")
_FULL_DATE = re.compile(
    rf"{_YEAR}-\d\d-\d\d(?:[T ][\d:.Z+]+)?|\d{{1,2}}[./-]\d{{1,2}}[./-](?:{_YEAR}|\d\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ .-]+{MONTH}\b\.?,?[ -]{_SHORT_YEAR}"
    rf"|{MONTH}\b\.? \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}",
    re.IGNORECASE,
)

_MULTIPLE = (
    r"(?:thousands?|millions?|billions?|trillions?|crores?|lakhs?|000s?|['’]000s?|[kmb]n?|mm|tn|Mio\.?|Mrd\.?|Tsd\.?|TEUR"
    r"|T€)"
)
_MEASURE = (
    r"(?:%|‰|per ?cent|percent|p\.?p\.?|bps?|shares?|units?|tonnes?|tons?|kt|mt|kg|g|mg|t|km²?|m[²³]?|cm|mm|µm|nm|ft|in"
    r"|mi|l|ml|hl|[kMGT]?Wh?|[kMG]?Pa|[kM]?J|[kMG]?Hz|[mk]?[VA]|°\s?[CFK]|K|h|min|s|days?|hours?|years?|months?|no\.?"
    r"|number|#|[xX]|\S{1,6}/\S{1,8})"
)
_UNIT = re.compile(
    rf"[(\[]?\s?(?:in\s)?(?:{_CURRENCY}\s?(?:in\s)?{_MULTIPLE}?|{_MULTIPLE}\s?(?:of\s)?(?:{_CURRENCY}|euros?|dollars?"
    rf"|pounds|crowns|yen)?|{_MEASURE}|(?:euros?|dollars?|pounds)\s?{_MULTIPLE}?|{_MULTIPLE}\s{_MEASURE})\s?[)\]]?",
    re.IGNORECASE,
)


def cell_kind(cell: str) -> Kind:
    """What a cell holds. A bare year is a "period": whether it is a figure, only the cells around it can say.

    >>> [cell_kind(cell) for cell in ("(12.4)", "US$ 3.2m", "FY24", "31 March 2024", "£m", "n/a", "Cloud", "")]
    ['figure', 'figure', 'period', 'period', 'unit', 'absent', 'words', 'empty']
    """
    cell = cell.strip()
    if not cell:
        return "empty"
    if len(cell) > LONGEST:
        return "words"
    if _ABSENT.fullmatch(cell):
        return "absent"
    if _PERIOD.fullmatch(cell):
        return "period"
    if any(character.isdigit() for character in cell) and (_FIGURE.fullmatch(cell) or _FIGURE_AND_MORE.fullmatch(cell)):
        return "figure"
    return "unit" if _UNIT.fullmatch(cell) else "words"


def is_bare_year(cell: str) -> bool:
    """Whether a cell is four digits that may be a year, or a count."""
    return bool(_BARE_YEAR.fullmatch(cell.strip()))


def is_full_date(cell: str) -> bool:
    """Whether a cell names a day.

    >>> is_full_date("5 March 2024"), is_full_date("March 2024")
    (True, False)
    """
    return bool(_FULL_DATE.fullmatch(cell.strip()))


def unit_behind(cell: str) -> str:
    """What stands behind the digits of a figure.

    >>> unit_behind("20 °C"), unit_behind("3.4%"), unit_behind("12")
    ('°C', '%', '')
    """
    found = re.search(r"\d[\d.,]*\s?([^\d\s.,][^\d]*)$", cell.strip())
    return found[1].strip() if found else ""
