"""Creates the topics that are missing and compares all of them with what the code declares.

Exit code 0: all is as declared. 78: a topic differs (one line for each), or no broker answers within the time.
"""

import asyncio
import sys

from aiokafka.errors import KafkaError

from shared.errors import ConfigurationError
from shared.settings import EX_CONFIG, Settings
from shared.topic_admin import admin, create_topics, wait_for_topics


async def ensure_topics(settings: Settings) -> list[str]:
    """Gives the names of the topics that were created. Raises ConfigurationError, KafkaError."""
    async with admin(settings) as client:
        created = await create_topics(client, settings)
    await wait_for_topics(settings, patience=30)
    return created


def main() -> int:
    """The command."""
    settings = Settings()
    try:
        created = asyncio.run(ensure_topics(settings))
    except (ConfigurationError, KafkaError, OSError) as error:
        print(f"topics: {error}", file=sys.stderr)
        return EX_CONFIG
    print(f"topics: created {', '.join(created)}" if created else "topics: all there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
