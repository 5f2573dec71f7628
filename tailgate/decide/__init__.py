"""Fourth stage: comparisons and policy in, verdicts out. Pure: no input or output, no clock, no randomness."""

from tailgate.decide.halfway import Halfway, conclude_nearness, halfway_between
from tailgate.decide.night import night_exit_code
from tailgate.decide.outcome import conclude, conclude_failures, conclude_unmeasured, exit_code
from tailgate.decide.rule import Decision, Margins, Rule, interval, judge, look_levels
from tailgate.decide.sequence import Step, Trial
from tailgate.decide.waiving import accept_waived

__all__ = [
    "Decision",
    "Halfway",
    "Margins",
    "Rule",
    "Step",
    "Trial",
    "accept_waived",
    "conclude",
    "conclude_failures",
    "conclude_nearness",
    "conclude_unmeasured",
    "exit_code",
    "halfway_between",
    "interval",
    "judge",
    "look_levels",
    "night_exit_code",
]
