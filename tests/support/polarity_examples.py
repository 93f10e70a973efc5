"""Short business news, all invented, with questions for yes or no: ``True``, ``False``, ``None`` where it is not said.

``LEARNT`` and ``REWORDED`` were before the eyes of whoever wrote the rules of ``askdocs.yesno.evidence``, and its
weights are
fitted on them. ``KEPT`` was written before the rules and is not fitted on; what went wrong on it was looked at once.
"""

from __future__ import annotations

from typing import NamedTuple


class Example(NamedTuple):
    """An article with its questions and what it says to each."""

    title: str
    published: str
    text: str
    asked: tuple[tuple[str, bool | None], ...]


LEARNT = (
    Example(
        "Tolmar trims its holding in Beckside",
        "2023-06-14",
        "Tolmar Holdings sold 33 million shares of the pump maker Beckside on Tuesday for $317 million. The "
        "sale cuts its stake from 12% to 7%. Tolmar said it would not sell any more before the end of the "
        "year. Beckside shares fell 3.1% after the news.",
        (
            ("Did Tolmar sell 33,000,000 Beckside shares?", True),
            ("Did Tolmar sell 23 million Beckside shares?", False),
            ("Did Tolmar sell more than 30 million shares of Beckside?", True),
            ("Did Tolmar sell fewer than 30 million shares of Beckside?", False),
            ("Did Tolmar buy shares of Beckside?", False),
            ("Did Beckside shares rise after the news?", False),
            ("Will Tolmar sell more shares before the end of the year?", False),
            ("Was the stake of Tolmar 12% before the sale?", True),
            ("Did Tolmar raise €317 million from the sale?", False),
            ("Did Tolmar sell shares of Beckside on Tuesday?", True),
            ("Did Tolmar sell its shares in Ganneth?", None),
        ),
    ),
    Example(
        "Rowanfield profit drops",
        "2024-02-08",
        "Rowanfield, the furniture chain, said its operating profit declined to £41 million in 2023 from £58 "
        "million a year earlier. Sales grew 4% to £612 million. The board approved a dividend of 9 pence a "
        "share. Chief executive Lena Marsh said that no stores would be closed this year.",
        (
            ("Did Rowanfield's operating profit fall in 2023?", True),
            ("Did Rowanfield's operating profit rise in 2023?", False),
            ("Was operating profit 58 million pounds in 2023?", False),
            ("Did sales at Rowanfield increase?", True),
            ("Did the board of Rowanfield reject a dividend?", False),
            ("Will Rowanfield close stores this year?", False),
            ("Were Rowanfield's sales over £600 million?", True),
            ("Is Lena Marsh the chief executive of Rowanfield?", True),
            ("Is Peter Hollis the chief executive of Rowanfield?", None),
            ("Did Rowanfield's operating profit fall in 2019?", None),
            ("Does Rowanfield pay its staff a bonus?", None),
        ),
    ),
    Example(
        "Regulator blocks Ashgrove's bid for Tern",
        "2023-11-21",
        "The competition authority has blocked Ashgrove Bank's $2.4 billion takeover of its rival Tern. It "
        "said the merger would have left savers with too little choice. Ashgrove will not appeal. Tern's "
        "shareholders had approved the offer in August 2023, and its chairman, Ivo Brandt, resigned on "
        "Monday.",
        (
            ("Did the competition authority approve Ashgrove's takeover of Tern?", False),
            ("Was the takeover of Tern blocked?", True),
            ("Will Ashgrove appeal?", False),
            ("Did Tern's shareholders approve the offer?", True),
            ("Did Tern's shareholders reject the offer?", False),
            ("Did shareholders of Tern approve the offer in August 2023?", True),
            ("Did shareholders of Tern approve the offer in March 2023?", False),
            ("Was the takeover worth $2.4bn?", True),
            ("Did Ivo Brandt resign?", True),
            ("Is the chairman of Tern staying in his post?", False),
            ("Was a fine imposed on Ashgrove Bank?", None),
        ),
    ),
    Example(
        "Kelso Motors to hire at Durnley",
        "2024-04-30",
        "Kelso Motors will hire 1,200 people at its plant in Durnley, where it plans to build an electric van "
        "from 2026. The company dismissed 400 workers there last autumn. The government turned down its "
        "request for a subsidy. Unions welcomed the plan, but said that wages remained too low.",
        (
            ("Will Kelso Motors hire 1,200 people at Durnley?", True),
            ("Will Kelso Motors hire 2,100 people at Durnley?", False),
            ("Is Kelso Motors cutting 1,200 jobs in Durnley?", False),
            ("Did the company dismiss workers in Durnley last autumn?", True),
            ("Did Kelso hire 400 workers last autumn?", False),
            ("Did the government grant the subsidy?", False),
            ("Did the government reject the request for a subsidy?", True),
            ("Did unions welcome the plan?", True),
            ("Will the electric van be built from 2026?", True),
            ("Will the electric van be built from 2025?", False),
            ("Has Kelso Motors recalled its vans?", None),
        ),
    ),
    Example(
        "Dock strike at Port Ellery ends",
        "2023-09-05",
        "A nine-day strike at Port Ellery ended on Sunday after dockers accepted a pay rise of 6.5%. None of "
        "the 14 ships that waited outside the harbour had to turn back. The crane drivers did not take part "
        "in the strike. The port lost about $11 million in fees.",
        (
            ("Did the strike at Port Ellery end on Sunday?", True),
            ("Did the dockers refuse the pay rise?", False),
            ("Did any of the ships turn back?", False),
            ("Did the crane drivers take part in the strike?", False),
            ("Did the dockers get a pay rise of 6.5 percent?", True),
            ("Did the dockers get a pay rise of 8 percent?", False),
            ("Did the strike last nine days?", True),
            ("Did the strike last two weeks?", False),
            ("Did the port lose nearly $11 million in fees?", True),
            ("Was anybody injured in the strike?", None),
        ),
    ),
)

KEPT = (
    Example(
        "Marrin Air puts off its listing",
        "2024-05-16",
        "Marrin Air has postponed its stock market listing to 2025, citing weak demand. The airline had hoped "
        "to raise $450 million. It carried 8.2 million passengers last year, up from 7.5 million, and has "
        "never made an annual loss. Its founder, Dora Kivel, keeps 61% of the shares.",
        (
            ("Has Marrin Air postponed its listing?", True),
            ("Has Marrin Air brought forward its listing?", False),
            ("Did Marrin Air hope to raise $450m?", True),
            ("Did Marrin Air hope to raise $540 million?", False),
            ("Did Marrin Air carry more than 8 million passengers last year?", True),
            ("Did Marrin Air carry more than 10 million passengers last year?", False),
            ("Did the number of passengers decline last year?", False),
            ("Has Marrin Air ever made an annual loss?", False),
            ("Does Dora Kivel keep 61 percent of the shares?", True),
            ("Does Dora Kivel keep 16 percent of the shares?", False),
            ("Does Marrin Air fly to Brazil?", None),
        ),
    ),
    Example(
        "Court clears Pellworth in patent case",
        "2023-03-22",
        "A court in Vienna on Wednesday rejected a claim that Pellworth had copied a rival's hearing aid. "
        "Judge Anna Reiter ruled that the patent was invalid. Sonara, which had sought €85 million in "
        "damages, lost on all counts and said it would appeal. Pellworth's shares gained 5%.",
        (
            ("Did the court reject the claim against Pellworth?", True),
            ("Did the court uphold the claim that Pellworth had copied a hearing aid?", False),
            ("Was the patent valid?", False),
            ("Did Sonara win on all counts?", False),
            ("Did Sonara say it would appeal?", True),
            ("Had Sonara sought 85 million euros in damages?", True),
            ("Had Sonara sought $85 million in damages?", False),
            ("Did Pellworth's shares lose 5%?", False),
            ("Did Pellworth's shares gain 5 per cent?", True),
            ("Was the ruling made in Geneva?", None),
            ("Does Pellworth employ 900 people?", None),
        ),
    ),
    Example(
        "Central bank of Ostland holds rates",
        "2023-12-07",
        "The central bank of Ostland left its key rate unchanged at 4.25% on Thursday. Inflation slowed to "
        "3.1% in November from 3.8% in October. Governor Milo Sand said it was too early to lower borrowing "
        "costs. Economists expect a first cut in June 2024. The currency weakened slightly.",
        (
            ("Did the central bank raise its key rate on Thursday?", False),
            ("Did the central bank leave its key rate unchanged?", True),
            ("Is the key rate 4.25%?", True),
            ("Is the key rate above 5%?", False),
            ("Did inflation accelerate in November?", False),
            ("Did inflation slow in November?", True),
            ("Did the currency strengthen?", False),
            ("Do economists expect a first cut in June 2024?", True),
            ("Do economists expect a first cut in January 2024?", False),
            ("Is Milo Sand the governor of the central bank?", True),
            ("Did unemployment rise in November?", None),
        ),
    ),
    Example(
        "Hollin Foods recalls soup",
        "2024-01-19",
        "Hollin Foods is recalling 52,000 tins of lentil soup after plastic was found in two of them. Nobody "
        "has been hurt. The tins were sold between October and December 2023, only in its own shops. The firm "
        "refused to say what the recall would cost. Production at the Wexley factory has resumed.",
        (
            ("Is Hollin Foods recalling 52 thousand tins of soup?", True),
            ("Is Hollin Foods recalling 25,000 tins of soup?", False),
            ("Has anyone been hurt?", False),
            ("Did the firm say what the recall would cost?", False),
            ("Has production at the Wexley factory resumed?", True),
            ("Has production at the Wexley factory been halted?", False),
            ("Was plastic found in the soup?", True),
            ("Was plastic found in more than a hundred tins?", False),
            ("Was the chief executive of Hollin Foods dismissed?", None),
            ("Were the tins sold in its own shops?", True),
        ),
    ),
    Example(
        "Quarrick opens battery plant",
        "2024-06-03",
        "Quarrick opened its first battery plant in Lugano on Monday, two years later than planned. The plant "
        "cost $1.9 billion, half of which was paid by the state. It employs 640 people and is expected to "
        "reach full capacity before the end of 2025. Competitor Enlow has abandoned its own plans for a plant "
        "in the region.",
        (
            ("Did Quarrick open a battery plant in Lugano?", True),
            ("Did Quarrick close its battery plant in Lugano?", False),
            ("Did the plant cost $1,900 million?", True),
            ("Did the plant cost less than $1 billion?", False),
            ("Is Enlow building a plant in the region?", False),
            ("Has Enlow abandoned its plans?", True),
            ("Does the plant employ 640 people?", True),
            ("Does the plant employ 460 people?", False),
            ("Did the plant open earlier than planned?", False),
            ("Did the state pay half of the cost of the plant?", True),
            ("Has Quarrick sued Enlow?", None),
        ),
    ),
)

# Questions in words other than the article's: what people ask who have not read it.
REWORDED = (
    Example(
        "Sandvik Row lays off staff",
        "2023-10-12",
        "Sandvik Row, the online estate agent, is to lay off 180 of its 900 staff. Founder Tess Amory told "
        "employees that the cuts were her own fault, as she had hired too quickly. Those leaving will receive "
        "three months' pay. The company has enough cash to last until 2026 and is not seeking new investors.",
        (
            ("Is the estate agent reducing its workforce?", True),
            ("Does Sandvik Row need fresh capital?", False),
            ("Will the people who go be compensated?", True),
            ("Did Amory take the blame?", True),
            ("Is Sandvik Row about to run out of money?", False),
            ("Is the company increasing its headcount?", False),
            ("Has Tess Amory stepped down?", None),
        ),
    ),
    Example(
        "Verity Rail misses its target",
        "2024-03-05",
        "Only 71% of Verity Rail's trains arrived on time last year, below the 80% that its contract demands. "
        "The transport ministry said it would not extend the contract when it runs out in 2025. A spokesman "
        "for the operator blamed old signals and pointed out that no passenger had come to harm. Fares will "
        "stay as they are until December.",
        (
            ("Was Verity Rail as punctual as its contract asks?", False),
            ("Will the operator keep the contract after 2025?", False),
            ("Were travellers injured?", False),
            ("Are tickets getting more expensive before December?", False),
            ("Did the operator say old signals were to blame?", True),
            ("Were more than 80% of the trains on time?", False),
            ("Is the ministry buying new trains?", None),
        ),
    ),
    Example(
        "Orlo and Benning end merger talks",
        "2023-07-26",
        "The brewers Orlo and Benning have broken off talks about a merger, as they could not agree on who "
        "would lead the combined group. Both said that they would remain independent. Benning's shares, which "
        "had climbed 15% since the talks became known, gave up all of their gains. Orlo will pay no "
        "compensation.",
        (
            ("Are the two brewers joining forces?", False),
            ("Do Orlo and Benning stay independent?", True),
            ("Did Benning's shares hold on to their gains?", False),
            ("Does Benning receive money from Orlo for the failed talks?", False),
            ("Was there a dispute over who should be in charge?", True),
            ("Did the talks fail?", True),
            ("Did Orlo's shares fall?", None),
        ),
    ),
    Example(
        "Cullen Bay mine gets its permit",
        "2024-02-27",
        "After six years the state has granted Norvane Metals the permit for a copper mine at Cullen Bay. "
        "Environmental groups want to challenge it in court. The mine will be smaller than first proposed and "
        "may not draw water from the river. Work will begin in May, and the first copper is due in 2027.",
        (
            ("May Norvane dig for copper at Cullen Bay?", True),
            ("Was the permit refused?", False),
            ("Is the mine allowed to use river water?", False),
            ("Are environmentalists content with the decision?", False),
            ("Is the mine as large as originally planned?", False),
            ("Will copper be produced in 2025?", False),
            ("Does construction start in May?", True),
            ("Will the mine create 500 jobs?", None),
        ),
    ),
    Example(
        "Data stolen from Pinnegar Clinics",
        "2023-08-31",
        "Hackers got into the computers of Pinnegar Clinics in July and copied the addresses of 310,000 "
        "patients. Medical records were not touched, the group said. It learnt of the theft from the police "
        "and has informed everyone concerned. Nobody has claimed responsibility, and the clinics stayed open "
        "throughout.",
        (
            ("Did the attackers see medical records?", False),
            ("Were fewer than 400,000 patients concerned?", True),
            ("Do we know who did it?", False),
            ("Did Pinnegar find out by itself?", False),
            ("Were the clinics forced to shut?", False),
            ("Have the patients been told?", True),
            ("Did the clinics keep running?", True),
            ("Has Pinnegar paid a ransom?", None),
        ),
    ),
)
