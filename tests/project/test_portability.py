"""Habits that work on Linux only are kept out of what a learner runs on Windows or macOS."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
# The grader's sandbox is made of what Linux offers; elsewhere it says so, and does with less.
LINUX_BY_DESIGN = "grading"
SOURCES = [
    path
    for path in sorted((REPOSITORY / "workbook").rglob("*.py"))
    if LINUX_BY_DESIGN not in path.relative_to(REPOSITORY).parts
]
ONLY_ON_LINUX = {
    r"\bos\.(fork|getuid|geteuid|killpg|setsid|uname|nice|sched_\w+)\b": "not on Windows",
    r"\bsignal\.(SIGKILL|SIGALRM|alarm|setitimer|SIGUSR1)\b": "not on Windows",
    r"^\s*(import|from) (resource|fcntl|pwd|grp|termios|pty)\b": "not on Windows",
    r"[\"']/(tmp|home|dev|proc|usr|etc)/": "a folder that other systems do not have",
    r"\bProcessPoolExecutor\b|\bmultiprocessing\b": "new processes in a notebook break on Windows",
    r"shell=True": "every system has another shell",
    r"strftime\([^)]*%-": "not on Windows",
    r"num_workers=[1-9]": "workers of a DataLoader break in notebooks on Windows and macOS",
}


@pytest.mark.parametrize("habit", ONLY_ON_LINUX)
def test_habit_is_not_there(habit):
    found = [
        f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(habit, line)
    ]
    assert not found, f"{ONLY_ON_LINUX[habit]}: {found}"


def calls(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def opens_text_without_encoding(call: ast.Call) -> bool:
    """Whether a call reads or writes text in whatever encoding the computer happens to prefer."""
    if any(keyword.arg in ("encoding", None) for keyword in call.keywords):
        return False
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("read_text", "write_text"):
        return len(call.args) < (1 if call.func.attr == "read_text" else 2)
    if isinstance(call.func, ast.Name) and call.func.id == "open":
        mode = call.args[1] if len(call.args) > 1 else None
        mode = next((key.value for key in call.keywords if key.arg == "mode"), mode)
        return not (isinstance(mode, ast.Constant) and "b" in mode.value)
    return False


def test_text_files_name_their_encoding():
    found = [
        f"{path.relative_to(REPOSITORY)}:{call.lineno}"
        for path in [*SOURCES, *sorted((REPOSITORY / "benchmarks").glob("*.py"))]
        for call in calls(path)
        if opens_text_without_encoding(call)
    ]
    assert not found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("open('a')", True),
        ("open('a', 'rb')", False),
        ("open('a', 'w', encoding='utf-8')", False),
        ("path.write_text(text)", True),
        ("path.read_text('utf-8')", False),
    ],
)
def test_the_check_itself(code, expected):
    assert opens_text_without_encoding(ast.parse(code).body[0].value) is expected


def test_line_endings_are_pinned():
    attributes = (REPOSITORY / ".gitattributes").read_text(encoding="utf-8")
    assert "* text=auto eol=lf" in attributes


def test_names_of_files_suit_every_system():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    names = [name for name in listed.stdout.decode("utf-8").split("\0") if name]
    assert not [name for name in names if re.search(r'[<>:"|?*\\]|[. ]$', name)]
    assert len({name.lower() for name in names}) == len(names), "names that differ by case only"
    assert max(map(len, names)) < 120
