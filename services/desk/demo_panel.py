"""The end of `masthead demo`: where to look, and what to try next."""

from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len
from rich.panel import Panel
from rich.text import Text

from services.desk import screen
from services.desk.demo_states import States
from services.desk.edge import Edge
from services.desk.samples import Sample
from shared.identity import public_id

NEXT = (
    ("masthead demo --live", "more articles, one by one"),
    ("masthead push FILE --wait", "an article of your own"),
    ("masthead status", "how every part is doing"),
    ("masthead show URI", "one article, stage by stage"),
    ("masthead open URI", "the address of its page"),
)


async def show(edge: Edge, found: Sequence[Sample], states: States) -> None:
    """Asks the edge for the addresses and prints them. Raises Unreachable."""
    editions = (await edge.get("/v1/editions"))[1].get("items", [])
    home = editions[0]["slug"] if editions else ""
    visible = [sample for sample in reversed(found) if states.get(sample.uri) == "visible"]
    chosen = (
        ("An article", _first(visible, home)),
        ("One with a video", _first((sample for sample in visible if sample.shows_video), home)),
    )
    articles = {
        title: (await edge.article(public_id(sample.uri))).url for title, sample in chosen if sample is not None
    }
    framed(text(edge.public, editions, articles))


def _first(visible: Iterable[Sample], edition: str) -> Sample | None:
    """The first, of this edition if there is one, and without a video if there is one."""
    return min(visible, key=lambda sample: (sample.edition != edition, sample.shows_video), default=None)


def framed(content: Text) -> None:
    """In a frame where it fits; else without, since a broken address is of no use."""
    fits = max(map(cell_len, content.plain.splitlines())) + 4 <= screen.out.width
    if screen.out.is_terminal and fits:
        screen.out.print(Panel(content, title="Masthead", expand=False))
    else:
        screen.say(content)


def text(address: str, editions: Sequence[Mapping[str, object]], articles: Mapping[str, str]) -> Text:
    """What stands in it; `articles` are addresses by title."""
    found = Text()
    for edition in editions:
        found.append(f"{edition.get('name')}\n", style="bold")
        found.append(f"  {address}{edition.get('url')}\n")
    for title, url in articles.items():
        found.append(f"{title}\n", style="bold").append(f"  {url}\n")
    found.append("The API and its description\n", style="bold")
    found.append(f"  {address}/v1/editions\n  {address}/docs\n\n")
    found.append("Next", style="bold")
    for command, what in NEXT:
        found.append(f"\n  {command:<26} {what}")
    return found
