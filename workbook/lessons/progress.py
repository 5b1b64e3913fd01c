"""What a learner has reached, kept in the workspace so that it survives restarts."""

import json
from datetime import datetime
from pathlib import Path

from workbook.atomic import replacing
from workbook.workspace import results_folder


class Progress:
    """Milestones reached, quiz questions answered right, and exercises solved.

    ``milestones`` maps a number such as "2.3" to the sentence that proves it; ``questions`` holds
    the numbers of the questions answered right, ``exercises`` the names of the exercises solved.
    """

    def __init__(self, path: Path | None = None):
        self.path = path or results_folder() / "progress.json"
        self.milestones: dict[str, str] = {}
        self.questions: set[str] = set()
        self.exercises: set[str] = set()
        self._read()

    def _read(self) -> None:
        if not self.path.exists():
            return
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
            self.milestones = {str(k): str(v) for k, v in stored["milestones"].items()}
            self.questions = {str(number) for number in stored["questions"]}
            self.exercises = {str(name) for name in stored.get("exercises", ())}
        except (ValueError, KeyError, TypeError, AttributeError):
            # A damaged file must not stop a lesson, and must not be lost either.
            kept = self.path.with_suffix(f".damaged-{datetime.now():%Y%m%d-%H%M%S}.json")
            self.path.rename(kept)
            print(f"The file with your progress could not be read. It is kept as {kept.name}.")

    def reach(self, number: str, evidence: str) -> None:
        """Note that a milestone was reached, with the sentence that proves it."""
        self.milestones[number] = evidence
        self._write()

    def answered_right(self, question: str) -> None:
        """Note that a quiz question was answered right."""
        self.questions.add(question)
        self._write()

    def solved(self, exercise: str) -> None:
        """Note that an exercise was solved."""
        self.exercises.add(exercise)
        self._write()

    def _write(self) -> None:
        text = json.dumps(
            {
                "milestones": self.milestones,
                "questions": sorted(self.questions),
                "exercises": sorted(self.exercises),
            },
            ensure_ascii=False,
            indent=2,
        )
        with replacing(self.path) as temporary:
            temporary.write_text(text, encoding="utf-8")
