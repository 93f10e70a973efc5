"""How questions are worded whose answer is reckoned from several cells; HELD_ ones are for held-out tables.

{m} is the measure, {a} and {b} two things, {of} a measure with its thing, {n} the noun of things and {ns} its plural,
{p} "year" or "month", {t} when, {v} a bound.
"""

from __future__ import annotations

DIFFERENCE = (
    "How much {more} {m} did {a} have than {b} {t}?",
    "What is the difference between the {m} of {a} and {b} {t}?",
    "By how much did the {m} of {a} exceed {that} of {b} {t}?",
    "{m} gap between {a} and {b} {t}",
)
HELD_DIFFERENCE = (
    "How far apart are {a} and {b} in {m} {t}?",
    "How much greater {is} the {m} of {a} than {that} of {b} {t}?",
)
MOVED = (
    "By how much did {of} {verb} from {old} to {new}?",
    "How much did {of} {verb} between {old} and {new}?",
    "What was the change in {of} from {old} to {new}?",
    "change in {of} {old} to {new}",
)
HELD_MOVED = (
    "What is the difference in {of} between {old} and {new}?",
    "Compare {of} {old} and {new}: how much did it {verb}?",
)
GROWTH = (
    "By what percentage did {of} {verb} from {old} to {new}?",
    "By how many percent did {of} {verb} between {old} and {new}?",
    "What was the percentage change in {of} from {old} to {new}?",
    "growth rate of {of} {old} to {new}",
)
HELD_GROWTH = ("In percent, how did {of} move from {old} to {new}?", "percent change, {of}, {old} to {new}")
SUM = (
    "What {was} the {m} of {a} and {b} together {t}?",
    "Add up the {m} of {a} and {b} {t}.",
    "combined {m} of {a} and {b} {t}",
    "How much {m} did {a} and {b} have in total {t}?",
)
HELD_SUM = ("Taken together, what {was} the {m} of {a} and {b} {t}?", "sum of {m}, {a} and {b} {t}")
RATIO = (
    "What is the ratio of the {m} of {a} to {that} of {b} {t}?",
    "How many times the {m} of {b} {was} {that} of {a} {t}?",
)
HELD_RATIO = ("Divide the {m} of {a} by {that} of {b} {t}.",)
AVERAGE = (
    "What was the average {m} {over} {t}?",
    "What is the mean {m} {over} {t}?",
    "average {m} {over} {t}",
    "On average, what was the {m} {over} {t}?",
)
HELD_AVERAGE = ("Work out the mean of the {m} {over} {t}.",)
HIGHEST = (
    "Which {n} had the highest {m} {t}?",
    "What {n} has the largest {m} {t}?",
    "highest {m} {t}, which {n}",
    "Which {n} comes first by {m} {t}?",
    "Name the {n} with the greatest {m} {t}.",
)
HELD_HIGHEST = ("Who leads in {m} {t} among the {ns}?", "top {n} by {m} {t}")
PEAK = ("In which {p} {was} the {m} {of} {k}?", "{k} {m} {of}, which {p}", "What was the {p} with the {k} {m} {of}?")
HELD_PEAK = ("{p} of the {k} {m} {of}?", "When {was} the {m} {of} at {k}?")
LOWEST = (
    "Which {n} had the lowest {m} {t}?",
    "What {n} has the smallest {m} {t}?",
    "lowest {m} {t}, which {n}",
    "Which {n} comes last by {m} {t}?",
)
HELD_LOWEST = ("bottom {n} by {m} {t}", "Which of the {ns} has the least {m} {t}?")
NTH = (
    "Which {n} had the {nth} highest {m} {t}?",
    "Name the {n} with the {nth} largest {m} {t}.",
    "What {n} ranks {nth} by {m} {t}?",
)
HELD_NTH = ("{nth} place by {m} {t}, which {n}?",)
COUNT = (
    "How many {ns} had a {m} above {v} {t}?",
    "In how many {ns} was the {m} over {v} {t}?",
    "How many {ns} have more than {v} in {m} {t}?",
)
HELD_COUNT = ("Count the {ns} whose {m} is greater than {v} {t}.",)
