"""Finds every mistake in the settings and in the editions file before the stack starts. Exit code 78 if there is one.

The restart policy knows no exit codes: a service that is set up wrongly is started again and again. This is run once,
and what depends on it is not started.
"""

import asyncio
import sys

from pydantic import ValidationError

from services.edge import app as edge
from services.edge.settings import EdgeSettings
from services.enrichment import app as enrichment
from services.ingest import app as ingest
from services.publishing import app as publishing
from services.recommendation import app as recommendation
from shared.editions import EditionsError
from shared.errors import ConfigurationError
from shared.settings import EX_CONFIG, mistakes


def build_edge() -> None:
    """The edge, connected to nothing. Raises ValidationError, ValueError."""
    settings = EdgeSettings()
    edge.address(settings.edge)
    edge.build(settings)


async def found() -> list[str]:
    """What any service would refuse to start with, each mistake once."""
    lines: list[str] = []
    for build in (ingest.build, enrichment.build, recommendation.build, publishing.build, build_edge):
        try:
            build()
        except ValidationError as error:
            lines += mistakes(error)
        except (ConfigurationError, EditionsError, ValueError) as error:
            lines.append(str(error))
    return list(dict.fromkeys(lines))


def main() -> int:
    """The command."""
    lines = asyncio.run(found())
    for line in lines:
        print(f"settings: {line}", file=sys.stderr)
    return EX_CONFIG if lines else 0


if __name__ == "__main__":
    sys.exit(main())
