"""The command line: `khabardar VERB`. Exit codes: 0 done, 1 failed, 2 wrong use."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.release import own_version
from bot.verbs.output import FAILED, WRONG_USE, complain
from config import settings as settings_files
from digests.errors import ConfigError, DigestError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["VERBS", "main"]

# Where each verb lives; a verb's module is loaded when the verb is called, so that --help is quick.
VERBS = {
    "clean": "bot.verbs.reading:clean_verb",
    "ingest": "bot.verbs.reading:ingest_verb",
    "match": "bot.verbs.reading:match_verb",
    "stories": "bot.verbs.reading:stories_verb",
    "digest": "bot.verbs.reading:digest_verb",
    "eval": "bot.verbs.evaluating:evaluate",
    "run": "bot.verbs.running:run",
    "rehearse": "bot.verbs.running:rehearse",
    "doctor": "bot.verbs.operating:doctor",
    "backup": "bot.verbs.operating:backup",
    "restore": "bot.verbs.operating:restore",
    "migrate": "bot.verbs.operating:migrate",
    "check": "bot.verbs.operating:check",
    "opml": "bot.verbs.operating:opml",
}
NEEDS_NO_SETTINGS = ("check", "doctor", "rehearse")


class Verbs(click.Group):
    """The verbs, loaded one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in VERBS:
            return None
        module, name = VERBS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(own_version(), prog_name="khabardar")
@click.option("--config", type=click.Path(path_type=Path), help="The operator's folder (KHABARDAR_CONFIG).")
@click.option("--db", type=click.Path(path_type=Path), help="The database file (KHABARDAR_DB).")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, db: Path | None) -> None:
    """Tells people in Telegram when conflict news touches the names they watch."""
    flags = {name: value for name, value in (("config", config), ("db", db)) if value is not None}
    if ctx.invoked_subcommand in NEEDS_NO_SETTINGS or any(flag in sys.argv for flag in ("-h", "--help")):
        ctx.obj = flags
    else:
        ctx.obj = settings_files.load(os.environ, flags)


def main(args: Sequence[str] | None = None) -> None:
    """Run a verb and exit. Every error of ours is one line on standard error."""
    try:
        code = cli.main(args=args, prog_name="khabardar", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.UsageError as error:
        complain(error.format_message())
        sys.exit(WRONG_USE)
    except click.ClickException as error:
        complain(error.format_message())
        sys.exit(FAILED)
    except click.Abort:
        sys.exit(130)
    except ConfigError as error:
        for problem in error.problems:
            complain(str(problem))
        sys.exit(WRONG_USE)
    except DigestError as error:
        complain(str(error))
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
