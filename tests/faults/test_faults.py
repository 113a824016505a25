"""Services, Redis and the broker hurt in the middle of a stream: nothing lost, nothing wrong, nothing comes back."""

from tests.faults.rounds import SIZES, run, said
from tests.support.newsroom import Newsroom


async def test_the_short_round(hurt_newsroom: Newsroom) -> None:
    rows = await run(hurt_newsroom, SIZES["short"])
    assert all(row.clean for row in rows), "\n".join(map(said, rows))
