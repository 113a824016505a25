"""Settings of recommendation: the common ones."""

from shared.settings import Settings


class RecommendationSettings(Settings):
    """What recommendation reads."""
