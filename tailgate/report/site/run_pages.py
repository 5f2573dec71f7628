"""The list of runs, a page a run with its provenance, and a page a verdict with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tailgate.report.site import wording
from tailgate.report.site.files import drawing_file, run_file, verdict_file
from tailgate.report.site.verdict_page import verdict_page
from tailgate.report.summary import SEVERITY

if TYPE_CHECKING:
    from tailgate.records import Verdict
    from tailgate.report.site.content import RunStory, SiteFacts
    from tailgate.report.site.folder import SiteFolder
    from tailgate.report.site.pages import Templates

QUANTILES: Final = (("p50", "p50_ns"), ("p90", "p90_ns"), ("p99", "p99_ns"), ("p99.9", "p999_ns"), ("max", "max_ns"))
_DETAIL_LINES: Final = 40
_FACTS_A_PROFILE: Final = 60


def run_row(run: RunStory) -> dict[str, Any]:
    """Return a run as a line of a table."""
    verdicts = () if run.result is None else run.result.verdicts
    kinds = [verdict.kind for verdict in verdicts]
    return {
        "file": run_file(run.run_id),
        "started_at": run.started_at,
        "baseline": run.baseline,
        "candidate": run.candidate,
        "subject": wording.clipped(run.candidate.subject, 90),
        "counts": [(kind, kinds.count(kind)) for kind in reversed(SEVERITY) if kind in kinds],
        "summary": "" if run.result is None else wording.clipped(run.result.summary),
        "is_finished": run.result is not None,
        "is_self_check": run.is_self_check,
        "flags": ""
        if run.is_of_deployed_flags or run.result is None or run.result.fingerprint is None
        else wording.clipped(run.result.fingerprint.flags, 80),
        "exit_code": None if run.result is None else int(run.result.exit_code),
    }


def verdict_row(run: RunStory, verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as a line of a table."""
    comparison = verdict.comparison
    return {
        "file": verdict_file(run, verdict),
        "label": wording.clipped(verdict.benchmark.label),
        "kind": verdict.kind,
        "is_waived": verdict.waiver is not None,
        "counts": verdict.counts,
        "reason": wording.clipped(verdict.reasons[0]) if verdict.reasons else "",
        "intrinsic": verdict.intrinsic,
        "raw": verdict.raw,
        "before": None if comparison is None else comparison.baseline.intrinsic.p99_ns,
        "after": None if comparison is None else comparison.candidate.intrinsic.p99_ns,
        "started_at": run.started_at,
        "severity": SEVERITY.index(verdict.kind),
    }


def write_runs(facts: SiteFacts, templates: Templates, folder: SiteFolder) -> None:
    """Write the list of runs, and a page for each run and each of its verdicts."""
    folder.write("runs.html", templates.page("runs", "runs.html", "Runs", rows=[run_row(run) for run in facts.runs]))
    series = {digest.benchmark: digest.file for digest in facts.series}
    for run in facts.runs:
        verdicts = () if run.result is None else run.result.verdicts
        file = run_file(run.run_id)
        rows = [verdict_row(run, verdict) for verdict in sorted(verdicts, key=lambda item: -SEVERITY.index(item.kind))]
        page = templates.page(
            "run",
            file,
            "Run",
            run=run,
            row=run_row(run),
            rows=rows,
            facts=provenance(run),
            failed=bool(run.result and run.result.exit_code),
        )
        folder.write(file, page)
        for drawing in run.drawings:
            folder.write(drawing_file(run, drawing), drawing.svg)
        for verdict in verdicts:
            folder.write(
                verdict_file(run, verdict),
                verdict_page(run, verdict, facts, series.get(verdict.benchmark, ""), templates),
            )


def provenance(run: RunStory) -> list[tuple[str, str]]:
    """Return where a run comes from: when, what was asked, and in which surroundings."""
    facts = [("began", wording.moment(run.started_at))]
    result = run.result
    if result is not None:
        facts.append(("took", wording.seconds((result.finished_at - result.started_at).total_seconds())))
        facts.append(("exit code", str(int(result.exit_code))))
    facts += [
        ("asked for", f"{wording.clipped(run.baseline.label, 60)} against {wording.clipped(run.candidate.label, 60)}"),
        ("to repeat it", f"tailgate gate {wording.short(run.baseline.commit)} {wording.short(run.candidate.commit)}"),
        ("measurements", str(run.measurements)),
        ("run", wording.clipped(run.run_id, 80)),
    ]
    seen = None if result is None else result.fingerprint
    if seen is not None:
        facts += [
            ("machine", wording.clipped(f"{seen.host}: {seen.cpu_count} x {seen.cpu_model}")),
            ("kernel", wording.clipped(seen.kernel)),
            ("Python", wording.clipped(seen.python)),
            ("compiler", wording.clipped(seen.compiler)),
            ("probe", wording.clipped(f"{seen.probe_version}, recorder: {seen.recorder}")),
            ("flags", wording.clipped(seen.flags)),
        ]
    return facts
