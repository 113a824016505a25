"""The index that lists come from, and, while an epoch is rolled out, the one that takes its place."""

from services.recommendation.epoch import Epoch
from services.recommendation.hosts import ALONE, Share
from services.recommendation.shards import Shards
from shared.messages import Enriched


class Indexes:
    """`current` is what lists follow. `coming`, if there is one, is told all that `current` is told.

    An index is a function of what it was told, in whatever order and however often; so the coming one may be filled
    from the log while new records reach both.
    """

    def __init__(self, epoch: Epoch) -> None:
        self.begin(epoch, ALONE)

    def begin(self, epoch: Epoch, share: Share) -> None:
        """Forgets everything: an empty index under this epoch, for these shards."""
        self.current = Shards(epoch, share=share)
        self.coming: Shards | None = None
        self._killed: set[str] = set()

    def apply(self, article: Enriched) -> set[str]:
        """Takes a version in; gives the ids of the articles whose list it changed, as `Relations.apply` does."""
        changed = self.current.apply(article)
        if self.coming is not None:
            self.coming.apply(article)
        return changed

    def kill(self, article_id: str) -> set[str]:
        """Takes an article out for good; gives the ids whose list it changed. A second kill changes nothing."""
        if article_id in self._killed:
            return set()
        self._killed.add(article_id)
        if self.coming is not None:
            self.coming.kill(article_id)
        return self.current.kill(article_id)

    def fold_kill(self, article_id: str) -> None:
        """Takes an article out for good while the current index is folded from the log."""
        self._killed.add(article_id)
        self.current.fold_kill(article_id)

    def adopt(self, relations: Shards) -> None:
        """Puts an index that was made elsewhere in the place of the current one, with the kills that it knows."""
        self.current = relations
        self._killed = set(relations.killed)

    def prepare(self, epoch: Epoch) -> None:
        """Begins a coming index, which knows all kills and no article."""
        self.coming = Shards(epoch, share=self.current.share)
        for article_id in self._killed:
            self.coming.kill(article_id)

    def fill(self, article: Enriched) -> None:
        """Tells the coming index of an article of the log."""
        if self.coming is not None:
            self.coming.apply(article)

    def switch(self) -> Shards:
        """Puts the coming index in the place of the current one; gives it."""
        if self.coming is None:
            raise ValueError("no index is coming")
        self.current, self.coming = self.coming, None
        return self.current
