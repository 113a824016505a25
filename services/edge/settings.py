"""Settings of the edge, beside those of the whole installation."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from shared.settings import Settings


class EdgeSettings(Settings):
    """Every one is an environment variable `MASTHEAD_…`."""

    edge_redis_timeout: float = Field(
        0.5, gt=0, le=30, description="seconds in which Redis must have answered all that one request asks it"
    )
    edge_redis_connections: int = Field(64, ge=1, description="connections to Redis, at most")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("*",), description="origins whose scripts may read the answers, separated by commas; * for all"
    )
    retry_after: int = Field(2, ge=1, description="seconds after which a client should ask again that was sent away")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
