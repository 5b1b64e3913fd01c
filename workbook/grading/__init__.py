"""Grade a class: notebooks in, marks and feedback out. What students wrote runs in a sandbox.

    from workbook.grading import grade_submissions
    grade_submissions("submissions.zip", "results")

Nothing is imported before it is used, because parts of this package run inside the sandbox.
"""

__all__ = ["grade_submissions", "merge_marks"]


def __getattr__(name: str):
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"{__name__} has no {name}")
    return getattr(import_module(f"{__name__}.batch"), name)
