"""LangChain: a retrieval chain over its in-memory vector store."""

from __future__ import annotations

from langchain_classic.chains import create_retrieval_chain
from langchain_classic.chains.combine_documents import create_stuff_documents_chain
from langchain_community.chat_models import ChatLlamaCpp
from langchain_core.documents import Document
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_huggingface import HuggingFaceEmbeddings

from scripts.benchmarks.peers.engine import PROMPT, Given, Reply, Task, llama_options

PACKAGES = ("langchain", "langchain-classic", "langchain-community", "langchain-huggingface", "llama-cpp-python")
CITES = "the passages read"


class Engine:
    """``create_retrieval_chain``, whose result names the documents it read."""

    def __init__(self, task: Task) -> None:
        self.store = InMemoryVectorStore(HuggingFaceEmbeddings(model_name=task["embedder"]))
        options = llama_options(task)
        model = ChatLlamaCpp(
            model_path=task["model"],
            temperature=0.0,
            max_tokens=task["output_tokens"],
            n_ctx=options["n_ctx"],
            n_batch=options["n_batch"],  # 8 unless given
            n_threads=options["n_threads"],
            model_kwargs={"n_threads_batch": options["n_threads_batch"]},
            verbose=False,
        )
        prompt = ChatPromptTemplate.from_messages([("human", PROMPT.replace("{question}", "{input}"))])
        retriever = self.store.as_retriever(search_kwargs={"k": task["k"]})
        self.chain = create_retrieval_chain(retriever, create_stuff_documents_chain(model, prompt))

    def index(self, passages: list[Given]) -> None:
        self.store.add_documents(
            [Document(page_content=passage["text"], metadata={"source": passage["source"]}) for passage in passages]
        )

    def ask(self, question: str) -> Reply:
        result = self.chain.invoke({"input": question})
        documents = result["context"]
        return Reply(result["answer"], [d.page_content for d in documents], [d.metadata["source"] for d in documents])
