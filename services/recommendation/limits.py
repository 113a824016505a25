"""What lists look like beyond the relevance of their entries: how long they are, and what may stand side by side."""

from typing import NamedTuple


class Limits(NamedTuple):
    """How many of what.

    `visible`: entries that are shown. `pool`: the most similar articles, from which they are chosen, so many that
    copies of one text can be passed over. `kept`: with a reserve of ten below the pool, so many removals pass
    before a list has to be made anew. `older`: the articles next before one that may fill its list. `own_story`: after
    so many entries that tell the owner's own story (`Recipe.same_story`) others come first. `pins`: how many pins
    count.
    """

    visible: int = 50
    pool: int = 70
    kept: int = 80
    older: int = 70
    own_story: int = 8
    pins: int = 10


LIMITS = Limits()
