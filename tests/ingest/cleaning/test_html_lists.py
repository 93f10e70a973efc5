"""Short lists that belong to an article stay in it; those of links, buttons and asides do not."""

from __future__ import annotations

import pytest

from askdocs.ingest.cleaning.html import page_content

PROSE = (
    "Ibexa, the electronics group, showed its first bendable phone, the Curva, on Tuesday. It weighs 187 grams and "
    "comes out on 4 October, two years later than promised, because cracks kept showing in the hinge."
)
FIGURES = "<ul><li>Memory: 256 gigabytes</li><li>Battery: 4,400 mAh</li></ul>"


def blocks(rest: str) -> list[str]:
    page = (
        f"<!doctype html><html><body><h1>A phone that bends</h1><p>{PROSE}</p><p>{PROSE} Again.</p>{rest}</body></html>"
    )
    return page_content(page).blocks


def test_a_list_of_figures_behind_the_last_paragraph_is_kept() -> None:
    assert blocks(FIGURES)[-1] == "- Memory: 256 gigabytes\n- Battery: 4,400 mAh"


def test_a_list_that_is_kept_anyway_stands_once() -> None:
    assert sum("Battery" in block for block in blocks(f"{FIGURES}<p>{PROSE} At last.</p>")) == 1


@pytest.mark.parametrize(
    "clutter",
    [
        f'<div class="related">{FIGURES}</div>',
        f"<aside>{FIGURES}</aside>",
        f"<footer><p>Ibexa Group</p>{FIGURES}</footer>",
        '<ul><li><a href="/a">Ibexa falls on Monday</a></li><li><a href="/b">Battery: 4,400 mAh, a test</a></li></ul>',
        "<ul><li>Share</li><li>Print</li><li>Battery</li></ul>",
        "<ul><li>Battery: 4,400 mAh</li></ul>",
    ],
)
def test_clutter_stays_out(clutter: str) -> None:
    assert not any("Battery" in block for block in blocks(clutter))
