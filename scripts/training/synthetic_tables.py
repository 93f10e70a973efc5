"""Passages that are table rows, one a line, as tables are stored: `header: cell; header: cell`."""

from __future__ import annotations

import random
from typing import NamedTuple

from scripts.training import synthetic_names as names
from scripts.training.synthetic_values import Style, Value, make


class Column(NamedTuple):
    """A column: its headers, the kind of its cells, the questions on a cell and on its largest value."""

    headers: tuple[str, ...]
    kind: str
    asks: tuple[str, ...]
    largest: tuple[str, ...] = ()


class Sheet(NamedTuple):
    """A kind of table: titles, the header and kind of the row's name, its columns, traps."""

    name: str
    titles: tuple[str, ...]
    keys: tuple[str, ...]
    key_kind: str
    columns: tuple[Column, ...]
    traps: tuple[str, ...]


class Table(NamedTuple):
    """A table as told: (shape, question, answer words or nothing) for each question."""

    name: str
    title: str
    text: str
    asks: list[tuple[str, str, tuple[str, ...]]]


LINE_ITEMS = (
    "Revenue/Cost_of_sales/Gross_profit/Operating_income/Net_income/Total_assets/Cash_and_equivalents/Inventories/"
    "Trade_payables/Research_and_development/Capital_expenditure/Interest_paid/Income_tax_expense/Finance_leases/"
    "Deferred_tax_assets/Other_receivables/Dividends_paid/Provisions/Intangible_assets/Staff_costs"
)
SEGMENTS = (
    "Coatings/Payments/Home_Care/Freight/Diagnostics/Ticketing/Animal_Feed/Wiring/Leisure/Cloud_Hosting/Bottling/"
    "Surveying/Training/Spare_Parts/Advertising/Licensing/Insulation/Catering/Optics/Seeds"
)
SHEETS = (
    Sheet(
        "plants",
        ("{co}: sites at a glance", "{co} plants", "Where {co} makes its goods"),
        ("Site", "Plant", "Location", "Factory"),
        "place",
        (
            Column(("Opened", "Year opened", "In service since"), "pick:" + "/".join(map(str, range(1951, 2024))),
                   ("When did {co} open its {row} site?", "In which year was the {row} plant opened?", "Since when has {row} been in service?")),
            Column(("Employees", "Headcount", "Staff"), "count:60:9000",
                   ("How many people work at {row}?", "What is the headcount of {co}'s {row} site?", "How large is the staff at {row}?"),
                   ("Which {co} site has the most employees?", "At which site do most people work?")),
            Column(("Capacity (tonnes)", "Annual output, tonnes", "Tonnes a year"), "count:900:700000",
                   ("What is the capacity of {row}, in tonnes?", "How many tonnes can {row} make a year?"),
                   ("Which plant can make the most?", "Which {co} site has the largest capacity?")),
            Column(("Manager", "Site head", "Run by"), "person", ("Who runs the {row} site?", "Who manages {co}'s plant in {row}?")),
        ),
        ("How many accidents were there at {row}?", "What did the {row} site cost to build?", "What are the working hours at {row}?"),
    ),
    Sheet(
        "segments",
        ("{co} sales by segment", "{co}: segment results", "{co} divisional figures"),
        ("Segment", "Division", "Business", "Unit"),
        "pick:" + SEGMENTS,
        (
            Column(("Revenue {y}", "{y} sales", "Net sales {y}"), "money:2e6:4e9",
                   ("What was the revenue of {row} in {y}?", "How much did {co}'s {row} segment sell in {y}?", "What did {row} turn over in {y}?"),
                   ("Which segment had the highest revenue in {y}?", "What was {co}'s largest business by sales in {y}?")),
            Column(("Revenue {z}", "{z} sales", "Net sales {z}"), "money:2e6:4e9",
                   ("What was the revenue of {row} in {z}?", "How much did {co}'s {row} segment sell in {z}?"),
                   ("Which segment had the highest revenue in {z}?",)),
            Column(("Operating margin", "Margin {y}", "Return on sales"), "pct:1:40",
                   ("What margin did {row} have?", "How profitable was {co}'s {row} division, in percent of sales?"),
                   ("Which segment had the best margin?", "Which {co} business was most profitable by margin?")),
            Column(("Backlog", "Order book", "Open orders"), "money:1e6:5e9",
                   ("How large was the order book of {row}?", "What value of open orders did {co}'s {row} unit have?"),
                   ("Which division had the largest backlog?",)),
        ),
        ("How many employees does {row} have?", "Who heads the {row} segment?", "What was the revenue of {row} in {w}?"),
    ),
    Sheet(
        "items",
        ("{co}: selected financial data", "{co} key figures {y}", "{co} statement extract"),
        ("Item", "Line", "In thousands", "Position"),
        "pick:" + LINE_ITEMS,
        (
            Column(("{y}", "FY{y}", "Year ended {y}"), "exact:1200:9000000",
                   ("What was {co}'s figure for {low} in {y}?", "What figure is given for {low} in {y}?", "How much {low} did {co} report for {y}?")),
            Column(("{z}", "FY{z}", "Year ended {z}"), "exact:1200:9000000",
                   ("What was {co}'s figure for {low} in {z}?", "What figure is given for {low} in {z}?", "How much {low} did {co} report for {z}?")),
            Column(("Change", "Growth", "+/-"), "pct:1:70", ("By what percentage did {low} change?", "How much did {co}'s {low} grow, in percent?")),
        ),
        ("What was {co}'s {low} in {w}?", "What was the budget for {low} in {y}?"),
    ),
    Sheet(
        "board",
        ("{co}: directors and officers", "Who runs {co}", "{co} management"),
        ("Name", "Director", "Officer"),
        "person",
        (
            Column(("Position", "Role", "Office held"),
                   "pick:Chair/Chief_Executive/Chief_Financial_Officer/Secretary/Treasurer/General_Counsel/Head_of_Sales/Independent_Director",
                   ("What is {row}'s position?", "What role does {row} have at {co}?", "Which office does {row} hold?")),
            Column(("Age",), "pick:" + "/".join(map(str, range(35, 74))), ("How old is {row}?", "What is the age of {row}?"),
                   ("Who is the oldest of {co}'s officers?",)),
            Column(("Since", "Appointed", "In office since"), "pick:" + "/".join(map(str, range(1996, 2025))),
                   ("Since when has {row} been in office?", "When was {row} appointed?", "In which year did {row} join {co}'s leadership?")),
            Column(("Shares held", "Shareholding", "Shares owned"), "count:200:900000",
                   ("How many {co} shares does {row} hold?", "What is {row}'s shareholding?"), ("Who holds the most {co} shares?",)),
        ),
        ("What is {row} paid?", "Where did {row} study?", "Which committee does {row} chair?"),
    ),
    Sheet(
        "bonds",
        ("{co}: notes outstanding", "{co} debt securities", "Bonds of {co}"),
        ("Security", "Bond", "Issue", "Series"),
        "pick:Series_A_notes/Series_B_notes/Series_C_notes/Senior_notes/Green_bond/Convertible_notes/Term_loan/Subordinated_notes/Private_placement",
        (
            Column(("Coupon", "Rate", "Interest"), "pct:0.5:9",
                   ("What is the coupon of the {row}?", "What interest do {co}'s {row} carry?"), ("Which issue carries the highest rate?",)),
            Column(("Due", "Maturity", "Repayable"), "future", ("When do the {row} mature?", "When must {co} repay the {row}?")),
            Column(("Outstanding", "Principal", "Carrying amount"), "money:1e7:4e9",
                   ("How much of the {row} is outstanding?", "What is the principal of {co}'s {row}?"), ("Which is {co}'s largest issue?",)),
        ),
        ("Who holds the {row}?", "How are the {row} rated?", "At what price were the {row} sold?"),
    ),
    Sheet(
        "peers",
        ("Shares to watch", "How the peers compare", "Closing prices", "{co} and its rivals"),
        ("Company", "Stock", "Name"),
        "company",
        (
            Column(("Close", "Last price", "Closing price"), "price:2:400", ("At what price did {row} close?", "What was the last price of {row}?"),
                   ("Which stock had the highest closing price?",)),
            Column(("Day's move", "Change", "Change on day"), "pct:0.1:12", ("How much did {row} move on the day?", "What was the daily change of {row}, in percent?")),
            Column(("Target", "Price target", "Consensus target"), "price:2:500", ("What is the price target for {row}?", "What do analysts think {row} shares should cost?")),
            Column(("Market value", "Market cap", "Capitalisation"), "money:5e7:9e10",
                   ("What is the market value of {row}?", "How much is all of {row} worth on the market?"), ("Which company has the largest market value?",)),
            Column(("Rating", "Consensus"), "pick:Buy/Hold/Sell/Outperform/Neutral/Reduce", ("How is {row} rated?", "What is the rating of {row}?")),
        ),
        ("What dividend does {row} pay?", "How many shares of {row} were traded?", "What was the price of {row} a year ago?"),
    ),
    Sheet(
        "products",
        ("{co} price list", "{co} range", "{co}: models and prices"),
        ("Model", "Product", "Version"),
        "product",
        (
            Column(("Price", "List price", "From"), "price:90:90000", ("What does the {row} cost?", "How much is {co}'s {row}?"),
                   ("Which {co} product costs the most?", "What is the most expensive model?")),
            Column(("Units sold", "Sold in {y}", "Sales (units)"), "count:300:900000",
                   ("How many units of the {row} were sold?", "How many {row} did {co} sell?"), ("Which model sold best?", "What is {co}'s best seller?")),
            Column(("Launch", "On sale from", "Available"), "future", ("When is the {row} launched?", "From when is {co}'s {row} on sale?")),
            Column(("Made in", "Assembled at", "Origin"), "place", ("Where is the {row} made?", "Where does {co} build the {row}?")),
        ),
        ("How much does the {row} weigh?", "Who designed the {row}?", "How long is the warranty of the {row}?"),
    ),
)  # fmt: skip


def table(co: names.Company, pool: list[names.Company], look: Style, rng: random.Random, taken: set[str]) -> Table:
    """A table of some kind not `taken` yet, about `co`."""
    sheet = rng.choice([sheet for sheet in SHEETS if sheet.name not in taken])
    columns = rng.sample(sheet.columns, rng.randint(min(2, len(sheet.columns)), len(sheet.columns)))
    columns.sort(key=sheet.columns.index)
    words = {"co": co.short, "y": str(look.year), "z": str(look.year - 1), "w": str(look.year - rng.randint(3, 7))}
    heads = [rng.choice(column.headers).format(**words) for column in columns]
    keys = _keys(sheet, pool, look, rng)
    look = Style(look.currency, look.percent, 0.0, look.year)
    cells = [[make(column.kind, rng, look, {}) for column in columns] for _ in keys]
    key_head = rng.choice(sheet.keys)
    lines = [
        "; ".join(
            f"{head}: {cell}" for head, cell in zip([key_head, *heads], [key, *(c.answer for c in row)], strict=True)
        )
        for key, row in zip(keys, cells, strict=True)
    ]
    title = rng.choice(sheet.titles).format(**words)
    return Table(sheet.name, title, "\n".join(lines), _asks(sheet, columns, keys, cells, words, rng))


def _keys(sheet: Sheet, pool: list[names.Company], look: Style, rng: random.Random) -> list[str]:
    keys: list[str] = []
    wanted = rng.randint(3, 7)
    while len(keys) < wanted:
        key = pool.pop().full if sheet.key_kind == "company" else make(sheet.key_kind, rng, look, {}).answer
        if not any(key in other or other in key for other in keys):
            keys.append(key)
    return keys


def _asks(
    sheet: Sheet,
    columns: list[Column],
    keys: list[str],
    cells: list[list[Value]],
    words: dict[str, str],
    rng: random.Random,
) -> list[tuple[str, str, tuple[str, ...]]]:
    asks: list[tuple[str, str, tuple[str, ...]]] = []
    for key, row in zip(keys, cells, strict=True):
        about = words | {"row": key, "low": key.lower()}
        for column, cell in zip(columns, row, strict=True):
            asks.append(("short", rng.choice(column.asks).format(**about), (cell.answer,)))
        left_out = [column for column in sheet.columns if column not in columns]
        for ask in [
            rng.choice(sheet.traps),
            *(rng.choice(column.asks) for column in left_out if "+/-" not in column.headers),
        ]:
            if rng.random() < 0.4:
                asks.append(("unanswerable", ask.format(**about), ()))
    for place, column in enumerate(columns):
        numbers = [row[place].number if row[place].number is not None else _number(row[place].answer) for row in cells]
        if column.largest and all(number is not None for number in numbers) and len(set(numbers)) == len(numbers):
            best = max(range(len(keys)), key=lambda index: numbers[index] or 0.0)
            asks.append(("short", rng.choice(column.largest).format(**words), (keys[best],)))
    if rng.random() < 0.5:
        asks.append(("list", _every(sheet.keys[0].lower(), rng), tuple(keys)))
    return asks


def _every(key: str, rng: random.Random) -> str:
    key = {"in thousands": "item", "stock": "company"}.get(key, key)
    many = key[:-1] + "ies" if key.endswith("y") else key + "s"
    return rng.choice((f"Which {many} are in the table?", f"List all the {many}.", f"Name every {key} shown."))


def _number(words: str) -> float | None:
    return float(words) if words.isdigit() else None
