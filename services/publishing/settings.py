"""Settings of publishing."""

import json
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from services.publishing.caches import Cache
from shared.settings import Settings


class PublishingSettings(Settings):
    """What publishing reads beside the common settings."""

    redis_timeout: float = Field(5.0, gt=0, description="seconds after which a silent Redis counts as away")
    caches: Annotated[dict[str, Cache], NoDecode] = Field(
        {}, description="caches in front of the edge, by edition, * for all others: JSON, see docs/kills.md"
    )
    longest_request: float = Field(
        10.0, ge=0, description="seconds within which a cache has what it asked the edge for; then it is purged again"
    )

    @field_validator("caches", mode="before")
    @classmethod
    def _json(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError(f"not JSON: {error}") from error
