"""Metrics in Prometheus' format; names begin with `parley_`, labels never carry personal data."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "parley_http_requests", "HTTP requests by route and status", ["route", "status"], registry=REGISTRY
)
REQUEST_SECONDS = Histogram("parley_http_request_seconds", "Time to answer", ["route"], registry=REGISTRY)
JOBS = Counter("parley_jobs", "Job attempts by outcome", ["job", "outcome"], registry=REGISTRY)
JOB_SECONDS = Histogram("parley_job_seconds", "Duration of a job attempt", ["job"], registry=REGISTRY)
FACTS_READ = Counter("parley_facts_read", "Facts handed to readers", ["reader"], registry=REGISTRY)
FACTS_FAILED = Counter("parley_facts_failed", "Facts a reader gave up on", ["reader"], registry=REGISTRY)
SOCKETS = Gauge("parley_sockets", "Open sockets by kind", ["kind"], registry=REGISTRY)
MESSAGES = Counter(
    "parley_messages",
    "Messages accepted by direction and channel kind",
    ["direction", "channel"],
    registry=REGISTRY,
)
UNDERSTANDING_FAILED = Counter(
    "parley_understanding_failed", "Messages that a model failed on", ["model"], registry=REGISTRY
)


def render_metrics() -> bytes:
    """Gives all metrics as text."""
    return generate_latest(REGISTRY)
