"""Joins the stages: one module a command, each reading as the whole sentence. Stages know nothing of each other.

In: a question and a :class:`~tailgate.pipeline.workplace.Workplace` (places and ports). Out: a record that answers it.
"""

from tailgate.pipeline.bisect import BisectQuestion, bisect
from tailgate.pipeline.explain import ExplainQuestion, explain
from tailgate.pipeline.export import LATEST, chosen_result, exported_document, exported_run
from tailgate.pipeline.flag_question import FlagQuestion, read_subject
from tailgate.pipeline.flags import measure_flags
from tailgate.pipeline.gate import GateQuestion, gate
from tailgate.pipeline.history import HistoryQuestion, measure_history
from tailgate.pipeline.import_results import import_results
from tailgate.pipeline.judging import INTRINSIC_PRIOR, RAW_PRIOR
from tailgate.pipeline.log import Logged, write_log
from tailgate.pipeline.night_plan import NightQuestion
from tailgate.pipeline.night_report import night_facts, write_night_report
from tailgate.pipeline.nightly import nightly
from tailgate.pipeline.profile import ProfileQuestion, profile, profiles_folder
from tailgate.pipeline.report import SiteBuilt, report
from tailgate.pipeline.report_question import ReportQuestion
from tailgate.pipeline.rollback import RollbackQuestion, rollback
from tailgate.pipeline.rollout import RolloutQuestion, advance, hold, rollout_status, step_back
from tailgate.pipeline.workplace import Workplace

__all__ = [
    "INTRINSIC_PRIOR",
    "LATEST",
    "RAW_PRIOR",
    "BisectQuestion",
    "ExplainQuestion",
    "FlagQuestion",
    "GateQuestion",
    "HistoryQuestion",
    "Logged",
    "NightQuestion",
    "ProfileQuestion",
    "ReportQuestion",
    "RollbackQuestion",
    "RolloutQuestion",
    "SiteBuilt",
    "Workplace",
    "advance",
    "bisect",
    "chosen_result",
    "explain",
    "exported_document",
    "exported_run",
    "gate",
    "hold",
    "import_results",
    "measure_flags",
    "measure_history",
    "night_facts",
    "nightly",
    "profile",
    "profiles_folder",
    "read_subject",
    "report",
    "rollback",
    "rollout_status",
    "step_back",
    "write_log",
    "write_night_report",
]
