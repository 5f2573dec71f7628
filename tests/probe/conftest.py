"""The recorders that every promise is held for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asv_bench_tailgate import _recorder
from asv_bench_tailgate.recorder import PythonRecorder

if TYPE_CHECKING:
    from asv_bench_tailgate.recorder import Recorder


@pytest.fixture(params=["native", "python"])
def recorder(request: pytest.FixtureRequest) -> Recorder:
    return _recorder if request.param == "native" else PythonRecorder()
