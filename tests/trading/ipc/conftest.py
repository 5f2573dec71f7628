"""Both ends of every kind of channel, let go of after the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.trading.ipc.process_channels import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.trading.ipc.process_channels import Ends, Kind


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
def ends(kind: Kind) -> Iterator[Ends]:
    sender, receiver = kind.open()
    yield sender, receiver
    sender.release()
    receiver.close()
