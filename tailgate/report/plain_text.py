"""Makes foreign text (benchmark names, commit messages, tracebacks) harmless to print: no control of the terminal."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Colours and cursor movements as whole sequences, so that their tail is not left behind as litter: CSI and OSC.
_TERMINAL_SEQUENCES: Final = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
# Control, format (bidirectional overrides, zero width) and surrogates; line and paragraph separators.
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_TAB_WIDTH: Final = 4


def one_line(text: str) -> str:
    """Return the text on one line, every kind of white space as one blank and hidden characters made visible."""
    return _visible(" ".join(_TERMINAL_SEQUENCES.sub("", text).split()))


def many_lines(text: str, last: int) -> list[str]:
    """Return the last lines of a text that are not blank at the end, hidden characters made visible.

    Parameters
    ----------
    text
        A traceback or the end of a log.
    last
        How many lines to return at most; the first one returned says how many were left out.
    """
    lines = [
        _visible(line.expandtabs(_TAB_WIDTH).rstrip())
        for line in re.split(r"\r\n|\r|\n", _TERMINAL_SEQUENCES.sub("", text).rstrip())
    ]
    if len(lines) <= last:
        return lines if lines != [""] else []
    left_out = len(lines) - last + 1
    return [f"... {left_out} lines before", *lines[left_out:]]


def printable(text: str, encoding: str) -> str:
    r"""Return the text with what the stream cannot show as ``\x..`` escapes."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _visible(text: str) -> str:
    if text.isprintable():
        # Most are; then none of its letters is of these categories.
        return text
    return "".join(_REPLACEMENT if unicodedata.category(letter) in _HIDDEN_CATEGORIES else letter for letter in text)
