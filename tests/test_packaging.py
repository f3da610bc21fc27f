"""What is installed: three packages with their data files, found from anywhere, beside nobody else's."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distributions, packages_distributions
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "config", "digests")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def data_files():
    """Everything in the packages that is no code: paths from the top of the repository."""
    found = [file for package in PACKAGES for file in (ROOT / package).rglob("*") if file.is_file()]
    return sorted(
        str(file.relative_to(ROOT))
        for file in found
        if file.suffix not in {".py", ".pyc"} and "__pycache__" not in file.parts
    )


def test_the_packages_say_that_they_are_typed_and_bring_their_data():
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(data_files())
    assert {Path(name).suffix for name in data_files()} == {".typed", ".toml", ".json", ".gz", ".tsv", ".txt"}


def test_data_files_are_found_from_any_directory(tmp_path):
    code = (
        "import sys\nfrom importlib.resources import files\n"
        "for name in sys.argv[1:]:\n"
        "    package, _, path = name.partition('/')\n"
        "    file = files(package).joinpath(path)\n"
        "    assert file.is_file(), name\n"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("KHABARDAR_")}
    subprocess.run([sys.executable, "-c", code, *data_files()], cwd=tmp_path, env=env, check=True)


def test_the_program_works_from_any_directory(tmp_path):
    (tmp_path / "a.txt").write_text(
        "Blast in Quetta\n\nQUETTA: Three people were killed in a blast on Monday, police said.\n"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("KHABARDAR_")}
    command = [Path(sys.executable).with_name("khabardar"), "digest", "-q", "Quetta", "a.txt", "--json"]
    ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert '"status": "new"' in ran.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_no_data_file_is_left_out_because_git_ignores_it():
    # The builder leaves out what .gitignore names.
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    ran = subprocess.run(["git", "check-ignore", *data_files()], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout == ""


def test_no_other_distribution_provides_our_packages():
    owners = packages_distributions()
    for package in PACKAGES:
        assert set(owners.get(package, ["khabardar"])) == {"khabardar"}, package
    others = [one for one in distributions() if one.metadata["Name"] != "khabardar"]
    taken = {file.parts[0] for one in others for file in one.files or () if file.parts[0] in PACKAGES}
    assert taken == set()


def test_the_wheel_is_told_to_hold_the_three_packages_and_the_program():
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)
    assert PROJECT["project"]["scripts"] == {"khabardar": "bot.cli:main"}
    assert all(files(package).joinpath("__init__.py").is_file() for package in PACKAGES)


def test_the_built_wheel_holds_code_and_data_and_no_tests(tmp_path):
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {*PACKAGES, "khabardar"}
    assert set(data_files()) <= set(names)


def locked(name):
    return {
        match[1].lower(): match[2]
        for match in re.finditer(r"^([\w.-]+)==([\w.]+)", (ROOT / name).read_text(), re.MULTILINE)
    }


def test_every_dependency_is_locked_with_its_hash():
    wanted = {re.match(r"[\w-]+", line)[0].lower() for line in PROJECT["project"]["dependencies"]}
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert wanted <= locked(name).keys()
        lines = (ROOT / name).read_text().splitlines()
        pinned = [number for number, line in enumerate(lines) if re.match(r"[\w.-]+==", line)]
        assert all("--hash=sha256:" in lines[number + 1] for number in pinned)


def test_no_extra_is_asked_for_in_two_spellings():
    # The pip of Debian 12 ends with a traceback at lxml[html_clean] beside lxml[html-clean].
    asked = {}
    for one in distributions():
        for line in one.requires or ():
            if (found := re.match(r"([\w.-]+)\s*\[([^\]]+)\]", line)) and "extra ==" not in line:
                for extra in found[2].split(","):
                    asked.setdefault((found[1].lower(), re.sub(r"[-_.]+", "-", extra.strip())), set()).add(
                        extra.strip()
                    )
    assert {key: names for key, names in asked.items() if len(names) > 1} == {}


def test_both_locks_agree():
    run, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: dev.get(name) for name in run} == run


# --- Deployment files --------------------------------------------------------------------------------------------------

DEPLOY = ROOT / "docs" / "deploy"


def test_deployment_files_name_only_settings_that_exist():
    from config.settings import SECRETS, Settings

    known = {f"KHABARDAR_{key.upper()}" for key in Settings.model_fields} | {
        f"KHABARDAR_{key.upper()}_FILE" for key in SECRETS
    }
    named = {name for file in DEPLOY.iterdir() for name in re.findall(r"KHABARDAR_[A-Z_]*[A-Z]", file.read_text())}
    assert named
    assert named <= known


def test_the_image_runs_as_a_user_of_its_own_and_looks_after_itself():
    text = (DEPLOY / "Dockerfile").read_text()
    assert "USER 10001:10001" in text
    assert 'CMD ["khabardar", "doctor", "--alive"]' in text
    assert "--require-hashes" in text
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / name).exists() for name in line.split())


def test_the_service_is_closed_but_lets_workers_limit_themselves():
    text = (DEPLOY / "khabardar.service").read_text()
    for line in (
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "NoNewPrivileges=yes",
        "UMask=0077",
    ):
        assert f"\n{line}\n" in text
    assert "SystemCallFilter=setrlimit prlimit64 setpriority" in text


def exposure(unit):
    """What systemd thinks of a unit, 0 (closed) to 10; None where systemd is not installed or too old to say."""
    try:
        ran = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", "--no-pager", unit],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return None
    found = re.search(r"exposure level for .*: ([\d.]+)", ran.stdout)
    return float(found[1]) if found else None


def test_the_service_exposes_little():
    level = exposure(DEPLOY / "khabardar.service")
    if level is None:
        pytest.skip("systemd-analyze is not on this machine")
    assert level <= 1.5
