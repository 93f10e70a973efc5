"""What stands in the DOCX files of ``evals/tables``, as plain data: blocks of words and tables.

``">"`` in a cell says that the cell to its left goes on there, ``"^"`` that the one above it does.
"""

from __future__ import annotations

Block = str | list[list[str]]

DOCUMENTS: dict[str, list[Block]] = {
    "wexcombe-council.docx": [
        "Wexcombe Town Council: leisure services 2024/25",
        "Visits to the pool passed 200,000 for the first time. The council spent £1.9 million on leisure in all.",
        "Income and cost in pounds",
        [
            ["Service", "Visits", "Income", ">", "Cost", "Opening hours a week"],
            ["^", "2024/25", "2023/24", "2024/25", "2024/25", "^"],
            ["Swimming pool", "201,340", "612,400", "655,980", "1,048,200", "91"],
            ["Sports hall", "88,915", "240,150", "251,700", "302,460", "84"],
            ["Museum", "31,207", "58,300", "49,875", "377,110", "36"],
            ["Skate park", "n/a", "–", "–", "18,040", "168"],
            ["Theatre", "54,660", "498,020", "533,415", "561,900", "–"],
        ],
        "A swim costs £5.20, or £3.10 for those under 16. The Theatre opens for performances only.",
    ],
    "stellan-drones.docx": [
        "Stellan Aerials: product comparison",
        "All drones come with two batteries. The S2 was our first drone that flew for more than half an hour.",
        [
            ["Model", "S2", "S4", "S4 Pro", "S7"],
            ["Weight", "890 g", "1,120 g", "1,185 g", "2.4 kg"],
            ["Flight time", "32 min", "38 min", "41 min", "55 min"],
            ["Top speed", "54 km/h", "68 km/h", "72 km/h", "90 km/h"],
            ["Range", "6 km", "10 km", "12 km", "18 km"],
            ["Camera", "12 MP", "20 MP", "48 MP", "none"],
            ["Price", "$749", "$1,099", "$1,449", "to be announced"],
            ["Launched", "March 2022", "May 2023", "October 2024", "2026"],
        ],
        "A spare battery costs $119 for the S2 and $159 for the others.",
    ],
}
