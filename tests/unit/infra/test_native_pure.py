"""The native stack's pure parts: texts, numbers and identities, without a process or a broker."""

import json
import os
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.native.cache import fetch_once
from infra.native.errors import StackError
from infra.native.jars import parse_list, verify
from infra.native.kafka import random_cluster_id, server_properties
from infra.native.keeper import describe_exit, restart_pause
from infra.native.logs import rotate, tail
from infra.native.part import Address
from infra.native.ports import check_free, in_use_message, loopback_address
from infra.native.probes import read_health
from infra.native.processes import boot_id, end_recorded, identity, is_alive, parse_stat
from infra.native.programs import java_version, server_version
from infra.native.redis import redis_conf
from infra.native.runner_state import RunnerFile, SupervisorEntry, read_runner, supervisor_alive, write_runner

KAFKA = Address("127.0.0.1", 9092, "MASTHEAD_KAFKA")


def test_pauses_double_from_half_a_second_to_fifteen() -> None:
    assert [restart_pause(failures) for failures in range(1, 8)] == [0.5, 1, 2, 4, 8, 15, 15]
    assert restart_pause(10_000) == 15


@pytest.mark.parametrize(
    ("code", "words"), [(0, "ended with exit code 0"), (78, "ended with exit code 78"), (-9, "was killed by SIGKILL")]
)
def test_an_exit_code_in_words(code: int, words: str) -> None:
    assert describe_exit(code) == words


def test_a_used_port_is_named_with_the_setting_that_moves_it() -> None:
    assert in_use_message(KAFKA) == (
        "127.0.0.1:9092 is in use by another program; set MASTHEAD_KAFKA=127.0.0.1:PORT to take another port"
    )


def test_every_used_port_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("0.0.0.0", 0)) as everywhere:
        used = [Address("127.0.0.1", taken.getsockname()[1], "MASTHEAD_EDGE") for taken in (one, everywhere)]
        with pytest.raises(StackError) as error:
            check_free(used)
    assert str(error.value).splitlines() == [in_use_message(address) for address in used]
    check_free(used)


def test_only_loopback_is_started() -> None:
    assert loopback_address("127.0.0.1:9092", "MASTHEAD_KAFKA") == KAFKA
    assert loopback_address("localhost:9092", "MASTHEAD_KAFKA") == KAFKA
    assert loopback_address("redis://127.0.0.1:6379/0", "MASTHEAD_REDIS").port == 6379
    for wrong in ("kafka:9092", "10.0.0.1:9092", "0.0.0.0:9092", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", ""):
        with pytest.raises(StackError, match="MASTHEAD_KAFKA="):
            loopback_address(wrong, "MASTHEAD_KAFKA")


def test_server_properties() -> None:
    text = server_properties(KAFKA, 40001, Path("/state/kafka/data"))
    properties = dict(line.split("=", 1) for line in text.splitlines())
    assert properties["listeners"] == "BROKER://127.0.0.1:9092,CONTROLLER://127.0.0.1:40001"
    assert properties["controller.quorum.voters"] == "1@127.0.0.1:40001"
    assert properties["log.dirs"] == "/state/kafka/data"
    assert properties["log.retention.ms"] == "-1"
    assert properties["auto.create.topics.enable"] == "false"
    assert int(properties["message.max.bytes"]) == int(properties["replica.fetch.max.bytes"]) == 12 * 1024 * 1024
    assert not [name for name in properties if "flush" in name]


def test_cluster_ids_are_as_kafka_wants_them() -> None:
    for _ in range(300):
        text = random_cluster_id()
        assert len(text) == 22
        assert not text.startswith("-")


def test_redis_conf_quotes_the_folder_and_evicts_nothing() -> None:
    lines = redis_conf(Address("127.0.0.1", 6379, "MASTHEAD_REDIS"), Path('/a "b" c/redis')).splitlines()
    assert 'dir "/a \\"b\\" c/redis"' in lines
    assert {"bind 127.0.0.1", "port 6379", "appendonly yes", "maxmemory-policy noeviction"} <= set(lines)


def test_versions_are_read() -> None:
    assert java_version('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment') == "17.0.15"
    assert java_version('java version "1.8.0_392"') == "1.8.0_392"
    assert java_version("The command java could not be found") is None
    assert server_version("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1") == ("Redis", "7.0.15")
    assert server_version("Valkey server v=9.1.2 sha=00000000:0") == ("Valkey", "9.1.2")
    assert server_version("") is None


def test_stat_is_read_whatever_the_command_is_called() -> None:
    rest = " ".join(["S", "1", "4242", *map(str, range(16)), "987654", "0"])
    assert parse_stat(f"4711 (a) b (c) {rest}") == ("S", 4242, 987654)


def test_a_reused_pid_is_another_process() -> None:
    me = identity(os.getpid())
    assert me is not None
    boot, ticks = me.split("/")
    assert is_alive(os.getpid(), me)
    assert not is_alive(os.getpid(), f"{boot}/{int(ticks) - 1}")
    assert not end_recorded(os.getpid(), f"{boot}/{int(ticks) - 1}", 0)
    assert identity(1) != me


def test_children_without_their_parent_are_ended_unless_they_are_of_another_boot() -> None:
    leader = subprocess.Popen(
        ["sh", "-c", "sleep 60 & echo $!"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert leader.stdout is not None
    child = int(leader.stdout.readline())
    leader.stdout.close()
    leader.wait()
    assert not end_recorded(leader.pid, "another-boot/1", 0)
    assert identity(child) is not None
    assert end_recorded(leader.pid, f"{boot_id()}/1", 0)
    assert identity(child) is None


def test_health_files() -> None:
    now = datetime(2026, 3, 19, 12, 0, 0, tzinfo=UTC)

    def health(**changes: object) -> str:
        return json.dumps({"service": "ingest", "state": "ready", "pid": 7, "at": now.isoformat()} | changes)

    assert read_health(health(), 7, now) == ("ready", "", True)
    assert read_health(health(state="starting", detail="folding"), 7, now) == ("starting", "folding", True)
    assert read_health(health(state="failing", detail="no Kafka"), 7, now) == ("failing", "no Kafka", False)
    assert read_health(health(at="2026-03-19T12:00:00Z"), 7, now + timedelta(seconds=9)).state == "ready"
    for dead in (health(at="2026-03-19T11:59:49Z"), health(state="fine"), "", "[]", health(at="2026-03-19T12:00:00")):
        assert read_health(dead, 7, now)[::2] == ("failing", False)
    assert read_health(health(pid=8), 7, now)[::2] == ("starting", False)


def test_runner_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read_runner(tmp_path) is None
    me = SupervisorEntry(pid=os.getpid(), process=identity(os.getpid()) or "", startedAt="", state="ready")
    write_runner(tmp_path, RunnerFile(supervisor=me, parts=[]))
    content = read_runner(tmp_path)
    assert content is not None
    assert (content["supervisor"], content["parts"]) == (me, [])
    assert supervisor_alive(content)
    assert not supervisor_alive({"supervisor": {**me, "process": "another"}, "parts": []})
    assert [path.name for path in tmp_path.iterdir()] == ["runner.json"]


def test_an_interrupted_fetch_is_not_taken_for_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTHEAD_CACHE", str(tmp_path))

    def interrupted(folder: Path) -> None:
        (folder / "half").touch()
        raise StackError("no network")

    with pytest.raises(StackError):
        fetch_once("kafka", interrupted)
    assert not list(tmp_path.glob("*.partial-*"))
    folder = fetch_once("kafka", lambda folder: (folder / "whole").touch())
    assert [path.name for path in folder.iterdir()] == ["whole"]
    assert fetch_once("kafka", interrupted) == folder


def test_a_jar_that_is_missing_or_changed_is_named(tmp_path: Path) -> None:
    listed = (
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  org/lz4/lz4-java/1.8.0/lz4-java-1.8.0.jar"
    )
    jars = parse_list(listed + "\n")
    assert jars[0].coordinates == ("org.lz4", "lz4-java", "1.8.0")
    with pytest.raises(StackError, match=r"lz4-java-1\.8\.0\.jar"):
        verify(tmp_path, jars)
    jar = tmp_path / jars[0].path
    jar.parent.mkdir(parents=True)
    jar.write_text("hello", encoding="ascii")
    verify(tmp_path, jars)
    jar.write_text("hullo", encoding="ascii")
    with pytest.raises(StackError, match=r"has not the sum that is listed"):
        verify(tmp_path, jars)


def test_a_long_log_is_cut_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "ingest.log"
    assert tail(path) == ""
    with path.open("ab", buffering=0) as log:
        log.write(b"one\ntwo\n")
        rotate(path, limit=8)
        assert tail(path, 1) == "two"
        rotate(path, limit=7)
        log.write(b"three\n")
    assert path.read_text() == "three\n"
    assert (tmp_path / "ingest.log.1").read_text() == "one\ntwo\n"
