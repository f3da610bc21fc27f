"""/alias and /entity: the names that one keyword stands for. What an admin changes here counts at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.markup import bold, clip, code, join, text
from bot.telegram.request import Answer, Button, Refusal
from digests.matching import EntityKind
from digests.store import ledger
from digests.store.ledger import EntityName

if TYPE_CHECKING:
    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.matching import Entity
    from digests.store import Store

__all__ = ["ACTIONS", "COMMANDS"]

CHANGE = re.compile(r"(?:(add|remove|\+|-)\s+)?(.{1,100}?)\s*[=:]\s*(.{1,100})", re.DOTALL)
NEW = re.compile(r"new\s+(?:\[([a-z ]+)\]\s*)?(.{1,100}?)\s*=\s*(.{1,500})", re.DOTALL | re.IGNORECASE)
SHORTEST = 2


def alias(store: Store, request: Request, desk: Services) -> Answer:
    """Add a name to an entity, or take one away: `/alias TTP = Fitna al-Khawarij`, `/alias remove TTP = …`."""
    found = CHANGE.fullmatch(request.args.strip())
    if found is None:
        raise Refusal("alias.what")
    verb, entity_name, name = found[1] or "add", found[2].strip(), " ".join(found[3].split())
    entity = _entity(desk, entity_name)
    is_added = verb in {"add", "+"}
    if len(name) < SHORTEST:
        raise Refusal("alias.short")
    has = name.casefold() in {each.casefold() for each in entity.names}
    if is_added and has:
        raise Refusal("alias.known", name=name, entity=entity.name)
    if not is_added and not has:
        raise Refusal("alias.unknown", name=name, entity=entity.name)
    other = desk.lexicon().resolve(name)
    if is_added and other is not None and other.name != entity.name:
        raise Refusal("alias.taken", name=name, entity=other.name)
    return _changed(store, request, desk, EntityName(entity.name, name, is_added, "", request.user_id, request.now))


def entity(store: Store, request: Request, desk: Services) -> Answer:
    """One entity with its names; `/entity new [armed group] NAME = OTHER, OTHER` makes one."""
    said = request.args.strip()
    if not said:
        raise Refusal("entity.what")
    new = NEW.fullmatch(said)
    if new is not None:
        return _make(store, request, desk, kind=(new[1] or "term").strip().lower(), name=new[2].strip(), others=new[3])
    return _shown(request, _entity(desk, said))


def undo(store: Store, request: Request, desk: Services) -> Answer:
    """Take the last change of a name back."""
    kept = ledger.typed(store, request.here.chat_id, request.pressed.number if request.pressed else 0)
    entity_name, *names = (kept or "").split("\n")
    gone = [name for name in names if ledger.withdraw_entity_name(store, entity_name, name)]
    if not gone:
        raise Refusal("menu.expired")
    shown = ", ".join(gone)
    ledger.audit(store, request.user_id, "alias undone", subject=entity_name, detail=shown, now=request.now)
    said = request.words("alias.undone", name=bold(text(shown)), entity=bold(text(entity_name)))
    return Answer(Answer.of(said, edit=True).replies, after=(desk.relearn,))


def _make(store: Store, request: Request, desk: Services, *, kind: str, name: str, others: str) -> Answer:
    if kind not in set(EntityKind):
        raise Refusal("entity.kinds", kinds=", ".join(EntityKind))
    taken = desk.lexicon().resolve(name)
    if taken is not None:
        raise Refusal("alias.taken", name=name, entity=taken.name)
    names = [name, *(each for each in (" ".join(part.split()) for part in others.split(",")) if len(each) >= SHORTEST)]
    for each in dict.fromkeys(names):
        ledger.save_entity_name(store, EntityName(name, each, True, kind, request.user_id, request.now))
    ledger.audit(store, request.user_id, "new entity", subject=name, detail=", ".join(names), now=request.now)
    said = request.words("entity.made", name=bold(text(name)), n=len(names))
    number = ledger.keep_typed(store, request.here.chat_id, "\n".join((name, *dict.fromkeys(names))), request.now)
    undo_it = (Button(request.words.plain("menu.undo"), "aliasundo", number),)
    return Answer(Answer.of(said, undo_it).replies, after=(desk.relearn,))


def _changed(store: Store, request: Request, desk: Services, change: EntityName) -> Answer:
    words = request.words
    ledger.save_entity_name(store, change)
    action = "alias added" if change.added else "alias removed"
    ledger.audit(store, request.user_id, action, subject=change.entity, detail=change.name, now=request.now)
    number = ledger.keep_typed(store, request.here.chat_id, f"{change.entity}\n{change.name}", request.now)
    said = words(
        "alias.added" if change.added else "alias.removed",
        name=bold(text(change.name)),
        entity=bold(text(change.entity)),
    )
    answer = Answer.of(said, (Button(words.plain("menu.undo"), "aliasundo", number),))
    return Answer(answer.replies, after=(desk.relearn,))


def _entity(desk: Services, name: str) -> Entity:
    found = desk.lexicon().resolve(name)
    if found is None:
        near = ", ".join(desk.lexicon().near(name)[:3])
        raise Refusal("entity.unknown_near" if near else "entity.unknown", name=name[:100], near=near)
    return found


def _shown(request: Request, found: Entity) -> Answer:
    words = request.words
    lines = [
        bold(text(found.name)),
        join(" · ", (text(found.kind.value), text(found.country))),
        words("entity.names", n=len(found.names), names=clip(" · ".join(found.names), 2500)),
    ]
    if found.ambiguous:
        lines.append(
            words(
                "entity.ambiguous",
                names=clip(", ".join(sorted(found.ambiguous)), 300),
                words=clip(", ".join(found.context), 500),
            )
        )
    if found.note:
        lines.append(text(found.note))
    lines.append(words("entity.how", command=code(f"/alias {found.name} = ")))
    return Answer.of(join("\n", lines))


COMMANDS = (Command("alias", run=alias, right=Right.ADMIN), Command("entity", run=entity, right=Right.ADMIN))
ACTIONS = (Command("aliasundo", run=undo, right=Right.ADMIN),)
