"""An article's life from outside: pushed to one published port, read from the other."""

import json

import pytest

from tests.compose import stack
from tests.compose.newsroom import Newsroom
from tests.support.articles import new_uri
from tests.support.waiting import eventually


async def test_pushed_read_and_killed(desk: Newsroom) -> None:
    uri = new_uri("compose")
    found = await desk.publish(uri, headline="Seen from outside")
    page = await desk.edge.get(found["url"].removeprefix(stack.EDGE))
    assert page.status_code == 200
    assert "Seen from outside" in page.text

    done = await stack.desk("kill", uri, "--reason", "to see it go", "--wait")
    assert done.code == 0, done
    assert (await desk.edge.article(uri)).status_code == 410
    assert (await desk.edge.get(found["url"].removeprefix(stack.EDGE))).status_code == 410


@pytest.mark.parametrize("compression", ["gzip", "snappy", "lz4", "zstd"])
async def test_from_a_producer_that_compresses(desk: Newsroom, compression: str) -> None:
    await desk.publish(new_uri(f"compose-{compression}"), compression)


async def test_a_worker_that_dies_is_started_again(desk: Newsroom) -> None:
    end = "import json, os; os.kill(json.load(open('/tmp/health.json'))['pid'], 9)"
    assert (await stack.inside("enrichment", "python", "-c", end)).code == 0

    async def started_again() -> None:
        [found] = await stack.containers("enrichment")
        assert found["RestartCount"] > 0

    await eventually(started_again)
    await desk.publish(new_uri("compose-after-a-death"))
    await stack.healthy("enrichment")


async def test_several_instances(desk: Newsroom) -> None:
    wanted = {"enrichment": 3, "publishing": 2}
    scale = [f"--scale={name}={count}" for name, count in wanted.items()]
    await stack.up(*scale)

    async def all_at_work() -> None:
        status = json.loads((await stack.desk("status", "--json")).out)
        members = {stage["name"]: stage["members"] for stage in status["stages"]}
        assert {name: members[name] for name in wanted} == wanted

    await eventually(all_at_work, within=60)
    for _ in range(4):
        await desk.publish(new_uri("compose-scaled"))
    await stack.up()
    for name in wanted:
        assert len(await stack.containers(name)) == 1
    await desk.publish(new_uri("compose-scaled-back"))
