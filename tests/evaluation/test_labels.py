"""How runs are headed where models are named by long paths: told apart everywhere, and listed in full."""

from __future__ import annotations

import html

import pytest

from askdocs.evaluation.command import print_summary
from askdocs.evaluation.evaluation import Evaluation, evaluate
from askdocs.models.registry import bundled_model_path
from tests.evaluation.suites import RIGHT, Scripted, staging, write_suite

pytestmark = pytest.mark.usefixtures("few_resamples")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two files of one long name in two folders, one of which stands deep."""
    downloads = tmp_path_factory.mktemp("downloads")
    paths = [downloads / "q4", downloads / "q8"]
    for path in paths:
        path.mkdir(parents=True)
        (path / "an-instruct-model-of-a-long-name.gguf").symlink_to(bundled_model_path())
    return [str(path / "an-instruct-model-of-a-long-name.gguf") for path in paths]


@pytest.fixture(scope="module")
def evaluation(models: list[str], tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    answers, folder = Scripted(dict.fromkeys(models, RIGHT)), tmp_path_factory.mktemp("labels")
    return evaluate(write_suite(folder / "suite"), models, out=folder / "out", stage_with=staging(answers))


def test_the_label_is_the_name_of_the_file(evaluation: Evaluation, models: list[str]) -> None:
    labels = ["q4/an-instruct-model-of-a-long-name.gguf", "q8/an-instruct-model-of-a-long-name.gguf"]
    assert [run.label for run in evaluation.report.runs] == labels
    assert [run.model for run in evaluation.report.runs] == models
    again = evaluate(rescore=evaluation.folder)
    assert [run.label for run in again.report.runs] == labels


def test_the_reports_list_the_paths(evaluation: Evaluation, models: list[str]) -> None:
    assert evaluation.folder is not None
    page = (evaluation.folder / "report.html").read_text("utf-8")
    text = (evaluation.folder / "report.md").read_text("utf-8").replace("\\", "")
    for run, model in zip(evaluation.report.runs, models, strict=True):
        assert f'<th scope="row">{run.label}<small>{html.escape(model)}</small></th>' in page
        assert f"\n- {run.label}: {model}\n" in text


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_the_headers_of_the_summary_are_whole(
    evaluation: Evaluation, columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    print_summary(evaluation)
    lines = [line.split("┃")[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("┃")]
    headers = ["".join(part.strip() for part in column) for column in zip(*lines, strict=True)]
    assert headers == ["", *(run.label for run in evaluation.report.runs)]
