"""/broadcast: a preview, a confirmation, progress that edits itself, and a way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.telegram.broadcasts import body_of, progress_shown
from bot.telegram.commands.command import Command, Right
from bot.telegram.markup import join
from bot.telegram.request import Answer, Button, Refusal
from digests.store import broadcasts, ledger, outbox
from digests.store.broadcasts import BroadcastState

if TYPE_CHECKING:
    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.store import Store
    from digests.store.broadcasts import Broadcast

__all__ = ["ACTIONS", "COMMANDS"]

LONGEST = 3500


def broadcast(store: Store, request: Request, desk: Services) -> Answer:
    """Show what every chat would get. Nothing is sent before the button."""
    words = request.words
    if not request.args:
        raise Refusal("broadcast.what")
    if len(request.args) > LONGEST:
        raise Refusal("broadcast.too_long", n=LONGEST)
    draft = broadcasts.draft(store, request.args, request.user_id, request.here.chat_id, request.now)
    size = broadcasts.audience_size(store)
    said = join("\n\n", (words("broadcast.preview", n=size), body_of(draft)))
    buttons = (
        Button(words.plain("broadcast.send", n=size), "castgo", draft.id),
        Button(words.plain("broadcast.drop"), "castdrop", draft.id),
    )
    return Answer.of(said, buttons)


def send(store: Store, request: Request, desk: Services) -> Answer:
    """Confirmed: the message becomes the progress."""
    found = _meant(store, request)
    key = f"reply:{request.update_id}:0"
    if not broadcasts.set_state(store, found.id, BroadcastState.SENDING, before=BroadcastState.DRAFT, progress_key=key):
        return Answer.of(request.words(f"broadcast.is_{found.state.value}"))
    ledger.audit(store, request.user_id, "broadcast", subject=str(found.id), detail=found.words, now=request.now)
    size = broadcasts.audience_size(store)
    stop = (Button(request.words.plain("broadcast.stop"), "caststop", found.id),)
    return Answer.of(progress_shown(request.words, 0, 0, size), stop)


def stop(store: Store, request: Request, desk: Services) -> Answer:
    """No further chat gets it; what is on its way arrives."""
    found = _meant(store, request)
    for state in (BroadcastState.SENDING, BroadcastState.WRITTEN):
        if broadcasts.set_state(store, found.id, BroadcastState.CANCELLED, before=state):
            kept_back = outbox.cancel(store, found.key, "broadcast stopped", request.now)
            ledger.audit(store, request.user_id, "broadcast stopped", subject=str(found.id), now=request.now)
            return Answer.of(request.words("broadcast.stopped", n=kept_back), edit=True)
    return Answer.of(request.words(f"broadcast.is_{found.state.value}"))


def drop(store: Store, request: Request, desk: Services) -> Answer:
    found = _meant(store, request)
    if broadcasts.set_state(store, found.id, BroadcastState.CANCELLED, before=BroadcastState.DRAFT):
        return Answer.of(request.words("broadcast.dropped"), edit=True)
    return Answer.of(request.words(f"broadcast.is_{found.state.value}"))


def _meant(store: Store, request: Request) -> Broadcast:
    found = broadcasts.broadcast(store, request.pressed.number if request.pressed else 0)
    if found is None:
        raise Refusal("menu.expired")
    return found


COMMANDS = (Command("broadcast", run=broadcast, right=Right.ADMIN),)
ACTIONS = (
    Command("castgo", run=send, right=Right.ADMIN),
    Command("castdrop", run=drop, right=Right.ADMIN),
    Command("caststop", run=stop, right=Right.ADMIN),
)
