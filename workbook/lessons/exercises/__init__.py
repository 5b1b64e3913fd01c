"""Exercises with checks. In a notebook: ``check(answer)``, ``hint("name")``, ``solution("name")``.

The names are looked up when they are first used, because ``running`` is used on its own as well.
"""

__all__ = ["all_exercises", "check", "find_exercise", "hint", "solution"]


def __getattr__(name: str):
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"{__name__} has no {name}")
    place = "catalogue" if name.endswith(("exercises", "exercise")) else "checking"
    return getattr(import_module(f"{__name__}.{place}"), name)
