"""Documents cannot drift: trees, defaults and commands in them are held against the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tailgate.config import Policy
from tailgate.decide import Rule
from tailgate.exit_codes import ExitCode

ROOT = Path(__file__).resolve().parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tree_of_architecture() -> list[str]:
    block = read("ARCHITECTURE.md").partition("## The tree")[2].split("```")[1]
    return [line.split()[0] for line in block.strip().splitlines()]


@pytest.mark.parametrize("name", tree_of_architecture())
def test_what_the_architecture_names_exists(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("package", ["tailgate", "trading"])
def test_the_architecture_names_every_folder_of_a_package(package: str) -> None:
    folders = {f"{package}/{path.parent.name}/" for path in (ROOT / package).glob("*/__init__.py")}
    assert folders <= set(tree_of_architecture())


def test_the_readme_has_exactly_two_commands_of_one_line() -> None:
    commands = re.findall(r"^    (python3 .*)$", read("README.md"), flags=re.MULTILINE)
    assert [command.rpartition("-s ")[2] for command in commands] == ["gate", "tests"]


def test_the_readme_gives_each_verdict_its_exit_code() -> None:
    rows = dict(re.findall(r"^\| \(?([a-z, ]+)\)? \|.*\| (\d) \|$", read("README.md"), flags=re.MULTILINE))
    assert rows == {
        "pass, improved": str(int(ExitCode.PASSED)),
        "regressed": str(int(ExitCode.REGRESSED)),
        "misuse": str(int(ExitCode.MISUSE)),
        "inconclusive": str(int(ExitCode.INCONCLUSIVE)),
        "invalid": str(int(ExitCode.INVALID)),
    }


def test_the_policy_page_states_the_defaults() -> None:
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| ([^|]+) \|", read("docs/policy.md"), flags=re.MULTILINE))
    policy = Policy()
    for section, values in policy.model_dump().items():
        if not isinstance(values, dict):
            continue
        for key, value in values.items():
            if value == {}:  # what is named by the user has no default; the page may show it as an example
                rows.pop(f"{section}.{key}", None)
                continue
            entries = value.items() if isinstance(value, dict) else [(None, value)]
            for inner, default in entries:
                name = ".".join(filter(None, (section, key, inner)))
                stated = rows.pop(name)
                if default is not None:
                    assert stated.strip('"') == str(default), name
    assert not rows, "the page names keys that there are not"


def test_the_page_on_deciding_states_the_rule() -> None:
    text = " ".join(read("docs/how_the_gate_decides.md").split())
    rule = Rule()
    looks = f"{', '.join(map(str, rule.looks[:-1]))} and {rule.looks[-1]} pairs"
    assert f"Looks are taken at {looks}" in text
    assert f"at most {100 * rule.accuse_error:g} %" in text
    assert f"({100 * rule.intrinsic.worse:g} % intrinsic, {100 * rule.raw.worse:g} % raw)" in text
    assert (
        f"({100 * rule.intrinsic.tolerated:g} % and {100 * rule.raw.tolerated:g} %), error {100 * rule.pass_error:g} %"
        in text
    )


@pytest.mark.parametrize(
    "page", [path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))]
)
def test_links_lead_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", read(page)):
        assert (folder / target).exists(), target
