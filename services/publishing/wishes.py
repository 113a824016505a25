"""Which rebuild is wanted, out of the records of `publishing.rebuilds`: pure."""

from shared.codec import decode, is_event
from shared.kafka_log import Record
from shared.messages import RebuildEnded, RebuildWanted
from shared.topics import REBUILD_ENDED, REBUILD_WANTED


class Wishes:
    """Folds the topic, of which one partition is used: of several wishes the first counts until it has ended, and the
    others are refused with that."""

    def __init__(self) -> None:
        self.wanted: RebuildWanted | None = None
        """What is wanted and has not ended."""

    def take(self, record: Record) -> None:
        """Takes the next record. What is neither a wish nor an end is passed over."""
        if is_event(record.headers, REBUILD_WANTED):
            self.wanted = self.wanted or decode(record.value, RebuildWanted)
        elif is_event(record.headers, REBUILD_ENDED):
            ended = decode(record.value, RebuildEnded)
            if self.wanted is not None and self.wanted.id == ended.id:
                self.wanted = None
