from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.trading.platform.machine import make_machine
from trading.errors import ConfigurationError
from trading.platform import memory_nodes, node_of_cores
from trading.platform.topology import siblings

if TYPE_CHECKING:
    from pathlib import Path


def test_nodes_and_their_cores_are_read(tmp_path: Path) -> None:
    system = make_machine(tmp_path, {0: "0-3,8", 2: "4-7", 3: ""})
    assert memory_nodes(system) == {0: {0, 1, 2, 3, 8}, 2: {4, 5, 6, 7}, 3: frozenset()}


def test_a_machine_that_says_nothing_has_no_nodes_and_no_siblings(tmp_path: Path) -> None:
    assert memory_nodes(tmp_path) == {}
    assert node_of_cores({0}, tmp_path) == -1
    assert siblings(3, tmp_path) == {3}


@pytest.mark.parametrize(("cores", "node"), [({0}, 0), ({0, 3}, 0), ({4, 5}, 1), ({3, 4}, -1), ({0, 9}, -1), ({9}, -1)])
def test_cores_have_a_node_if_all_of_them_are_in_it(tmp_path: Path, cores: set[int], node: int) -> None:
    assert node_of_cores(cores, make_machine(tmp_path, {0: "0-3", 1: "4-7"})) == node


def test_one_node_is_no_choice(tmp_path: Path) -> None:
    assert node_of_cores({0}, make_machine(tmp_path, {0: "0-3"})) == -1


def test_siblings_share_a_physical_core(tmp_path: Path) -> None:
    system = make_machine(tmp_path, {0: "0-3"}, siblings=["0,2", "1,3"])
    assert siblings(0, system) == siblings(2, system) == {0, 2}


@pytest.mark.parametrize("text", ["zero", "0-", "0,,1", "-1", "0 1"])
def test_what_is_no_list_is_refused_with_the_file(tmp_path: Path, text: str) -> None:
    system = make_machine(tmp_path, {0: text})
    with pytest.raises(ConfigurationError, match=r"cpulist: .* is no list of numbers such as 0-3,8"):
        memory_nodes(system)


def test_this_machine_is_understood() -> None:
    cores = os.sched_getaffinity(0)
    nodes = memory_nodes()
    assert not nodes or cores <= frozenset().union(*nodes.values())
