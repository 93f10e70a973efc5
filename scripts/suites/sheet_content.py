"""What stands in the XLSX and ODS files of ``evals/tables``, as plain data.

A workbook has sheets by name; a sheet has ``rows`` and may have ``formats`` (number formats by column, for cells that
are numbers or dates), ``merged`` ranges, ``hidden``, and ``formulas`` (a cell's formula, beside the value it has).
"""

from __future__ import annotations

from datetime import date
from typing import TypedDict

Cell = str | int | float | date | None


class Sheet(TypedDict, total=False):
    rows: list[list[Cell]]
    formats: dict[str, str]
    merged: list[str]
    hidden: bool
    formulas: dict[str, str]


ACCOUNTING = '#,##0;(#,##0);"–"'
NO_ROW: list[Cell] = []

WORKBOOKS: dict[str, dict[str, Sheet]] = {
    "fennick-sales.xlsx": {
        "2024": {
            "rows": [
                ["Fennick Tools: sales by region, thousands of euros"], NO_ROW,
                ["Region", "Q1", "Q2", "Q3", "Q4", "Year"],
                ["North", 1820, 1944, 1701, 2230, 7695],
                ["South", 2415, 2388, 2507, 2690, 10000],
                ["Islands", 310, 482, 655, 290, 1737],
                ["Export", 905, 1012, 988, 1140, 4045],
                ["All regions", 5450, 5826, 5851, 6350, 23477],
            ],
            "formats": dict.fromkeys("BCDEF", "#,##0"), "merged": ["A1:F1"],
            "formulas": {"F4": "SUM(B4:E4)", "F5": "SUM(B5:E5)", "F8": "SUM(F4:F7)"},
        },
        "2023": {
            "rows": [
                ["Fennick Tools: sales by region, thousands of euros"], NO_ROW,
                ["Region", "Q1", "Q2", "Q3", "Q4", "Year"],
                ["North", 1765, 1890, 1812, 2104, 7571],
                ["South", 2290, 2301, 2410, 2544, 9545],
                ["Islands", 295, 450, 610, 305, 1660],
                ["Export", "n/a", "n/a", 870, 1021, 1891],
            ],
            "formats": dict.fromkeys("BCDEF", "#,##0"), "merged": ["A1:F1"],
        },
        "Plan": {
            "rows": [["Region", "Plan 2025"], ["North", 8100], ["South", 10600], ["Islands", 1900], ["Export", 4700]],
            "formats": {"B": "#,##0"}, "hidden": True,
        },
    },
    "quillpost-staff.xlsx": {
        "Staff": {
            "rows": [
                ["Quillpost Publishing: staff at year end"],
                ["Division", "Team", "Staff", None, "Part-time", "Head"],
                [None, None, "2024", "2025", "2025", None],
                ["Books", "Fiction", 46, 51, 0.235, "Lena Obrecht"],
                [None, "Children's", 28, 26, 0.346, "Simon Tarrow"],
                [None, "Reference", 19, 12, 0.167, None],
                ["Magazines", "Editorial", 63, 60, 0.15, "Nkechi Adeyo"],
                [None, "Advertising", 22, 24, 0.042, "Paul Westerby"],
                ["Services", "IT", 15, 17, 0.118, "Rana Idris"],
                [None, "Warehouse", 40, 38, None, "Joe Tull"],
            ],
            "formats": {"E": "0.0%"},
            "merged": ["A1:F1", "C2:D2", "A4:A6", "A7:A8", "A9:A10"],
        },
    },
    "dunmere-hotel.xlsx": {
        "Months": {
            "rows": [
                ["Month", "Rooms sold", "Occupancy", "Average rate", "Revenue per room"],
                ["January 2025", 1302, 0.42, 96.5, 40.53], ["February 2025", 1456, 0.52, 99, 51.48],
                ["March 2025", 1891, 0.61, 104.25, 63.59], ["April 2025", 2190, 0.73, 118, 86.14],
                ["May 2025", 2573, 0.83, 131.4, 109.06], ["June 2025", 2670, 0.89, 142.75, 127.05],
            ],
            "formats": {"B": "#,##0", "C": "0.0%", "D": "£#,##0.00", "E": "£#,##0.00"},
        },
        "Inspections": {
            "rows": [
                ["Inspection", "Date", "Inspector", "Points of 100"],
                ["Kitchen", date(2025, 2, 11), "H. Marlowe", 94],
                ["Fire safety", date(2025, 3, 4), "County brigade", 88],
                ["Lifts", date(2025, 5, 27), "Vertix Ltd", None],
            ],
            "formats": {"B": "DD MMM YYYY"},
        },
    },
    "ostra-water-lab.xlsx": {
        "Samples": {
            "rows": [
                ["Ostra Water Laboratory", None, None, None, None, None],
                ["Sample", "Taken", "Place", "pH", "Nitrate, mg/l", "Lead, µg/l"],
                ["W-201", date(2025, 9, 1), "Upper spring", 7.4, 11.2, "< 0.5"],
                ["W-202", date(2025, 9, 1), "Mill weir", 7.9, 24.6, 1.8],
                ["W-203", date(2025, 9, 3), "Town well", 7.1, 48.3, 6.2],
                ["W-204", date(2025, 9, 8), "Tannery outfall", 8.6, 31, 14.7],
                ["W-205", date(2025, 9, 9), "Lake, 5 m", 7.7, None, "n.d."],
                ["Limit", None, None, "6.5 to 9.5", 50, 10],
            ],
            "formats": {"B": "YYYY-MM-DD", "D": "0.0", "E": "0.0", "F": "0.0"},
        },
    },
    "brightwell-stock.xlsx": {
        "Stock": {
            "rows": [
                ["SKU", "Product", "Price", "In stock", "Reorder at", "Supplier", "Last counted"],
                ["BW-100", "Beeswax candle", 4.2, 318, 100, "Apis & Co", date(2025, 12, 30)],
                ["BW-117", "Enamel mug", 9.95, 64, 80, "Tinwright", date(2025, 12, 30)],
                ["BW-140", "Linen towel", 14.5, 0, 40, "Flaxen Mills", date(2026, 1, 2)],
                ["BW-155", "Seed tin", 6.75, 1205, 200, "Tinwright", date(2026, 1, 2)],
                ["BW-161", "Oak tray", 32, 27, 15, "Hollis Wood", date(2025, 11, 18)],
                ["BW-170", "Gift card", None, 500, None, None, None],
            ],
            "formats": {"C": "£#,##0.00", "D": "#,##0", "G": "DD/MM/YYYY"},
        },
    },
    "galton-accounts.xlsx": {
        "Income": {
            "rows": [
                ["Galton Marine Ltd"], ["Income statement, £ thousand"], NO_ROW,
                [None, "Note", "2025", "2024"],
                ["Turnover", 3, 18450, 16902], ["Cost of sales", None, -11237, -10488],
                ["Gross profit", None, 7213, 6414], ["Administrative expenses", 5, -5902, -5310],
                ["Restructuring", 6, -815, 0], ["Operating profit", None, 496, 1104],
                ["Interest payable", 8, -212, -187], ["Profit before tax", None, 284, 917],
                ["Tax", 9, 35, -201], ["Profit for the year", None, 319, 716],
            ],
            "formats": {"C": ACCOUNTING, "D": ACCOUNTING},
        },
        "Cash": {
            "rows": [
                ["Cash flow, £ thousand"], [None, "2025", "2024"],
                ["Operating activities", 1340, 1811], ["Investing activities", -2205, -640],
                ["Financing activities", 950, -720], ["Cash at end of year", 1478, 1393],
            ],
            "formats": {"B": ACCOUNTING, "C": ACCOUNTING},
        },
    },
    "korvia-mobile.xlsx": {
        "KPIs": {
            "rows": [
                ["Korvia Mobile: subscribers in millions", None, None, None],
                ["Segment", "Dec 2023", "Dec 2024", "Dec 2025"],
                ["Prepaid", 3.12, 2.87, 2.6], ["Contract", 4.05, 4.38, 4.71], ["Business", 0.66, 0.71, 0.79],
                NO_ROW,
                ["Other measures", None, None, None],
                ["Measure", "2023", "2024", "2025"],
                ["Revenue per user, €", 14.1, 14.65, 15.2], ["Churn, % a month", 1.9, 1.7, 1.4],
                ["5G coverage", "–", "71%", "88%"], ["Capital expenditure, € million", 302.5, 288, 341.7],
            ],
            "formats": dict.fromkeys("BCD", "0.00"),
        },
    },
    "tamsin-fund.xlsx": {
        "Holdings": {
            "rows": [
                ["Tamsin Small Companies Fund", None, None, None, None],
                ["Holding", "Country", "Weight", "Value, $", "Bought"],
                ["Arbol Foods", "Chile", 0.0812, 4060000, date(2021, 5, 17)],
                ["Nyland Timber", "Finland", 0.0675, 3375000, date(2019, 11, 4)],
                ["Ketteridge Pumps", "United Kingdom", 0.0594, 2970000, date(2023, 2, 28)],
                ["Osaki Sensors", "Japan", 0.0441, 2205000, date(2024, 8, 9)],
                ["Cash", None, 0.0123, 615000, None],
            ],
            "formats": {"C": "0.00%", "D": "#,##0", "E": "D MMM YYYY"},
        },
    },
    "lindqvist-bakery.ods": {
        "Week 14": {
            "rows": [
                ["Bread", "Baked", "Sold", "Price", "Returned"],
                ["Rye loaf", 840, 812, "€3.80", "3.3%"], ["Spelt roll", 2400, 2265, "€0.95", "5.6%"],
                ["Oat bread", 520, 520, "€4.40", "0.0%"], ["Cardamom bun", 1650, 1588, "€2.10", "3.8%"],
                ["Focaccia", 0, None, "€5.20", "–"],
            ],
        },
        "Shops": {
            "rows": [
                ["Shop", "Takings, €", "Manager"],
                ["Market Square", 9412, "Elin Lindqvist"], ["Station", 7088, "Omar Faye"], ["Quayside", 3955, None],
            ],
        },
    },
    "stbride-parish.ods": {
        "Accounts": {
            "rows": [
                ["St Bride's Parish: receipts and payments, pounds"],
                ["Heading", "2025", "2024"],
                ["Collections", "21,604", "20,117"], ["Hall lettings", "8,930", "9,415"], ["Legacies", "–", "15,000"],
                ["Summer fete", "2,381", "1,966"], ["Organ repair", "(12,750)", "–"], ["Heating", "(6,412)", "(7,038)"],
                ["Insurance", "(3,205)", "(3,090)"],
            ],
        },
    },
}  # fmt: skip
