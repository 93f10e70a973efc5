"""What a model that does not work does to a run: it ends where no other case would fare better, and is taken up."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from askdocs.core.errors import AnswerTimeout, ModelError, ModelNotFound, ModelUnusable, SuiteError
from askdocs.corpus.corpus import Corpus
from askdocs.evaluation.command import print_summary
from askdocs.evaluation.evaluation import Evaluation, evaluate
from askdocs.evaluation.outcomes import read_outcomes
from askdocs.evaluation.suite_corpus import CorpusAnswers
from askdocs.testing import DeterministicEmbedder
from tests.evaluation.suites import CASES, RIGHT, Scripted, staging, write_suite
from tests.support.chat_server import Reply, chat_server, completion

pytestmark = pytest.mark.usefixtures("few_resamples")

NAMES = [str(case["id"]) for case in CASES]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return write_suite(tmp_path / "suite")


class Failing(Scripted):
    """Raises ``errors`` for these cases, as long as they are there."""

    def __init__(self, errors: dict[str, ModelError]) -> None:
        super().__init__({"extractive": RIGHT})
        self.errors = errors
        self.before = self._fail

    def _fail(self, model: str, case: str) -> None:
        if case in self.errors:
            raise self.errors[case]


def run(suite: Path, out: Path, answers: Scripted) -> Evaluation:
    return evaluate(suite, ["extractive"], out=out, stage_with=staging(answers))


def test_a_model_that_goes_away_ends_the_run_which_is_taken_up(suite: Path, tmp_path: Path) -> None:
    answers = Failing({NAMES[3]: ModelNotFound("the server is gone")})
    with pytest.raises(ModelNotFound, match="the server is gone"):
        run(suite, tmp_path / "out", answers)
    assert [outcome.case for outcome in read_outcomes(tmp_path / "out" / "outcomes.jsonl")] == NAMES[:3]
    answers.errors = {}
    evaluation = run(suite, tmp_path / "out", answers)
    assert [case for _, case, _ in answers.asked] == NAMES
    assert evaluation.report.runs[0].metrics["failed"].value == 0.0


def test_a_model_that_never_worked_ends_the_run(suite: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable):
        run(suite, tmp_path / "out", Failing({NAMES[0]: ModelUnusable("refuses the key")}))
    assert read_outcomes(tmp_path / "out" / "outcomes.jsonl") == []


def test_a_case_that_failed_is_asked_again_and_told(
    suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = Failing({NAMES[2]: ModelUnusable("status 500"), NAMES[5]: AnswerTimeout("30 s passed")})
    evaluation = run(suite, tmp_path / "out", answers)
    assert evaluation.report.runs[0].verdicts["failed"] == 2
    print_summary(evaluation)
    told = " ".join(capsys.readouterr().out.split())
    assert "extractive: 2 of 10 cases failed and count as wrong, the first with ModelUnusable: status 500" in told
    asked = len(answers.asked)
    answers.errors = {}
    again = run(suite, tmp_path / "out", answers)
    assert [case for _, case, _ in answers.asked[asked:]] == [NAMES[2], NAMES[5]]
    assert "failed" not in again.report.runs[0].verdicts
    print_summary(again)
    assert "cases failed" not in capsys.readouterr().out
    run(suite, tmp_path / "out", answers)
    assert len(answers.asked) == asked + 2


def test_every_model_is_checked_before_the_first_is_asked(suite: Path, tmp_path: Path) -> None:
    class Unreachable(Scripted):
        def check(self, model: str) -> None:
            super().check(model)
            if model.startswith("openai:"):
                raise ModelNotFound("is the server running?")

    answers = Unreachable({"extractive": RIGHT})
    with pytest.raises(ModelNotFound, match="is the server running"):
        evaluate(suite, ["extractive", "openai:m@http://127.0.0.1:9/v1"], stage_with=staging(answers))
    assert (len(answers.checked), answers.warmed, answers.asked) == (2, [], [])


@pytest.fixture
def corpus(suite: Path, tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as made:
        made.add(suite / "articles")
        yield made


def test_a_served_model_is_checked_and_another_is_not(corpus: Corpus) -> None:
    answers = CorpusAnswers(corpus)
    answers.check("nowhere.gguf")  # which was looked for when the run was planned
    with pytest.raises(ModelNotFound, match="is the server running"):
        answers.check("openai:m@http://127.0.0.1:9/v1")


def test_only_one_model_is_loaded_at_a_time(corpus: Corpus) -> None:
    from askdocs.reading import model_pool

    answers = CorpusAnswers(corpus)
    model_pool.unload_models()
    for model in ("extractive", "extractive", "openai:m@http://127.0.0.1:9/v1"):
        answers.warm(model)
        assert [key[0] for key in model_pool._models] == [model]
    model_pool.unload_models()


def test_a_served_model_beside_another(suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its words in no passage are counted, and of its memory nothing is claimed."""

    def answer(document: dict[str, Any]) -> Reply:
        return completion("It was a quiet year for everyone.")

    with contextlib.ExitStack() as stack:
        served = stack.enter_context(chat_server(answer))
        corpus = stack.enter_context(Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()))
        corpus.add(suite / "articles")
        scripted = Scripted({"extractive": RIGHT})

        class Both(CorpusAnswers):
            def ask(self, question: str, **options: Any) -> Any:
                answers = scripted if options["model"] == "extractive" else CorpusAnswers(self.corpus)
                return answers.ask(question, **options)

        models = ["extractive", f"openai:m@{served.url}"]
        evaluation = evaluate(suite, models, stage_with=staging(Both(corpus)))
    ours, other = evaluation.report.runs
    assert (ours.metrics["citation.unsupported"].value, other.metrics["citation.unsupported"].value) == (0.0, 0.9)
    assert (ours.memory.isdecimal(), other.memory) == (True, "–")
    # The one question for a list is answered from the passages themselves.
    assert other.verdicts == {"right": 1, "abstained though answerable": 7, "rightly abstained": 2}
    print_summary(evaluation)
    assert "words in no passage" in capsys.readouterr().out


def test_folders_needed_afterwards_are_looked_for_before(suite: Path, tmp_path: Path) -> None:
    answers = Scripted({"extractive": RIGHT})
    for needed, message in (
        ({"calibrate": True, "corpus": tmp_path / "nowhere"}, "no corpus there"),
        ({"baseline": tmp_path / "nowhere"}, r"no manifest\.json there"),
    ):
        with pytest.raises(SuiteError, match=message):
            evaluate(suite, ["extractive"], stage_with=staging(answers), **needed)
    assert answers.asked == []
