"""txtai: the RAG pipeline over an embeddings database with content."""

from __future__ import annotations

from txtai import RAG, Embeddings

from scripts.benchmarks.peers.engine import PROMPT, Given, Reply, Task, llama_options

PACKAGES = ("txtai", "faiss-cpu", "transformers", "llama-cpp-python")
CITES = "one of the passages"


class Engine:
    """``RAG`` with ``output="reference"``, which names the passage nearest to the answer."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.embeddings = Embeddings(path=task["embedder"], content=True)
        self.rag = RAG(
            self.embeddings,
            task["model"],
            template=PROMPT,
            context=task["k"],
            separator="\n\n",
            output="reference",
            **llama_options(task),
        )

    def index(self, passages: list[Given]) -> None:
        self.passages = passages
        self.embeddings.index((number, passage["text"], None) for number, passage in enumerate(passages))

    def ask(self, question: str) -> Reply:
        result = self.rag(question, maxlength=self.task["output_tokens"], temperature=0.0)
        reference = result["reference"]
        cited = [] if reference is None else [self.passages[int(reference)]]
        return Reply(result["answer"], [one["text"] for one in cited], [one["source"] for one in cited])
