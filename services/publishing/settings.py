"""Settings of publishing."""

from pydantic import Field

from shared.settings import Settings


class PublishingSettings(Settings):
    """What publishing reads beside the common settings."""

    redis_timeout: float = Field(5.0, gt=0, description="seconds after which a silent Redis counts as away")
