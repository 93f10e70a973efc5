"""What stands in the PDF files of ``evals/tables``, as plain data.

A document is a list of blocks: ``("heading", words)``, ``("text", words)``, ``("page",)``, or ``("table", style, rows,
spans)``. ``style`` is "ruled", "lines" (one under the header) or "bare". A span is first and last cell as ``(column,
row)``. The first row of a table, or as many as ``HEADER_ROWS`` says for its file, is repeated on a new page.
"""

from __future__ import annotations

Row = list[str]
Spans = tuple[tuple[tuple[int, int], tuple[int, int]], ...]
Block = tuple[str] | tuple[str, str] | tuple[str, str, list[Row], Spans]
HEADER_ROWS = {"halden-enrolment.pdf": 2, "vantor-v7.pdf": 2}


def rows(text: str) -> list[Row]:
    """A table from lines with cells between bars."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


PDFS: dict[str, list[Block]] = {
    "cobblestone-brewery.pdf": [
        ("heading", "Cobblestone Brewery Company: annual review 2024"),
        ("text", "We brewed more beer than in any year since 1911. Sales passed £8.6 million, and lager alone came to "
                 "about 13,400 hectolitres. The new hall cost £1.1 million and was paid for by a loan."),
        ("text", "Beers. Volumes in hectolitres, sales in thousands of pounds"),
        ("table", "ruled", rows("""
            Beer | Style | Volume 2023 | Volume 2024 | Sales 2024 | Alcohol
            Tinker Pale | pale ale | 8,420 | 9,105 | 2,731 | 4.2%
            Old Quarry | stout | 5,310 | 4,980 | 1,793 | 5.6%
            Lantern Lager | lager | 12,640 | 13,377 | 3,478 | 4.0%
            Bramble Sour | sour | – | 615 | 338 | 3.8%
            Winter Coat | barley wine | 402 | 388 | 291 | 9.1%
            Total | | 26,772 | 28,465 | 8,631 |
            """), ()),
        ("text", "Balance sheet at 31 December, £000"),
        ("table", "lines", rows("""
            | 2024 | 2023
            Stocks | 1,204 | 1,116
            Trade debtors | 842 | 795
            Cash at bank | 386 | 1,027
            Bank loan | (1,500) | (900)
            Net assets | 4,912 | 4,655
            """), ()),
    ],
    "aldous-optics-q2.pdf": [
        ("heading", "Aldous Optics Inc. Second quarter of fiscal 2026"),
        ("text", "Aldous makes lenses for machine vision. For the third quarter it expects revenue between $205 "
                 "million and $215 million. A year ago an order of $11.8 million had fallen into the quarter."),
        ("text", "(in millions of US dollars, except per-share data and percentages)"),
        ("table", "bare", rows("""
            | Q2 FY26 | Q2 FY25 | Change
            Net revenue | 212.4 | 198.7 | 6.9%
            Gross profit | 97.1 | 93.8 | 3.5%
            Gross margin | 45.7% | 47.2% | (1.5) pts
            Research expense | 31.5 | 28.9 | 9.0%
            Operating income | 38.2 | 41.6 | (8.2)%
            Net income | 29.0 | 31.3 | (7.3)%
            Diluted earnings per share | $0.71 | $0.77 | (7.8)%
            Order backlog | 404.8 | 377.0 | 7.4%
            Restructuring charge | – | 2.4 | n/m
            """), ()),
    ],
    "sundrel-buses.pdf": [
        ("heading", "Sundrel Transport Authority: bus lines in 2024"),
        ("text", "The authority ran twenty-four lines in 2024. Passengers are counted by doors that count; line 61 has "
                 "none. Punctual means no more than three minutes late. In a survey, 71% of passengers were content."),
        ("text", "The subsidy came to 1.94 crowns a passenger, and the fare to 2.60 crowns. Line 9 was cut back to the "
                 "station in March 2024, and lost a fifth of its passengers."),
        ("page",),
        ("text", "Table 1. Lines, with passengers in thousands"),
        ("table", "ruled", rows("""
            Line | From and to | Length, km | Passengers 2023 | Passengers 2024 | Punctual
            1 | Station to Norrgate | 8.4 | 4,210 | 4,388 | 91.2%
            2 | Station to Isle Park | 6.1 | 2,975 | 3,040 | 93.5%
            3 | Norrgate to Docks | 11.7 | 3,640 | 3,512 | 84.0%
            4 | Harbour loop | 5.2 | 1,184 | 1,271 | 95.1%
            5 | Station to Airport | 17.9 | 2,033 | 2,346 | 88.8%
            6 | Elm Hill to Docks | 9.3 | 1,820 | 1,795 | 86.7%
            7 | University to Norrgate | 7.7 | 3,306 | 3,411 | 89.9%
            8 | Elm Hill to University | 10.2 | 2,118 | 2,094 | 87.3%
            9 | Station to Mill Lane | 4.8 | 1,455 | 1,162 | 94.4%
            11 | Isle Park to Quarry | 13.5 | 968 | 1,010 | 82.6%
            12 | Quarry to Docks | 12.8 | 887 | 902 | 83.1%
            14 | Hospital to Station | 5.9 | 2,640 | 2,718 | 92.0%
            15 | Hospital to Elm Hill | 7.0 | 1,377 | 1,398 | 90.6%
            18 | Airport to Norrgate | 21.4 | 705 | 761 | 79.8%
            21 | Station to Reed | 16.3 | 1,042 | 1,033 | 81.5%
            22 | Reed to Wick | 9.9 | 318 | 297 | 88.0%
            23 | Wick to Quarry | 14.6 | 264 | 251 | 85.4%
            """), ()),
        ("page",),
        ("table", "ruled", rows("""
            Line | From and to | Length, km | Passengers 2023 | Passengers 2024 | Punctual
            31 | School bus Reed | 18.0 | 96 | 101 | 97.3%
            32 | School bus Wick | 15.5 | 88 | 84 | 96.9%
            41 | Night line North | 19.2 | 143 | 166 | 90.2%
            42 | Night line South | 17.1 | 131 | 149 | 91.8%
            51 | Summer line Beach | 12.0 | 210 | 188 | 77.5%
            60 | Call bus East | 0.0 | 12 | 19 | n/a
            61 | Call bus West | 0.0 | n/a | n/a | n/a
            """), ()),
        ("text", "Lines 60 and 61 run on demand and have no fixed way."),
    ],
    "vantor-v7.pdf": [
        ("heading", "Vantor V7 aluminium alloy: data sheet 12/2025"),
        ("text", "V7 is rolled and extruded. It bends better than V6, whose yield strength in temper T6 is 255 MPa."),
        ("text", "Mechanical properties, minimum values"),
        ("table", "ruled", rows("""
            Temper | Thickness, mm | Strength, MPa | | Elongation, % | Hardness, HB
            | | Yield | Tensile | |
            O | 1 to 6 | 85 | 150 | 19 | 40
            T4 | 1 to 6 | 140 | 240 | 16 | 65
            T6 | 1 to 6 | 270 | 315 | 10 | 95
            T6 | 6 to 25 | 255 | 300 | 9 | 92
            T651 | 25 to 80 | 240 | 290 | 8 | –
            """), (((0, 0), (0, 1)), ((1, 0), (1, 1)), ((2, 0), (3, 0)), ((4, 0), (4, 1)), ((5, 0), (5, 1)))),
        ("text", "Chemical composition, percent by weight"),
        ("table", "lines", rows("""
            Element | Minimum | Maximum
            Silicon | 0.70 | 1.30
            Magnesium | 0.60 | 1.20
            Manganese | 0.40 | 1.00
            Iron | – | 0.50
            Copper | – | 0.10
            """), ()),
    ],
    "kestrel-invoice-0417.pdf": [
        ("heading", "Kestrel Joinery Ltd, 14 Sawpit Row, Hexworth HX4 1TT"),
        ("text", "INVOICE"),
        ("table", "bare", rows("""
            Invoice number: | 2025-0417
            Invoice date: | 9 April 2025
            Due date: | 9 May 2025
            Customer: | Mrs Odette Lavigne
            Purchase order: | –
            VAT number: | GB 334 1207 88
            """), ()),
        ("table", "lines", rows("""
            Item | Quantity | Unit price | Amount
            Oak shelf, 90 cm | 6 | £42.50 | £255.00
            Window seat | 1 | £780.00 | £780.00
            Brass hinge | 14 | £3.25 | £45.50
            Fitting, hours | 9 | £38.00 | £342.00
            """), ()),
        ("table", "bare", rows("""
            Subtotal | £1,422.50
            VAT at 20% | £284.50
            Deposit paid | (£400.00)
            Amount due | £1,307.00
            """), ()),
        ("text", "A charge of 1.5% a month is made on sums that are overdue."),
    ],
    "riverton-budget.pdf": [
        ("heading", "City of Riverton: general fund, fiscal year 2025"),
        ("text", "The council voted a budget of $61.3 million. Overtime after the May flood cost the fire department "
                 "about $0.6 million."),
        ("text", "In thousands of dollars; a variance in parentheses is unfavorable"),
        ("table", "lines", rows("""
            Department | Budget | Actual | Variance | Positions
            Police | 18,940 | 18,615 | 325 | 142
            Fire | 14,205 | 14,873 | (668) | 118
            Public works | 11,380 | 10,944 | 436 | 87
            Parks and recreation | 4,612 | 4,598 | 14 | 31
            Library | 2,775 | 2,809 | (34) | 26
            City clerk | 988 | 951 | 37 | 9
            Contingency | 1,500 | – | 1,500 | –
            Debt service | 6,900 | 6,900 | – | –
            Total | 61,300 | 59,690 | 1,610 | 413
            """), ()),
    ],
    "halden-enrolment.pdf": [
        ("heading", "Halden School District: enrolment on 1 October"),
        ("text", "The district opened its fourth school, Birch Street, in August 2025."),
        ("table", "ruled", rows("""
            School | Pupils | | | Teachers | Pupils to a teacher
            | 2023 | 2024 | 2025 | 2025 | 2025
            Aspen Elementary | 412 | 405 | 371 | 24 | 15.5
            Cutler Elementary | 388 | 391 | 350 | 21 | 16.7
            Birch Street | – | – | 126 | 9 | 14.0
            Halden Middle | 540 | 527 | 533 | 33 | 16.2
            Halden High | 716 | 734 | 748 | 46 | 16.3
            All | 2,056 | 2,057 | 2,128 | 133 | 16.0
            """), (((0, 0), (0, 1)), ((1, 0), (3, 0)))),
        ("text", "A class at Halden High has 22 pupils on average."),
    ],
    "moorcroft-cover.pdf": [
        ("heading", "Moorcroft Shipping N.V."),
        ("text", "ANNUAL REPORT, COVER PAGE"),
        ("table", "bare", rows("""
            Financial year ended: | 31 March 2025
            Registered office: | Vlissingen, the Netherlands
            Trade register: | 22061987
            Ordinary shares issued: | 12,450,000
            Nominal value: | €0.50
            Listed on: | Euronext Amsterdam
            ISIN: | NL0009913370
            Chair of the board: | Saskia Verhulst
            Chief financial officer: | Joost Amerling
            Auditor: | Brandt & Noor Accountants
            Auditor's fee: | €412,000
            Previous auditor: | not applicable
            """), ()),
        ("text", "This report is published in Dutch and in English; the Dutch text is binding."),
    ],
    "delvane-power.pdf": [
        ("heading", "Delvane Power: plants and prices, 2025"),
        ("text", "Delvane sold 9.3 TWh, of which it made two thirds itself. Prices are averages over the year."),
        ("table", "bare", rows("""
            Plant | Fuel | Capacity, MW | Output, GWh | Load factor | Outage, days
            Ashgill | gas | 820 | 3,412 | 47.5% | 18
            Brackwater | hydro | 145 | 602 | 47.4% | 5
            Cold Fell | wind | 96 | 281 | 33.4% | –
            Dunmarsh | biomass | 210 | 1,398 | 76.0% | 31
            Easter Lea | battery | 50 | (6) | n/a | 2
            """), ()),
        ("table", "lines", rows("""
            Price, EUR/MWh | 2024 | 2025
            Base | 78.40 | 84.15
            Peak | 96.20 | 101.75
            Off-peak | 64.05 | –
            """), ()),
    ],
}  # fmt: skip
