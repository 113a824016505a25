"""An enrichment as a bad deploy leaves it: it fails on every record."""

from typing import Never

from services.enrichment import app
from shared.worker import main


def _broken(*_: object) -> Never:
    raise TypeError("this version does not work")


if __name__ == "__main__":
    app.enrich = _broken  # type: ignore[assignment]
    main("enrichment", app.build)
