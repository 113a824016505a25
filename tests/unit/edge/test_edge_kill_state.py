"""What operators are told of a kill: who has confirmed it, and for how long one that is silent counts."""

import httpx
import jsonschema
import pytest
from edge_world import World

from services.edge.builds import Builds
from services.edge.registration import Registration
from shared import redis_keys as keys
from shared.codec import encode
from shared.edges import REGISTERED
from shared.identity import public_id
from shared.purges import PurgeState

KILLED = public_id("urn:a")


async def test_who_has_confirmed(world: World, edge: httpx.AsyncClient) -> None:
    world.redis.sets[keys.shown_by("b1", KILLED)] = {public_id("urn:c"), public_id("urn:b")}
    translation = world.add("urn:d", ("south",), original="urn:a", language="ar")
    world.redis.sets[keys.ever_in("b1", KILLED)] = {keys.edition_list("north"), keys.language_list(KILLED)}
    early, late = (Registration(Builds(world.redis.run, 1), world.redis.run, f"127.0.0.1:{p}") for p in (81, 82))
    await early.look()
    before = (await edge.get(f"/v1/kills/{KILLED}")).json()
    assert (before["killed"], before["toldAt"]) == (False, None)
    assert [one["confirmed"] for one in before["edges"]] == [False]
    world.kill(KILLED)
    world.redis.clock += 5
    await late.look()
    answer = await edge.get(f"/v1/kills/{KILLED}")
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found["killed"] is True
    assert found["toldAt"] == "1970-01-01T00:00:01.000010Z"
    assert found["showers"] == sorted([public_id("urn:b"), public_id("urn:c"), translation])
    edges = {one["address"]: one for one in found["edges"]}
    assert edges["127.0.0.1:82"]["confirmed"] is True
    assert edges["127.0.0.1:81"]["confirmed"] is False
    assert edges["127.0.0.1:81"]["silentFor"] == 5
    assert edges["127.0.0.1:81"]["secondsLeft"] == REGISTERED - 5
    world.redis.clock += int(REGISTERED) - 4
    (left,) = (await edge.get(f"/v1/kills/{KILLED}")).json()["edges"]
    assert left["address"] == "127.0.0.1:82", "the time of the other is over"


async def test_what_the_caches_were_told(world: World, edge: httpx.AsyncClient) -> None:
    world.redis.strings[keys.CACHES] = encode({"north": "purge", "south": "keys"})
    done = PurgeState(outcome="done", at="2026-11-26T01:00:00.000000Z", attempts=2, detail="HTTP 500")
    world.redis.hashes[keys.purges(KILLED)] = {"south/first": encode(done), "gone/first": encode(done)}
    north, south = (await edge.get(f"/v1/kills/{KILLED}")).json()["caches"]
    assert north == {"edition": "north", "kind": "purge", "first": None, "second": None}
    assert (south["edition"], south["first"]["attempts"], south["second"]) == ("south", 2, None)


async def test_the_answer_is_as_described(world: World, edge: httpx.AsyncClient) -> None:
    world.redis.strings[keys.CACHES] = encode({"north": "purge"})
    done = PurgeState(outcome="done", at="2026-11-26T01:00:00.000000Z")
    world.redis.hashes[keys.purges(KILLED)] = {"north/first": encode(done)}
    await Registration(Builds(world.redis.run, 1), world.redis.run, "127.0.0.1:81").look()
    described = (await edge.get("/openapi.json")).json()
    answer = (await edge.get(f"/v1/kills/{KILLED}")).json()
    jsonschema.validate(answer, {**described, "$ref": "#/components/schemas/Kill"})
    assert set(answer) == set(described["components"]["schemas"]["Kill"]["properties"])


@pytest.mark.parametrize("name", ["x", "urn:a", "0" * 16, KILLED + "a"])
async def test_of_what_is_no_id(edge: httpx.AsyncClient, name: str) -> None:
    assert (await edge.get(f"/v1/kills/{name}")).status_code == 404


async def test_it_is_never_from_memory(world: World, edge: httpx.AsyncClient) -> None:
    assert (await edge.get(f"/v1/kills/{KILLED}")).status_code == 200
    world.redis.away = True
    assert (await edge.get(f"/v1/kills/{KILLED}")).status_code == 503
