"""Masthead without containers: Redis, Kafka and the services as supervised processes of this machine."""

from infra.native.errors import PartFailed, StackError
from infra.native.newsroom import edge_part, native_stack, service_env, storage_parts, topics_part, worker_part
from infra.native.part import Address, Part, Reading
from infra.native.progress import Progress
from infra.native.stack import AlreadyRunning, Stack

__all__ = [
    "Address",
    "AlreadyRunning",
    "Part",
    "PartFailed",
    "Progress",
    "Reading",
    "Stack",
    "StackError",
    "edge_part",
    "native_stack",
    "service_env",
    "storage_parts",
    "topics_part",
    "worker_part",
]
