"""Four milestones a chapter, verified from evidence and never from a tick-box.

What you have made is looked at itself: a model is asked about photos, a split is read from the
disk, a saved file is loaded again. What you have understood shows in the quiz.
"""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workbook.lessons import evidence
from workbook.lessons.progress import Progress

CHAPTERS = range(1, 7)


@dataclass(frozen=True)
class Milestone:
    """One milestone: its number, what was reached, and what proves it.

    ``check`` gets the named things that the chapter hands over and returns a sentence, or None
    when they do not prove it. Without a check, the ``questions`` of the quiz do, or the
    ``exercises`` that practise the same.
    """

    number: str
    words: str
    questions: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    check: Callable[[Mapping], str | None] | None = None

    def prove(self, things: Mapping, progress: Progress) -> str | None:
        """Return the sentence that proves the milestone, or None."""
        if self.check:
            return self.check(things)
        if set(self.questions) <= progress.questions:
            return f"quiz questions {', '.join(self.questions)} answered right"
        if self.exercises and set(self.exercises) <= progress.exercises:
            return f"exercises {', '.join(self.exercises)} solved"
        return None

    def advice(self) -> str:
        """Say what is still to do."""
        if self.questions:
            quiz = f"answer questions {', '.join(self.questions)} of the quiz"
            others = f", or solve {', '.join(self.exercises)}" if self.exercises else ""
            return f"{quiz}{others}"
        return "run the chapter's cells from top to bottom"


MILESTONES = (
    Milestone("1.1", "trained a first toy classifier", check=evidence.model_beats_guessing),
    Milestone("1.2", "can tell rules from learning by example", ("1.1", "1.8"),
              ("colour_rule", "best_limit")),
    Milestone("1.3", "can name data, model and evaluation", ("1.2", "1.3", "1.7")),
    Milestone("1.4", "has a notebook and a project folder", check=evidence.project_is_complete),
    Milestone("2.1", "inspects shapes, channels and value ranges", ("2.1", "2.4", "2.6"),
              ("repair_photo",)),
    Milestone("2.2", "built a clean class-folder dataset", check=evidence.folder_is_clean),
    Milestone("2.3", "split it into train, validation and test", check=evidence.split_is_sound),
    Milestone("2.4", "found and removed faults", check=evidence.faults_were_removed),
    Milestone("3.1", "trained a baseline", check=evidence.model_beats_guessing),
    Milestone("3.2", "explains layers as steps", ("3.1", "3.2", "3.7"),
              ("neuron", "count_parameters")),
    Milestone("3.3", "explains loss and optimizer", ("3.4", "3.5", "3.6"),
              ("cross_entropy", "adjust_weights")),
    Milestone("3.4", "compared two models over several seeds", check=evidence.models_were_compared),
    Milestone("4.1", "replaced the baseline by a small CNN", check=evidence.cnn_beats_guessing),
    Milestone("4.2", "looked at filters and feature maps", ("4.1", "4.4", "4.5"),
              ("convolve", "max_pool")),
    Milestone("4.3", "compared learning curves", check=evidence.curves_were_compared),
    Milestone("4.4", "predicted on new photos", check=evidence.photos_were_predicted),
    Milestone("5.1", "evaluated with a confusion matrix", check=evidence.evaluation_is_whole),
    Milestone("5.2", "spotted overfitting and fixed it", check=evidence.overfitting_shrank),
    Milestone("5.3", "improved data with augmentation", ("5.5", "5.6"), ("make_sets",)),
    Milestone("5.4", "tuned settings and wrote it down", check=evidence.runs_were_logged),
    Milestone("6.1", "saved and reloaded the model", check=evidence.file_gives_same_answers),
    Milestone("6.2", "built \"predict a photo\"", check=evidence.photos_were_predicted),
    Milestone("6.3", "packaged the project", check=evidence.bundle_runs_elsewhere),
    Milestone("6.4", "knows safe next steps", ("6.2", "6.7", "6.8"),
              ("accuracy_by_group", "share_without_place")),
)  # fmt: skip


class Board:
    """Which milestones are reached. It shows itself in a notebook and in a terminal."""

    def __init__(self, rows: list[tuple[Milestone, str | None]]):
        self.rows = rows

    @property
    def reached(self) -> int:
        """How many milestones are reached."""
        return sum(proof is not None for _, proof in self.rows)

    def __str__(self) -> str:
        lines = [f"{self.reached} of {len(self.rows)} milestones reached"]
        for milestone, proof in self.rows:
            mark, words = ("✔", proof) if proof else ("○", f"still open: {milestone.advice()}")
            lines.append(f"{mark} {milestone.number} {milestone.words} ({words})")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(line)}</li>" for line in str(self).split("\n")[1:])
        share = f'<progress max="{len(self.rows)}" value="{self.reached}"></progress>'
        return (
            f"<p><strong>{self.reached} of {len(self.rows)} milestones reached</strong> {share}</p>"
            f'<ul style="list-style:none;padding-left:0">{items}</ul>'
        )


def check_milestones(chapter: int, **things) -> Board:
    """Check the milestones of a chapter against what the chapter has made.

    Each check looks for what it needs by name: model, photos, project, report, before, splits,
    comparison, histories, predictions, evaluation, log, file, classifier, bundle. What is proved
    is kept in the workspace; what was proved earlier stays. Raises ValueError for an unknown
    chapter.
    """
    if chapter not in CHAPTERS:
        raise ValueError(f"There is no chapter {chapter}. The chapters are 1 to 6.")
    progress = Progress()
    for milestone in _of_chapter(chapter):
        proof = milestone.prove(things, progress)
        if proof:
            progress.reach(milestone.number, proof)
    return _board(_of_chapter(chapter), progress)


def all_milestones() -> Board:
    """Return the board of the whole course, as it is kept in the workspace."""
    return _board(MILESTONES, Progress())


def exercises_solved() -> str:
    """Say which exercises are solved, as it is kept in the workspace."""
    solved = sorted(Progress().exercises)
    if not solved:
        return "No exercise is solved yet. They are in the folder exercises."
    return f"Exercises solved: {len(solved)} ({', '.join(solved)})"


def open_before(chapter: int) -> str:
    """Say kindly what earlier chapters leave open; nobody is locked out."""
    progress = Progress()
    earlier = [m for m in MILESTONES if int(m.number[0]) < chapter]
    missing = [m for m in earlier if m.number not in progress.milestones]
    if not missing:
        return "All milestones of the chapters before are reached."
    return (
        f"Still open from earlier chapters: {len(missing)} of {len(earlier)} milestones, the first "
        f'being {missing[0].number}, "{missing[0].words}". You can go on all the same.'
    )


def _of_chapter(chapter: int) -> tuple[Milestone, ...]:
    return tuple(m for m in MILESTONES if m.number.startswith(f"{chapter}."))


def _board(milestones: tuple[Milestone, ...], progress: Progress) -> Board:
    return Board([(m, progress.milestones.get(m.number)) for m in milestones])
