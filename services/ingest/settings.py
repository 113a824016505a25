"""Settings of ingest."""

from pydantic import Field

from shared.settings import Settings


class IngestSettings(Settings):
    """What ingest reads beside the common settings."""

    gate_tick: float = Field(0.2, gt=0, le=60, description="seconds between two looks of the gate at the clock")
