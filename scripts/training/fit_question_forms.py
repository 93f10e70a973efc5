"""Fit the classifier of question forms: ``askdocs/_models/question_forms.npz``.

::

    python scripts/training/fit_question_forms.py --data ../shared/data

Learns from ``scripts/training/question_wordings.txt`` (wordings written for this, a line each, filled with names and
things at random, with what people say before and after a question, and with slips of typing), from 1,200 questions
written one by one (``question_labels.jsonl``), from ``evals/whole/questions.jsonl`` and ``questions-fresh.jsonl``, and
from questions of the files trained on, as single facts and values. Prints how many questions of
``evals/whole/questions-blind.jsonl`` are told rightly, which is not learnt from.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from askdocs.embedding.embedder import default_embedder
from askdocs.questions.form_classifier import EMBEDDING, PATH, FormClassifier
from askdocs.questions.form_features import form_marks
from askdocs.questions.forms import Wanted
from askdocs.questions.question_form import form_by_rule
from askdocs.values.question_types import question_kind

HERE = Path(__file__).parent
EVALS = HERE.parents[1] / "evals" / "whole"
FORMS: tuple[Wanted, ...] = get_args(Wanted)
Labelled = list[tuple[str, Wanted]]
_PLAIN_FILES = ("squadshifts-new-wiki", "squadshifts-reddit", "squad2-train-7-articles")
_LEAST_WEIGHT = 0.03  # of a mark in any form; smaller ones are left out of the file


def wordings() -> dict[str, list[str]]:
    """The lines of each part of the file of wordings."""
    parts: dict[str, list[str]] = defaultdict(list)
    name = ""
    for line in (HERE / "question_wordings.txt").read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"\[(\w+)\]", line)
        if heading:
            name = heading.group(1)
        elif line and name:
            parts[name].append(line)
    return parts


def made_questions(parts: dict[str, list[str]], each: int, chance: random.Random) -> Labelled:
    """``each`` questions of every form, in the wordings one after another."""
    return [
        (_styled(_filled(parts[form][i % len(parts[form])], parts, chance), parts, chance), form)
        for form in FORMS
        for i in range(each)
    ]


def _filled(wording: str, parts: dict[str, list[str]], chance: random.Random) -> str:
    names = {"t": "topics", "n": "nouns", "v": "verbs", "m": "measures", "m2": "measures", "a": "names", "b": "names2",
             "r": "roles", "d": "docs"}  # fmt: skip
    chosen = {key: chance.choice(parts[name]) for key, name in names.items()}
    for _ in range(2):  # a topic may hold a name
        wording = re.sub(r"\{(\w+)\}", lambda slot: chosen[slot.group(1)], wording)
    return wording


def _styled(text: str, parts: dict[str, list[str]], chance: random.Random) -> str:
    """What people make of a wording: politeness before and behind it, no question mark, small letters, slips."""
    turn = chance.random()
    if turn < 0.35:
        text = f"{chance.choice(parts['lead'])} {text[0].lower() + text[1:] if text[1:2].islower() else text}"
    elif turn < 0.5:
        text = f"{chance.choice(parts['plain'])} {text}"
    if chance.random() < 0.15:
        text = f"{text.rstrip('?')} {chance.choice(parts['tail'])}"
    if chance.random() < 0.5 and not text.endswith(("?", ".")):
        text += chance.choice("??.")
    if chance.random() < 0.15:
        text = text.lower()
    elif chance.random() < 0.6:
        text = text[0].upper() + text[1:]
    if chance.random() < 0.08:
        at = chance.randrange(len(text) - 1)
        text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


def plain_questions(folder: Path, count: int, chance: random.Random) -> Labelled:
    """Questions of the files trained on, each of which one span answers."""
    found: Labelled = []
    for name in _PLAIN_FILES:
        with gzip.open(folder / f"{name}.json.gz", "rt", encoding="utf-8") as file:
            articles = json.load(file)["data"]
        asked = [qa["question"].strip() for one in articles for part in one["paragraphs"] for qa in part["qas"]]
        for question in chance.sample(asked, count // len(_PLAIN_FILES)):
            kind = question_kind(question)
            if kind in ("number", "money", "percent", "date"):
                found.append((question, "value"))
            elif kind == "boolean":
                found.append((question, "yes_or_no"))
            elif kind != "list":
                found.append((question, "span"))
    return found


def labelled(path: Path) -> Labelled:
    """The questions of a file of labelled ones."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [(line["question"], line["wanted"]) for line in lines]


def fit(questions: Labelled, strength: float) -> FormClassifier:
    """The regression over marks and embeddings, and its file."""
    vectorizer = DictVectorizer()
    marks = vectorizer.fit_transform([form_marks(text, form_by_rule(text).wanted) for text, _ in questions])
    vectors = default_embedder().embed_texts([text for text, _ in questions])
    model = LogisticRegression(C=strength, max_iter=300)
    model.fit(hstack([marks, csr_matrix(EMBEDDING * vectors)]).tocsr(), [form for _, form in questions])
    order = [model.classes_.tolist().index(form) for form in FORMS]
    weights, names = model.coef_[order].T, vectorizer.get_feature_names_out().tolist()
    kept = np.abs(weights[: len(names)]).max(axis=1) >= _LEAST_WEIGHT
    names = [name for name, keep in zip(names, kept, strict=True) if keep]
    weights = np.concatenate([weights[: len(kept)][kept], weights[len(kept) :]]).astype(np.float16)
    bias = model.intercept_[order].astype(np.float32)
    np.savez_compressed(PATH, marks=np.frombuffer("\n".join(names).encode(), np.uint8), weights=weights, bias=bias)
    return FormClassifier.load(PATH)


def right(classifier: FormClassifier, questions: Labelled, show: bool) -> tuple[float, float]:
    """The share told rightly, and the share that goes the right way: one span answers the first three forms."""
    embedder, one_span = default_embedder(), FORMS[:3]
    exact = way = 0
    for text, wanted in questions:
        likely = classifier.probabilities(text, form_by_rule(text).wanted, embedder.embed_query(text))
        told = max(likely, key=lambda form: likely[form])
        exact += told == wanted
        way += told == wanted or (told in one_span and wanted in one_span)
        if show and told != wanted:
            print(f"  {wanted} told as {told} ({likely[told]:.2f}): {text}")
    return exact / len(questions), way / len(questions)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, write, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--each", type=int, default=300, help="made-up questions of every form")
    parser.add_argument("--strength", type=float, default=1.0, help="the inverse of the regularisation")
    parser.add_argument("--show", action="store_true", help="print the questions that are told wrongly")
    given = parser.parse_args(arguments)
    chance = random.Random(7)
    questions = made_questions(wordings(), given.each, chance)
    written = [HERE / "question_labels.jsonl", EVALS / "questions.jsonl", EVALS / "questions-fresh.jsonl"]
    questions += 2 * [one for path in written for one in labelled(path)]
    questions += plain_questions(given.data, 1500, chance)
    classifier = fit(questions, given.strength)
    exact, way = right(classifier, labelled(EVALS / "questions-blind.jsonl"), given.show)
    print(f"{len(questions)} questions learnt from; others told rightly: {exact:.3f}, the right way: {way:.3f}")


if __name__ == "__main__":
    main()
