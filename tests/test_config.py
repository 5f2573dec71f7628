from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tailgate.config import Policy, load_policy, load_project
from tailgate.decide import Margins, Rule
from tailgate.errors import ConfigurationError
from tailgate.exit_codes import ExitCode
from tailgate.records import BenchmarkId

if TYPE_CHECKING:
    from collections.abc import Callable

CANCEL = BenchmarkId("book.Cancel.latency_cancel", ("'deep'",))
REPOSITORY = Path(__file__).parents[1]


@pytest.fixture
def policy(tmp_path: Path) -> Callable[[str], Policy]:
    def load(text: str) -> Policy:
        path = tmp_path / "gate.toml"
        path.write_text(text, encoding="utf-8")
        return load_policy(path, is_required=True)

    return load


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes asv.conf.json, with keys changed or (``None``) left out, and gives its folder."""

    def write(**changes: Any) -> Path:
        keys = {"version": 1, "project": "trading", "repo": ".", "benchmark_dir": "benchmarks", **changes}
        (tmp_path / "benchmarks").mkdir(exist_ok=True)
        text = json.dumps({key: value for key, value in keys.items() if value is not None})
        (tmp_path / "asv.conf.json").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def problems(error: pytest.ExceptionInfo[ConfigurationError]) -> list[str]:
    """Return the lines after the first, which names the file."""
    assert error.value.exit_code is ExitCode.MISUSE
    return [line.strip() for line in str(error.value).splitlines()[1:]]


def test_this_repositorys_own_policy_and_project_are_sound() -> None:
    assert load_project(REPOSITORY).subject == "trading"
    assert load_policy(REPOSITORY / "ci" / "gate.toml", is_required=True).gate.new_benchmarks == "allow"


def test_without_a_file_every_key_has_its_default(tmp_path: Path) -> None:
    policy = load_policy(tmp_path / "gate.toml", is_required=False)
    assert policy == Policy()
    assert policy.rule_for(CANCEL, 1) == Rule()


def test_a_file_that_the_user_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"there is no policy file .*gate\.toml"):
        load_policy(tmp_path / "gate.toml", is_required=True)


def test_an_empty_file_means_the_defaults(policy: Callable[[str], Policy]) -> None:
    assert policy("") == Policy()


def test_every_key_can_be_set(policy: Callable[[str], Policy]) -> None:
    loaded = policy(
        """
        [gate]
        budget_s = 60
        benchmark_timeout_s = 2.5
        inconclusive = "pass"
        new_benchmarks = "allow"
        default_branch = "trunk"
        [margins.intrinsic]
        worse = 0.03
        tolerated = 0.06
        [margins.raw]
        worse = 0.1
        tolerated = 0.2
        [flags]
        overlay_variable = "OVERLAY"
        [history]
        margin = 0.08
        """
    )
    assert loaded.history.margin == 0.08
    assert loaded.gate.budget_s == 60
    assert loaded.gate.benchmark_timeout_s == 2.5
    assert (loaded.gate.inconclusive, loaded.gate.new_benchmarks) == ("pass", "allow")
    assert loaded.gate.default_branch == "trunk"
    assert loaded.flags.overlay_variable == "OVERLAY"
    rule = loaded.rule_for(CANCEL, 1)
    assert (rule.intrinsic, rule.raw) == (Margins(0.03, 0.06), Margins(0.1, 0.2))


def test_unknown_keys_are_refused_wherever_they_stand(policy: Callable[[str], Policy]) -> None:
    with pytest.raises(ConfigurationError) as error:
        policy(
            """
            surprise = 1
            [gate]
            budget = 60
            [margins.intrinsic]
            worse = 0.02
            tolerated = 0.05
            permitted = 1
            [[override]]
            benchmarks = "x"
            worse = 0.1
            [rollouts]
            """
        )
    keys = [line.partition(":")[0] for line in problems(error)]
    assert sorted(keys) == ["gate.budget", "margins.intrinsic.permitted", "override.0.worse", "rollouts", "surprise"]
    assert all("unknown key" in line for line in problems(error))


def test_all_errors_are_shown_at_once_each_with_its_key(policy: Callable[[str], Policy]) -> None:
    with pytest.raises(ConfigurationError) as error:
        policy(
            """
            [gate]
            budget_s = -1
            benchmark_timeout_s = 0
            inconclusive = "maybe"
            new_benchmarks = true
            default_branch = 7
            [margins.raw]
            worse = 1.5
            tolerated = 0.1
            """
        )
    assert [line.partition(":")[0] for line in problems(error)] == [
        "gate.budget_s",
        "gate.benchmark_timeout_s",
        "gate.inconclusive",
        "gate.new_benchmarks",
        "gate.default_branch",
        "margins.raw.worse",
    ]


@pytest.mark.parametrize("value", ['"600"', "true", "inf", "nan", "[]", "2020-01-01"])
def test_only_a_finite_number_is_a_number(policy: Callable[[str], Policy], value: str) -> None:
    with pytest.raises(ConfigurationError, match=r"gate\.budget_s: "):
        policy(f"[gate]\nbudget_s = {value}\n")


def test_margins_that_leave_no_room_between_them_are_refused(policy: Callable[[str], Policy]) -> None:
    with pytest.raises(ConfigurationError, match=r"margins\.raw: .*tolerated \(0.05\) must be larger than worse"):
        policy("[margins.raw]\nworse = 0.05\ntolerated = 0.05\n")


def test_the_last_override_that_matches_wins(policy: Callable[[str], Policy]) -> None:
    loaded = policy(
        """
        [[override]]
        benchmarks = '^book\\.'
        intrinsic = {worse = 0.10, tolerated = 0.20}
        [[override]]
        benchmarks = "'deep'"
        intrinsic = {worse = 0.20, tolerated = 0.40}
        [[override]]
        benchmarks = "risk"
        intrinsic = {worse = 0.30, tolerated = 0.60}
        """
    )
    assert loaded.rule_for(CANCEL, 1).intrinsic == Margins(0.20, 0.40)
    assert loaded.rule_for(BenchmarkId("book.latency_add"), 1).intrinsic == Margins(0.10, 0.20)
    assert loaded.rule_for(BenchmarkId("orders.latency_add"), 1).intrinsic == Margins(0.02, 0.05)


def test_an_override_of_one_leg_leaves_the_other_as_it_was(policy: Callable[[str], Policy]) -> None:
    loaded = policy(
        """
        [margins.intrinsic]
        worse = 0.03
        tolerated = 0.06
        [[override]]
        benchmarks = "book"
        raw = {worse = 0.2, tolerated = 0.3}
        [[override]]
        benchmarks = "Cancel"
        intrinsic = {worse = 0.1, tolerated = 0.2}
        """
    )
    rule = loaded.rule_for(CANCEL, 1)
    assert (rule.intrinsic, rule.raw) == (Margins(0.1, 0.2), Margins(0.2, 0.3))
    other = loaded.rule_for(BenchmarkId("book.latency_add"), 1)
    assert (other.intrinsic, other.raw) == (Margins(0.03, 0.06), Margins(0.2, 0.3))


def test_a_broken_regular_expression_is_refused(policy: Callable[[str], Policy]) -> None:
    with pytest.raises(ConfigurationError, match=r"override\.0\.benchmarks: .*not a regular expression"):
        policy('[[override]]\nbenchmarks = "book["\n')


def test_an_override_must_say_for_which_benchmarks(policy: Callable[[str], Policy]) -> None:
    with pytest.raises(ConfigurationError, match=r"override\.0\.benchmarks: Field required"):
        policy("[[override]]\nraw = {worse = 0.2, tolerated = 0.3}\n")


def test_a_family_sharpens_the_rule(policy: Callable[[str], Policy]) -> None:
    assert policy("").rule_for(CANCEL, 5_000).accuse_error < Rule().accuse_error


@pytest.mark.parametrize("text", ["[gate", "budget_s = ", "a = 1\na = 2", "\x00"])
def test_broken_toml_is_one_message_with_the_file(policy: Callable[[str], Policy], text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"gate\.toml cannot be read: "):
        policy(text)


def test_a_policy_that_is_no_text_or_no_file_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "gate.toml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "gate.toml", tmp_path):
        with pytest.raises(ConfigurationError, match="cannot be read: "):
            load_policy(path, is_required=True)


def test_a_project_is_found_from_any_folder_below_it(project: Callable[..., Path]) -> None:
    root = project(repo_subdir="trading")
    below = root / "trading" / "book"
    below.mkdir(parents=True)
    for start in (root, root / "trading", below):
        found = load_project(start)
        assert (found.root, found.name, found.subject) == (root.resolve(), "trading", "trading")
        assert found.benchmark_folder == root.resolve() / "benchmarks"
        assert found.asv_config == root.resolve() / "asv.conf.json"


def test_comments_are_allowed_as_asv_allows_them(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "asv.conf.json").write_text('{\n  // the name\n  "project": "trading", /* here */ "version": 1\n}\n')
    assert load_project(tmp_path).name == "trading"


def test_no_asv_project_is_misuse_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no asv\.conf\.json in .* or above it; run tailgate inside") as error:
        load_project(tmp_path)
    assert error.value.exit_code is ExitCode.MISUSE


@pytest.mark.parametrize("text", ["", "{", "{'a': }", "\x00", '{"project": "a"'])
def test_a_broken_asv_configuration_is_one_message(tmp_path: Path, text: str) -> None:
    (tmp_path / "asv.conf.json").write_text(text)
    with pytest.raises(ConfigurationError, match=r"asv\.conf\.json cannot be read: "):
        load_project(tmp_path)


def test_an_asv_configuration_that_is_no_text_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "asv.conf.json").write_bytes(b'{"project": "\xff"}')
    with pytest.raises(ConfigurationError, match=r"asv\.conf\.json cannot be read: "):
        load_project(tmp_path)


@pytest.mark.parametrize("text", ["[]", "1", '"text"'])
def test_an_asv_configuration_must_be_an_object(tmp_path: Path, text: str) -> None:
    (tmp_path / "asv.conf.json").write_text(text)
    with pytest.raises(ConfigurationError, match="expected an object"):
        load_project(tmp_path)


def test_every_problem_of_the_asv_configuration_is_shown_at_once(project: Callable[..., Path]) -> None:
    root = project(
        project=None, benchmark_dir="missing", repo="https://example.invalid/x.git", repo_subdir="../elsewhere"
    )
    with pytest.raises(ConfigurationError) as error:
        load_project(root)
    assert [line.partition(":")[0] for line in problems(error)] == ["benchmark_dir", "project", "repo", "repo_subdir"]


def test_the_benchmark_folder_defaults_to_asvs(project: Callable[..., Path]) -> None:
    root = project(benchmark_dir=None)
    assert load_project(root).benchmark_folder == root.resolve() / "benchmarks"


def test_a_missing_benchmark_folder_is_named(project: Callable[..., Path]) -> None:
    root = project(benchmark_dir="bench")
    with pytest.raises(ConfigurationError, match=r"benchmark_dir: there is no folder .*bench"):
        load_project(root)


@pytest.mark.parametrize("repository", [".", "./", None])
def test_the_repository_is_the_one_that_the_project_stands_in(
    project: Callable[..., Path], repository: str | None
) -> None:
    assert load_project(project(repo=repository)).subject == ""


def test_flags_say_what_they_touch_and_require(policy: Callable[[str], Policy]) -> None:
    flags = policy(
        '[flags]\nfile = "flags.json"\n[flags.touches]\na = { benchmarks = "^x" }\n'
        'b = { benchmarks = "y", requires = ["a"] }\n'
    ).flags
    assert (flags.file, flags.overlay_variable) == ("flags.json", None)
    assert list(flags.touches) == ["a", "b"]
    assert flags.touches["b"].requires == ("a",)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('a = { benchmarks = "[" }', "flags.touches.a.benchmarks: Value error, not a regular expression"),
        ('a = { requires = ["a"] }', "flags.touches.a.benchmarks: Field required"),
        ('a = { benchmarks = "x", other = 1 }', "flags.touches.a.other: unknown key"),
        ('a = { benchmarks = "x", requires = ["b"] }', "touches.a.requires: b is not in touches"),
    ],
)
def test_flags_that_cannot_be_are_refused(policy: Callable[[str], Policy], line: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        policy(f"[flags.touches]\n{line}\n")
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        ({"show_commit_url": "https://code.test.org/c/"}, "https://code.test.org/c/"),
        ({"project_url": "https://code.test.org/x/"}, "https://code.test.org/x/commit/"),
        ({"project_url": "https://code.test.org/x", "show_commit_url": "http://h.org/?id="}, "http://h.org/?id="),
        ({"project_url": "https://example.invalid/tailgate"}, ""),
        ({"project_url": "javascript:alert(1)"}, ""),
        ({"show_commit_url": "#"}, ""),
        ({}, ""),
    ],
)
def test_commits_are_linked_only_to_a_place_that_can_be(
    project: Callable[..., Path], urls: dict[str, str], expected: str
) -> None:
    assert load_project(project(**urls)).commit_url == expected
