"""What the tools write is read as it is meant: callgrind's files, py-spy's stacks, scalene's lines."""

from __future__ import annotations

import pytest

from tailgate.measure.profilers.callgrind import read_functions
from tailgate.measure.profilers.py_spy import fold, own_costs
from tailgate.measure.profilers.scalene import read_lines

CALLGRIND = """version: 1
positions: line
events: Ir Dr
fl=(1) book.c
fn=(1) cancel
10 100 1
+2 20 1
cfi=(2) levels.c
cfn=(2) remove
calls=3 40
* 900 5
-3 5 0
fn=(2)
40 300 2
41 600 3
cfn=(3) free
calls=1 0
41 50 0

fn=(3)
0 50 0
totals: 1075 7
"""

LOOP = "start (libc.so.6);main (asv_bench_tailgate/count.py:65);count.call_operations (asv_bench_tailgate/count.py:86)"


def test_each_function_has_its_own_instructions_without_what_it_calls() -> None:
    functions = read_functions(CALLGRIND)
    assert dict(functions) == {"cancel": 125, "remove": 900, "free": 50}
    assert sum(functions.values()) == 1075


def test_stacks_begin_below_the_loop_and_forget_lines_and_addresses() -> None:
    raw = (
        f"{LOOP};cancel (book.py:10);remove (levels.py:3) 4\n"
        f"{LOOP};cancel (book.py:12);remove (levels.py:9) 5\n"
        f"{LOOP};cancel (book.py:12);0x7f01 (libc.so.6);0x7f02 (libc.so.6) 2\n"
        f"{LOOP} 3\n"
        "main (asv_bench_tailgate/count.py:65);prepare (suite.py:3) 90\n"
    )
    folded = fold(raw)
    assert dict(folded) == {
        "cancel (book.py);remove (levels.py)": 9,
        "cancel (book.py);[libc.so.6]": 2,
        "the loop over operations": 3,
    }
    assert [(item.place, item.cost) for item in own_costs(folded, 2.0)] == [
        ("remove (levels.py)", 18.0),
        ("the loop over operations", 6.0),
        ("[libc.so.6]", 4.0),
    ]


def test_lines_are_sorted_by_their_share_and_named_by_their_text() -> None:
    line = {"lineno": 3, "line": "    total  += 1\n", "n_cpu_percent_python": 10.0, "n_cpu_percent_c": 2.0}
    document = {
        "files": {
            "/tmp/site-packages/book/levels.py": {  # noqa: S108 - a name in a report
                "lines": [
                    {**line, "n_sys_percent": 0.5},
                    {**line, "line": "pop()\n", "n_cpu_percent_c": 27.5, "n_sys_percent": 0.0},
                    {**line, "n_cpu_percent_python": 0.0, "n_cpu_percent_c": 0.0, "n_sys_percent": 0.0},
                ]
            }
        }
    }
    found = [(item.place, item.cost) for item in read_lines(document)]
    assert found == [("book/levels.py: pop()", 75.0), ("book/levels.py: total += 1", 25.0)]


def test_another_document_than_scalene_s_is_refused() -> None:
    with pytest.raises(ValueError, match="no files"):
        read_lines({})
