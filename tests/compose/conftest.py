"""The stack in containers, once for all its tests, which run in the order of the files: each leaves it up."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.compose import newsroom, stack

HERE = Path(__file__).parent


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """These tests need a container engine: collected only by who names them, as `make test-compose` does."""
    asked = [Path(config.invocation_params.dir, argument.partition("::")[0]).resolve() for argument in config.args]
    return None if any(path.is_relative_to(HERE) for path in asked) else True


@pytest.fixture(scope="session")
async def containers(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Everything is built, started on empty volumes, and healthy; removed again in the end."""
    await stack.down("--volumes")
    try:
        await stack.up("--build")
        yield
    finally:
        if request.session.testsfailed or sys.exc_info()[0] is not None:
            logs = await stack.run("docker", "compose", "logs", "--no-color", "--tail", "15")
            request.config.get_terminal_writer().write(f"\n{logs.out}\n")
        await stack.down("--volumes")
        await stack.run("docker", "image", "rm", stack.IMAGE)


@pytest.fixture
async def desk(containers: None) -> AsyncIterator[newsroom.Newsroom]:
    """A newsroom on the host: it knows the two published ports and nothing else."""
    async with newsroom.outside() as found:
        yield found
