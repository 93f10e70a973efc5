"""Numbers of a workbook as they are shown: ``0.034`` under ``0.0%`` is "3.4%" (ECMA-376, part 1, 18.8.30 and 31)."""

from __future__ import annotations

import functools
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import NamedTuple

from askdocs.ingest.sources.date_formats import is_date_format, shown_date

# Formats that workbooks name by number only. Dates that follow the reader's country are written year first here.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"$"#,##0_);\\("$"#,##0\\)', 6: '"$"#,##0_);[Red]\\("$"#,##0\\)',
    7: '"$"#,##0.00_);\\("$"#,##0.00\\)', 8: '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)', 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)', 42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip

_PARTS = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<exponent>[Ee][+-])|(?P<digit>[0#?])|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)")
_COLOURS = re.compile(r"(?i)black|blue|cyan|green|magenta|red|white|yellow|colou?r\s?\d+")
_GENERAL = re.compile(r"(?i)general|standard|")
_LONGEST = 255


class _Section(NamedTuple):
    """One part of a format: its tokens as (kind, text), the condition it holds for, and whether it has a colour."""

    tokens: tuple[tuple[str, str], ...]
    condition: tuple[str, float] | None
    coloured: bool

    def literals(self) -> str:
        """What it shows beside the digits."""
        return "".join(text for kind, text in self.tokens if kind in ("text", "mark"))


def shown_number(value: float, code: str, since_1904: bool = False) -> str:
    r"""A number under a format code. What a code cannot show is written in full.

    A negative number whose sign only a colour would show is written with its sign.

    >>> [shown_number(n, c) for n, c in ((0.034, "0.0%"), (1234567.0, "#,##0"), (-12.4, "£#,##0.0_);(£#,##0.0)"))]
    ['3.4%', '1,234,567', '(£12.4)']
    >>> shown_number(45356.0, "d mmmm yyyy"), shown_number(2500000.0, '0.0,,"m"'), shown_number(0.1 + 0.2, "General")
    ('5 March 2024', '2.5m', '0.3')
    """
    try:
        if is_date_format(code):
            return shown_date(value, code, since_1904) or plain_number(value)
        section, number = _chosen(_sections(code), value)
        return _shown(section, number)
    except (ValueError, ArithmeticError, InvalidOperation, IndexError):
        return plain_number(value)


def shown_text(text: str, code: str) -> str:
    """A text under a format code, which may put words around it or hide it.

    >>> shown_text("Varde", '"Port of "@'), shown_text("secret", ";;;"), shown_text("Varde", "0.00")
    ('Port of Varde', '', 'Varde')
    """
    sections = _sections(code)
    if len(sections) == 4:
        shown = "".join(
            text if kind == "@" else own for kind, own in sections[3].tokens if kind in ("@", "text", "mark")
        )
        return shown.strip()
    if len(sections) == 1 and any(kind == "@" for kind, _ in sections[0].tokens):
        return "".join(text if kind == "@" else own for kind, own in sections[0].tokens).strip()
    return text


def plain_number(value: float) -> str:
    """A number without a format, in at most eleven digits where it is no whole one.

    >>> plain_number(1234567890123.0), plain_number(1 / 3), plain_number(-0.0)
    ('1234567890123', '0.3333333333', '0')
    """
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10g}"
    return f"{Decimal(text):f}" if "e" in text and 1e-7 < abs(value) < 1e15 else text.replace("e", "E")


@functools.lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[tuple[str, str]]] = [[]]
    conditions: list[tuple[str, float] | None] = [None]
    coloured = [False]
    for part in _PARTS.finditer(code[:_LONGEST]):
        kind = part.lastgroup or "other"
        text = part[kind] or ""
        if kind == "bracket":
            if found := _CONDITION.match(text):
                conditions[-1] = (found[1], float(found[2]))
            elif _COLOURS.fullmatch(text):
                coloured[-1] = True
            elif text.startswith("$"):
                sections[-1].append(("mark", text[1:].split("-")[0]))
        elif kind == "other" and text == ";":
            sections.append([])
            conditions.append(None)
            coloured.append(False)
        elif kind in ("quoted", "escaped"):
            sections[-1].append(("text", text))
        elif kind in ("exponent", "digit"):
            sections[-1].append((kind, text))
        elif kind == "other":
            sections[-1].append((text, text) if text in ".,%@/" else ("mark", text))
    zipped = zip(sections, conditions, coloured, strict=True)
    return tuple(_Section(tuple(tokens), condition, colour) for tokens, condition, colour in zipped)


def _chosen(sections: tuple[_Section, ...], value: float) -> tuple[_Section, Decimal]:
    """The section that a number falls under, and the number as that one shows it, with its sign or without."""
    number = Decimal(f"{value:.15g}")
    if any(section.condition for section in sections[:2]):
        for section in sections[:3]:
            if section.condition is None or _holds(section.condition, value):
                return section, number
        return sections[-1], number
    if value < 0 and len(sections) > 1:
        second = sections[1]
        signed = not second.coloured or any(sign in second.literals() for sign in "-−(")
        return second, abs(number) if signed or not second.tokens else number
    if value == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


def _holds(condition: tuple[str, float], value: float) -> bool:
    sign, bound = condition
    return {
        "<": value < bound, ">": value > bound, "<=": value <= bound, ">=": value >= bound, "=": value == bound,
        "<>": value != bound,
    }[sign]  # fmt: skip


def _shown(section: _Section, number: Decimal) -> str:
    tokens = list(section.tokens)
    kinds = [kind for kind, _ in tokens]
    literal = "".join(text for _, text in tokens)
    if not kinds or "digit" not in kinds:
        if tokens and (_GENERAL.fullmatch(literal.strip()) or "general" in literal.lower()):
            return re.sub(r"(?i)general|standard", plain_number(float(number)), literal).strip()
        if "@" in kinds:
            return "".join(plain_number(float(number)) if kind == "@" else text for kind, text in tokens).strip()
        return literal.strip()
    last = len(kinds) - 1 - kinds[::-1].index("digit")
    scale = kinds.count("%") * 2
    while last + 1 < len(kinds) and kinds[last + 1] == ",":
        scale -= 3
        del kinds[last + 1], tokens[last + 1]
    number = number.scaleb(scale)
    sign = "-" if number < 0 else ""
    if "/" in kinds:
        return sign + _fraction(tokens, abs(number))
    if "exponent" in kinds:
        return sign + _scientific(tokens, abs(number))
    digits, is_zero = _decimal(tokens, kinds, abs(number))
    return ("" if is_zero else sign) + digits


def _decimal(tokens: list[tuple[str, str]], kinds: list[str], number: Decimal) -> tuple[str, bool]:
    first, last = kinds.index("digit"), len(kinds) - 1 - kinds[::-1].index("digit")
    point = kinds.index(".", first) if "." in kinds[first : last + 1] else None
    if point is None and "." in kinds[:first]:  # ".00"
        point = first = kinds.index(".")
    places = [place for place in range(first, last + 1) if kinds[place] == "digit"]
    whole = [place for place in places if point is None or place < point]
    behind = [place for place in places if point is not None and place > point]
    rounded = number.quantize(Decimal(1).scaleb(-len(behind)), rounding=ROUND_HALF_UP)
    left, _, right = f"{rounded:f}".partition(".")
    grouped = any(kind == "," for kind in kinds[first : (point or last) + 1])
    written = dict.fromkeys(places, "")
    left = left.lstrip("0")
    least = sum(tokens[place][1] == "0" for place in whole)
    left = left.rjust(least, "0")
    inner = any(kind in ("text", "mark") for kind in kinds[first : (whole or [first])[-1]])
    if inner and not grouped:
        for place in reversed(whole):
            written[place], left = left[-1:], left[:-1]
    if whole:
        written[whole[0]] = (f"{int(left or 0):,}" if grouped and left else left) + written[whole[0]]
    else:
        written[-1] = left
    optional = len(right)
    while optional and right[optional - 1] == "0" and tokens[behind[optional - 1]][1] != "0":
        optional -= 1
    for place, digit in zip(behind, right[:optional], strict=False):
        written[place] = digit
    parts = [written.get(-1, "")]
    for place, (kind, text) in enumerate(tokens):
        if kind == "digit":
            parts.append(written.get(place, ""))
        elif kind == ".":
            parts.append("." if optional or place != point or (behind and tokens[behind[0]][1] == "0") else "")
        elif kind == "," and first <= place <= last:
            continue
        else:
            parts.append(text)
    return "".join(parts).strip(), not rounded


def _scientific(tokens: list[tuple[str, str]], number: Decimal) -> str:
    at = next(place for place, (kind, _) in enumerate(tokens) if kind == "exponent")
    mantissa = [kind for kind, _ in tokens[:at]]
    decimals = len(mantissa) - 1 - mantissa.index(".") if "." in mantissa else 0
    least = sum(text == "0" for kind, text in tokens[at:] if kind == "digit")
    digits, _, power = f"{number:.{decimals}E}".partition("E")
    sign = "-" if power.startswith("-") else ("+" if "+" in tokens[at][1] else "")
    tail = "".join(text for kind, text in tokens[at + 1 :] if kind not in ("digit", ",", "."))
    return f"{digits}E{sign}{power.lstrip('+-').lstrip('0').rjust(max(least, 1), '0')}{tail}"


def _fraction(tokens: list[tuple[str, str]], number: Decimal) -> str:
    at = next(place for place, (kind, _) in enumerate(tokens) if kind == "/")
    given = "".join(text for _, text in tokens[at + 1 :]).strip()
    size = sum(kind == "digit" for kind, _ in tokens[at + 1 :])
    exact = Fraction(number)
    if fixed := re.match(r"\d*[1-9]\d*", given):
        part = Fraction(round(exact * int(fixed[0])), int(fixed[0]))
        lower = int(fixed[0])
    else:
        part = exact.limit_denominator(10 ** max(size, 1) - 1)
        lower = part.denominator
    upper = part.numerator * lower // part.denominator
    if sum(kind == "digit" for kind, _ in tokens[:at]) > 1 or any(text == " " for _, text in tokens[:at]):
        whole, upper = divmod(upper, lower)
        return f"{whole} {upper}/{lower}" if whole and upper else (f"{upper}/{lower}" if upper else str(whole))
    return f"{upper}/{lower}"
