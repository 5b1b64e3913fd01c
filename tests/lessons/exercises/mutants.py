"""Small automatic mistakes in the worked solutions: what a check must notice.

Each mutant changes one place of the solution's syntax tree: another comparison or operator, a
constant one too large, swapped axes, another reduction, a call left out (a missing abs, eval or
zero_grad), a dropped argument (a bias, a padding), a statement left out.
"""

import ast
import copy
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from workbook.lessons.exercises.sources import solution_source

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
}
OTHER_NAMES = {
    "mean": "sum",
    "sum": "max",
    "max": "min",
    "min": "max",
    "amax": "amin",
    "argmax": "argmin",
    "argmin": "argmax",
    "std": "var",
    "eval": "train",
    "train": "eval",
    "all": "any",
    "any": "all",
    "append": "remove",
    "ReLU": "Sigmoid",
    "relu": "sigmoid",
    "MaxPool2d": "AvgPool2d",
    "exp": "expm1",
    "log": "log10",
}
LINES = 20_000  # that one call may take; a mutant may loop without an end


class EndlessLoop(Exception):
    """A mutant took more lines than any solution does."""


@dataclass(frozen=True)
class Mutant:
    """A changed solution: its source, and which change it was, in words."""

    change: str
    source: str


def mutants_of(name: str) -> list[Mutant]:
    """Return the mutants of an exercise's solution, each one once."""
    tree = ast.parse(solution_source(name))
    original = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for place, node in enumerate(ast.walk(tree)):
        for before, after in changes(node):
            source = ast.unparse(_replaced(tree, place, after))
            if source != original and source not in found:
                line = getattr(node, "lineno", 0)
                found[source] = Mutant(f"line {line}: {before} -> {_words(after)}", source)
    return list(found.values())


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield what a place of the tree can be changed to, with the words for what it was."""
    words = ast.unparse(node) if isinstance(node, (ast.expr, ast.stmt)) else ""
    for kind, change in (
        (ast.Compare, _comparisons),
        (ast.BinOp, _operations),
        (ast.UnaryOp, _operand),
        (ast.BoolOp, _other_bool),
        (ast.Constant, _constants),
        (ast.Call, _calls),
        (ast.Slice, _slices),
        (ast.Tuple, _tuples),
        (ast.stmt, _statements),
    ):
        if isinstance(node, kind):
            for changed in change(node):
                yield words.split("\n")[0], changed


def limited(answer):
    """Return the answer as a function that stops with ``EndlessLoop`` after ``LINES`` lines."""

    def call(*arguments):
        left = [LINES]

        def count(frame, event, argument):
            if frame.f_code.co_filename != "<mutant>":
                return None
            left[0] -= 1
            if left[0] < 0:
                raise EndlessLoop
            return count

        before = sys.gettrace()
        sys.settrace(count)
        try:
            return answer(*arguments)
        finally:
            sys.settrace(before)

    return call


def _replaced(tree: ast.AST, place: int, after: ast.AST) -> ast.AST:
    """Return a copy of the tree in which the node at this place of the walk is another one."""
    tree = copy.deepcopy(tree)
    target = next(node for number, node in enumerate(ast.walk(tree)) if number == place)

    class Replace(ast.NodeTransformer):
        def visit(self, node):
            return after if node is target else self.generic_visit(node)

    return ast.fix_missing_locations(Replace().visit(tree))


def _words(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split("\n")[0]


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for other in COMPARISONS.get(type(node.ops[0]), ()):
        yield ast.Compare(node.left, [other(), *node.ops[1:]], node.comparators)


def _operations(node: ast.BinOp) -> Iterator[ast.AST]:
    yield ast.BinOp(node.left, OPERATORS.get(type(node.op), ast.Add)(), node.right)
    yield node.left
    yield node.right


def _operand(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _other_bool(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, float):
        yield ast.Constant(value * 1.5 + 0.1)
    elif isinstance(value, str):
        yield ast.Constant(value + "x")


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    for function in _other_functions(node.func):
        yield ast.Call(function, node.args, node.keywords)
    for number in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:number] + node.keywords[number + 1 :])
    if len(node.args) > 1:
        swapped = [node.args[1], node.args[0], *node.args[2:]]
        yield ast.Call(node.func, swapped, node.keywords)
        yield ast.Call(node.func, node.args[:-1], node.keywords)
    if len(node.args) == 1 and not node.keywords:  # abs(x), sorted(x), range(x)
        yield node.args[0]
    if isinstance(node.func, ast.Attribute):  # x.abs(), x.permute(2, 0, 1)
        yield node.func.value


def _other_functions(function: ast.expr) -> Iterator[ast.expr]:
    if isinstance(function, ast.Attribute) and function.attr in OTHER_NAMES:
        yield ast.Attribute(function.value, OTHER_NAMES[function.attr], ast.Load())
    if isinstance(function, ast.Name) and function.id in OTHER_NAMES:
        yield ast.Name(OTHER_NAMES[function.id], ast.Load())


def _slices(node: ast.Slice) -> Iterator[ast.AST]:
    if node.lower is not None:
        yield ast.Slice(None, node.upper, node.step)
    if node.upper is not None:
        yield ast.Slice(node.lower, None, node.step)


def _tuples(node: ast.Tuple) -> Iterator[ast.AST]:
    if len(node.elts) > 1 and isinstance(node.ctx, ast.Load):
        yield ast.Tuple(node.elts[::-1], ast.Load())
        yield ast.Tuple(node.elts[:-1], ast.Load())


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign, ast.Continue, ast.Break)):
        yield ast.Pass()
    if isinstance(node, ast.If):
        yield ast.If(ast.Constant(True), node.body, node.orelse)
        yield ast.If(ast.Constant(False), node.body, node.orelse)
    if isinstance(node, ast.With):
        yield ast.If(ast.Constant(True), node.body, [])
