"""What a feed says, whatever its format. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.editions import Edition, Section, absolute_url
from shared.entries import Summary


@dataclass(frozen=True)
class Feed:
    """The newest articles of an edition, or of one of its sections; newest first."""

    edition: Edition
    section: Section | None
    items: Sequence[Summary]

    @property
    def title(self) -> str:
        """As the page that offers the feed is called."""
        return f"{self.section.name} · {self.edition.name}" if self.section else self.edition.name

    @property
    def description(self) -> str:
        """The edition's tagline; never empty, since some readers want one."""
        return self.edition.tagline or self.title

    @property
    def page(self) -> str:
        """The absolute address of the page that lists the same articles."""
        within = f"{self.section.slug}/" if self.section else ""
        return absolute_url(self.edition, f"/{self.edition.slug}/{within}")

    def link(self, item: Summary) -> str:
        """The absolute address of an article's page in this edition."""
        return absolute_url(self.edition, item.url)

    def category(self, item: Summary) -> str:
        """The name of an article's section; empty for one that the edition has not."""
        return next((section.name for section in self.edition.sections if section.slug == item.section), "")


def modified(item: Summary) -> str:
    """When an article last changed for readers: an embargoed one is written before it is published."""
    return max(item.version_created, item.published_at)
