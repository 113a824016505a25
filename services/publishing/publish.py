"""From a message to what lies in Redis: fences, fields, cards. Pure; `services.publishing.store` writes it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import msgspec

from services.publishing.render import Renderer
from shared.codec import encode
from shared.editions import Edition
from shared.entries import Card, Entry, LanguageVersion, Summary
from shared.fragments import make_fragment, pack
from shared.identity import page_path, public_id
from shared.messages import Enriched, Origin, RelatedItem, RelatedList
from shared.order import Phase
from shared.redis_keys import edition_list, language_list, list_member

KILL_FENCE = "1" + "0" * 71
"""The fence of a kill in an edition's list: above that of any version."""

Fields = dict[str, bytes]


@dataclass(frozen=True)
class Listing:
    """An article's place in a list: its packed card, its member in the list's orders, and its section."""

    card: bytes
    member: str
    section: str


@dataclass(frozen=True)
class Publication:
    """What one version of an article writes.

    `fields` are those of the group `article` in its entry; `listed` gives its place in each list that has it, by the
    list's name: those of its editions, and that of the language versions of its original.
    """

    id: str
    fence: str
    fields: Fields
    listed: dict[str, Listing]


def publication(
    version: Enriched,
    source: Origin,
    killed: Collection[str],
    renderer: Renderer,
    editions: Mapping[str, Edition],
) -> Publication:
    """What a version writes: everything when it is live, only its entry when it is withheld or expired.

    Editions that the network no longer has are left out, and so are media whose id is among the killed.
    """
    homes = tuple(slug for slug in version.editions if slug in editions)
    version = without_media(version, killed)
    fields: Fields = {"article/entry": encode(_entry(version, source, homes))}
    listed: dict[str, Listing] = {}
    if version.phase is Phase.LIVE and homes:
        fields["article/json"] = encode(article_json(version, homes, renderer.canonical(version)))
        shows = (version.id, *(medium.id for medium in version.media))
        picture = renderer.picture(version)
        for slug in homes:
            parts = renderer.article(version, editions[slug])
            fields[f"article/head:{slug}"] = pack(make_fragment(parts["head"], shows))
            fields[f"article/page:{slug}"] = pack(make_fragment(parts["article"], shows))
            card = Card(
                _summary(version, slug, renderer),
                make_fragment(parts["card"], (version.id, picture.id) if picture is not None else (version.id,)),
                version.not_before,
                version.not_after,
            )
            listed[edition_list(slug)] = _listing(version, card)
        written = LanguageVersion(
            version.id, version.language, renderer.canonical(version), version.not_before, version.not_after
        )
        listed[language_list(version.original or version.id)] = _listing(version, written)
    return Publication(version.id, version.stamp.fence(), fields, listed)


def _listing(version: Enriched, card: Card | LanguageVersion) -> Listing:
    member = list_member(version.published_at, version.id)
    return Listing(msgspec.msgpack.encode(card), member, version.section)


def without_media(version: Enriched, killed: Collection[str]) -> Enriched:
    """The version without the killed among its pictures and recordings, in the producer's own fields, too."""
    media = tuple(medium for medium in version.media if medium.id not in killed)
    if len(media) == len(version.media):
        return version
    kept = [item for item in version.ninjs.get("associations", []) if public_id(item.get("uri", "")) not in killed]
    return msgspec.structs.replace(version, media=media, ninjs={**version.ninjs, "associations": kept})


def related_fields(
    found: RelatedList, killed: Collection[str], renderer: Renderer, editions: Mapping[str, Edition]
) -> Fields:
    """The fields of the group `related`: the list without the killed, for each edition and for the API.

    `related/list` keeps the list as it came, so that it can be rendered again when one of its articles is killed.
    """
    items = tuple(item for item in found.items if item.id not in killed and any(e in editions for e in item.editions))
    homes = [slug for slug in found.editions if slug in editions]
    shown = [_known(item, editions) for item in items]
    listed = {"articleId": found.id, "items": [_related_json(item, homes) for item in shown]}
    fields: Fields = {"related/list": encode(found), "related/json": encode(listed)}
    ids = [item.id for item in shown]
    for slug in homes:
        fields[f"related/page:{slug}"] = pack(make_fragment(renderer.related(shown, editions[slug]), ids))
    return fields


def article_json(version: Enriched, homes: tuple[str, ...], canonical: str) -> dict[str, object]:
    """The API's answer for an article: the producer's public ninjs fields as they came, with ours over them.

    `urgency` and `genres` stay as they came: ours are for our own pages, and records of before have a default there.
    """
    ours = msgspec.to_builtins(version)
    for private in ("phase", "notBefore", "notAfter", "origin", "text", "ninjs", "fingerprint", "urgency", "genres"):
        del ours[private]
    return {
        **version.ninjs,
        **ours,
        "editions": list(homes),
        "url": page_path(homes[0], version.slug, version.id),
        "canonicalUrl": canonical,
    }


def _entry(version: Enriched, source: Origin, homes: tuple[str, ...]) -> Entry:
    return Entry(
        uri=version.uri,
        id=version.id,
        phase=version.phase,
        version=version.version,
        version_created=version.version_created,
        hash=version.hash,
        original=version.original or version.id,
        editions=homes,
        slug=version.slug,
        section=version.section,
        not_before=version.not_before,
        not_after=version.not_after,
        origin=version.origin,
        source=source,
    )


def _summary(version: Enriched, edition: str, renderer: Renderer) -> Summary:
    return Summary(
        id=version.id,
        uri=version.uri,
        url=page_path(edition, version.slug, version.id),
        canonical_url=renderer.canonical(version),
        headline=version.headline,
        dek=version.dek,
        summary=version.summary,
        by=version.by,
        image=renderer.image(version),
        section=version.section,
        language=version.language,
        published_at=version.published_at,
        version_created=version.version_created,
        media_type=version.media_type,
        urgency=version.urgency,
    )


def _known(item: RelatedItem, editions: Mapping[str, Edition]) -> RelatedItem:
    return msgspec.structs.replace(item, editions=tuple(slug for slug in item.editions if slug in editions))


def _related_json(item: RelatedItem, homes: list[str]) -> dict[str, object]:
    """An entry for the API; its address is in an edition of the article that shows it, where it belongs to one."""
    edition = next((slug for slug in homes if slug in item.editions), item.editions[0])
    fields: dict[str, object] = msgspec.to_builtins(item)
    del fields["slug"], fields["editions"]
    return {**fields, "url": page_path(edition, item.slug, item.id)}
