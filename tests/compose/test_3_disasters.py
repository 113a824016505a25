"""Restarts under load, a stop and a start of everything, and an end with nothing left."""

from datetime import datetime

from tests.compose import stack
from tests.compose.newsroom import Newsroom, Readers
from tests.support.articles import new_uri
from tests.support.waiting import eventually

WORKERS = ("ingest", "enrichment", "recommendation", "publishing")
KILLED_BY_THE_ENGINE = 137


async def pages(desk: Newsroom) -> list[str]:
    """The front page and list of every edition, and some articles of each: page, JSON and related list."""
    paths: list[str] = []
    for edition in (await desk.edge.get("/v1/editions")).json()["items"]:
        slug = edition["slug"]
        paths += [f"/{slug}/", f"/v1/editions/{slug}/latest?limit=20"]
        for item in (await desk.edge.latest(slug))[:3]:
            own = f"/v1/articles/{item['id']}"
            url = (await desk.edge.get(own)).json()["url"]
            paths += [url.removeprefix(stack.EDGE), own, f"{own}/related"]
    return paths


async def test_the_sample_newsroom_comes_with_a_profile(desk: Newsroom) -> None:
    await stack.compose("--profile", "demo", "up", "--wait")
    for edition in (await desk.edge.get("/v1/editions")).json()["items"]:
        assert len(await desk.edge.latest(edition["slug"])) >= 10

    async def ended_well() -> None:
        [demo] = await stack.containers("demo")
        assert (demo["State"]["Status"], demo["State"]["ExitCode"]) == ("exited", 0)

    await eventually(ended_well, within=30)


async def test_restarts_under_load_without_a_failed_request(desk: Newsroom) -> None:
    async with Readers(await pages(desk)) as readers:
        for service in (*WORKERS, "kafka", "redis"):
            readers.now = f"restart of {service}"
            await stack.compose("restart", service)
            await stack.healthy(service)
            await desk.publish(new_uri(f"compose-after-{service}"))
    print(f"{readers.asked} requests, the slowest {readers.slowest:.2f} s")
    failed = readers.failures
    assert not failed, f"{len(failed)} of {readers.asked} requests failed: {failed[:3]} … {failed[-3:]}"
    assert readers.asked > 100


async def test_a_stop_is_orderly_and_a_new_start_has_everything(desk: Newsroom) -> None:
    kept, killed = new_uri("compose-kept"), new_uri("compose-killed")
    await desk.publish(kept)
    await desk.publish(killed)
    assert (await stack.desk("kill", killed, "--reason", "to stay dead", "--wait")).code == 0

    await stack.compose("stop")
    ended: dict[str, datetime] = {}
    for found in await stack.containers(*stack.LASTING):
        name, state = stack.service_of(found), found["State"]
        assert state["ExitCode"] != KILLED_BY_THE_ENGINE, f"{name} did not end by itself"
        assert not state["OOMKilled"], name
        ended[name] = datetime.fromisoformat(state["FinishedAt"][:26] + "+00:00")
    assert max(ended[name] for name in WORKERS) < ended["kafka"]
    assert max(ended["publishing"], ended["edge"]) < ended["redis"]

    await stack.down()
    await stack.up()
    assert (await desk.edge.article(kept)).status_code == 200
    assert (await desk.edge.article(killed)).status_code == 410
    await desk.publish(new_uri("compose-after-all"))
    assert '"from a snapshot"' in await stack.compose("logs", "recommendation")


async def test_without_its_volumes_it_starts_empty(desk: Newsroom) -> None:
    await stack.down("--volumes")
    volumes = await stack.docker(
        "volume", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={stack.PROJECT}"
    )
    assert volumes.split() == []
    await stack.up()
    for edition in (await desk.edge.get("/v1/editions")).json()["items"]:
        assert await desk.edge.latest(edition["slug"]) == []
    await desk.publish(new_uri("compose-the-first"))
