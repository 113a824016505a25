"""Unit tests need no broker, no Redis and no log."""

from shared.logs import configure_logs

configure_logs("tests", "CRITICAL")
