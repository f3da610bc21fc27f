"""The documents tell the truth: what exists is documented, and what is documented exists. Links lead somewhere."""

import re
from pathlib import Path

import pytest

from bot.cli import VERBS
from bot.doctor import examination
from bot.metrics import Metrics
from bot.telegram.commands import COMMANDS
from config.settings import SECRETS, Settings, load_effective, shown
from digests import model

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
TEXTS = {file: file.read_text(encoding="utf-8") for file in DOCS}
ALL = "\n".join(TEXTS.values())


def of(name):
    return TEXTS[ROOT / "docs" / name]


def test_every_verb_is_documented_and_every_documented_verb_exists():
    listed = set(re.findall(r"^\| `khabardar ([a-z]+)", of("verbs.md"), re.MULTILINE))
    assert listed == set(VERBS)
    # Elsewhere a verb follows the program's name in code, at the start of a line of commands or between backticks.
    named = set(re.findall(r"(?:^    |`|/bin/|&& |exec khabardar )khabardar ([a-z]+)\b", ALL, re.MULTILINE))
    assert named <= set(VERBS)


def test_every_option_named_in_the_documents_exists():
    from importlib import import_module

    options = set()
    for verb in VERBS.values():
        command = getattr(import_module(f"bot.verbs.{verb.module}"), verb.name)
        every = [command, *getattr(command, "commands", {}).values()]
        options |= {
            name for one in every for parameter in one.params for name in (*parameter.opts, *parameter.secondary_opts)
        }
    options |= {"--config", "--db", "--help", "--version", "--json"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", of("verbs.md"))) <= options


def test_every_command_of_the_bot_is_documented_and_every_documented_one_exists():
    page = of("commands.md")
    table = "\n".join(re.findall(r"^\| (`/.*?)\|", page, re.MULTILINE))
    assert set(re.findall(r"/([a-z]+)", table)) == set(COMMANDS)
    named = set(re.findall(r"`/([a-z]+)[ `]", page + of("operations.md") + of("query-language.md")))
    others = {"healthz", "readyz", "metrics", "setinline", "newbot", "revoke", "data"}  # the web server's, @BotFather's
    assert named - others <= set(COMMANDS)


def test_every_setting_is_documented_with_its_default_and_none_besides():
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| (.*?) \|", of("settings.md"), re.MULTILINE))
    assert set(rows) == set(Settings.model_fields)
    in_force = {one.key: one.value for one in shown(load_effective({}))}
    nothing = {"not set": "(not set)", "none": "(not set)", "empty": ""}
    told = {key: nothing.get(default, default.strip("`")) for key, default in rows.items()}
    assert told == {key: value.removesuffix(".0") for key, value in in_force.items()}


def test_every_variable_named_in_the_documents_is_a_setting():
    known = {f"KHABARDAR_{key.upper()}" for key in Settings.model_fields}
    known |= {f"KHABARDAR_{key.upper()}_FILE" for key in SECRETS}
    named = set(re.findall(r"KHABARDAR_[A-Z_]*[A-Z]", ALL))
    assert {name for name in named if not name.startswith("KHABARDAR_BENCH_")} <= known  # `make bench` has its own


def test_secrets_are_marked_in_the_documents():
    marked = set(re.findall(r"^\| `([a-z_]+)` \|[^|]*\| \*secret\*", of("settings.md"), re.MULTILINE))
    assert marked == SECRETS


def metrics():
    """Names as Prometheus reads them, with their labels."""
    found = set()
    for name, one in vars(Metrics()).items():
        if name == "registry":
            continue
        suffix = "_total" if one._type == "counter" else ""
        labels = f"{{{','.join(one._labelnames)}}}" if one._labelnames else ""
        found.add(f"{one._name}{suffix}{labels}")
    return found


def test_every_metric_is_documented_with_its_labels_and_none_besides():
    table = "\n".join(re.findall(r"^\| (`khabardar_.*?)\|", of("operations.md"), re.MULTILINE))
    assert set(re.findall(r"`(khabardar_[^`]+)`", table)) == metrics()


def test_metrics_named_anywhere_exist():
    names = {name.partition("{")[0] for name in metrics()}
    named = set(re.findall(r"\bkhabardar_[a-z_]+[a-z]\b", ALL)) - {"khabardar_rehearsal_bot"}
    assert named <= names


def test_every_look_of_doctor_is_explained():
    sources = (Path(examination.__file__).parent).glob("*.py")
    text = "\n".join(file.read_text() for file in sources)
    names = set(re.findall(r'(?:fine|warning|trouble)\(\s*"([^"]+)"', text)) | {"settings"}
    table = of("operations.md").partition("## What troubles mean")[2].partition("| line of the log")[0]
    explained = re.findall(r"^\| ([a-z_, ]+) \|", table, re.MULTILINE)
    assert {name for line in explained for name in line.split(", ")} - {"doctor says", ""} == names


def test_the_glossary_knows_the_words_of_the_model():
    page = of("glossary.md")
    for word in ("Source", "RawArticle", "Article", "Match", "Story", "Digest", "Severity"):
        assert hasattr(model, word)
        assert f"**{word}**" in page


def anchors(text):
    """The names that links can point at, as GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "")).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_links_lead_somewhere(file):
    text = re.sub(r"^    .*$", "", TEXTS[file], flags=re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (file.parent / path).resolve() if path else file
        assert there.exists(), f"{file.name}: {target}"
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there.read_text(encoding="utf-8")), f"{file.name}: {target}"


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_pages_named_in_the_text_exist(file):
    for page in re.findall(r"\bdocs/[\w/-]+\.(?:md|png|yaml|service)\b", TEXTS[file]):
        assert (ROOT / page).exists(), f"{file.name}: {page}"


def test_messages_of_the_program_name_pages_that_exist():
    files = [file for package in ("bot", "config", "digests") for file in (ROOT / package).rglob("*.py")]
    for file in files:
        for page in re.findall(r"\bdocs/[\w/-]+\.md\b", file.read_text(encoding="utf-8")):
            assert (ROOT / page).exists(), f"{file.relative_to(ROOT)}: {page}"
