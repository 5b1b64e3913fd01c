"""Tell an answer that somebody worked on from a stub that nobody touched.

What is compared is the code that Python makes of both, so comments, spaces and the text under a
function's heading do not count.
"""

import dis
import inspect
from types import CodeType
from typing import Any

# What a body of `...`, `pass` or a text alone consists of, in any version of Python from 3.11 on.
NOTHING = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}


def attempted_source(name: str, source: str, stub: str) -> bool:
    """Tell whether a cell's source defines ``name`` in another way than the stub does.

    Source that Python cannot read counts as attempted; a cell that does not define the name does
    not.
    """
    try:
        codes = _codes_in(compile(source, "answer", "exec"), name)
    except Exception:  # besides SyntaxError, hostile source can make the compiler give up
        return True
    return bool(codes) and _differs(codes, name, stub)


def attempted_object(name: str, answer: Any, stub: str) -> bool:
    """Tell the same of a function or class that is defined already."""
    codes = _codes_of(answer)
    return not codes or _differs(codes, name, stub)


def _differs(codes: list[CodeType], name: str, stub: str) -> bool:
    if all(_does_nothing(code) for code in codes):
        return False
    stub_codes = _codes_in(compile(stub, "stub", "exec"), name)
    return [_essence(code) for code in codes] != [_essence(code) for code in stub_codes]


def _codes_in(module: CodeType, name: str) -> list[CodeType]:
    """Return the code of the last function of this name, or of the methods of such a class."""
    found = [code for code in _inner(module) if code.co_name == name]
    if not found:
        return []
    methods = _inner(found[-1])
    is_class = "__qualname__" in found[-1].co_names and "__module__" in found[-1].co_names
    return methods if is_class else [found[-1]]


def _codes_of(answer: Any) -> list[CodeType]:
    if isinstance(answer, type):
        functions = [vars(answer)[name] for name in vars(answer)]
        return [f.__code__ for f in functions if inspect.isfunction(f)]
    function = inspect.unwrap(answer) if inspect.isfunction(answer) else None
    return [function.__code__] if inspect.isfunction(function) else []


def _inner(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _does_nothing(code: CodeType) -> bool:
    constants = [one for one in code.co_consts if one not in (None, ...)]
    only_text = all(isinstance(one, str) for one in constants)
    instructions = list(dis.get_instructions(code))
    returned = [i.argval for i in instructions if i.opname in ("LOAD_CONST", "RETURN_CONST")]
    return (
        only_text
        and {i.opname for i in instructions} <= NOTHING
        and all(value is None for value in returned)
    )


def _essence(code: CodeType) -> tuple:
    """Return what a function does, without its place in a file and its text."""
    constants = tuple(
        _essence(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts
    )
    return code.co_code, code.co_names, code.co_varnames, constants
