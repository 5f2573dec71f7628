"""Which commits are compared, on real repositories."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tailgate.errors import RevisionError
from tailgate.exit_codes import ExitCode
from tailgate.measure import Repository
from tailgate.measure.revisions import WORKING_TREE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SUBJECT = "subject"


class Scratch:
    """A git repository under the test's control."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    @classmethod
    def create(cls, root: Path, branch: str = "main") -> Scratch:
        scratch = cls(root)
        scratch.git("init", "--quiet", f"--initial-branch={branch}")
        return scratch

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"]
        return subprocess.run(
            ["git", *identity, *arguments], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout.strip()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def commit(self, message: str, path: str = f"{SUBJECT}/code.py") -> str:
        self.write(path, f"# {message}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", message)
        return self.git("rev-parse", "HEAD")

    def repository(self, default_branch: str | None = None) -> Repository:
        return Repository(self.root, SUBJECT, default_branch)

    def state(self) -> tuple[object, ...]:
        """Everything that a snapshot must leave alone: index, work tree, branches, stashes, HEAD and its log."""
        files = {
            path.relative_to(self.root): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and ".git" not in path.relative_to(self.root).parts
        }
        return (
            (self.root / ".git" / "index").read_bytes(),
            files,
            self.git("for-each-ref"),
            (self.root / ".git" / "HEAD").read_text(),
            self.git("reflog", "--all"),
            self.git("--no-optional-locks", "status", "--porcelain"),
        )


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch.create(tmp_path / "repository")
    made.commit("first")
    return made


def test_a_revision_is_resolved_to_its_commit_with_label_and_subject(scratch: Scratch) -> None:
    commit = scratch.commit("second: faster <b>cancel</b>")
    scratch.git("tag", "-m", "annotated", "v1")
    for name in ("HEAD", "main", "v1", commit, commit[:10], "main@{0}", "HEAD~0"):
        revision = scratch.repository().resolve(name)
        assert (revision.commit, revision.label) == (commit, name)
        assert revision.subject == "second: faster <b>cancel</b>"


@pytest.mark.parametrize(
    "name",
    [
        "missing",
        "--foo",
        "-h",
        "--all",
        "--output=pwned",
        "",
        " ",
        "HEAD^{tree}",
        "HEAD:subject",
        "a..b",
        "0" * 40,
        "'\"$(x)",
    ],
)
def test_an_unknown_revision_is_misuse_and_never_an_option(scratch: Scratch, name: str) -> None:
    before = scratch.state()
    with pytest.raises(RevisionError) as error:
        scratch.repository().resolve(name)
    assert error.value.exit_code is ExitCode.MISUSE
    assert str(error.value).startswith(f"unknown revision {name!r}")
    assert "shallow" not in str(error.value)
    assert scratch.state() == before


def test_the_candidate_is_the_commit_of_a_clean_work_tree(scratch: Scratch) -> None:
    candidate = scratch.repository().default_candidate()
    assert (candidate.commit, candidate.label) == (scratch.git("rev-parse", "HEAD"), "HEAD")


def test_changes_outside_the_subject_do_not_make_it_dirty(scratch: Scratch) -> None:
    scratch.write("notes.txt", "elsewhere")
    assert not scratch.repository().is_dirty()
    assert scratch.repository().default_candidate().label == "HEAD"


@pytest.mark.parametrize("change", ["modified", "staged", "untracked", "deleted", "renamed"])
def test_a_dirty_work_tree_becomes_a_commit_and_nothing_else_changes(scratch: Scratch, change: str) -> None:
    scratch.commit("second", f"{SUBJECT}/other.py")
    match change:
        case "modified":
            scratch.write(f"{SUBJECT}/code.py", "changed\n")
        case "staged":
            scratch.write(f"{SUBJECT}/code.py", "staged\n")
            scratch.git("add", "--all")
            scratch.write(f"{SUBJECT}/code.py", "and changed again\n")
        case "untracked":
            scratch.write(f"{SUBJECT}/new.py", "new\n")
        case "deleted":
            (scratch.root / SUBJECT / "code.py").unlink()
        case "renamed":
            scratch.git("mv", f"{SUBJECT}/code.py", f"{SUBJECT}/renamed.py")
    before = scratch.state()
    candidate = scratch.repository().default_candidate()
    assert scratch.state() == before
    assert candidate.label == WORKING_TREE
    assert scratch.git("rev-parse", f"{candidate.commit}^") == scratch.git("rev-parse", "HEAD")
    measured = scratch.git("ls-tree", "-r", "--name-only", candidate.commit, f"{SUBJECT}/").split()
    present = sorted(str(path.relative_to(scratch.root)) for path in (scratch.root / SUBJECT).iterdir())
    assert measured == present
    for name in present:
        assert scratch.git("show", f"{candidate.commit}:{name}") == (scratch.root / name).read_text().strip()


def test_the_same_files_always_give_the_same_snapshot(scratch: Scratch) -> None:
    scratch.write(f"{SUBJECT}/code.py", "changed\n")
    first = scratch.repository().default_candidate()
    (scratch.root / SUBJECT / "code.py").touch()
    assert scratch.repository().default_candidate() == first


def test_ignored_files_stay_out_of_the_snapshot(scratch: Scratch) -> None:
    scratch.commit("ignore", ".gitignore")
    scratch.write(".gitignore", "*.so\n")
    scratch.write(f"{SUBJECT}/built.so", "binary")
    scratch.write(f"{SUBJECT}/code.py", "changed\n")
    commit = scratch.repository().default_candidate().commit
    assert "built.so" not in scratch.git("ls-tree", "-r", "--name-only", commit)


def test_a_snapshot_works_from_a_folder_below_the_top(scratch: Scratch) -> None:
    scratch.write(f"{SUBJECT}/code.py", "changed\n")
    scratch.write("outside.txt", "new")
    before = scratch.state()
    candidate = Repository(scratch.root / SUBJECT, "").default_candidate()
    assert scratch.state() == before
    assert scratch.git("show", f"{candidate.commit}:{SUBJECT}/code.py") == "changed"
    assert scratch.git("show", f"{candidate.commit}:outside.txt") == "new"


def test_on_a_branch_the_baseline_is_the_merge_base(scratch: Scratch) -> None:
    base = scratch.commit("base")
    scratch.git("switch", "--quiet", "--create", "topic")
    scratch.commit("one")
    scratch.commit("two")
    scratch.git("switch", "--quiet", "main")
    scratch.commit("main goes on")
    scratch.git("switch", "--quiet", "topic")
    repository = scratch.repository()
    baseline = repository.default_baseline(repository.default_candidate())
    assert (baseline.commit, baseline.label) == (base, "merge base with main")


def test_on_the_default_branch_it_is_the_previous_commit_that_touched_the_subject(scratch: Scratch) -> None:
    touched = scratch.commit("touches the subject")
    scratch.commit("does not", "README")
    scratch.commit("nor this", "README.md")
    head = scratch.commit("touches it again")
    repository = scratch.repository()
    assert repository.default_baseline(repository.resolve("HEAD")).commit == touched
    assert repository.default_baseline(repository.resolve("HEAD")).label == f"previous commit to {SUBJECT}"
    scratch.commit("documentation", "README")
    assert repository.default_baseline(repository.resolve("HEAD")).commit == head


def test_for_a_dirty_work_tree_on_the_default_branch_it_is_head(scratch: Scratch) -> None:
    head = scratch.commit("second")
    scratch.write(f"{SUBJECT}/code.py", "changed\n")
    repository = scratch.repository()
    assert repository.default_baseline(repository.default_candidate()).commit == head


def test_for_a_dirty_work_tree_on_a_branch_it_is_the_merge_base(scratch: Scratch) -> None:
    base = scratch.commit("base")
    scratch.git("switch", "--quiet", "--create", "topic")
    scratch.commit("one")
    scratch.write(f"{SUBJECT}/code.py", "changed\n")
    repository = scratch.repository()
    assert repository.default_baseline(repository.default_candidate()).commit == base


def test_a_detached_head_has_a_baseline_too(scratch: Scratch) -> None:
    base = scratch.commit("base")
    scratch.git("switch", "--quiet", "--detach")
    scratch.commit("away")
    repository = scratch.repository()
    assert repository.default_baseline(repository.default_candidate()).commit == base


def test_the_first_commit_has_no_baseline(scratch: Scratch) -> None:
    repository = scratch.repository()
    with pytest.raises(RevisionError, match=rf"no commit before \w+ touched {SUBJECT}; name the baseline"):
        repository.default_baseline(repository.resolve("HEAD"))


def test_histories_that_share_no_commit_have_no_baseline(scratch: Scratch) -> None:
    scratch.git("switch", "--quiet", "--orphan", "other")
    scratch.commit("unrelated")
    repository = scratch.repository()
    with pytest.raises(RevisionError, match="HEAD and main share no commit; name the baseline"):
        repository.default_baseline(repository.resolve("HEAD"))


@pytest.mark.parametrize("branch", ["main", "master"])
def test_the_default_branch_is_found_by_its_usual_names(tmp_path: Path, branch: str) -> None:
    scratch = Scratch.create(tmp_path / "repository", branch)
    base = scratch.commit("base")
    scratch.git("switch", "--quiet", "--create", "topic")
    scratch.commit("one")
    repository = scratch.repository()
    assert repository.default_baseline(repository.resolve("HEAD")).commit == base


def test_a_default_branch_by_another_name_must_be_named(tmp_path: Path) -> None:
    scratch = Scratch.create(tmp_path / "repository", "trunk")
    base = scratch.commit("base")
    scratch.git("switch", "--quiet", "--create", "topic")
    scratch.commit("one")
    with pytest.raises(RevisionError, match=r"no default branch was found .*default_branch in the policy file"):
        scratch.repository().default_baseline(scratch.repository().resolve("HEAD"))
    named = scratch.repository("trunk")
    assert named.default_baseline(named.resolve("HEAD")).commit == base
    wrong = scratch.repository("develop")
    with pytest.raises(RevisionError, match="default_branch, 'develop', is no branch here nor on origin"):
        wrong.default_baseline(wrong.resolve("HEAD"))


def test_a_named_branch_that_only_the_remote_has_is_found_as_in_a_pull_request_of_ci(tmp_path: Path) -> None:
    origin = Scratch.create(tmp_path / "origin", "trunk")
    base = origin.commit("base")
    origin.git("switch", "--quiet", "--create", "topic")
    origin.commit("one")
    clone = Scratch(tmp_path / "clone")
    clone.git("clone", "--quiet", str(origin.root), ".")
    clone.git("checkout", "--quiet", "--detach", "HEAD")
    clone.git("branch", "--quiet", "-D", "topic")
    repository = clone.repository("trunk")
    assert repository.default_baseline(repository.resolve("HEAD")).commit == base
    assert repository.is_on_default_branch(repository.resolve("HEAD~1"))
    assert not repository.is_on_default_branch(repository.resolve("HEAD"))


def test_in_a_clone_the_remotes_default_branch_comes_first(tmp_path: Path) -> None:
    origin = Scratch.create(tmp_path / "origin", "trunk")
    origin.commit("base")
    clone = Scratch(tmp_path / "clone")
    clone.git("clone", "--quiet", str(origin.root), ".")
    clone.git("switch", "--quiet", "--create", "topic")
    clone.commit("one")
    repository = clone.repository()
    baseline = repository.default_baseline(repository.resolve("HEAD"))
    assert baseline.label == "merge base with origin/trunk"
    assert baseline.commit == origin.git("rev-parse", "trunk")


@pytest.fixture
def shallow(tmp_path: Path) -> Scratch:
    origin = Scratch.create(tmp_path / "origin")
    origin.commit("first")
    origin.git("switch", "--quiet", "--create", "topic")
    origin.commit("second")
    origin.commit("third")
    clone = Scratch(tmp_path / "clone")
    clone.git("clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=topic", origin.root.as_uri(), ".")
    return clone


def test_a_shallow_clone_says_how_to_get_what_is_missing(shallow: Scratch) -> None:
    repository = shallow.repository()
    hint = r"this clone is shallow: run `git fetch --unshallow`"
    with pytest.raises(RevisionError, match=hint):
        repository.default_baseline(repository.resolve("HEAD"))
    with pytest.raises(RevisionError, match=hint):
        repository.resolve("HEAD~1")


def test_a_folder_without_a_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(RevisionError, match="is not inside a git repository"):
        Repository(tmp_path, SUBJECT)


def test_a_machine_without_git_is_told_so(scratch: Scratch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(RevisionError, match="git is not installed"):
        scratch.repository()


def test_a_repository_without_a_commit_is_refused_clearly(tmp_path: Path) -> None:
    scratch = Scratch.create(tmp_path / "repository")
    with pytest.raises(RevisionError, match="unknown revision 'HEAD'"):
        scratch.repository().default_candidate()


def test_commit_messages_are_handed_on_as_they_are(scratch: Scratch) -> None:
    message = "[bold]evil[/bold] \x1b[31mred\x1b[0m \u202ereversed"
    scratch.commit(message)
    assert scratch.repository().resolve("HEAD").subject == message


def test_a_commit_message_that_is_no_unicode_is_readable(scratch: Scratch) -> None:
    tree = scratch.git("rev-parse", "HEAD^{tree}").encode()
    body = b"tree %s\nauthor T <t@x> 0 +0000\ncommitter T <t@x> 0 +0000\n\ncaf\xe9\n" % tree
    commit = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=scratch.root,
        input=body,
        check=True,
        capture_output=True,
    ).stdout.decode()
    assert scratch.repository().resolve(commit.strip()).subject.startswith("caf")


def test_equal_subjects_are_recognised(scratch: Scratch) -> None:
    first = scratch.repository().resolve(scratch.git("rev-parse", "HEAD"))
    documentation = scratch.repository().resolve(scratch.commit("documentation", "README"))
    changed = scratch.repository().resolve(scratch.commit("changed"))
    assert scratch.repository().has_same_subject(first, documentation)
    assert not scratch.repository().has_same_subject(documentation, changed)
    nowhere = Repository(scratch.root, "no_such_folder")
    assert not nowhere.has_same_subject(first, changed)
    whole: Callable[..., bool] = Repository(scratch.root, "").has_same_subject
    assert not whole(first, documentation)


def test_suspects_are_what_the_bad_end_has_and_the_good_ones_lack(scratch: Scratch) -> None:
    """Merges included: what a good commit's history holds is cleared on every line that leads to the bad one."""
    first = scratch.commit("where both begin")
    main = [scratch.commit(f"main {number}") for number in range(3)]
    scratch.git("checkout", "--quiet", "-b", "topic", first)
    topic = [scratch.commit(f"topic {number}", f"{SUBJECT}/topic.py") for number in range(3)]
    elsewhere = scratch.commit("not the subject", "elsewhere.py")
    scratch.git("checkout", "--quiet", "main")
    scratch.git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
    repository = scratch.repository()
    good, bad = repository.resolve(first), repository.resolve("HEAD")

    def commits(*known_good: str) -> set[str]:
        found = repository.suspects([good, *(repository.resolve(name) for name in known_good)], bad)
        return {revision.commit for revision in found}

    assert commits() == {*main, *topic, bad.commit}
    assert commits(main[2]) == {*topic, bad.commit}
    assert commits(main[2], topic[1]) == {topic[2], bad.commit}
    assert commits(main[2], elsewhere) == {bad.commit}
    assert commits(bad.commit) == set()
    # The one in front halves them: about as many are cleared as are left, whatever the answer.
    front = repository.suspects([good], bad)[0]
    assert front.commit in {main[2], topic[2]}
    order = [revision.commit for revision in repository.history(good, bad)]
    assert set(order) == commits()
    assert order[-1] == bad.commit
    assert [commit for commit in order if commit in main] == main
    assert repository.is_ancestor(good, bad)
    assert not repository.is_ancestor(bad, good)
    parent = repository.parent(bad)
    assert parent is not None
    assert parent.commit == main[2]
    earliest = repository.parent(good)
    assert earliest is not None
    assert repository.parent(earliest) is None


def test_a_file_is_read_to_the_letter_as_it_is_in_a_commit(scratch: Scratch) -> None:
    (scratch.root / "flags.json").write_bytes(b"{}\r\n\n")
    scratch.commit("flags")
    scratch.write("flags.json", "changed")
    repository = scratch.repository()
    head = repository.resolve("HEAD")
    assert repository.read(head, "flags.json") == "{}\r\n\n"
    with pytest.raises(RevisionError, match=r"has no file missing\.json"):
        repository.read(head, "missing.json")
