"""LlamaIndex: ``VectorStoreIndex.as_query_engine`` with its in-memory vector store."""

from __future__ import annotations

from llama_index.core import PromptTemplate, VectorStoreIndex
from llama_index.core.schema import MetadataMode, TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.llms.llama_cpp import LlamaCPP

from scripts.benchmarks.peers.engine import CHAT, PROMPT, Given, Reply, Task, llama_options

PACKAGES = ("llama-index-core", "llama-index-llms-llama-cpp", "llama-index-embeddings-huggingface", "llama-cpp-python")
CITES = "the passages read"


class Engine:
    """Nodes in memory, read in "compact" mode, the default: one call of the model where all fits."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.embedder = HuggingFaceEmbedding(model_name=task["embedder"])
        self.model = LlamaCPP(
            model_path=task["model"],
            temperature=0.0,
            max_new_tokens=task["output_tokens"],
            context_window=task["context"],
            model_kwargs=llama_options(task),
            completion_to_prompt=lambda completion: CHAT.format(message=completion),
            verbose=False,
        )

    def index(self, passages: list[Given]) -> None:
        # The metadata is for the citation; the passage's own heading is in its text.
        nodes = [
            TextNode(
                text=passage["text"],
                metadata={"source": passage["source"]},
                excluded_embed_metadata_keys=["source"],
                excluded_llm_metadata_keys=["source"],
            )
            for passage in passages
        ]
        index = VectorStoreIndex(nodes, embed_model=self.embedder)
        template = PromptTemplate(PROMPT.replace("{context}", "{context_str}").replace("{question}", "{query_str}"))
        self.engine = index.as_query_engine(llm=self.model, similarity_top_k=self.task["k"], text_qa_template=template)

    def ask(self, question: str) -> Reply:
        response = self.engine.query(question)
        nodes = [found.node for found in response.source_nodes]
        texts = [node.get_content(metadata_mode=MetadataMode.NONE) for node in nodes]
        return Reply(str(response), texts, [node.metadata["source"] for node in nodes])
