"""What a service counts, in the format of Prometheus; each app has a registry of its own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from askdocs.core.answers import Answer
from askdocs.serving.fair_queue import FairQueue

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """The counters of one service."""

    def __init__(self, queue: FairQueue) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "askdocs_requests", "Requests by route, method and status.", ("route", "method", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._answers = Counter("askdocs_answers", "Answers by outcome.", ("outcome",), registry=self._registry)
        self._seconds = Histogram(
            "askdocs_answer_seconds", "Seconds of an answer, waiting not counted.", buckets=_SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self.left = Counter("askdocs_clients_left", "Requests whose client left early.", registry=self._registry)
        for name, text, read in (
            ("askdocs_questions_running", "Questions that are worked on.", lambda: queue.running),
            ("askdocs_questions_waiting", "Questions that wait.", lambda: queue.waiting),
        ):
            Gauge(name, text, registry=self._registry).set_function(read)

    def count(self, answer: Answer) -> None:
        """Count an answer that was given."""
        self._answers.labels("abstained" if answer.abstained else "answered").inc()
        self._seconds.observe(answer.timings.total)

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry)
