"""The difference of two flame graphs as one SVG file that needs nothing else: no script, no font, no outside reference.

In: both sides' folded stacks (``outer;inner 42`` a line), each with what its weights are divided by.
Out: the text of an SVG. Widths are those of the candidate; red frames cost more than in the baseline,
blue ones less, and the colour is that of a frame's own cost without its callees (after Brendan Gregg's differential
flame graphs). What only the baseline had is named below.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final

from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH: Final = 1200
MARGIN: Final = 10
FRAME_HEIGHT: Final = 18
HEADER: Final = 62
LETTER_WIDTH: Final = 6.7
"""Of the monospaced letters below, in pixels at 11 pixels' size."""
NARROWEST: Final = 0.4
"""Frames below so many pixels are left out: nobody sees them, and a deep profile has thousands."""
DEEPEST: Final = 200
PALEST: Final = (244, 244, 242)
REDDEST: Final = (234, 96, 78)
BLUEST: Final = (92, 145, 226)
"""As strong as dark letters on them allow: contrast 5 to 1."""
GONE_SHARE: Final = 0.01
"""Frames that only the baseline had are named from this share of its cost on."""
GONE_LINES: Final = 5
SMALLEST_CHANGE: Final = 5e-4
"""Of all weights together: shares always add up to the same."""


@dataclass(frozen=True, slots=True)
class FoldedProfile:
    """One side of the difference.

    Attributes
    ----------
    text
        Folded stacks: frames from the outermost to the innermost, separated by semicolons, a blank, the weight.
    whole
        What the weights are divided by before both sides are compared: the number of operations, for example.
    """

    text: str
    whole: float


@dataclass(slots=True)
class _Node:
    """One frame at one place of the tree: weights an operation, of both sides."""

    name: str
    before: float = 0.0
    after: float = 0.0
    before_itself: float = 0.0
    after_itself: float = 0.0
    callees: dict[str, _Node] = field(default_factory=dict)


def difference_svg(baseline: FoldedProfile, candidate: FoldedProfile, title: str, unit: str) -> str:
    """Draw the difference.

    Parameters
    ----------
    title
        Names what was profiled; foreign text is made harmless.
    unit
        Of a weight over ``whole``: ``allocations an operation``, ``% of the samples``.

    Raises
    ------
    ValueError
        A line is no folded stack, or a side has nothing to divide by.
    """
    root = _Node("all")
    _add(root, baseline, is_after=False)
    _add(root, candidate, is_after=True)
    largest = max((abs(node.after_itself - node.before_itself) for node in _walk(root)), default=0.0)
    scale = (WIDTH - 2 * MARGIN) / root.after if root.after else 0.0
    drawn = list(_place(root, MARGIN, 0, scale))
    depth = max((level for _, _, level in drawn), default=0)
    gone = _gone(root)
    bottom = HEADER + (depth + 1) * FRAME_HEIGHT
    height = bottom + MARGIN + 16 * len(gone)
    has_change = root.before and root.after and abs(root.after / root.before - 1) > SMALLEST_CHANGE
    change = f", {100 * (root.after / root.before - 1):+.1f} % in all" if has_change else ""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="ui-monospace, monospace" font-size="11" role="img">',
        f"<title>{_text(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="22" font-size="15" fill="#1c1c1c">{_text(title)}</text>',
        f'<text x="{MARGIN}" y="42" fill="#1c1c1c">width: {_text(unit)}, of the candidate{change}; '
        "red: costs more than in the baseline, blue: costs less; colour of a frame without its callees</text>",
    ]
    if not drawn:
        lines.append(f'<text x="{MARGIN}" y="{HEADER + 12}" fill="#1c1c1c">the candidate has nothing to show</text>')
    for node, left, level in drawn:
        lines += _frame(node, left, bottom - (level + 1) * FRAME_HEIGHT, node.after * scale, largest, unit)
    for number, words in enumerate(gone):
        lines.append(f'<text x="{MARGIN}" y="{bottom + 16 * (number + 1)}" fill="#1c1c1c">{_text(words)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _add(root: _Node, side: FoldedProfile, *, is_after: bool) -> None:
    if not side.whole > 0:
        raise ValueError("a profile needs a number to divide its weights by")
    for line in side.text.splitlines():
        if not line.strip():
            continue
        stack, _, weight = line.rpartition(" ")
        try:
            cost = float(weight) / side.whole
        except ValueError:
            raise ValueError(f"no folded stack: {line[:80]!r}") from None
        node = root
        nodes = [root]
        for name in stack.split(";")[:DEEPEST]:
            node = node.callees.setdefault(name, _Node(name))
            nodes.append(node)
        for passed in nodes:
            if is_after:
                passed.after += cost
            else:
                passed.before += cost
        if is_after:
            node.after_itself += cost
        else:
            node.before_itself += cost


def _walk(node: _Node) -> Iterator[_Node]:
    yield node
    for callee in node.callees.values():
        yield from _walk(callee)


def _place(node: _Node, left: float, level: int, scale: float) -> Iterator[tuple[_Node, float, int]]:
    """Yield every frame that is wide enough with its left edge and its level; callees in the order of their names."""
    if node.after * scale < NARROWEST:
        return
    yield node, left, level
    for name in sorted(node.callees):
        callee = node.callees[name]
        yield from _place(callee, left, level + 1, scale)
        left += callee.after * scale


def _frame(node: _Node, left: float, top: float, width: float, largest: float, unit: str) -> list[str]:
    own = node.after_itself - node.before_itself
    hover = (
        f"{node.name}: {node.after:.4g} {unit}, baseline {node.before:.4g}; "
        f"without callees {node.after_itself:.4g}, baseline {node.before_itself:.4g}"
    )
    room = int((width - 6) / LETTER_WIDTH)
    name = one_line(node.name)
    shown = name if len(name) <= room else f"{name[: room - 2]}.."
    label = (
        f'<text x="{left + 3:.1f}" y="{top + 12.5:.1f}" fill="#1c1c1c">{escape(shown)}</text>' if room >= 3 else ""  # noqa: PLR2004 - one letter and two dots
    )
    return [
        f"<g><title>{_text(hover)}</title>"
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{FRAME_HEIGHT - 1}" rx="1" '
        f'fill="{_colour(own, largest)}"/>{label}</g>'
    ]


def _colour(own: float, largest: float) -> str:
    """Mix from pale to red or blue, by the share of the largest difference in the graph."""
    share = abs(own) / largest if largest else 0.0
    strongest = REDDEST if own > 0 else BLUEST
    mixed = (round(pale + share * (strong - pale)) for pale, strong in zip(PALEST, strongest, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _gone(root: _Node) -> list[str]:
    """Name the frames that the candidate has nowhere, by what they cost the baseline without their callees."""
    still_there = {node.name for node in _walk(root) if node.after}
    gone: Counter[str] = Counter()
    for node in _walk(root):
        if node.name not in still_there:
            gone[node.name] += node.before_itself  # type: ignore[assignment] # a sum of floats, sorted like counts
    return [
        f"only in the baseline: {name} ({100 * cost / root.before:.1f} % of its cost)"
        for name, cost in gone.most_common(GONE_LINES)
        if cost >= GONE_SHARE * root.before
    ]


def _text(foreign: str) -> str:
    return escape(one_line(foreign))
