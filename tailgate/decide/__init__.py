"""Fourth stage: comparisons and policy in, verdicts out. Pure: no input or output, no clock, no randomness."""

from tailgate.decide.outcome import conclude, conclude_failures, conclude_unmeasured, exit_code
from tailgate.decide.rule import Decision, Margins, Rule, interval, judge, look_levels
from tailgate.decide.sequence import Step, Trial

__all__ = [
    "Decision",
    "Margins",
    "Rule",
    "Step",
    "Trial",
    "conclude",
    "conclude_failures",
    "conclude_unmeasured",
    "exit_code",
    "interval",
    "judge",
    "look_levels",
]
