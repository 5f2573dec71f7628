"""Fifth stage: what is done about a regression, or for a rollout. In: a decision; out: commits on a branch."""

from tailgate.act.flag_step import move_flag
from tailgate.act.flagd_file import Ladder, Stage, flag_names, overlay, stage_of, with_stage
from tailgate.act.log_entry import add_log_entry, write_whole
from tailgate.act.revert import revert
from tailgate.act.workshop import TRAILER, Bench, Workshop

__all__ = [
    "TRAILER",
    "Bench",
    "Ladder",
    "Stage",
    "Workshop",
    "add_log_entry",
    "flag_names",
    "move_flag",
    "overlay",
    "revert",
    "stage_of",
    "with_stage",
    "write_whole",
]
