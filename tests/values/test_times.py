"""Times that questions and sentences name, and whether they are the same."""

from __future__ import annotations

import datetime

import pytest

from askdocs.values.times import Time, compare, times

PUBLISHED = datetime.date(2024, 3, 5)  # a Tuesday


def known(text: str, published: datetime.date | None = None) -> list[tuple[int, list[int], int, int]]:
    return [(time.year, sorted(time.months), time.day, time.weekday) for time in times(text, published)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in November", [(0, [11], 0, -1)]),
        ("how many in may", [(0, [5], 0, -1)]),
        ("in the third quarter of 2023", [(2023, [7, 8, 9], 0, -1)]),
        ("on 3 May 2021", [(2021, [5], 3, 0)]),
        ("in FY24", [(2024, [], 0, -1)]),
        ("during Friday trading", [(0, [], 0, 4)]),
        ("He was held for nine months.", []),
        ("May he march on?", []),
        ("It costs $2024.", []),
    ],
)
def test_times_are_found(text: str, found: list[tuple[int, list[int], int, int]]) -> None:
    assert known(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("yesterday", (2024, [3], 4, 0)),
        ("on Friday", (2024, [3], 1, 4)),
        ("last month", (2024, [2], 0, -1)),
        ("last year", (2023, [], 0, -1)),
        ("this month", (2024, [3], 0, -1)),
    ],
)
def test_relative_times_are_those_of_the_article(text: str, found: tuple[int, list[int], int, int]) -> None:
    assert known(text, PUBLISHED) == [found]


def test_without_a_day_of_publication_a_relative_time_is_known_by_its_words() -> None:
    (time,) = times("last month")
    assert not time.is_known
    assert compare(time, times("Sales fell last month.")[0]) == "agrees"
    assert compare(time, times("Sales fell in May.")[0]) == "other"


def test_last_month_in_january_is_december() -> None:
    assert known("last month", datetime.date(2024, 1, 9)) == [(2023, [12], 0, -1)]


def one(text: str) -> Time:
    return times(text, PUBLISHED)[0]


@pytest.mark.parametrize(
    ("asked", "told", "agreement"),
    [
        ("in November", "in mid-November 2023", "agrees"),
        ("in November 2023", "in November", "agrees"),
        ("in November", "on 3 May", "contradicts"),
        ("in 2023", "in November 2023", "agrees"),
        ("in November 2023", "in 2023", "other"),
        ("in 2022", "in 2023", "contradicts"),
        ("in March", "on Friday", "agrees"),
        ("in November", "on Friday", "contradicts"),
        ("on Monday", "on Friday", "contradicts"),
        ("on 3 May", "on 4 May", "contradicts"),
        ("on 3 May", "in May", "other"),
        ("in the first quarter", "in February", "agrees"),
        ("in February", "in the first quarter", "other"),
        ("in November", "since November", "other"),
        ("last month", "in February", "agrees"),
        ("in May", "lately", "other"),
    ],
)
def test_times_are_compared(asked: str, told: str, agreement: str) -> None:
    assert compare(one(asked), one(told)) == agreement
