"""What each container may do, and who reaches whom: asked from the engine, and tried from within."""

import asyncio
import os

import pytest

from tests.compose import stack

pytestmark = pytest.mark.usefixtures("containers")

MIB = 1024 * 1024
OURS_IN_THE_IMAGE = 260 * MIB
"""What the image may have above its base: packages, their bytecode, code and samples."""

HARD = {
    "ReadonlyRootfs": True,
    "Privileged": False,
    "CapAdd": None,
    "CapDrop": ["ALL"],
    "SecurityOpt": ["no-new-privileges:true"],
    "PidMode": "",
}
CONNECT = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 1)"


async def test_all_are_there_and_the_one_shots_are_done() -> None:
    found = {stack.service_of(each): each for each in await stack.containers()}
    assert set(found) == {*stack.LASTING, *stack.ONE_SHOT}
    for name in stack.ONE_SHOT:
        assert found[name]["State"]["Status"] == "exited"
        assert found[name]["State"]["ExitCode"] == 0
        assert found[name]["HostConfig"]["RestartPolicy"]["Name"] == "no"
    for name in stack.LASTING:
        assert found[name]["State"]["Health"]["Status"] == "healthy"
        assert found[name]["HostConfig"]["RestartPolicy"]["Name"] == "unless-stopped"


async def test_each_is_held_tight() -> None:
    for found in await stack.containers():
        name, host = stack.service_of(found), found["HostConfig"]
        assert {key: host[key] for key in HARD} == HARD, name
        assert 0 < host["Memory"] <= 1024 * MIB, name
        assert 0 < host["PidsLimit"] <= 512, name
        assert {"max-size", "max-file"} <= set(host["LogConfig"]["Config"]), name
        assert "/tmp" in host["Tmpfs"], name
        binds = [mount for mount in found["Mounts"] if mount["Type"] == "bind"]
        assert not [mount["Source"] for mount in binds if mount["RW"]], name


@pytest.mark.parametrize("service", stack.LASTING)
async def test_a_process_in_it_has_no_rights(service: str) -> None:
    done = await stack.inside(service, "sh", "-c", "id -u; cat /proc/1/status; touch /tmp/here && touch /here")
    lines = dict(line.split(":", 1) for line in done.out.splitlines() if ":" in line)
    assert int(done.out.splitlines()[0]) > 0
    assert lines["Uid"].split() == [lines["Uid"].split()[0]] * 4
    assert lines["Uid"].split()[0] != "0"
    assert {lines[name].strip() for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert lines["NoNewPrivs"].strip() == "1"
    assert done.code != 0
    assert "Read-only file system" in done.err


async def test_two_ports_on_the_host_and_no_more() -> None:
    published: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for found in await stack.containers():
        for port, places in (found["NetworkSettings"]["Ports"] or {}).items():
            for place in places or []:
                published.setdefault((stack.service_of(found), port), []).append((place["HostIp"], place["HostPort"]))
    assert published == {
        ("edge", "8080/tcp"): [("127.0.0.1", str(stack.EDGE_PORT))],
        ("kafka", "9092/tcp"): [("127.0.0.1", str(stack.KAFKA_PORT))],
    }


async def test_volumes_have_names() -> None:
    used = {
        mount["Name"] for found in await stack.containers() for mount in found["Mounts"] if mount["Type"] == "volume"
    }
    assert used == {f"{stack.PROJECT}_{name}" for name in ("kafka", "recommendation", "redis")}


async def test_who_reaches_whom() -> None:
    places: dict[str, list[str]] = {}
    for name in ("kafka", "redis"):
        [found] = await stack.containers(name)
        places[name] = [name, *(network["IPAddress"] for network in found["NetworkSettings"]["Networks"].values())]
    targets = {
        **{("kafka", port): places["kafka"] for port in ("9092", "19092")},
        ("redis", "6379"): places["redis"],
    }

    async def reach(service: str) -> set[tuple[str, str]]:
        tries = [(target, host) for target, hosts in targets.items() for host in hosts]
        done = await asyncio.gather(
            *(stack.inside(service, "python", "-c", CONNECT, host, port) for (_, port), host in tries)
        )
        return {target for (target, _), ended in zip(tries, done, strict=True) if ended.code == 0}

    kafka, redis = {("kafka", "9092"), ("kafka", "19092")}, {("redis", "6379")}
    found = {name: await reach(name) for name in stack.LASTING[2:]}
    assert found == {
        "ingest": kafka,
        "enrichment": kafka,
        "recommendation": kafka,
        "publishing": kafka | redis,
        "edge": redis,
    }


@pytest.mark.parametrize("service", ["redis", "ingest", "enrichment", "recommendation", "publishing"])
async def test_no_way_leads_out(service: str) -> None:
    routes = (await stack.inside(service, "cat", "/proc/net/route")).out.splitlines()[1:]
    assert routes
    assert not [route for route in routes if route.split()[1] == "00000000"]


async def test_the_image_is_small_and_builds_nothing() -> None:
    base = os.environ.get("PYTHON_IMAGE") or "python:3.11-slim"
    size, base_size = [
        int(await stack.docker("image", "inspect", "--format", "{{.Size}}", name)) for name in (stack.IMAGE, base)
    ]
    assert size - base_size < OURS_IN_THE_IMAGE
    for tool in ("gcc", "make", "pip", "git"):
        assert (await stack.inside("edge", "sh", "-c", f"command -v {tool}")).code != 0, tool
    assert (await stack.inside("edge", "python", "-m", "pip", "--version")).code != 0


async def test_a_mistake_in_the_settings_is_named_before_anything_starts() -> None:
    wrong = {"MASTHEAD_LOG_LEVEL": "LOUD", "MASTHEAD_DEFAULT_EDITIONS": "nowhere"}
    done = await stack.run("docker", "compose", "run", "--rm", "--no-TTY", "settings", env=wrong)
    assert done.code == 78
    assert "MASTHEAD_LOG_LEVEL" in done.out + done.err


async def test_redis_is_set_up_as_the_scripts_need_it() -> None:
    done = await stack.inside("redis", "redis-cli", "config", "get", "appendonly", "maxmemory-policy", "appendfsync")
    assert set(done.out.split()) >= {"appendonly", "yes", "noeviction", "everysec"}
    environ = await stack.inside("redis", "sh", "-c", "tr '\\0' '\\n' < /proc/1/environ")
    assert "LC_ALL=C" in environ.out.split()
