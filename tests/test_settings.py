"""Settings: four layers, all problems at once, secrets never shown."""

from __future__ import annotations

import re
import string
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.settings import PREFIX, SECRETS, Settings, load, load_effective, shown
from config.values import Access, AllowedNetwork, read_network, read_seconds
from digests.errors import ConfigError

DOCS = Path(__file__).resolve().parents[1] / "docs" / "settings.md"


def folder_with(tmp_path: Path, text: str) -> dict[str, str]:
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    return {"KHABARDAR_CONFIG": str(tmp_path)}


def problems_of(env: dict[str, str], flags: dict[str, object] | None = None) -> dict[str, str]:
    with pytest.raises(ConfigError) as raised:
        load(env, flags)
    return {problem.place: problem.message for problem in raised.value.problems}


def test_without_anything_the_packaged_defaults_hold():
    settings = load({})
    assert settings.access is Access.OPEN
    assert settings.telegram_api == "https://api.telegram.org"
    assert settings.poll_floor == timedelta(minutes=5)
    assert settings.telegram_token is None
    assert settings.admins == ()
    assert settings.web_host == "127.0.0.1"


def test_each_layer_wins_over_the_one_before_it(tmp_path):
    env = folder_with(tmp_path, 'web_port = 1001\nin_flight = 2\naccess = "closed"\n')
    env["KHABARDAR_IN_FLIGHT"] = "3"
    env["KHABARDAR_ACCESS"] = "request"
    env["KHABARDAR_ADMINS"] = "7"
    effective = load_effective(env, {"access": "open", "db": None})
    assert (effective.settings.web_port, effective.settings.in_flight, effective.settings.access) == (
        1001,
        3,
        Access.OPEN,
    )
    assert effective.origins["web_port"] == f"{tmp_path / 'settings.toml'}:1 web_port"
    assert effective.origins["in_flight"] == "KHABARDAR_IN_FLIGHT"
    assert effective.origins["access"] == "--access"
    assert effective.origins["db"] == "default"


def test_all_problems_are_told_at_once_with_their_places(tmp_path):
    env = folder_with(tmp_path, 'poll_flor = 5\n\nsend_rate = "fast"\n')
    env |= {"KHABARDAR_ADMINS": "1, me", "KHABARDAR_WEB_PORT": "99999", "KHABARDAR_PUSH_TOKN": "x"}
    problems = problems_of(env, {"colour": "red"})
    file = tmp_path / "settings.toml"
    assert "poll_floor" in problems[f"{file}:1 poll_flor"]
    assert "number" in problems[f"{file}:3 send_rate"]
    assert "user id" in problems["KHABARDAR_ADMINS"]
    assert "65535" in problems["KHABARDAR_WEB_PORT"]
    assert "'KHABARDAR_PUSH_TOKEN'" in problems["KHABARDAR_PUSH_TOKN"]
    assert "--colour" in problems
    assert len(problems) == 6


def test_an_empty_variable_counts_as_not_set():
    assert load({"KHABARDAR_TELEGRAM_TOKEN": "", "KHABARDAR_WEB_PORT": " "}).telegram_token is None


def test_an_empty_text_in_the_file_takes_a_value_away(tmp_path):
    assert load(folder_with(tmp_path, 'drop_folder = ""\n')).drop_folder is None


@pytest.mark.parametrize("key", sorted(SECRETS))
def test_a_secret_may_come_from_a_file(key, tmp_path):
    secret = tmp_path / "secret"
    value = "sender:0123456789abcdef0123" if key == "push_keys" else "1234567:ABCDEFGHIJKLMNOP"
    if key == "webhook_secret":
        value = value.replace(":", "_")
    secret.write_text(f"{value}\n")
    found = getattr(load({f"{PREFIX}{key.upper()}_FILE": str(secret)}), key)
    if key == "push_keys":
        assert found[0].secret.get_secret_value() == "0123456789abcdef0123"
    else:
        assert found.get_secret_value() == value


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "cannot read"), (b"", "empty"), (b"\xff\xfe\x00", "no text"), (b"a" * 70_000, "too large")],
)
def test_an_unusable_secret_file_is_told(content, reason, tmp_path):
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    assert reason in problems_of({"KHABARDAR_PUSH_TOKEN_FILE": str(secret)})["KHABARDAR_PUSH_TOKEN_FILE"]


def test_a_secret_given_twice_is_a_problem(tmp_path):
    env = {"KHABARDAR_PUSH_TOKEN": "a" * 20, "KHABARDAR_PUSH_TOKEN_FILE": str(tmp_path / "x")}
    assert "keep one" in problems_of(env)["KHABARDAR_PUSH_TOKEN_FILE"]


def test_only_secrets_have_a_file_form(tmp_path):
    assert "no setting" in problems_of({"KHABARDAR_DB_FILE": str(tmp_path)})["KHABARDAR_DB_FILE"]


def test_no_secret_is_ever_shown():
    words = {
        "KHABARDAR_TELEGRAM_TOKEN": "1234567:TokenTokenTokenToken",
        "KHABARDAR_WEBHOOK_URL": "https://bot.example.org/hook",
        "KHABARDAR_WEBHOOK_SECRET": "HookHookHookHookHook",
        "KHABARDAR_PUSH_TOKEN": "PushPushPushPushPush",
        "KHABARDAR_PUSH_KEYS": "desk:KeyKeyKeyKeyKeyKeyKey",
    }
    effective = load_effective(words)
    said = repr(effective.settings) + str(effective.settings) + "".join(map(repr, shown(effective)))
    said += effective.settings.model_dump_json()
    for secret in ("TokenToken", "HookHook", "PushPush", "KeyKey"):
        assert secret not in said
    assert {row.key: row.value for row in shown(effective)}["push_keys"] == "desk:**********"


def test_no_secret_stands_in_a_problem():
    problems = problems_of(
        {
            "KHABARDAR_PUSH_TOKEN": "hush" * 200,
            "KHABARDAR_WEBHOOK_SECRET": "psst psst",
            "KHABARDAR_PUSH_KEYS": "desk:shh",
        }
    )
    assert len(problems) == 3
    assert not re.search(r"hush|psst|shh", str(problems))


def test_a_webhook_needs_a_secret():
    problems = problems_of({"KHABARDAR_WEBHOOK_URL": "https://bot.example.org/hook"})
    assert "KHABARDAR_WEBHOOK_SECRET" in problems["KHABARDAR_WEBHOOK_URL"]


def test_requests_need_somebody_to_approve_them():
    assert "KHABARDAR_ADMINS" in problems_of({"KHABARDAR_ACCESS": "request"})["KHABARDAR_ACCESS"]
    assert load({"KHABARDAR_ACCESS": "request", "KHABARDAR_ADMIN_CHAT": "-100123"}).admin_chat == -100123


def test_a_missing_folder_is_told():
    assert "no folder" in problems_of({"KHABARDAR_CONFIG": "/nowhere/at/all"})["KHABARDAR_CONFIG"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a = \n", "not TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a = " + b"[" * 20_000, "TOML"),
        (b"#" * 5_000_000, "larger than"),
    ],
)
def test_an_unreadable_file_is_one_clear_problem(content, reason, tmp_path):
    (tmp_path / "settings.toml").write_bytes(content)
    problems = problems_of({"KHABARDAR_CONFIG": str(tmp_path)})
    assert any(place.startswith(str(tmp_path / "settings.toml")) for place in problems)
    assert any(reason in message or "nested too deeply" in message for message in problems.values())


def test_push_keys_have_names_sources_and_limits(tmp_path):
    env = folder_with(
        tmp_path, '[[push_keys]]\nname = "desk"\nsecret = "0123456789abcdef"\nsource = "dawn"\nper_minute = 5\n'
    )
    (key,) = load(env).push_keys
    assert (key.name, key.source, key.per_minute) == ("desk", "dawn", 5)
    (plain,) = load({"KHABARDAR_PUSH_KEYS": "wire:0123456789abcdef"}).push_keys
    assert (plain.name, plain.source) == ("wire", "wire")


def test_allowed_networks_cover_their_port_only():
    one, two, three = load({"KHABARDAR_FETCH_ALLOW": "127.0.0.1/32:8081, 10.0.0.0/8, [::1/128]:90"}).fetch_allow
    assert one.covers("127.0.0.1", 8081)
    assert not one.covers("127.0.0.1", 80)
    assert not one.covers("127.0.0.2", 8081)
    assert two.covers("10.9.8.7", 1)
    assert three.covers("::1", 90)
    assert not three.covers("::1", 91)
    assert not two.covers("localhost", 1)


@pytest.mark.parametrize("text", ["127.0.0.1/33", "localhost", "127.0.0.1:0", "1.2.3.4:70000", "", "::1:80:x"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError, match="is no"):
        read_network(text)


@given(st.ip_addresses(), st.none() | st.integers(1, 65535))
def test_a_network_is_read_as_it_is_shown(address, port):
    width = 32 if address.version == 4 else 128
    network = read_network(f"{address}/{width}" if port is None else f"[{address}/{width}]:{port}")
    assert read_network(str(network)) == network
    assert isinstance(network, AllowedNetwork)
    assert network.covers(str(address), port or 1)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), (90, 90), ("5m", 300), ("1.5h", 5400), ("2d", 172800), (0, 0)]
)
def test_durations_have_units(text, seconds):
    assert read_seconds(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5", "5 parsecs", True, None, "1e9"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="seconds"):
        read_seconds(text)


wild = st.text(max_size=40) | st.text(string.printable, max_size=40)


@hypothesis_settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([f"{PREFIX}{key.upper()}" for key in Settings.model_fields if key != "config"]),
        wild,
        max_size=6,
    )
)
def test_wild_values_are_settings_or_a_told_problem(env):
    told = ("a problem",)
    try:
        load(env)
    except ConfigError as error:
        told = tuple(problem.message for problem in error.problems)
    assert told
    assert all(message and "\n" not in message.strip() for message in told)


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.dictionaries(wild, wild, max_size=4))
def test_foreign_variables_are_no_concern(env):
    load({name: value for name, value in env.items() if not name.startswith(PREFIX)})


def test_every_setting_is_documented_and_nothing_else():
    documented = set(re.findall(r"^\| `(\w+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == set(Settings.model_fields)


def test_every_setting_says_what_it_is():
    assert all(field.description and field.description.endswith(".") for field in Settings.model_fields.values())


def test_every_default_stands_in_the_packaged_file():
    given_by_file = load_effective({}).origins
    text = (Path(__file__).resolve().parents[1] / "config" / "settings.toml").read_text(encoding="utf-8")
    named = set(re.findall(r"^(\w+) =", text, re.MULTILINE))
    assert named == set(given_by_file) - {"config"}
