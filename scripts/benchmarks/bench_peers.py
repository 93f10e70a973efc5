"""askdocs beside LlamaIndex, Haystack, LangChain and txtai: the same passages, embedder, GGUF file and k, one run.

::

    python scripts/benchmarks/bench_peers.py [--questions 20] [--engines ours haystack ...] [--venv FOLDER]

Each engine runs in a process of its own, the others in a separate environment that
``scripts/benchmarks/peers/environment.py``
installs (their current releases, our build of llama.cpp). Theirs get the passages that askdocs cut, each with its
heading; ours gets the articles. All of theirs are given the same prompt, and may write ``--output-tokens`` tokens at
temperature 0; all have the same threads. A question is asked first that does not count.

An answer is right where a run of its words has the typed gold value (``scripts/benchmarks/news_questions.py``);
"alone" means that the whole answer has it. An engine that fails is a row with its error.

Writes docs/benchmarks/peers.json and peers.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from askdocs import Corpus
from askdocs.core.articles import Hit
from askdocs.core.settings import load_settings
from askdocs.evaluation.cases import Case
from askdocs.evaluation.correctness import is_right
from askdocs.evaluation.suite import sample_articles
from askdocs.ingest.chunk import chunk
from askdocs.models.registry import bundled_embedder_path, bundled_model_path
from askdocs.prompts.templates import heading
from askdocs.reading.prompt_packing import number
from scripts.benchmarks.machine import machine
from scripts.benchmarks.news_questions import chosen_cases, contains_right
from scripts.benchmarks.peers.engine import Given, Task
from scripts.benchmarks.peers.environment import ensure, newer_releases

ROOT = Path(__file__).resolve().parents[2]
TITLES = {
    "ours": "askdocs",
    "ours_base": "askdocs, without its adapter",
    "llamaindex": "LlamaIndex",
    "haystack": "Haystack",
    "langchain": "LangChain",
    "txtai": "txtai",
}
OWN_MODELS = {"ours": "smollm2", "ours_base": "smollm2+base"}
WARM_UP = "What was announced?"
K, CONTEXT, LIMIT_SECONDS = 4, 4096, 300
QUIET = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}  # nothing is sent or fetched while timed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--engines", nargs="+", choices=TITLES, default=list(TITLES))
    parser.add_argument("--output-tokens", type=int, default=32)
    parser.add_argument("--venv", type=Path, help="the environment of the others; in the user's cache unless given")
    parser.add_argument("--pip-args", nargs="*", default=[], help="passed on to pip where it is made")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    options = parser.parse_args()
    python = ensure(options.venv, tuple(options.pip_args))
    cases = chosen_cases(options.questions)
    passages = sample_passages()
    rows = []
    for name in options.engines:
        task = task_of(cases, passages, options.output_tokens, OWN_MODELS.get(name, ""))
        own = name in OWN_MODELS
        rows.append(
            {"engine": name} | result_of("ours" if own else name, Path(sys.executable) if own else python, task)
        )
        judge(rows[-1], cases)
        shown = {key: value for key, value in rows[-1].items() if key not in ("replies", "seconds")}
        print(json.dumps(shown), file=sys.stderr)
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "k": K,
        "threads": load_settings().thread_count,
        "output_tokens": options.output_tokens,
        "passages": len(passages),
        "questions": [case.id for case in cases],
        "newer": newer_releases(python),
        "rows": rows,
    }
    write(options.out, report)


def sample_passages() -> list[Given]:
    """The sample articles as askdocs cuts them, each passage under the heading that our prompts show."""
    with tempfile.TemporaryDirectory() as folder, Corpus.open(folder) as corpus:
        corpus.add(sample_articles())
        return [
            Given(text=f"{heading(passage)}\n{passage.text}", source=Path(article.source).name)
            for article in corpus.articles()
            for cut in chunk(article, corpus.embedder.count_tokens)
            for passage in [number(Hit(chunk=cut, source=article.source, title=article.title,
                                       published=article.published, score=0.0), 1)]
        ]  # fmt: skip


def task_of(cases: Sequence[Case], passages: list[Given], output_tokens: int, own_model: str) -> Task:
    return Task(
        articles=str(sample_articles()),
        passages=passages,
        warm_up=WARM_UP,
        questions=[case.question for case in cases],
        model=str(bundled_model_path()),
        own_model=own_model,
        embedder=str(bundled_embedder_path()),
        k=K,
        context=CONTEXT,
        output_tokens=output_tokens,
        threads=load_settings().thread_count,
    )


def result_of(name: str, python: Path, task: Task) -> dict[str, Any]:
    """What the engine's process measured, or the error that ended it."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "task.json"), Path(folder, "result.json")
        given.write_text(json.dumps(task), "utf-8")
        command = [str(python), "-m", "scripts.benchmarks.peers.measure", name, str(given), str(made)]
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=os.environ | QUIET, capture_output=True, text=True, timeout=LIMIT_SECONDS
            )
        except subprocess.TimeoutExpired:
            return {"error": f"not done in {LIMIT_SECONDS} s"}
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            return {"error": lines[-1] if lines else f"exit status {done.returncode}"}
        result: dict[str, Any] = json.loads(made.read_text("utf-8"))
        return result


def judge(row: dict[str, Any], cases: Sequence[Case]) -> None:
    """Add the shares of answers that are right, that are right as they stand, and that cite the right article."""
    if "error" in row:
        return
    replies = row["replies"]
    for case, reply in zip(cases, replies, strict=True):
        reply["right"] = contains_right(case, reply["text"])
        reply["alone"] = is_right(case, reply["text"])
        reply["cites_article"] = bool(set(reply["sources"]) & set(case.article))
    for share in ("right", "alone", "cites_article"):
        row[share] = statistics.mean(reply[share] for reply in replies)
    row["cited_characters"] = statistics.median(sum(map(len, reply["cited"])) for reply in replies)
    row["seconds_p50"] = statistics.median(row["seconds"])


def write(out: Path, report: dict[str, Any]) -> None:
    """``peers.json``, and the same as a page."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "peers.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    on = report["machine"]
    lines = [
        "# Beside other libraries",
        "",
        f"Written by `scripts/benchmarks/bench_peers.py` on {report['date']};"
        " what is compared stands in its docstring.",
        f"Machine: {on['cpu']}, {on['cores']} cores, Python {on['python']}, {on['system']}.",
        "",
        f"{len(report['questions'])} questions over {report['passages']} passages of the sample articles,"
        f" k = {report['k']}, {report['threads']} threads, at most {report['output_tokens']} tokens an answer."
        " Seconds, except as marked.",
        "",
        "| engine | p50 a question | right | alone | cites | cited, characters | cites the right article"
        " | import | load | index | first question | memory, MB |",
        "|" + "---|" * 12,
    ]
    lines += [table_row(row) for row in report["rows"]]
    lines += [
        "",
        "askdocs imports libraries when they are first used, so its import shows under load; it reads, cleans and cuts"
        " the articles while it indexes, where the others are given passages.",
        "",
    ]
    for row in report["rows"]:
        packages = ", ".join(f"{name} {version}" for name, version in row.get("versions", {}).items())
        lines.append(f"- {TITLES[row['engine']]}: {packages or row['error']}")
    if report["newer"]:
        newer = ", ".join(f"{name} {version}" for name, version in report["newer"].items())
        lines += ["", f"Released, but not installable with the rest from this machine's package index: {newer}."]
    (out / "peers.md").write_text("\n".join(lines) + "\n", "utf-8")


def table_row(row: dict[str, Any]) -> str:
    title = TITLES[row["engine"]]
    if "error" in row:
        return f"| {title} | failed |" + " |" * 10
    cells = [title, f"{row['seconds_p50']:.2f}", f"{row['right']:.2f}", f"{row['alone']:.2f}", row["cites"]]
    cells += [f"{row['cited_characters']:.0f}", f"{row['cites_article']:.2f}"]
    cells += [f"{row[stage + '_seconds']:.2f}" for stage in ("import", "load", "index", "first")]
    return f"| {' | '.join([*cells, format(row['memory_bytes'] / 1e6, '.0f')])} |"


if __name__ == "__main__":
    main()
