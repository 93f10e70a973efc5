"""askdocs, measured as the others are. Unlike them it reads, cleans and cuts the articles itself."""

from __future__ import annotations

import tempfile
from pathlib import Path

from askdocs import Corpus
from scripts.benchmarks.peers.engine import Given, Reply, Task

PACKAGES = ("llama-cpp-python", "faiss-cpu", "sentence-transformers", "torch")
CITES = "the sentence, at its offsets"


class Engine:
    """A corpus of the articles' folder. The threshold is 0: the others answer every question too."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._folder = tempfile.TemporaryDirectory()
        self.corpus = Corpus.open(self._folder.name)
        self.corpus.warm(task["own_model"])
        self.corpus.embedder.embed_texts(["load the model"])

    def index(self, passages: list[Given]) -> None:
        self.corpus.add(self.task["articles"])

    def ask(self, question: str) -> Reply:
        task = self.task
        answer = self.corpus.ask(question, model=task["own_model"], k=task["k"], threshold=0.0, timeout=120)
        quotes = [citation.quote for citation in answer.citations]
        return Reply(answer.candidate, quotes, [Path(citation.source).name for citation in answer.citations])
