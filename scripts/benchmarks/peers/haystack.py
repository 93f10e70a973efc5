"""Haystack: a pipeline of embedder, retriever, prompt, generator and answer builder."""

from __future__ import annotations

from haystack import Document, Pipeline
from haystack.components.builders import AnswerBuilder, ChatPromptBuilder
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ChatMessage
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.generators.llama_cpp import LlamaCppChatGenerator

from scripts.benchmarks.peers.engine import PROMPT, Given, Reply, Task, llama_options

PACKAGES = ("haystack-ai", "llama-cpp-haystack", "sentence-transformers-haystack", "llama-cpp-python")
CITES = "the passages read"
CONTEXT = "{% for document in documents %}{{ document.content }}\n\n{% endfor %}"


class Engine:
    """The pipeline of its documentation's first page, with local models."""

    def __init__(self, task: Task) -> None:
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        self.adding = Pipeline()
        self.adding.add_component(
            "embedder", SentenceTransformersDocumentEmbedder(model=task["embedder"], progress_bar=False)
        )
        self.adding.add_component("writer", DocumentWriter(store))
        self.adding.connect("embedder", "writer")
        template = PROMPT.replace("{context}", CONTEXT).replace("{question}", "{{ question }}")
        self.asking = Pipeline()
        parts = {
            "embedder": SentenceTransformersTextEmbedder(model=task["embedder"], progress_bar=False),
            "retriever": InMemoryEmbeddingRetriever(store, top_k=task["k"]),
            "prompt": ChatPromptBuilder([ChatMessage.from_user(template)], required_variables="*"),
            "generator": LlamaCppChatGenerator(
                task["model"],
                model_kwargs=llama_options(task),
                generation_kwargs={"max_tokens": task["output_tokens"], "temperature": 0.0},
            ),
            "answers": AnswerBuilder(),
        }
        for name, part in parts.items():
            self.asking.add_component(name, part)
        self.asking.connect("embedder.embedding", "retriever.query_embedding")
        self.asking.connect("retriever.documents", "prompt.documents")
        self.asking.connect("prompt.prompt", "generator.messages")
        self.asking.connect("generator.replies", "answers.replies")
        self.asking.connect("retriever.documents", "answers.documents")
        self.adding.warm_up()
        self.asking.warm_up()

    def index(self, passages: list[Given]) -> None:
        documents = [Document(content=passage["text"], meta={"source": passage["source"]}) for passage in passages]
        self.adding.run({"embedder": {"documents": documents}})

    def ask(self, question: str) -> Reply:
        given = {"embedder": {"text": question}, "prompt": {"question": question}, "answers": {"query": question}}
        answer = self.asking.run(given)["answers"]["answers"][0]
        documents = answer.documents
        return Reply(answer.data, [d.content for d in documents], [d.meta["source"] for d in documents])
