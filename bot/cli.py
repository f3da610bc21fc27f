"""The command line: `khabardar VERB`. Exit codes: 0 done, 1 failed, 2 wrong use."""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.release import own_version
from bot.verbs.given import Given
from bot.verbs.output import FAILED, INTERRUPTED, WRONG_USE, complain, flush, pointed
from digests.errors import ConfigError, DigestError, QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["VERBS", "Verb", "main"]


@dataclass(frozen=True, slots=True)
class Verb:
    """Where a verb lives and what `--help` says of it: its module is loaded when it is called, so that --help is quick."""

    module: str
    name: str
    does: str


VERBS = {
    "clean": Verb("cleaning", "clean_verb", "Show what is kept of a page."),
    "ingest": Verb("reading", "ingest_verb", "Read articles into the database."),
    "backfill": Verb("history", "backfill_verb", "Read the history of a source into the archive."),
    "match": Verb("matching", "match_verb", "Show which queries match where."),
    "stories": Verb("telling", "stories_verb", "List stories with their articles and facts."),
    "digest": Verb("telling", "digest_verb", "Show the digest that a subscriber would get."),
    "eval": Verb("evaluating", "evaluate", "Measure matching, stories or cleaning on labelled lines."),
    "run": Verb("running", "run", "Run the bot."),
    "rehearse": Verb("running", "rehearse", "Play the bot against a local stand-in for Telegram."),
    "doctor": Verb("examining", "doctor", "Look for what is wrong and say what to do."),
    "backup": Verb("keeping", "backup", "Write a checked copy of the database."),
    "restore": Verb("keeping", "restore", "Put a backup in the place of the database."),
    "migrate": Verb("keeping", "migrate", "Bring the database's schema up to date."),
    "check": Verb("examining", "check", "Check settings, sources and lexicon, and show what is in force."),
    "opml": Verb("listing", "opml", "Bring sources in from an OPML file, or write them out."),
}


class Verbs(click.Group):
    """The verbs, loaded one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in VERBS:
            return None
        verb = VERBS[cmd_name]
        command: click.Command = getattr(import_module(f"bot.verbs.{verb.module}"), verb.name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of verbs, without loading any of them."""
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl([(name, verb.does) for name, verb in VERBS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], VERBS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "khabardar --help lists the verbs"
            raise click.UsageError(f"{args[0][:80]!r} is no verb; {hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Verbs,
    subcommand_metavar="VERB [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    no_args_is_help=False,
)
@click.version_option(own_version(), prog_name="khabardar")
@click.option("--config", type=click.Path(path_type=Path), help="The operator's folder (KHABARDAR_CONFIG).")
@click.option("--db", type=click.Path(path_type=Path), help="The database file (KHABARDAR_DB).")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, db: Path | None) -> None:
    """Tells people in Telegram when conflict news touches the names they watch."""
    ctx.obj = Given({name: value for name, value in (("config", config), ("db", db)) if value is not None})


def main(args: Sequence[str] | None = None) -> None:
    """Run a verb and exit. Every error of ours is one line on standard error."""
    try:
        code = cli.main(args=args, prog_name="khabardar", standalone_mode=False)
        flush()
        sys.exit(code if isinstance(code, int) else 0)
    except click.UsageError as error:
        complain(_usage(error))
        sys.exit(WRONG_USE)
    except click.ClickException as error:
        complain(error.format_message())
        sys.exit(FAILED)
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted; what was finished is kept")
        sys.exit(INTERRUPTED)
    except ConfigError as error:
        for problem in error.problems:
            complain(str(problem))
        sys.exit(WRONG_USE)
    except QueryError as error:
        complain(f"{error.query!r}: {error}", *pointed(error))
        sys.exit(WRONG_USE)
    except DigestError as error:
        complain(str(error))
        sys.exit(FAILED)


def _usage(error: click.UsageError) -> str:
    """What was wrong and, unless the message says it itself, where the right use stands."""
    message = error.format_message()
    if error.ctx is None:
        return message
    return f"{message.rstrip('.')}; see: {error.ctx.command_path} --help"


if __name__ == "__main__":
    main()
