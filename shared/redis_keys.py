"""Every key in Redis, declared once.

A key with a `build` is written beside the live one during a rebuild. Kill marks carry no build: no rebuild and no
restored copy may bring a killed article back. What one Lua call touches has one hash tag, in braces.
"""

from shared.identity import ID_LENGTH

LIVE = "masthead:live"
"""String: the build that the edge reads. Missing: no build is complete, and the edge answers 503."""

NAMES = "masthead:names"
"""Hash: a `family` to the build of it that stands, or is being made. A family that readers have left is taken out."""

REBUILD = "masthead:rebuild"
"""Hash of the newest rebuild: `state` is a `Rebuild`; `running` its id, as long as it is not over."""

REBUILD_JUDGE = "masthead:rebuild-judge"
"""String that expires: which instance of publishing compares the builds of the rebuild that is running."""

KILLED = "masthead:killed"
"""Set of the public ids of all killed articles and media; the edge leaves out what names one of them."""

KILL_ORDER = "masthead:kill-order"
"""Sorted set: the ids of `KILLED` by the microsecond in which Redis was first told of each. A score is above all that
were there before: who has seen one asks for those above it."""

EDGES = "masthead:edges"
"""Hash: the id of a process of the edge to `UNTIL:STATE`, an `EdgeState` and the millisecond of Redis' clock until
which it counts: for as long as the process may give anything from memory (`shared.edges`)."""

CACHES = "masthead:caches"
"""String: JSON of the editions with a cache in front, to what it is told by (`services.publishing.caches`)."""

UNLOGGED_KILLS = "masthead:unlogged-kills"
"""Sorted set, all scores 0: the ids that are killed here while the log has no kill of them."""


def family(build: str) -> str:
    """What the same code calls all its builds: `FINGERPRINT-CODE` of `FINGERPRINT-CODE` and `FINGERPRINT-CODE-ID`."""
    return "-".join(build.split("-")[:2])


def kill_mark(article_id: str) -> str:
    """String, present once the article is killed. Checked by every write to its entry."""
    return f"masthead:{{{article_id}}}:killed"


def purges(killed_id: str) -> str:
    """Hash, expires: `EDITION/ROUND` to a `PurgeState`, of the caches that were told of a kill."""
    return f"masthead:{{{killed_id}}}:purges"


def stood(article_id: str) -> str:
    """String, expires: the `Entry` of a killed article as it stood, until the caches are purged of its address."""
    return f"masthead:{{{article_id}}}:stood"


def entry(build: str, article_id: str) -> str:
    """Hash of an article: two groups of fields, `article` and `related`, each with a fence of its own.

    Field `article` holds the group's fence, `article/entry` an `Entry`, `article/json` the API's answer,
    `article/head:EDITION` and `article/page:EDITION` fragments. Field `related` holds that group's fence,
    `related/list` the `RelatedList`, `related/json` the API's answer, `related/page:EDITION` a fragment.
    """
    return f"masthead:{build}:{{{article_id}}}:entry"


def ever_in(build: str, article_id: str) -> str:
    """Set of all lists (`edition_list`, `language_list`) that ever had the article, so that one that it has left is
    cleaned up even after a crash."""
    return f"masthead:{build}:{{{article_id}}}:ever-in"


def shown_by(build: str, article_id: str) -> str:
    """Set of the ids of articles that show this one, or this medium; it may name more than still do."""
    return f"masthead:{build}:{{{article_id}}}:shown-by"


def edition_list(edition: str) -> str:
    """The name of the list of an edition's articles."""
    return f"edition:{edition}"


def listed_edition(name: str) -> str:
    """The edition that a list is of; empty for a list of language versions."""
    kind, _, edition = name.partition(":")
    return edition if kind == "edition" else ""


def language_list(original: str) -> str:
    """The name of the list of the language versions of an article, itself among them."""
    return f"languages:{original}"


def list_cards(build: str, name: str) -> str:
    """Hash of a list: `ID/fence`; where the article is listed also `ID/member` and `ID/card`.

    A card is a packed `Card` in the list of an edition, a packed `LanguageVersion` in one of language versions.
    """
    return f"masthead:{build}:{{{name}}}:cards"


def edition_order(build: str, edition: str, section: str = "") -> str:
    """Sorted set, all scores 0: `list_member()` of every listed article, so that text order is time order.

    With `section` only those of that section of the edition.
    """
    return f"masthead:{build}:{{{edition_list(edition)}}}:order{section and ':'}{section}"


def shell(build: str, edition: str) -> str:
    """Hash: the edition's own fragments by name (`top`, `rest`, `foot`, …)."""
    return f"masthead:{build}:{{edition:{edition}}}:shell"


def editions(build: str) -> str:
    """String: JSON array of the editions, in the order of their file, as in `shared.editions`."""
    return f"masthead:{build}:editions"


def applied(build: str) -> str:
    """Hash: `TOPIC/PARTITION` to `IDENTITY:OFFSET`, the next offset to apply of the log with that identity."""
    return f"masthead:{build}:applied"


def last(build: str) -> str:
    """Hash: `TOPIC/PARTITION` to `OFFSET:DIGEST` of the last record that was applied. A log that has another record
    there, or none, was cut back since: it was restored from an old copy."""
    return f"masthead:{build}:last"


def unlogged(build: str) -> str:
    """Sorted set, all scores 0: the ids of articles that stand in a version that the log does not have."""
    return f"masthead:{build}:unlogged"


def complete(build: str) -> str:
    """Set of `TOPIC/PARTITION` that were brought up to their ends since the build was begun."""
    return f"masthead:{build}:complete"


def filling(build: str) -> str:
    """Hash: `TOPIC/PARTITION` to `DONE:TOTAL`, the records of it that were put back; `TOPIC/PARTITION/by` to the token
    of who does it, and `TOPIC/PARTITION/since` to when it was begun; `now` is when records were counted last."""
    return f"masthead:{build}:filling"


def assets(build: str) -> str:
    """Hash: file name to the bytes of a style sheet or script that the pages name."""
    return f"masthead:{build}:assets"


def list_member(published_at: str, article_id: str) -> str:
    """The place of an article in an edition's order, newest last; also the cursor of a page of a list."""
    return f"{published_at}/{article_id}"


def member_id(member: str) -> str:
    """The article of a `list_member`."""
    return member[-ID_LENGTH:]
