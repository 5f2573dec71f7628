"""What every placement of threads offers: a thread's name in; what was done for it, or why nothing was, out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class Notice(NamedTuple):
    """What became of one technique for one thread, for people to read.

    Attributes
    ----------
    flag
        The flag whose technique it is.
    is_active
        Whether anything was done.
    text
        One sentence: what was done, or why there was nothing to do.
    """

    flag: str
    is_active: bool
    text: str

    @property
    def message(self) -> str:
        """The sentence with its flag before it."""
        return f"{self.flag}: {self.text}"


class Placement(Protocol):
    """Gives hot threads a place of their own for as long as they are hot."""

    def hot_thread(self, name: str) -> AbstractContextManager[tuple[Notice, ...]]:
        """Place the calling thread for the length of a ``with`` block, and put it back afterwards.

        Parameters
        ----------
        name
            What the thread does, for the notices.

        Returns
        -------
        context manager of Notice
            One notice for each technique that is switched on. A machine that offers nothing is no error.
        """
        ...
