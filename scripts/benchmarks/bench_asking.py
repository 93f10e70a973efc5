"""Where the seconds of a question go, from a fresh process and from a warm one, and beside plain llama-cpp-python.

::

    python scripts/benchmarks/bench_asking.py [--questions 20] [--compared 8] [--cold 5] [--model smollm2]

Two questions each about articles spread over the samples, one after the other, so that the second may find what the
two prompts share still in the model's cache. "Cold" is ``askdocs ask --json`` in a fresh process, from its start to
its end. "Plain" is ``llama_cpp.Llama`` on the bundled Q4_1 file with as many threads, given the same prompt as text
and left to write 16 tokens at temperature 0; the questions are asked in turn, ours first, in this process. Plain has
no retrieval, no constraint and no citation to make; ours has all three.

Writes docs/benchmarks/asking.json and asking.md.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from askdocs import Corpus
from askdocs.core.answers import Answer
from askdocs.core.settings import load_settings
from askdocs.evaluation.cases import Case
from askdocs.evaluation.suite import sample_articles
from askdocs.models.registry import bundled_model_path, resolve
from askdocs.prompts.templates import Prompt, load_prompt
from askdocs.reading.prompt_packing import number
from scripts.benchmarks.machine import machine
from scripts.benchmarks.news_questions import PER_ARTICLE, chosen_cases

ROOT = Path(__file__).resolve().parents[2]
K, PLAIN_TOKENS, CONTEXT = 4, 16, 4096
PARTS = ("retrieve", "prompt", "prefill", "decode", "rest")
TARGET = 0.6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--compared", type=int, default=8, help="how many of them are given to plain llama.cpp too")
    parser.add_argument("--cold", type=int, default=5, help="fresh processes")
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    options = parser.parse_args()
    cases = chosen_cases(options.questions)
    with tempfile.TemporaryDirectory() as folder:
        with Corpus.open(folder) as corpus:
            corpus.add(sample_articles())
            rows, compared = asked(corpus, cases, options.model, options.compared)
        cold = [cold_start(folder, case.question, options.model) for case in (cases * options.cold)[: options.cold]]
    write(options.out, {
        "date": datetime.date.today().isoformat(), "machine": machine(), "model": options.model, "k": K,
        "threads": load_settings().thread_count, "llama_cpp_python": importlib.metadata.version("llama-cpp-python"),
        "rows": rows, "cold": cold, "plain_tokens": PLAIN_TOKENS, "compared": compared,
    })  # fmt: skip


def asked(
    corpus: Corpus, cases: Sequence[Case], model: str, compared: int
) -> tuple[list[dict[str, Any]], list[dict[str, float]]]:
    """Ask every question warm; the first ``compared`` are given to plain llama.cpp as well, each right after ours."""
    warm = corpus.ask("What was announced?", model=model, k=K, timeout=120)
    prompt = load_prompt(resolve(model).prompt or "instruct")
    plain = plain_model() if compared else None
    if plain:
        plain(prompt_text(warm, prompt))  # it, too, keeps the beginning that prompts share
    rows, pairs = [], []
    for place, case in enumerate(cases):
        began = time.perf_counter()
        answer = corpus.ask(case.question, model=model, k=K, timeout=120)
        total = time.perf_counter() - began
        rows.append({"id": case.id, "second": bool(place % PER_ARTICLE)} | figures(answer))
        if plain and place < compared and answer.hits:
            first, last, evaluated = plain(prompt_text(answer, prompt))
            pairs.append({"ours_first": answer.timings.first_token, "ours": total, "plain_first": first, "plain": last,
                          "plain_prompt_tokens": evaluated})  # fmt: skip
    return rows, pairs


def figures(answer: Answer) -> dict[str, Any]:
    """The seconds by part, ``rest`` being citations, values, the second opinion and what lies between."""
    seconds = answer.timings.model_dump(exclude={"load"})
    seconds["rest"] = seconds["total"] - sum(seconds[part] for part in PARTS[:-1])
    return {"seconds": seconds, "usage": answer.usage.model_dump()}


def prompt_text(answer: Answer, prompt: Prompt) -> str:
    """The prompt that the answer was read from."""
    read = answer.hits[: len(answer.hits) - len(answer.omitted)]
    passages = [prompt.passage(number(hit, place)) for place, hit in enumerate(read, start=1)]
    return "".join([prompt.instructions(), *passages, prompt.question(answer.question)])


def plain_model() -> Callable[[str], tuple[float, float, int]]:
    """Plain llama.cpp, called with a prompt: seconds to the first and to the last token, and the prompt's tokens."""
    from llama_cpp import Llama

    threads = load_settings().thread_count
    model = Llama(str(bundled_model_path()), n_ctx=CONTEXT, n_threads=threads, n_threads_batch=threads, verbose=False)

    def generate(text: str) -> tuple[float, float, int]:
        began = time.perf_counter()
        prompt = model.tokenize(text.encode(), add_bos=False, special=False)
        tokens: Iterator[int] = model.generate(prompt, temp=0.0)
        next(tokens)
        first = time.perf_counter() - began
        for _ in range(PLAIN_TOKENS - 1):
            next(tokens)
        return first, time.perf_counter() - began, len(prompt)

    return generate


def cold_start(corpus: str, question: str, model: str) -> dict[str, float]:
    """Seconds of the command in a fresh process: to its end, and what it says of loading and answering."""
    command = [sys.executable, "-m", "askdocs", "ask", question, "--corpus", corpus, "--model", model, "--json"]
    began = time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    ended = time.perf_counter() - began
    timings = json.loads(done.stdout)["timings"]
    return {"seconds": ended, "load": timings["load"], "total": timings["total"]}


def median(rows: Sequence[dict[str, Any]], *keys: str) -> float:
    """The median over rows of what stands under the keys, one inside the other."""
    values = []
    for row in rows:
        value: Any = row
        for key in keys:
            value = value[key]
        values.append(value)
    return statistics.median(values) if values else float("nan")


def write(out: Path, report: dict[str, Any]) -> None:
    """``asking.json``, and the same as a page."""
    rows, compared = report["rows"], report["compared"]
    if compared:
        report["ratio"] = statistics.median(pair["ours"] / pair["plain"] for pair in compared)
    out.mkdir(parents=True, exist_ok=True)
    (out / "asking.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    on = report["machine"]
    lines = [
        "# Asking",
        "",
        f"Written by `scripts/benchmarks/bench_asking.py` on {report['date']};"
        " what is measured stands in its docstring.",
        f"Machine: {on['cpu']}, {on['cores']} cores, Python {on['python']}, {on['system']};"
        f" llama-cpp-python {report['llama_cpp_python']}.",
        "",
        f"{len(rows)} questions to `{report['model']}`, k = {report['k']}, {report['threads']} threads."
        " Medians; milliseconds, and tokens of the prompt.",
        "",
        f"| question about an article | {' | '.join(PARTS)} | first token | total | evaluated | reused | written |",
        "|" + "---|" * (len(PARTS) + 6),
    ]
    for title, chosen in (
        ("the first", [row for row in rows if not row["second"]]),
        ("the second", [row for row in rows if row["second"]]),
        ("all", rows),
    ):
        lines.append(table_row(title, chosen))
    evaluated, reused = tokens(rows)
    lines += ["", f"Of {evaluated + reused:,} prompt tokens, {evaluated:,} were evaluated and {reused:,} reused.", ""]
    if report["cold"]:
        seconds = sorted(start["seconds"] for start in report["cold"])
        lines += [f"`askdocs ask --json` in a fresh process: {statistics.median(seconds):.2f} s, the median of"
                  f" {len(seconds)} ({seconds[0]:.2f} to {seconds[-1]:.2f}).", ""]  # fmt: skip
    if compared:
        lines += comparison(report)
    (out / "asking.md").write_text("\n".join(lines).rstrip() + "\n", "utf-8")
    print("\n".join(lines))


def table_row(title: str, rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return f"| {title} |" + " |" * (len(PARTS) + 5)
    cells = [f"{1000 * median(rows, 'seconds', part):.1f}" for part in (*PARTS, "first_token", "total")]
    cells += [f"{statistics.median(row['usage']['prompt_tokens'] - row['usage']['reused_tokens'] for row in rows):.0f}"]
    cells += [f"{median(rows, 'usage', key):.0f}" for key in ("reused_tokens", "output_tokens")]
    return f"| {title} | {' | '.join(cells)} |"


def tokens(rows: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Prompt tokens evaluated, and reused."""
    reused = sum(row["usage"]["reused_tokens"] for row in rows)
    return sum(row["usage"]["prompt_tokens"] for row in rows) - reused, reused


def comparison(report: dict[str, Any]) -> list[str]:
    """Ours against plain llama-cpp-python, the same prompts."""
    compared = report["compared"]
    return [
        f"The same {len(compared)} prompts (median {median(compared, 'plain_prompt_tokens'):.0f} tokens) given to plain"
        f" llama-cpp-python on the Q4_1 file, {report['plain_tokens']} tokens written; seconds:",
        "",
        "| | first token | total |",
        "|---|---|---|",
        f"| askdocs | {median(compared, 'ours_first'):.3f} | {median(compared, 'ours'):.3f} |",
        f"| plain llama-cpp-python | {median(compared, 'plain_first'):.3f} | {median(compared, 'plain'):.3f} |",
        "",
        f"askdocs takes {report['ratio']:.0%} of plain's time, the median of the ratios; the aim: {TARGET:.0%}.",
    ]


if __name__ == "__main__":
    main()
