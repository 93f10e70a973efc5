"""Invented companies, people, places, products and agencies, in large combinatorial supply.

None is the name of a company or person of the evaluation articles: stems come from syllables, and
`FORBIDDEN` drops what would read as a real firm.
"""

from __future__ import annotations

import random
from typing import NamedTuple

ONSETS = (
    "B Br C Cl Cr D Dr F Fl Fr G Gl Gr H J K Kr L M N P Pl Pr Qu R S St Str T Tr V W Z Sk Sel Mar Tor Vel Hal Ost Ard "
    "Or Al El Is Um Bex Cor Dal Fen Gar Hol Jas Kel Lor Mer Nor Pel Ros Sol Tal Ul Ven Wes Yar Zan"
).split()
MIDDLES = (
    "a e i o u ai ea ou an en in on ar er or al el il ol av ev iv ax ex ix adr edr andr eld ind and ent ant est ast "
    "ola era ina ora uma ivo ane"
).split()
CODAS = (
    "dor ra na tor vex mont rix lan den ric bel dia mera nix vik ton lor quin zar stad nova gate wyn ford burn mark "
    "holm berg ley via tis cor dane vale rus sen met phor tek lis gan mir dun tra sko rell bane wick ston thal mora"
).split()
FORBIDDEN = {
    "alibaba", "xpeng", "baidu", "nvidia", "huawei", "tencent", "morgan", "stanley", "tesla", "toyota", "nokia",
    "siemens", "novartis", "merck", "intel", "amazon", "apple", "google", "meta", "micron", "canon", "sanofi",
    "renault", "verizon", "airbus", "boeing", "moderna", "adidas", "ferrari", "marriott", "hilton", "garmin",
    "cora", "corning", "freshippo", "finbold", "cainiao", "taobao", "kelton", "norton", "weston", "milton", "marley",
}  # fmt: skip
SECTORS: dict[str, tuple[str, ...]] = {
    "carmaker": ("Motors", "Automotive", "Mobility", "Auto", "Vehicles", "Electric"),
    "lender": ("Bank", "Financial", "Bancorp", "Savings", "Credit", "Trust"),
    "drugmaker": ("Pharma", "Therapeutics", "Biosciences", "Laboratories", "Biologics", "Health"),
    "retailer": ("Stores", "Retail", "Markets", "Outfitters", "Home", "Grocers"),
    "chipmaker": ("Semiconductor", "Microsystems", "Devices", "Silicon", "Photonics", "Circuits"),
    "airline": ("Airways", "Air", "Airlines", "Aviation"),
    "miner": ("Mining", "Minerals", "Metals", "Resources", "Lithium", "Copper"),
    "software company": ("Software", "Systems", "Cloud", "Data", "Networks", "Analytics", "Labs"),
    "food group": ("Foods", "Brands", "Dairy", "Farms", "Beverages", "Brewing"),
    "utility": ("Power", "Energy", "Utilities", "Renewables", "Grid", "Wind"),
    "shipbuilder": ("Marine", "Shipyards", "Maritime", "Shipping", "Lines"),
    "insurer": ("Insurance", "Assurance", "Mutual", "Re"),
    "telecoms group": ("Telecom", "Communications", "Wireless", "Mobile", "Fibre"),
    "engineering group": ("Industries", "Engineering", "Works", "Machinery", "Tools", "Controls"),
    "real estate group": ("Properties", "Realty", "Estates", "Land", "Homes"),
    "investment firm": ("Capital", "Partners", "Holdings", "Ventures", "Asset Management", "Investments"),
    "logistics company": ("Logistics", "Freight", "Couriers", "Parcel", "Transport"),
    "media group": ("Media", "Studios", "Pictures", "Publishing", "Broadcasting"),
}
FIRST_WORDS = (
    "Copper Amber Silver Granite Cobalt Juniper Harrow Lantern Willow Marigold Thistle Falcon Heron Otter Badger Kestrel "
    "Birch Alder Maple Cedar Tundra Prairie Harbour Quarry Anvil Beacon Compass Meridian Saffron Indigo Crimson Ember "
    "Pebble Orchard Glacier Lagoon Mistral Zephyr Sable Russet Larkspur Bramble Hollow Tamarind Pepper Velvet"
).split()
SECOND_WORDS = (
    "Bridge Creek Ridge Hill Stone Field Cove Bay Point Gate Mill Forge Row Lane Peak Fork Crown Arch Wharf Spring "
    "Hollow Bend Reach Landing Crossing Summit Harbor Tower Yard Glen"
).split()
GIVEN = (
    "Maren Tobias Ingrid Osei Lucía Henrik Amara Piotr Noor Calla Rafael Beatriz Jonas Priya Dmitri Saskia Hugo Leila "
    "Marcus Yuki Odile Kwame Freya Anton Mireille Tomasz Adaeze Viktor Helen Raj Simone Cedric Paula Ebele Stellan "
    "Joyce Arturo Naomi Gareth Ilse Farid Camille Oscar Teresa Bram Nadia Edwin Rosa Sven Miriam Callum Daria Felix "
    "Giulia Harold Imani Joaquim Karin Leopold Mina Nils Olga Pascal Renata Samir Thea Umar Vera Wendell Yara Zoltan"
).split()
SURNAME_STARTS = (
    "Ald Barr Cass Dray Ells Fenn Grov Hald Ising Jarr Kest Lund Mott Nyq Okon Pell Quill Rost Sand Thorn Ulv Vast Wend "
    "Yarr Zell Brock Cald Dunn Esk Farr Goss Hark Iver Kirr Lasc Mend Norr Ost Pras Rav Stro Tarr Var Whit Bel Cor Den"
).split()
SURNAME_ENDS = (
    "berg man sen ova ley worth er well ström in ano etti adze ero ique ham son wick mann ez ov ski ard ell ing aye "
    "ante ura omi field gate den ton oux ier"
).split()
PLACE_STARTS = (
    "Ald Brem Carr Dorn Esk Fal Gren Hav Ister Kal Lim Mor Nev Orl Pont Quel Ramb Sten Tav Ulm Vos Wex Yel Zar Brin Cass "
    "Dun Ell Farn Gos Holl Jor Kest Lang Mel Nor Ost Pell Rush Sal Tor Val Wol"
).split()
PLACE_ENDS = (
    "ford ton haven burg stad mouth ora ia wick field ville mere dale port by ham holm sund ley aine ova este ura anka "
    "ingen low bridge minster"
).split()
PRODUCT_WORDS = (
    "Aero Bolt Cirrus Drift Echo Flux Glide Halo Iris Jolt Kite Lumen Mosaic Nimbus Orbit Pulse Quartz Ripple Strata Trek "
    "Umbra Vista Whisper Zenith Arrow Breeze Canopy Dune"
).split()
AGENCY_PARTS = (
    ("Federal", "National", "Central", "State", "Northern", "Joint", "Interstate", "Royal", "General"),
    ("Competition", "Securities", "Transport", "Energy", "Medicines", "Trade", "Data Protection", "Aviation", "Labour",
     "Food Safety", "Telecoms", "Mining", "Consumer Credit", "Environment"),
    ("Authority", "Commission", "Agency", "Board", "Office", "Directorate", "Inspectorate", "Bureau"),
)  # fmt: skip


class Company(NamedTuple):
    """A company as texts name it: in full, in short, and with what it is."""

    full: str
    short: str
    sector: str
    ticker: str


def _stem(rng: random.Random) -> str:
    while True:
        word = rng.choice(ONSETS) + (rng.choice(MIDDLES) if rng.random() < 0.75 else "") + rng.choice(CODAS)
        vowels = sum(letter in "aeiouy" for letter in word.lower())
        consonants = max(len(run) for run in "".join(" " if c in "aeiouy" else c for c in word.lower()).split())
        if 2 <= vowels <= 4 and consonants <= 3 and 5 <= len(word) <= 10 and word.lower() not in FORBIDDEN:
            return word


def company(rng: random.Random) -> Company:
    """An invented company: "Velmora Foods", "Copper Ridge Airways", "Tordane & Eskley"."""
    sector = rng.choice(list(SECTORS))
    tail = rng.choice(SECTORS[sector])
    shape = rng.random()
    if shape < 0.7:
        stem = _stem(rng)
    elif shape < 0.92:
        stem = f"{rng.choice(FIRST_WORDS)} {rng.choice(SECOND_WORDS)}"
    else:
        stem = _stem(rng).upper()[: rng.randint(3, 4)]
    full = f"{stem} {tail}"
    bare = rng.random() < 0.2 and len(stem) > 4
    letters = "".join(c for c in full.upper() if c.isalpha() and c.isascii() and c not in "AEIOU")
    ticker = "".join(rng.sample(letters, min(len(letters), rng.randint(3, 4))))
    return Company(stem if bare else full, stem, sector, ticker)


def surname(rng: random.Random) -> str:
    return rng.choice(SURNAME_STARTS) + rng.choice(SURNAME_ENDS)


def person(rng: random.Random) -> str:
    """A first name and an invented surname, sometimes with an initial."""
    middle = f" {rng.choice('ABCDEFGHJKLMNPRSTVW')}." if rng.random() < 0.06 else ""
    return f"{rng.choice(GIVEN)}{middle} {surname(rng)}"


def place(rng: random.Random) -> str:
    """An invented town or region."""
    name = rng.choice(PLACE_STARTS) + rng.choice(PLACE_ENDS)
    lead = rng.choice(("New ", "Port ", "South ", "North ", "East ", "Lower ", "San ")) if rng.random() < 0.15 else ""
    return lead + name


def product(rng: random.Random) -> str:
    """A model or product name: "Halo 3", "Strata X7", "Nimbus"."""
    mark = rng.choice(
        ("", "", f" {rng.randint(2, 9)}", f" {rng.choice('XSGRT')}{rng.randint(1, 9)}", " Pro", " Max", "-S")
    )
    return rng.choice(PRODUCT_WORDS) + mark


def agency(rng: random.Random) -> str:
    """A regulator or court that does not exist."""
    return " ".join(rng.choice(part) for part in AGENCY_PARTS)
