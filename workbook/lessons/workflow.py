"""The ten steps of every project, and where each section of the course sits among them."""

STEPS = (
    "state the problem",
    "inputs and outputs",
    "prepare data",
    "pick or build a model",
    "loss and optimizer",
    "train",
    "predict",
    "measure",
    "tune",
    "share",
)
# Steps are counted from 1.
SECTIONS = {
    "1.1": (1, 8), "1.2": (4,), "1.3": (4, 7), "1.4": (2,), "1.5": (5, 6), "1.6": (1, 3),
    "2.1": (2,), "2.2": (1, 2), "2.3": (3,), "2.4": (3,), "2.5": (3, 8), "2.6": (2, 3),
    "3.1": (4,), "3.2": (4,), "3.3": (5,), "3.4": (5,), "3.5": (6,), "3.6": (8,),
    "4.1": (4,), "4.2": (4,), "4.3": (4,), "4.4": (4,), "4.5": (4, 6), "4.6": (7, 8),
    "5.1": (8,), "5.2": (8,), "5.3": (6, 8), "5.4": (9,), "5.5": (6, 9), "5.6": (8, 9),
    "6.1": (10,), "6.2": (7,), "6.3": (7,), "6.4": (10,), "6.5": (8, 10), "6.6": (10,),
}  # fmt: skip


def section_strip(section: str) -> str:
    """Return the line under a section's heading: ten numbers, with the section's steps named.

    Raises KeyError for a section that the course does not have.
    """
    here = SECTIONS[section]
    return " · ".join(
        f"**{number} {name}**" if number in here else str(number)
        for number, name in enumerate(STEPS, start=1)
    )


def chapter_strip(chapter: int) -> str:
    """Return all ten steps in words, with those that a chapter (1 to 6) treats in bold."""
    here = {step for name, steps in SECTIONS.items() if name[0] == str(chapter) for step in steps}
    return " · ".join(
        f"**{number} {name}**" if number in here else f"{number} {name}"
        for number, name in enumerate(STEPS, start=1)
    )
