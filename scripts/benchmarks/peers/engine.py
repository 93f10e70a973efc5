"""What an engine under comparison is given and gives back. Standard library only: it runs in two environments."""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypedDict

# One prompt for all engines but ours, so that they differ in what they do and not in what they are told.
PROMPT = "Answer the question in a few words, from these passages only.\n\n{context}\n\nQuestion: {question}\nAnswer:"
# The chat format of SmolLM2, for libraries that do not read it from the GGUF file.
CHAT = (
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
    "<|im_start|>user\n{message}<|im_end|>\n<|im_start|>assistant\n"
)


class Given(TypedDict):
    """A passage: its text under its heading, and the file it is from."""

    text: str
    source: str


class Task(TypedDict):
    """The same for every engine. ``articles`` is the folder that the passages were cut from.

    ``model`` is the path of a GGUF file, ``own_model`` the name under which askdocs is to load it, ``embedder`` the
    folder of a sentence-transformers model; ``context`` and ``output_tokens`` are in tokens.
    """

    articles: str
    passages: list[Given]
    warm_up: str
    questions: list[str]
    model: str
    own_model: str
    embedder: str
    k: int
    context: int
    output_tokens: int
    threads: int


class Reply(NamedTuple):
    """An answer, the texts that the engine says it rests on, and the files that those are from."""

    text: str
    cited: list[str]
    sources: list[str]


class Engine(Protocol):
    """Made from a task, with its models loaded; then indexed once; then asked."""

    def index(self, passages: list[Given]) -> None:
        """Make the passages searchable."""

    def ask(self, question: str) -> Reply:
        """Answer one question from the ``k`` best passages."""


def llama_options(task: Task) -> dict[str, int | bool]:
    """What every llama-cpp-python model is made with; its own default is half the cores."""
    threads = task["threads"]
    return {"n_ctx": task["context"], "n_batch": 512, "n_threads": threads, "n_threads_batch": threads,
            "verbose": False}  # fmt: skip
