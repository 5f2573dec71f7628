"""An OpenFeature provider over flag files: the thin layer between OpenFeature's client and flagd's evaluator.

Checked flag files come in, the overlay before the deployed one; evaluations of boolean flags go out.
No network and no thread: ``openfeature-flagd-core`` evaluates inside this process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.exception import ErrorCode, OpenFeatureError
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider import AbstractProvider, Metadata
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openfeature.evaluation_context import EvaluationContext

    from trading.flag_file import FlagFile


class FlagFileProvider(AbstractProvider):
    """Answers each flag from the first file that declares it.

    Errors are answers with an error code, as OpenFeature wants them; whoever asks has to look at the details.
    """

    def __init__(self) -> None:
        super().__init__()
        self._evaluators: dict[str, FlagdCore] = {}

    def load(self, files: Iterable[FlagFile]) -> None:
        """Forget what was loaded before, and answer from these files; the first one that declares a flag wins."""
        self._evaluators = {}
        for file in files:
            evaluator = FlagdCore()
            evaluator.set_flags(file.configuration)
            for name in file.sound:
                self._evaluators.setdefault(name, evaluator)

    @override
    def get_metadata(self) -> Metadata:
        """Name the provider."""
        return Metadata(name="flag-file")

    @override
    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """Evaluate one flag; 15-60 µs."""
        evaluator = self._evaluators.get(flag_key)
        if evaluator is None:
            return _failure(default_value, ErrorCode.FLAG_NOT_FOUND, "no file declares it")
        try:
            return evaluator.resolve_boolean_value(flag_key, default_value, evaluation_context)
        except OpenFeatureError as error:
            return _failure(default_value, error.error_code, error.error_message or type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a JsonLogic rule may raise anything, and the client would log a traceback
            return _failure(default_value, ErrorCode.GENERAL, f"{type(error).__name__}: {error}")

    @override
    def resolve_string_details(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: the flags of this system are boolean."""
        raise NotImplementedError

    @override
    def resolve_integer_details(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: the flags of this system are boolean."""
        raise NotImplementedError

    @override
    def resolve_float_details(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: the flags of this system are boolean."""
        raise NotImplementedError

    @override
    def resolve_object_details(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: the flags of this system are boolean."""
        raise NotImplementedError


def _failure(default_value: bool, code: ErrorCode, message: str) -> FlagResolutionDetails[bool]:  # noqa: FBT001
    return FlagResolutionDetails(default_value, error_code=code, error_message=message, reason=Reason.ERROR)
