"""The command line's manners: exit codes, one line for each trouble, a quick start, a quiet end."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import VERBS, cli
from tests.command_line import PAGE, Program

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def khabardar(capsys, tmp_path):
    return Program(capsys, tmp_path)


def start(*args, folder, **more):
    """The program as a process of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KHABARDAR_")}
    env |= {"KHABARDAR_DB": str(folder / "khabardar.db"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", *map(str, args)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    return subprocess.Popen(command, env=env, cwd=folder, text=True, **pipes)


def test_help_lists_every_verb_without_loading_any(tmp_path):
    code = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if name.startswith(('config', 'digests.matching', 'pydantic', 'aiohttp'))])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    *text, loaded = ran.stdout.splitlines()
    assert loaded == "[]"
    assert [line.split()[0] for line in text if line.startswith("  ") and line.split()[0] in VERBS] == list(VERBS)


def test_cleaning_loads_no_matching(tmp_path):
    (tmp_path / "a.html").write_text(PAGE)
    code = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main(['clean', 'a.html', '--json'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if name in ('digests.matching', 'telegram', 'aiohttp', 'digests.gazetteer')])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_even_with_wrong_settings(khabardar, verb):
    said = khabardar(verb, "--help", web_port="none")
    assert said.code == 0
    assert said.out.startswith(f"Usage: khabardar {verb}")
    assert said.err == ""


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_exists_under_its_name(verb):
    assert cli.get_command(None, verb).name == verb
    assert VERBS[verb].does.endswith(".")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_result_that_finds_no_room_is_a_failure_in_one_line(tmp_path):
    with Path("/dev/full").open("w") as full, start("check", folder=tmp_path, stdout=full) as process:
        _, complaints = process.communicate()
    assert process.returncode == 1
    assert complaints == "khabardar: standard output: no space left on device; write the result to another place\n"


def test_a_closed_standard_output_is_no_fault(tmp_path):
    with start("check", folder=tmp_path, stdout=None, preexec_fn=lambda: os.close(1)) as process:
        _, complaints = process.communicate()
    assert (process.returncode, complaints) == (0, "")


def test_without_a_verb_the_use_is_wrong(khabardar):
    said = khabardar()
    assert said.code == 2
    assert said.complaints == ["khabardar: Missing command; see: khabardar --help"]


def test_a_mistyped_verb_is_answered_with_the_near_one(khabardar):
    said = khabardar("digets")
    assert said.code == 2
    assert said.complaints == ["khabardar: 'digets' is no verb; did you mean 'digest'?"]


def test_an_unknown_verb_is_answered_with_where_verbs_are_listed(khabardar):
    said = khabardar("xyzzy")
    assert said.code == 2
    assert said.complaints == ["khabardar: 'xyzzy' is no verb; khabardar --help lists the verbs"]


def test_an_unknown_option_is_answered_in_one_line(khabardar):
    said = khabardar("clean", "--jsn", "x.html")
    assert said.code == 2
    assert len(said.complaints) == 1
    assert "--json" in said.err
    assert "khabardar clean --help" in said.err


def test_a_missing_argument_is_wrong_use(khabardar):
    for verb in ("clean", "match", "ingest", "restore", "eval"):
        said = khabardar(verb)
        assert (said.code, len(said.complaints), said.out) == (2, 1, ""), verb


def test_all_wrong_settings_are_told_at_once(khabardar):
    said = khabardar("stories", web_port="none", admins="amina", nonsense="1")
    assert said.code == 2
    assert len(said.complaints) == 3
    assert all(line.startswith("khabardar: KHABARDAR_") for line in said.complaints)


def test_flags_before_the_verb_win_over_the_environment(khabardar, tmp_path):
    said = khabardar("--db", tmp_path / "other.db", "check", "--json")
    shown = {line["setting"]: line for line in said.lines}
    assert shown["db"] == {"setting": "db", "value": str(tmp_path / "other.db"), "origin": "--db"}


def test_the_version_is_told(khabardar):
    said = khabardar("--version")
    assert said.code == 0
    assert said.out.startswith("khabardar, version ")


def test_running_without_a_token_says_where_to_get_one(khabardar):
    said = khabardar("run")
    assert said.code == 2
    assert len(said.complaints) == 1
    assert "@BotFather" in said.err
    assert "khabardar rehearse" in said.err


def test_a_reader_that_goes_away_ends_the_program_quietly(tmp_path):
    article = '{"title": "Blast in Quetta", "text": "QUETTA: Three people were killed in a blast near the station."}\n'
    (tmp_path / "many.jsonl").write_text(article * 3000)
    with start("clean", "many.jsonl", "--json", folder=tmp_path) as running:
        assert running.stdout.readline().startswith("{")
        running.stdout.close()
        assert running.wait(60) == 0
        assert running.stderr.read() == ""


def hear_interrupts():
    """Undoes what a shell does to a program that it starts in the background: there Ctrl-C is ignored, also by its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupted(running):
    """The exit status after Ctrl-C, pressed again where the first came in the instant before Python began to read, which it cannot see."""
    for _ in range(3):
        running.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return running.wait(20)
    return None


def test_an_interrupt_says_so_in_a_line_and_keeps_what_was_finished(tmp_path):
    with start("ingest", "-", "--json", folder=tmp_path, preexec_fn=hear_interrupts) as running:
        running.stdin.write('{"title": "Blast in Quetta", "text": "QUETTA: Three people were killed on Monday."}\n')
        running.stdin.flush()
        assert '"fate": "stored"' in running.stdout.readline()
        assert interrupted(running) == 130
        assert [line for line in running.stderr.read().splitlines() if line] == [
            "khabardar: interrupted; what was finished is kept"
        ]
    with start("stories", "--json", folder=tmp_path) as after:
        assert len(after.communicate(timeout=60)[0].splitlines()) == 1


def test_help_comes_quicker_than_the_work(tmp_path):
    (tmp_path / "a.html").write_text(PAGE)

    def seconds(*args):
        begun = os.times()
        with start(*args, folder=tmp_path) as running:
            running.communicate(timeout=60)
        ended = os.times()
        return ended.children_user + ended.children_system - begun.children_user - begun.children_system

    assert seconds("--help") * 2 < seconds("digest", "-q", "Quetta", "a.html")
