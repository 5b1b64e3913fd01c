"""Choose the sandbox that this computer allows."""

from collections.abc import Sequence
from pathlib import Path

from workbook.grading.limited import LimitedSandbox
from workbook.grading.namespaces import NamespaceSandbox
from workbook.grading.sandbox import LIMITED, NAMESPACES, Limits, Sandbox, SandboxUnavailable


def open_sandbox(limits: Limits, private: Sequence[Path], isolation: str = "auto") -> Sandbox:
    """Return the strictest sandbox that this computer allows, or the kind that is named.

    isolation: "auto", "namespaces" or "limited". Raises SandboxUnavailable when the named kind is
    not to be had.
    """
    if isolation != LIMITED:
        try:
            return NamespaceSandbox(limits, private)
        except SandboxUnavailable as error:
            if isolation == NAMESPACES:
                raise
            reason = str(error)
    else:
        reason = "as asked for"
    sandbox = LimitedSandbox(limits, private)
    sandbox.why_limited = reason
    return sandbox
