"""What the bot counts, as Prometheus reads it. No chat, no person and no keyword in any label."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

__all__ = ["Metrics"]

PREFIX = "khabardar"
FETCH_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
FAST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
DELIVERY_BUCKETS = (1, 5, 15, 60, 300, 900, 3600, 10_800, 43_200, 86_400)


class Metrics:
    """All metrics, in a registry of their own: two of these in one process never meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.feeds = self._gauge("feeds", "Feeds by how they are", ["status"])
        self.checks = self._counter("checks", "Checks of feeds by result", ["result"])
        self.fetches = self._counter("fetch", "Requests for feeds, pages and robots.txt by result", ["result"])
        self.fetch_seconds = self._histogram("fetch_seconds", "Seconds of a request", FETCH_BUCKETS)
        self.parse_seconds = self._histogram("parse_seconds", "Seconds of a job in a worker", FAST_BUCKETS)
        self.articles = self._counter("articles", "Articles stored by source", ["source"])
        self.matches = self._counter("matches", "Queries that were true of an article", [])
        self.pushes = self._counter("pushes", "Pushed articles by what became of them", ["result"])
        self.outbox_depth = self._gauge("outbox_depth", "Deliveries by state", ["state"])
        self.outbox_oldest_seconds = self._gauge("outbox_oldest_seconds", "Age of the oldest delivery that waits", [])
        self.deliveries = self._counter("deliveries", "Deliveries by result", ["result"])
        self.delivery_latency_seconds = self._histogram(
            "delivery_latency_seconds", "From publication to the message", DELIVERY_BUCKETS
        )
        self.retry_after_seconds = self._counter("retry_after_seconds", "Seconds that Telegram asked to wait", [])
        self.db_commit_seconds = self._histogram("db_commit_seconds", "Seconds of a write transaction", FAST_BUCKETS)
        self.loop_lag_seconds = self._gauge("loop_lag_seconds", "How late the event loop last woke up", [])
        self.build_info = self._gauge("build_info", "1, labelled with the version", ["version"])

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def observe_fetch(self, result: str, seconds: float) -> None:
        """For `Fetcher(observe=...)`."""
        self.fetches.labels(result).inc()
        self.fetch_seconds.observe(seconds)

    def observe_parse(self, seconds: float) -> None:
        """For `Workers(observe=...)`."""
        self.parse_seconds.observe(seconds)

    def observe_check(self, result: str) -> None:
        """For `Poller(observe=...)`."""
        self.checks.labels(result).inc()

    def observe_push(self, result: str) -> None:
        """For `Push(observe=...)`."""
        self.pushes.labels(result).inc()

    def _counter(self, name: str, text: str, labels: list[str]) -> Counter:
        return Counter(name, text, labels, namespace=PREFIX, registry=self.registry)

    def _gauge(self, name: str, text: str, labels: list[str]) -> Gauge:
        return Gauge(name, text, labels, namespace=PREFIX, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, text, namespace=PREFIX, registry=self.registry, buckets=buckets)
