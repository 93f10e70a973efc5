"""Corpora by name on the command line."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from askdocs.cli.named_places import named_places


def test_folders_and_addresses_have_names_given_or_their_own() -> None:
    address = "postgresql://ann@db.example/team?corpus=wages"
    assert named_places(("/srv/news", f"pay={address}", address)) == {
        "news": Path("/srv/news"),
        "pay": address,
        "wages": address,
    }


@pytest.mark.parametrize("given", [("no/name=here",), ("a=here", "a=there"), ("=here",)])
def test_a_name_that_is_none_or_taken_is_refused(given: tuple[str, ...]) -> None:
    with pytest.raises(click.UsageError, match="name"):
        named_places(given)
