"""Look into Python source without running it: what it defines, and what it needs from elsewhere."""

import ast
import builtins
import re
import symtable
from collections.abc import Iterable
from functools import lru_cache

from workbook.lessons.exercises.sources import PRELUDE

# What the notebooks offer besides the prelude. Where answers are graded it does nothing.
NOTEBOOK_NAMES = "check = hint = solution = display = lambda *arguments, **settings: None"
MOST_HELPERS = 40
LINE_FOR_THE_NOTEBOOK = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)
# Python's parser gives up on hostile source in more ways than with a SyntaxError.
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


@lru_cache(maxsize=512)
def parse(source: str) -> ast.Module | None:
    """Return the syntax tree, or None when Python cannot read the source."""
    try:
        tree = ast.parse(source)
        compile(source, "answer", "exec", dont_inherit=True)  # finds a `return` outside too
    except UNREADABLE:
        return None
    return tree


def readable(source: str) -> str:
    """Return source that Python can read, without lines such as ``%matplotlib`` and ``!pip``."""
    if parse(source) is not None:
        return source
    without = LINE_FOR_THE_NOTEBOOK.sub(r"\1pass", source)
    return without if parse(without) is not None else source


@lru_cache(maxsize=512)
def defined_names(source: str) -> frozenset[str]:
    """Return the names that the source binds at its top level.

    Where Python cannot read it, the names of functions and classes that begin at a margin.
    """
    tree = parse(readable(source))
    if tree is None:
        return frozenset(re.findall(r"^(?:async +)?(?:def|class)\s+(\w+)", source, re.MULTILINE))
    return frozenset(name for statement in tree.body for name in _bound_by(statement))


def functions_in(source: str) -> list[str]:
    """Return the names of the functions and classes that the source defines at its top level."""
    tree = parse(source)
    kinds = ast.FunctionDef | ast.ClassDef
    return [one.name for one in tree.body if isinstance(one, kinds)] if tree else []


def helpers_for(source: str, others: Iterable[str], without: set[str]) -> str:
    """Return definitions from other cells that a source needs, and those that these need.

    Only functions, classes, imports and assignments are taken. without: names that are not looked
    for, because somebody else provides them.
    """
    offered = _offered_by(others)
    available = set(dir(builtins)) | defined_names(f"{PRELUDE}\n{NOTEBOOK_NAMES}") | without
    wanted, chosen = _needed_by(source) - available, {}
    while wanted and len(chosen) < MOST_HELPERS:
        name = wanted.pop()
        if name in offered:
            order, text = offered[name]
            chosen[order] = text
            available.add(name)
            wanted |= _needed_by(text) - available
    return "\n".join(chosen[order] for order in sorted(chosen))


def _offered_by(sources: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return, for each name that the sources bind, the place and text of its last definition."""
    offered, order = {}, 0
    for source in sources:
        tree = parse(readable(source))
        for statement in tree.body if tree else []:
            order += 1
            if not _is_of_the_course(statement):
                for name in _bound_by(statement):
                    offered[name] = (order, ast.unparse(statement))
    return offered


def _is_of_the_course(statement: ast.stmt) -> bool:
    """Tell whether this imports the workbook, which is hidden where answers run."""
    if isinstance(statement, ast.ImportFrom):
        return (statement.module or "").split(".")[0] == "workbook"
    return isinstance(statement, ast.Import) and any(
        alias.name.split(".")[0] == "workbook" for alias in statement.names
    )


def _bound_by(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).split(".")[0] for alias in statement.names]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]


def _needed_by(source: str) -> set[str]:
    """Return the names that the source uses from outside itself."""
    try:
        table = symtable.symtable(source, "answer", "exec")
    except UNREADABLE:
        return set()
    needed, waiting = set(), [table]
    while waiting:
        scope = waiting.pop()
        waiting.extend(scope.get_children())
        for symbol in scope.get_symbols():
            at_top = scope.get_type() == "module"
            if symbol.is_referenced() and (symbol.is_global() or at_top):
                needed.add(symbol.get_name())
    return needed - defined_names(source)


def definitions_only(source: str) -> str:
    """Return the definitions, imports and assignments of a source, without what it else does.

    Returns the source itself when there is nothing else in it.
    """
    tree = parse(source)
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
    kinds |= ast.Assign | ast.AnnAssign
    kept = [one for one in tree.body if isinstance(one, kinds)] if tree else []
    if tree is None or len(kept) == len(tree.body):
        return source
    return "\n".join(ast.unparse(one) for one in kept)
