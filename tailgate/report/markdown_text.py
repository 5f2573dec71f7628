"""Makes foreign text harmless in Markdown, wherever it is rendered: shown as it is, never interpreted.

Two ways: a code span for names and subjects, and escaped prose for sentences that quote foreign text.
"""

from __future__ import annotations

import re
from typing import Final

from tailgate.report.plain_text import one_line

_BACKTICKS: Final = re.compile(r"`+")
_WEB_ADDRESS: Final = re.compile(r"(?<=www)\.|:(?=/)", re.IGNORECASE)
# All that Markdown and HTML interpret is ASCII, and of that none of these in the middle of a line.
_HARMLESS: Final = frozenset(" .,:;+-%()/'\">=?!")
# What a forge turns into a mention or a reference after the entities are read: an empty comment ends the word.
_REFERRING: Final = frozenset("@#")


def code(text: str, longest: int | None = None) -> str:
    """Return a code span, on one line: letters stay as they are, and no forge looks for mentions in it.

    Parameters
    ----------
    text
        Foreign.
    longest
        Letters to keep; the rest becomes an ellipsis.
    """
    content = shortened(one_line(text), longest)
    if not content:
        return ""
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(content)), default=0) + 1)
    # A blank on both sides is taken away again by the reader; without it an outer back-tick would join the fence.
    edge = " " if content[0] in "` " or content[-1] in "` " else ""
    return f"{fence}{edge}{content}{edge}{fence}"


def cell(markdown: str) -> str:
    """Return Markdown that may stand in a table: a bar would end the cell, even inside code."""
    return markdown.replace("|", "\\|")


def escaped(text: str, longest: int | None = None) -> str:
    """Return prose on one line without markup, HTML, links or mentions; arguments as for ``code``."""
    plain = shortened(one_line(text), longest)
    shown = "".join(letter if _is_harmless(letter) else f"&#{ord(letter)};" for letter in _addresses_cut(plain))
    return shown.replace(_CUT, "<!-- -->")


def _is_harmless(letter: str) -> bool:
    return letter.isalnum() or letter in _HARMLESS or not letter.isascii()


def shortened(text: str, longest: int | None) -> str:
    """Return at most ``longest`` letters of a text, the last one an ellipsis where something is left out."""
    return text if longest is None or len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


_CUT: Final = "&#0;"
"""Stands for an empty comment while the rest is escaped: ``one_line`` leaves no NUL that could be taken for it."""


def _addresses_cut(plain: str) -> str:
    text = _WEB_ADDRESS.sub(lambda match: match.group() + "\0", plain)
    return "".join(letter + "\0" if letter in _REFERRING else letter for letter in text)
