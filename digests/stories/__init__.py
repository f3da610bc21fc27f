"""From articles to stories: which articles report one event, what it is, and what changed."""

from digests.stories.desk import Desk, Placement, Split, story_id_of
from digests.stories.dossier import Dossier, examine
from digests.stories.severity import severity_of

__all__ = ["Desk", "Dossier", "Placement", "Split", "examine", "severity_of", "story_id_of"]
