from __future__ import annotations

import pytest

from trading import native
from trading.errors import MissingNativeError


@pytest.mark.parametrize("variant", native.VARIANTS)
def test_every_variant_is_built_and_says_which_it_is(variant: str) -> None:
    assert native.is_built(variant)
    assert variant == native.load(variant).VARIANT


@pytest.mark.parametrize(
    ("on", "variant"),
    [
        (set(), "plain"),
        ({"native-core", "fast-lock"}, "plain"),
        ({"inline-hot-paths"}, "inlined"),
        ({"optimized-build"}, "optimized"),
        ({"optimized-build", "inline-hot-paths"}, "optimized_inlined"),
        ({"optimized-build", "pgo-build"}, "profiled"),
        ({"optimized-build", "pgo-build", "inline-hot-paths"}, "profiled_inlined"),
    ],
)
def test_flags_choose_the_variant(on: set[str], variant: str) -> None:
    assert native.variant_of(on) == variant
    assert variant in native.VARIANTS


def test_a_module_that_was_not_built_is_an_error_that_names_it_and_the_mend() -> None:
    assert not native.is_built("imaginary")
    with pytest.raises(MissingNativeError, match=r'"trading\.native\.imaginary" cannot be loaded .* again with g\+\+'):
        native.load("imaginary")
