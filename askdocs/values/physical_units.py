"""Which words and signs are units of measurement: "MPa", "g/cm³", "tonnes"."""

from __future__ import annotations

import re

# With what may stand before each: "k" before "Wh".
_PREFIXED = {
    "m": ("", "k", "c", "d", "m", "µ", "μ", "u", "n", "p"), "g": ("", "k", "m", "µ", "μ", "n", "d"),
    "L": ("", "m", "h", "d", "µ", "M", "k"), "l": ("", "m", "h", "d", "µ"), "s": ("", "m", "µ", "n"),
    "Hz": ("", "k", "M", "G", "T"), "W": ("", "k", "M", "G", "T", "m"), "Wp": ("", "k", "M", "G"),
    "Wh": ("", "k", "M", "G", "T"), "J": ("", "k", "M", "G", "T", "P"), "N": ("", "k", "M", "m"),
    "Pa": ("", "k", "M", "G", "h", "m"), "V": ("", "k", "m"), "A": ("", "m", "k"), "Ah": ("", "m", "k"),
    "VA": ("", "k", "M"), "Ω": ("", "k", "M"), "mol": ("", "m", "k"), "t": ("", "k", "M", "G"),
    "eV": ("", "k", "M"),
    "B": ("", "k", "K", "M", "G", "T", "P"), "bit/s": ("", "k", "M", "G"), "bps": ("k", "M", "G"), "cd": ("", "m"),
    "lm": ("", "k"), "F": ("", "m", "µ", "n", "p"), "H": ("", "m", "µ"), "T": ("", "m"), "bbl": ("", "k", "m",
    "M", "MM"),
    "boe": ("", "k", "m", "M", "MM"), "cal": ("", "k"), "Gy": ("", "m"), "Sv": ("", "m", "µ"), "Bq": ("", "k", "M"),
}  # fmt: skip
_SYMBOLS = {prefix + unit for unit, prefixes in _PREFIXED.items() for prefix in prefixes} | {
    "°C", "°F", "℃", "K", "°", "min", "h", "hr", "hrs", "d", "ha", "ft", "yd", "mi", "mph", "lb", "lbs", "oz", "psi",
    "ksi", "bar", "mbar", "atm", "rpm", "ppm", "ppb", "dB", "dBA", "lx", "cP", "cSt", "Btu", "MMBtu", "MMcf", "Bcf",
    "mcf", "Mt", "dwt", "GT", "TEU", "CO2", "CO2e", "CO2eq", "CO₂", "CO₂e", "tCO2", "tCO2e", "tCO₂e", "ktCO2e",
    "MtCO2e", "tkm", "pkm", "HB", "HV", "HRC", "Nm", "sq", "sqft", "sqm", "dtex", "wt%", "vol%", "°Bx", "IU", "U",
}  # fmt: skip
_WORDS = (
    r"(?:metric |short |long )?ton(?:ne)?s?|(?:kilo|milli)?gram(?:me)?s?|(?:kilo|milli|centi)?met(?:re|er)s?|miles?|"
    r"feet|inches|hectares?|acres?|(?:hecto|milli)?lit(?:re|er)s?|gallons?|barrels?|bushels?|(?:troy )?ounces?|pounds?|"
    r"hours|days|weeks|months|years|minutes|(?:milli)?seconds|yrs|secs?|degrees?(?: celsius| fahrenheit)?|"
    r"(?:kilo|mega|giga|tera)?watts?|(?:kilo|mega|giga|tera)?watt[- ]hours?|volts?|amperes?|people|persons?|"
    r"inhabitants|employees|headcount|FTEs?|heads?|units?|pieces?|pcs\.?|shares?|customers|subscribers|passengers|"
    r"vehicles|households|students|points|cases|items|copies|square (?:met(?:re|er)s?|feet|kilomet(?:re|er)s?|miles)|"
    r"cubic (?:met(?:re|er)s?|feet)|sq\.? ?(?:m|ft|km|feet|met(?:re|er)s?)\.?|times|bytes|"
    r"Tonnen|Stunden|Jahre|Tage|Stück"
)
_BETWEEN = re.compile(r"\s*(?:/|·|⋅|\*|\bper\b)\s*|(?<=[^\W\d])\s(?=\w)")
_ONE = re.compile(r"(?:hour|day|week|month|year|minute|second|capita|head|annum)", re.I)  # behind "per"
_COUNT = re.compile(r"10{1,3} ?(?=[A-Za-z])")  # "g/10 min", "l/100 km"
_POWER = re.compile(r"10\^?[-−⁻]?[\d⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}")
_WORD = re.compile(rf"(?:{_WORDS})(?: (?:of )?(?:CO2e?|CO₂e?|oil equivalent))?", re.I)
_FACTOR = re.compile(r"(?P<symbol>[A-Za-zµμΩ]+%?|°[A-Za-z]?|℃|CO[2₂]\w*|\w*CO[2₂]\w*)(?:\^?[-−⁻]?[1-4¹²³⁴]+)?")
# Symbols that are words, initials or marks of a column where they stand alone in a header.
_ALSO_WORDS = {"min", "bar", "mol", "atm", "h", "d", "GT", "HB", "HV", "sq", "U", "IU", "GB", "mi", "MT", "cal", "PA"}


def is_unit(text: str, *, alone: bool = False) -> bool:
    """Whether words are a unit and nothing else; ``alone`` where no bracket or comma sets them off as one.

    >>> [is_unit(words) for words in ("g/cm³", "W/(m·K)", "tonnes", "kg CO2e", "Holdings", "Revenue")]
    [True, True, True, True, False, False]
    >>> is_unit("min", alone=True), is_unit("employees", alone=True), is_unit("MPa", alone=True)
    (False, False, True)
    """
    text = text.strip()
    if not alone and _WORD.fullmatch(text):
        return True
    parts = [part.strip() for part in _BETWEEN.split(text.replace("(", " ").replace(")", " ")) if part.strip()]
    if len(parts) > 1:
        parts = [parts[0], *(_COUNT.sub("", part) for part in parts[1:] if not _ONE.fullmatch(part))]
        parts = parts[1:] if _POWER.fullmatch(parts[0]) else parts
    if not parts or (alone and len(parts) == 1 and (len(text) == 1 or text in _ALSO_WORDS)):
        return False
    return all(_is_factor(part, alone=alone) for part in parts)


def _is_factor(part: str, *, alone: bool) -> bool:
    match = _FACTOR.fullmatch(part)
    if match is not None and (match["symbol"] in _SYMBOLS or part in _SYMBOLS):
        return True
    return not alone and _WORD.fullmatch(part) is not None
