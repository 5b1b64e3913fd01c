"""Grade a whole batch: on all cores, or on several machines, and go on where a run was stopped."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import joblib
import psutil
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from workbook.grading.collect import Submission, chapters_in, collect
from workbook.grading.marks import Merged, take_over_marks
from workbook.grading.naming import Owner
from workbook.grading.opening import open_sandbox
from workbook.grading.report import points_of, write_results
from workbook.grading.sandbox import LIMITED, Limits, Sandbox, SandboxUnavailable
from workbook.grading.store import Store
from workbook.grading.verdicts import FINE, Grade, Graded, Grader
from workbook.lessons.exercises import all_exercises
from workbook.lessons.exercises.exercise import Exercise
from workbook.progress import progress_bar

STOPPED_THE_GRADER = "stopped the grader"

MEMORY_OF_A_WORKER = 3 << 29  # bytes: torch twice, once of them in the sandbox, and an answer

_of_this_thread = threading.local()


@dataclass(frozen=True)
class Settings:
    """What every worker needs to know.

    names: the questions, in order. seed: draws the cases. private: folders that answers must not
    see. isolation: "auto", "namespaces" or "limited".
    """

    names: tuple[str, ...]
    seed: int
    limits: Limits
    private: tuple[Path, ...]
    isolation: str


@dataclass(frozen=True)
class Summary:
    """What came of a batch; str() says it in a few lines."""

    out: Path
    chapters: tuple[int, ...]
    graded: tuple[Graded, ...]
    new: int
    kept: int
    seconds: float
    merged: Merged

    def __str__(self) -> str:
        chapters = ", ".join(map(str, self.chapters))
        lines = [
            f"Chapter {chapters}: {self.new} graded in {self.seconds:.0f} s, "
            f"{self.kept} kept from the run before.",
            f"Grades: {self.out / 'grades.csv'}",
            f"Report on the class: {self.out / 'class-report.html'}",
            f"A page for each student: {self.out / 'feedback'}",
        ]
        if self.merged.missing:
            lines.append(
                f"{self.merged.missing} written answers wait for marks in "
                f"{self.out / 'written-answers.csv'}. Fill in the column points, save it as CSV, "
                f"then run: workbook marks {self.out}"
            )
        if any(one.isolation == LIMITED for one in self.graded):
            lines.append(
                "Isolation was limited: this computer allows no namespaces, so a hostile answer "
                "could have read files or used the network."
            )
        return "\n".join([*lines, *self.merged.problems])


def grade_submissions(
    place: str | Path,
    out: str | Path,
    *,
    chapters: Sequence[int] | None = None,
    seed: int | None = None,
    limits: Limits | None = None,
    isolation: str = "auto",
    jobs: int = -1,
    dask: str | None = None,
    again: bool = False,
    progress: bool = True,
) -> Summary:
    """Grade a folder or zip file of submissions into the folder ``out``.

    chapters: which chapters count (1 to 6), or None for those that most students handed in. seed:
    draws the cases; None for the seed of an earlier run into the same folder, else a random one.
    jobs: how many processes, -1 for one on each core. dask: address of a Dask scheduler whose
    workers grade instead. again: grade anew what was graded before.

    Raises ValueError, FileNotFoundError or SandboxUnavailable with a sentence; for a submission,
    however broken, nothing is raised.
    """
    begin = time.monotonic()
    place, store = Path(place), Store(Path(out))
    exercises = all_exercises()
    take_over_marks(store)
    submissions = collect(place, exercises, _bar("Reading", progress))
    chapters = sorted(set(chapters or chapters_in(submissions, exercises)))
    names = [exercise.name for exercise in exercises if exercise.chapter in chapters]
    if not names:
        raise ValueError(
            f"No answer to any exercise of the course was found in {place}. If it is the right "
            "folder, say which chapter it is about, for example: --chapter 3"
        )
    settings = Settings(
        names=tuple(names),
        seed=store.seed(seed),
        limits=limits or Limits(),
        private=tuple(path.resolve() for path in (place, store.out, Path.cwd())),
        isolation=isolation,
    )
    waiting = [one for one in submissions if again or not store.is_done(one, names)]
    store.log(
        f"{len(submissions)} submissions in {place}, {len(waiting)} to grade; "
        f"chapters {chapters}, seed {settings.seed}, {settings.limits}"
    )
    with _bar("Grading", progress)(total=len(waiting)) as bar:
        try:
            for graded in _grade_all(waiting, settings, jobs, dask):
                store.save(graded, names)
                store.log(_line(graded))
                bar.update()
        except SandboxUnavailable as error:
            raise SandboxUnavailable(
                f"This computer does not allow the isolation that was asked for ({error}) "
                "Leave --isolation out to grade with what there is."
            ) from error
    graded, merged = write_results(store, by_name(exercises))
    seconds = time.monotonic() - begin
    store.log(f"Done in {seconds:.1f} s.", *merged.problems)
    kept = len(submissions) - len(waiting)
    return Summary(store.out, tuple(chapters), tuple(graded), len(waiting), kept, seconds, merged)


def merge_marks(out: str | Path) -> Summary:
    """Take the marks over from the sheet of written answers, and write all results anew.

    Raises FileNotFoundError when nothing was graded into ``out``, ValueError for a broken sheet.
    """
    begin = time.monotonic()
    if not (Path(out) / "state").is_dir():
        raise FileNotFoundError(
            f"Nothing was graded into {out} yet. Run this first: workbook grade SUBMISSIONS "
            f"--out {out}"
        )
    store = Store(Path(out))
    take_over_marks(store)
    exercises = by_name(all_exercises())
    graded, merged = write_results(store, exercises)
    store.log(f"Marks merged: {merged.marked} marked, {merged.missing} missing.", *merged.problems)
    questions = {grade.question for student in graded for grade in student.grades}
    chapters = sorted({one.chapter for one in exercises.values() if one.name in questions})
    seconds = time.monotonic() - begin
    return Summary(store.out, tuple(chapters), tuple(graded), 0, len(graded), seconds, merged)


def by_name(exercises: Sequence[Exercise]) -> dict[str, Exercise]:
    """Return exercises by their names, in the order of the course."""
    return {exercise.name: exercise for exercise in exercises}


def _grade_all(
    submissions: list[Submission], settings: Settings, jobs: int, dask: str | None
) -> Iterator[Graded]:
    """Yield the grades as they come. A submission that ends a worker does not end the batch."""
    waiting = {submission.owner.key: submission for submission in submissions}
    processes = jobs if dask else _reasonable(jobs, len(submissions))
    try:
        for graded in _grade_in_parallel(submissions, settings, processes, dask):
            del waiting[Owner(graded.name, graded.identifier).key]
            yield graded
    except TerminatedWorkerError:
        # One at a time, so that it is known which one it was. For 2, joblib still starts others.
        for submission in waiting.values():
            try:
                yield from _grade_in_parallel([submission], settings, 2, None)
            except TerminatedWorkerError:
                yield _without_verdict(submission, settings, STOPPED_THE_GRADER)


def _grade_in_parallel(
    submissions: list[Submission], settings: Settings, processes: int, dask: str | None
) -> Iterator[Graded]:
    tasks = (joblib.delayed(_grade_one)(one, settings) for one in submissions)
    with ExitStack() as stack:
        if dask is not None:
            stack.enter_context(_dask_workers(dask))
        stack.callback(_close_grader)
        parallel = joblib.Parallel(processes, return_as="generator_unordered", batch_size=1)
        yield from parallel(tasks)
        if dask is None and processes > 1:
            get_reusable_executor().shutdown()  # the sandboxes end with the processes


def _reasonable(jobs: int, tasks: int) -> int:
    """Return how many processes to use: no more than there are tasks, and than memory is for."""
    cores = joblib.effective_n_jobs(jobs)
    fitting = psutil.virtual_memory().available // MEMORY_OF_A_WORKER
    return max(1, min(cores, tasks, fitting))


@contextmanager
def _dask_workers(address: str) -> Iterator[None]:
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise ValueError(
            'Several machines need Dask. Install it with: pip install "dask[distributed]"'
        ) from error
    with Client(address), joblib.parallel_config(backend="dask"):
        yield


def _grade_one(submission: Submission, settings: Settings) -> Graded:
    """Grade one submission, in whichever process and machine this is."""
    try:
        return _grader(settings).grade(submission)
    except SandboxUnavailable:
        raise  # nothing can be graded here, and the instructor has to know
    except Exception as error:
        _close_grader()  # a fresh one for the next submission
        return _without_verdict(submission, settings, f"grader failed ({type(error).__name__})")


def _grader(settings: Settings) -> Grader:
    """Return the grader of this thread; torch is imported once in its sandbox."""
    if getattr(_of_this_thread, "settings", None) != settings:
        _close_grader()

        def open_one() -> Sandbox:
            return open_sandbox(settings.limits, settings.private, settings.isolation)

        _of_this_thread.grader = Grader(
            by_name(all_exercises()), settings.names, settings.seed, open_one(), open_one
        )
        _of_this_thread.settings = settings
    return _of_this_thread.grader


def _close_grader() -> None:
    if getattr(_of_this_thread, "settings", None) is not None:
        _of_this_thread.settings = None
        _of_this_thread.grader.close()


def _without_verdict(submission: Submission, settings: Settings, status: str) -> Graded:
    """Return grades that give nothing and take nothing away: an instructor has to look."""
    message = "This answer could not be graded. Your instructor will look at it."
    exercises = by_name(all_exercises())
    grades = [
        Grade(name, 0, exercises[name].points, "cannot be checked", status, message)
        for name in settings.names
    ]
    return Graded(
        name=submission.owner.name,
        identifier=submission.owner.identifier,
        files=submission.files,
        notes=(*submission.notes, status),
        fingerprint=submission.fingerprint,
        isolation=settings.isolation,
        grades=grades,
    )


def _bar(description: str, shown: bool) -> Callable:
    return partial(progress_bar, description=description, shown=shown)


def _line(graded: Graded) -> str:
    """Return what the log says about one student."""
    outcomes = Counter(grade.outcome for grade in graded.grades)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
    odd = [f"{one.question}: {one.status}" for one in graded.grades if one.status != FINE]
    return (
        f"{graded.name} {graded.identifier} | {points_of(graded)} points | {counts} | "
        f"isolation={graded.isolation}{graded.why_limited and f' ({graded.why_limited})'} | "
        f"{graded.seconds} s | {'; '.join([*graded.notes, *odd])}"
    )
