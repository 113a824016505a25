"""Settings that more than one service reads. Every one is an environment variable `MASTHEAD_…`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, HttpUrl, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

EX_CONFIG = 78
"""The exit code of a process whose settings are wrong, after sysexits.h: starting it again does not help."""


def mistakes(error: ValidationError) -> list[str]:
    """What is wrong with the settings, as `MASTHEAD_NAME: reason`."""
    return [f"MASTHEAD_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]


class Settings(BaseSettings):
    """What the whole installation agrees on. A service with settings of its own extends this class."""

    model_config = SettingsConfigDict(env_prefix="MASTHEAD_", env_ignore_empty=True)

    kafka: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers, host:port separated by commas")
    redis: str = Field("127.0.0.1:6379", description="Redis, host:port or a redis:// address")
    edge: str = Field("127.0.0.1:8080", description="where the edge listens, host:port")
    edge_url: str | None = Field(None, description="where the command line finds the edge; derived from EDGE if unset")
    public_url: HttpUrl | None = Field(
        None, description="where readers reach the edge, for editions without a baseUrl; EDGE_URL if unset"
    )
    state_dir: Path = Field(
        Path(".masthead"), description="folder of the native stack's state, and of the snapshot of recommendation"
    )
    editions: Path = Field(
        Path(__file__).with_name("editions.yaml"), description="YAML file with the editions of the network"
    )
    default_editions: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="editions of an article that names none, separated by commas; unset: such an article is refused"
    )
    partitions: int = Field(4, ge=1, le=1024, description="partitions of every topic, fixed when they are created")
    health_file: Path | None = Field(None, description="where a worker reports its state, for probes and the runner")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    session_timeout: float = Field(10.0, ge=6, description="seconds after which a silent group member counts as dead")

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError(f"not a level: {value!r}; DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("default_editions", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def redis_url(self) -> str:
        """The Redis address as redis-py wants it."""
        return self.redis if "://" in self.redis else f"redis://{self.redis}/0"

    @property
    def edge_address(self) -> str:
        """The edge's base address for clients, without a trailing slash."""
        return (self.edge_url or f"http://{self.edge}").rstrip("/")

    @property
    def public_address(self) -> str:
        """The edge's base address for readers, without a trailing slash."""
        return str(self.public_url or self.edge_address).rstrip("/")
