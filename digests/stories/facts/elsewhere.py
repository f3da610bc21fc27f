"""Where an event was not: where the wounded were taken, help came from, somebody travelled, or another event was."""

from __future__ import annotations

import re

__all__ = ["is_elsewhere"]

NEAR, JOURNEY_NEAR = 70, 110  # characters before a name

# Before the name of a place where the event was not: "the injured were shifted to a hospital in Quetta", "two hours after a
# bombing in Quetta", "a similar attack in Quetta".
BEFORE = re.compile(
    r"\b(?:shift|mov|airlift|transfer|taken|rush|refer|evacuat|transport)\w* (?:\w+ ){0,4}to (?:[\w']+ ){0,6}$"
    r"|\b(?:sent|called|dispatched|rushed|came|arrived|summoned|flown) (?:\w+ ){0,2}from (?:[\w'-]+ (?:and )?){0,2}$"
    r"|\b(?:fl[eoy]w?n?|flying|flies) (?:[\w']+ ){0,8}to $|\b(?:famil(?:y|ies) (?:of|from|in)|(?:hail|belong)\w* (?:to|from)|natives? of) $"
    r"|\b(?:doctors?|dentists?|professors?|engineers?|teachers?|students?|clerics?|preachers?|labourers?|laborers?|workers?|miners?|traders?|suspects?|m[ae]n|wom[ae]n|youths?|teenagers?) from (?:the )?$"
    r"|\b(?:to avenge|revenge for|retaliation for|response to|(?:talks|summit) (?:in|at)) (?:[\w'-]+ ){0,5}(?:in |at )?$"
    r"|\b(?:government|regierung|gouvernement|gobierno) (?:in|de|à|en) $"
    r"|\bthe (?:19|20)\d\d (?:[\w'-]+ ){1,4}(?:in|at|on|of) $|\b(?:injured|wounded) (?:[\w'-]+ ){1,4}(?:died|succumbed) (?:in|at) (?:a (?:[\w']+ )?hospital in )?$"
    r"|\b(?:km|kilomet(?:er|re)s?|miles?) (?:to the )?(?:north|south|east|west)-?(?:east|west)? of (?:the capital,? )?$|\bau (?:nord|sud|est|ouest) de (?:la capitale,? )?$|\bal (?:norte|sur|este|oeste) de $"
    r"|\b(?:media|reporters|journalists|newsmen|(?:news|press) (?:conference|briefing)) (?:\w+ )?(?:in|at) $"
    r"|\b(?:registered|lodged)\b[^.;]{0,60}\bin $"
    r"|\b(?:minutes?|hours?|days?|weeks?|months?|years?) (?:after|before) (?:an?|the|another) (?:[\w-]+ ){0,5}(?:in|at|on|near|outside) $"
    r"|\b(?:another|similar|separate|earlier|previous) (?:[\w-]+ ){1,3}(?:in|at|on|near|outside) $|\bthe one (?:in|at|near) $"
    r"|\bit (?:is|was|marks|marked) the (?:second|third|fourth|fifth|latest|deadliest|worst|first)\b.*$",
    re.IGNORECASE,
)
# An embassy that says something is not where it happened, but one that was struck is.
UNDER_ATTACK = re.compile(r" (?:was|were|has been|came|comes) (?:hit|struck|bombed|attacked|stormed|targeted|under)\b")
EMBASSY = re.compile(r"\bembass(?:y|ies) in $", re.IGNORECASE)
STRUCK_EMBASSY = re.compile(
    r"\b(?:at|in|outside|near|beside|to|front of|on|into|inside|targets?|targeted|targeting|hit|hits|struck|strikes|stormed|attacked"
    r"|opposite|behind|against) (?:[\w'’-]+ ){0,3}embass(?:y|ies) in $",
    re.IGNORECASE,
)
# "A bus travelling from Quetta to Karachi was stopped near Kalat": neither town is where it happened.
TRAVELS = (
    r"(?:on (?:the|its|his|her|their) way|en route|travell?ing|heading|headed|bound|returning|(?:was|were) going"
    r"|(?:bus|coach|train|flight|van|convoy|passengers?|pilgrims|trucks?|tankers?|vehicles?)(?: (?:was|were))?(?: (?:going|coming|moving|driving))?)"
)
PLACE_NAME = r"(?:the )?[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+)?"
JOURNEY = re.compile(
    rf"\b{TRAVELS} (?:back |home )?(?:from (?:{PLACE_NAME} (?:to|for|towards?) )?|(?:to|for|towards?) (?:{PLACE_NAME} from )?)"
    r"(?:(?:their|its|his|her|the|a) (?:[\w-]+ ){1,2}(?:in|at|near) |the )?$"
)
# "Demonstrators blocked roads in Karachi, Lahore and Islamabad" over what happened in another town.
PROTESTS = re.compile(
    r"\b(?i:protest|demonstrat|ralli|rally|march|sit-in|vigil|blocked (?:the )?(?:roads?|highways?|streets?))\w*\b[^.;]{0,90}"
    rf"\b(?:in|at|across|through|on) (?:{PLACE_NAME}(?:, and |, | and ))*(?:the )?$"
)
BOUND = re.compile(r"-bound\b|\s(?:سے (?:\S+ ){1,2}(?:جانے وال|جا رہ|آنے وال|آ رہ)|جانے وال|جا رہ[یےا])")


def is_elsewhere(words: str, start: int, end: int) -> bool:
    """Whether the place that a sentence names from `start` to `end` is not where its event was."""
    before, long_before = words[max(0, start - NEAR) : start], words[max(0, start - JOURNEY_NEAR) : start]
    return bool(
        BEFORE.search(before)
        or (EMBASSY.search(before) and not (STRUCK_EMBASSY.search(before) or UNDER_ATTACK.match(words, end)))
        or JOURNEY.search(long_before)
        or BOUND.match(words, end)
        or PROTESTS.search(long_before)
    )
