"""Pauses that a test does not wait for."""

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType, SimpleNamespace

import pytest


def replace_sleep(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, sleep: Callable[[float], Awaitable[None]]
) -> None:
    """`module` calls this instead of `asyncio.sleep`, and it alone: others in the same loop, such as the supervisor of
    a stack that other tests use, need their rest."""
    monkeypatch.setattr(module, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))
