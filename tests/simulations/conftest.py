"""Simulations need no broker, no Redis and no log, as unit tests; they go through thousands of histories."""

from shared.logs import configure_logs

configure_logs("tests", "CRITICAL")
