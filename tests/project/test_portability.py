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
# Each habit with a line in which it must be found.
ONLY_ON_LINUX = {
    r"\bos\.(fork|getuid|geteuid|killpg|setsid|uname|nice|sched_\w+)\b": "os.fork()",
    r"\bos\.(statvfs|getloadavg|[gs]etpgid|waitpid|mkfifo|chown|O_\w+)\b": "os.getloadavg()",
    r"\bsignal\.(SIGKILL|SIGALRM|alarm|setitimer|SIG(USR|HUP|CHLD|PIPE)\w*)": "signal.alarm(1)",
    r"add_signal_handler|preexec_fn|start_new_session|pass_fds": "Popen(a, preexec_fn=b)",
    r"^\s*(import|from) (resource|fcntl|pwd|grp|termios|pty)\b": "import fcntl",
    r"AF_UNIX|\bselect\.(poll|epoll)\b": "socket.AF_UNIX",
    r"[\"']/(tmp|home|dev|proc|usr|etc|var)/": "open('/dev/null')",
    r"\bsymlink_to\b|\bos\.symlink\b": "link.symlink_to(place)",
    r"\bProcessPoolExecutor\b|\bmultiprocessing\b": "import multiprocessing",
    r"shell=True|\bos\.(system|popen)\(": "os.system('ls')",
    r"\[[\"'](python3?|bash|sh|cp|mv|rm|ls|grep|which|make)[\"'],": "run(['python3', 'a'])",
    r"strftime\([^)]*%[-s]": "date.strftime('%-d')",
    r"num_workers=[1-9]": "DataLoader(photos, num_workers=2)",
    r"environ(\.get\(|\[)[\"'](HOME|USER|TMPDIR|PWD)": "os.environ['HOME']",
}


@pytest.mark.parametrize("habit", ONLY_ON_LINUX)
def test_habit_is_not_there(habit):
    found = [
        f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(habit, line)
    ]
    assert not found


@pytest.mark.parametrize("habit", ONLY_ON_LINUX)
def test_habit_would_be_found(habit):
    assert re.search(habit, ONLY_ON_LINUX[habit])


TEXT_MODES = {f"{how}{text}{more}" for how in "rwax" for text in ("", "t") for more in ("", "+")}


BINARY = {".jpg", ".png", ".safetensors", ".zip"}
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "123")}


def tracked_files() -> list[str]:
    """Return the files of the repository, or skip where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [name for name in listed.stdout.decode("utf-8").split("\0") if name]


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
    if isinstance(call.func, ast.Attribute) and call.func.attr == "open":
        mode = call.args[0] if call.args else None
        return isinstance(mode, ast.Constant) and mode.value in TEXT_MODES
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
        ("path.open('w')", True),
        ("path.open('wb')", False),
        ("path.open('a', encoding='utf-8')", False),
        ("Image.open(path)", False),
        ("path.write_text(text)", True),
        ("path.read_text('utf-8')", False),
    ],
)
def test_the_check_itself(code, expected):
    assert opens_text_without_encoding(ast.parse(code).body[0].value) is expected


def test_line_endings_and_encoding_are_pinned():
    attributes = (REPOSITORY / ".gitattributes").read_text(encoding="utf-8")
    assert "* text=auto eol=lf" in attributes
    settings = (REPOSITORY / ".editorconfig").read_text(encoding="utf-8").splitlines()
    assert {"root = true", "end_of_line = lf", "charset = utf-8"} <= set(settings)


def test_text_in_the_repository_is_utf_8_with_plain_line_endings():
    for name in tracked_files():
        content = (REPOSITORY / name).read_bytes() if (REPOSITORY / name).is_file() else b""
        if b"\0" in content[:8000] or Path(name).suffix in BINARY:
            continue
        content.decode("utf-8")
        assert b"\r\n" not in content, name
        assert not content.startswith(b"\xef\xbb\xbf"), name


def test_names_of_files_suit_every_system():
    names = tracked_files()
    assert not [name for name in names if re.search(r'[<>:"|?*\\]|[. ]$', name)]
    assert not [
        name
        for name in names
        if RESERVED & {part.split(".")[0] for part in Path(name.lower()).parts}
    ]
    assert not [name for name in names if not name.isascii()]
    assert len({name.lower() for name in names}) == len(names), "names that differ by case only"
    assert max(map(len, names)) < 120
