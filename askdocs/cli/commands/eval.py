"""``askdocs eval``: compare models, prompts and retrieval settings on a suite of questions with known answers."""

from __future__ import annotations

from pathlib import Path

import click

from askdocs.cli.common import json_option

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("eval")
@click.argument("suite", required=False)
@click.option("--model", "models", multiple=True, metavar="NAME", help="A model to compare; may be repeated.")
@click.option(
    "-k", "ks", type=click.IntRange(1, 100), multiple=True, metavar="N", help="Passages found; may be repeated."
)
@click.option("--prompt", "prompts", multiple=True, metavar="NAME", help="A prompt template; may be repeated.")
@click.option("--out", type=FOLDER, help="Where outcomes and the report go; a run found there is taken up.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N cases.")
@click.option(
    "--format",
    "suite_format",
    type=click.Choice(["askdocs", "squad", "hotpotqa", "beir", "financebench"]),
    help="The format of SUITE, when it is another project's.",
)
@click.option(
    "--fail-under", "gates", multiple=True, metavar="METRIC=X", help="Exit 100 under X; [RUN:]METRIC=X names a run."
)
@click.option("--baseline", type=FOLDER, help="Exit 100 when a metric is significantly worse than in this run.")
@click.option("--rescore", type=FOLDER, help="Score the outcomes of this run anew; no model is needed.")
@click.option("--calibrate", is_flag=True, help="Fit confidence and threshold on the suite; kept with --corpus.")
@click.option("--corpus", "corpus_path", type=click.Path(path_type=Path), help="The corpus that --calibrate is for.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write JUnit XML for a CI.")
@json_option
def eval_command(
    suite: str | None,
    models: tuple[str, ...],
    ks: tuple[int, ...],
    prompts: tuple[str, ...],
    out: Path | None,
    limit: int | None,
    suite_format: str | None,
    gates: tuple[str, ...],
    baseline: Path | None,
    rescore: Path | None,
    calibrate: bool,
    corpus_path: Path | None,
    junit: Path | None,
    as_json: bool,
) -> int:
    """Run the cases of SUITE and report which setting is better, and whether the difference is real.

    SUITE is a folder, `news` or `smoke` (they come with askdocs), or a file with --format.
    """
    if suite is None and rescore is None:
        raise click.UsageError("name a SUITE (news, smoke, a folder), or --rescore DIR")
    if calibrate and corpus_path is None:
        raise click.UsageError("--calibrate needs --corpus DIR, where the result is kept")
    from askdocs.evaluation.command import run_eval

    return run_eval(
        suite=suite,
        models=models,
        ks=ks,
        prompts=prompts,
        out=out,
        limit=limit,
        suite_format=suite_format,
        gates=gates,
        baseline=baseline,
        rescore=rescore,
        calibrate=calibrate,
        corpus_path=corpus_path,
        junit=junit,
        as_json=as_json,
    )
