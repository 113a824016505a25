"""A real Varnish in front of the edge, where there is one (varnishd): purged of a kill by addresses and by keys."""

import json
from pathlib import Path

import httpx
import pytest
from pydantic import HttpUrl

from services.publishing.caches import Cache
from services.publishing.purge_store import PurgeStore
from tests.integration.test_kill import marked, new_word
from tests.integration.test_purge import kill_and_wait, purging
from tests.support.articles import new_uri
from tests.support.newsroom import Newsroom
from tests.support.varnish import PROGRAM, varnish

HOST = {"Host": "hk.news.example"}


@pytest.mark.skipif(PROGRAM is None, reason="there is no varnishd here")
@pytest.mark.parametrize("kind", ["purge", "keys"])
async def test_varnish_is_purged(
    newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    uri, word = new_uri(f"varnish-{kind}"), new_word()
    served = await newsroom.publish(marked(uri, word, section="harbour"))
    paths = [served["url"], "/hk/", "/hk/harbour/", "/hk/harbour/rss.xml", f"/v1/articles/{served['id']}"]
    edge_port = int(newsroom.settings.edge.rpartition(":")[2])
    async with (
        varnish(edge_port, tmp_path) as address,
        httpx.AsyncClient(base_url=address, headers=HOST, trust_env=False) as reader,
    ):
        for expected in (1, 2):  # Varnish names two requests where one of before has filled it
            for path in paths:
                answer = await reader.get(path)
                assert word in answer.text
                assert len(answer.headers["x-varnish"].split()) == expected, "it keeps what the edge has answered"
        await PurgeStore(newsroom.redis).keep_entry(served["id"])
        told = HttpUrl(address)
        caches = {"hk": Cache(purge=told) if kind == "purge" else Cache(keys=told)}
        async with purging(newsroom, caches, f"masthead-purge-varnish-{kind}", uri):
            found = await kill_and_wait(newsroom, monkeypatch, uri)
        assert (found["code"], found["notClean"]) == (0, [])
        for path in paths:
            assert word not in (await reader.get(path)).text, path
        assert json.dumps(found["caches"]).count('"done"') == 2
