"""Clutter: what a scraped page puts around a story goes, and no sentence of a story does."""

from __future__ import annotations

import time

import pytest

from askdocs.core.articles import RawArticle
from askdocs.ingest.cleaning.boilerplate import clutter_kind, without_clutter
from askdocs.ingest.cleaning.pipeline import clean

STORY = [
    "The harbour company of Port Halden has sold its last ferry, the Marta, for three million crowns.",
    "A new owner",
    "The buyer runs eleven ferries. “We will share the timetable on Facebook,” said its chief, Mia Brandt.",
    "According to the contract, passengers who register by Friday agree to a fare of 4.50 crowns.",
    "The shares closed at 78.49, down 0.60%, after 5 million customers had been told by e-mail.",
    "“Your money is at risk if the pier breaks,” a councillor warned. Advertisement revenue fell, too.",
    "Read the contract first, the union said. Related costs came to 2 million crowns.",
]

SCRAPED = """Skip to main content

Home | Business | Ships | Opinion

Port Halden sells the Marta

Port Halden sells the Marta

3 min read

Share this: Facebook · X · WhatsApp · Copy link

{0}

Advertisment

{1}

{2}

Image: The Marta at sea. Credit: Jo Brandt

Halden Shipping five-year price chart. Source: QuayView

ADVERTISEMENT

{3}

Story continues below this ad

{4}

Read more: Ten piers to see before they break

{5}

{6}

Trade stocks online with PierBroker – the boldest platform of the coast

Risk disclaimer: Nothing here is advice. Prices fall. Your capital is at risk.

Best Trading Apps for Impatient Investors

  • Copy top-performing traders while you sleep.

  • 0% commission on ships; other fees apply.

  • PierBroker has an office.

12+ million users
PierBroker sells assets. The value of your investments may sink. Your money is at risk.

Read Next:

The Weekly Anchor

Sign up for our newsletter, delivered to your inbox.

Enter your email address

By signing up you agree that we may write to you.

We use cookies to remember you. Accept them or do not.

You may also like

Follow us on Instagram and YouTube

© 2024 Quayside Media. All rights reserved.

Related posts
"""


def cleaned(text: str, form: str = "text") -> list[str]:
    raw = RawArticle.model_validate({"source": "a.txt", "body": text, "format": form, "content_hash": ""})
    return clean(raw).text.split("\n\n")


def test_clutter_goes_and_the_story_stays_word_for_word() -> None:
    assert cleaned(SCRAPED.format(*STORY)) == ["Port Halden sells the Marta", *STORY]


def test_the_same_holds_for_markdown() -> None:
    found = cleaned(SCRAPED.format(*STORY).replace("  • ", "- "), "markdown")
    assert found == ["Port Halden sells the Marta", *STORY]


@pytest.mark.parametrize(
    "line",
    [
        "The firm will share its results on Facebook and X.",
        "Advertisement sales rose by 5%.",
        "Sponsored cycling teams lost money in May.",
        "Home prices fell in Leeds, Dundee and Swansea.",
        "Subscribers to the newsletter rose to 3 million.",
        "The newsletter has 3 million subscribers; by subscribing, they said, you support local news.",
        "Cookies and other biscuits were 40% of sales.",
        "We earn commission on one loan in five, the bank said.",
        "The best exchange for wheat is in Chicago.",
        "Investors buy shares with borrowed money.",
        "“By signing up you save a fortune,” the advertisement said.",
        "The regulator said the value of your investments may fall.",
        "Source: the river rises in the hills above the town, where three springs meet. It is cold.",
        "Read also spoke of the deal with Nordvik. He was cheerful.",
        "Related party deals came to $5 million in 2023.",
        "Facebook, Instagram and WhatsApp",
        "- Search",
        "- Ads",
        "Photo sales rose: the studio sold 5,000 pictures in a week, it said, and 9,000 in the next.",
        "Watch sales fell 5%.",
        "Trending upwards since May, the shares closed at a record.",
        "More from the mine is expected in June.",
        "Win or lose, the club must pay.",
        "5 million customers",
        "Disclosure: of 40 claims filed in May, 33 were paid. Three failed. Two wait. One was lost. One is new.",
    ],
)
def test_lines_of_a_story_are_no_clutter(line: str) -> None:
    assert clutter_kind(line) == ""
    assert without_clutter([line, "The end came in May."]) == [line, "The end came in May."]


def test_headings_of_a_story_stay_unless_they_name_a_newsletter() -> None:
    blocks = [
        "Market reaction",
        "Subscribe to our newsletter",
        "The shares fell.",
        "The Daily Tide",
        "Enter your email",
    ]
    assert without_clutter(blocks) == ["Market reaction", "The shares fell."]


def test_a_list_of_the_story_stays_also_under_an_offer() -> None:
    blocks = ["Buy stocks now with PierBroker", "- The ferry was sold.", "- The pier was mended."]
    assert without_clutter(blocks) == blocks[1:]


def test_a_title_is_kept_once_even_where_it_looks_like_clutter() -> None:
    title = "Best trading apps for investors"
    assert without_clutter([title, "One is good.", title, "None is free."], title) == [
        title,
        "One is good.",
        "None is free.",
    ]


@pytest.mark.parametrize("unit", ["share ", "facebook x ", "- buy now\n", "home > ", "a: b; ", "best for you ", "“By "])
def test_time_is_linear(unit: str) -> None:
    began = time.process_time()
    without_clutter([unit * 20, *([unit * (100_000 // len(unit))])])
    without_clutter([unit * 20] * 1000)
    assert time.process_time() - began < 10
