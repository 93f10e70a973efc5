"""Evaluations whose intervals no test looks at draw fewer of them: they take half of the time of a small one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from askdocs.evaluation import compare


@pytest.fixture(scope="module")
def few_resamples() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare, "RESAMPLES", 50)
        yield
