"""Why a name that stands in an article does not count there, in words for a person; '' when it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.matching.homographs import is_everyday_word
from digests.matching.neighbours import is_part_of_another
from digests.matching.strangers import is_of_somebody_else, why_stranger
from digests.text import fold

if TYPE_CHECKING:
    from digests.matching.context import Context
    from digests.matching.lexicon import Lexicon
    from digests.matching.page import Page
    from digests.matching.phrases import Place
    from digests.matching.targets import Form

__all__ = ["why_other", "why_refused"]


def why_refused(form: Form, page: Page, place: Place, context: Context, lexicon: Lexicon) -> str:
    """The rule that refuses this place of a form: the words beside it, which say more, before the article's."""
    why = why_other(form, page, place, context, lexicon)
    if why or context.counts(form):
        return why
    return "a name of several meanings, and the words of the article do not speak for this one"


def why_other(form: Form, page: Page, place: Place, context: Context, lexicon: Lexicon) -> str:
    """The rule by which the words beside it refuse this place of a form that may count in the article."""
    if len(form.words) == 1:
        meaning = form.owner.meaning
        if (
            meaning is not None
            and place.last >= 0
            and is_everyday_word(page, place.first, fold(form.name), meaning.reading.entity, lexicon)
        ):
            return "an everyday word here, by the words beside it"
        if context.is_doubtful(form, page, place):
            return "like a name of several meanings, and nothing in the article speaks for this one"
        reason = why_stranger(form, page, place, lexicon)
        if reason:
            return reason
    elif is_of_somebody_else(form, page, place):
        return "like it, and the beginning of somebody else's longer name"
    return "part of a longer name of something else" if is_part_of_another(form, page, place, lexicon) else ""
