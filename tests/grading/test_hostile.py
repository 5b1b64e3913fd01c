"""Hostile answers: none gets a point that it did not earn, none touches anything else.

Each attack stands in the place of the answer to ``double_all``; the other answers of the same
submission are honest, and keep their points. ``STRICT`` attacks are those that only namespaces
hold off. The worth of the sandbox itself is shown by what the attacks leave behind.
"""

import socket
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from tests.grading.submissions import handed_in, summary
from workbook.lessons.exercises.checking import SEED as SEED_OF_THE_NOTEBOOK

HONEST = {
    "total_of": (1, "right", "ok"),
    "average_of": (1, "right", "ok"),
    "why_photos": (None, "to be marked", "ok"),
}
WRONG = (0, "wrong", "ok")
BRIEF = 3.0  # seconds; for answers that never come to an end


def ended(how: str) -> tuple:
    return (0, "wrong", how)


def function(body: str) -> str:
    return "# exercise: double_all\ndef double_all(numbers):\n" + textwrap.indent(
        textwrap.dedent(body).strip(), "    "
    )


def program(text: str) -> str:
    return "# exercise: double_all\n" + textwrap.dedent(text).strip()


FRAME = "import struct, os\ndata = {data}\nos.write({line}, struct.pack('>I', len(data)) + data)"
EQUAL_TO_ALL = """
class Same({base}):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __array__(self, *a, **k): return numbers.numpy()
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def __abs__(self): return 0
    def __hash__(self): return 0
    def __instancecheck__(self, other): return True
    @property
    def __class__(self): return torch.Tensor
return Same()
"""

HOSTILE = {
    "an infinite loop": (function("while True: pass"), ended("time limit"), BRIEF),
    "an infinite loop that catches everything": (
        function("""
            import signal
            for number in range(1, 65):
                try: signal.signal(number, signal.SIG_IGN)
                except Exception: pass
            while True:
                try:
                    while True: pass
                except BaseException: pass
        """),
        ended("time limit"),
        BRIEF,
    ),
    "a loop outside the function": (
        program("while True: pass\ndef double_all(numbers): return numbers * 2"),
        (2, "right", "other code in the cell failed"),
        BRIEF,
    ),
    "a memory hog": (
        function("hoard = []\nwhile True: hoard.append(bytearray(20_000_000))"),
        ended("memory limit"),
        None,
    ),
    "a huge tensor": (function("return torch.zeros(10**11)"), ended("memory limit"), None),
    "a small tensor that pretends to be huge": (
        function("return torch.zeros(1).expand(10**11)"),
        ended("memory limit"),
        None,
    ),
    "a flood of output": (
        function(
            "import sys\nfor i in range(200): print('x' * 100_000)\nsys.stderr.write('y' * 10**7)"
        ),
        WRONG,
        None,
    ),
    "ending Python": (function("import os\nos._exit(0)"), ended("crashed"), None),
    "ending Python politely": (function("raise SystemExit"), WRONG, None),
    "a crash of the interpreter": (
        function("import ctypes\nctypes.string_at(0)"),
        ended("crashed"),
        None,
    ),
    "another program in its place": (
        function("import os\nos.execv('/bin/true', ['true'])"),
        ended("crashed"),
        None,
    ),
    "recursion without end": (function("return double_all(numbers)"), WRONG, None),
    "an error that cannot be shown": (
        function("class Bad(BaseException):\n    def __str__(self): raise Bad\nraise Bad"),
        WRONG,
        None,
    ),
    "an endless text as error": (function("raise ValueError('x' * 10**8)"), WRONG, None),
    "an answer far too large": (function("return 'x' * 10**8"), WRONG, None),
    "a list that holds itself": (function("l = []\nl.append(l)\nreturn l"), WRONG, None),
    "a deep list": (
        function("l = []\nfor i in range(10**5): l = [l]\nreturn l"),
        WRONG,
        None,
    ),
    "an endless generator": (
        function("import itertools\nreturn itertools.count()"),
        WRONG,
        None,
    ),
    "a class that equals everything": (function(EQUAL_TO_ALL.format(base="object")), WRONG, None),
    "a tensor that equals everything": (
        function(EQUAL_TO_ALL.format(base="torch.Tensor")),
        WRONG,
        None,
    ),
    "a number that equals everything": (function(EQUAL_TO_ALL.format(base="float")), WRONG, None),
    "a pickle that runs code": (
        function("""
            class Payload:
                def __reduce__(self):
                    import os
                    return (os.system, ("touch /tmp/owned",))
            return Payload()
        """),
        WRONG,
        None,
    ),
    "not-a-number everywhere": (function("return numbers * float('nan')"), WRONG, None),
    "the right shape and type": (function("return torch.zeros_like(numbers)"), WRONG, None),
    "one right entry of many": (
        function("result = numbers.clone()\nresult[0] *= 2\nreturn result"),
        WRONG,
        None,
    ),
    "numpy patched": (
        program("""
            np.allclose = np.array_equal = np.testing.assert_allclose = lambda *a, **k: True
            np.ndarray.__eq__ = lambda *a: True if False else True
            def double_all(numbers): return numbers
        """),
        WRONG,
        None,
    ),
    "torch patched": (
        program("""
            yes = lambda *a, **k: True
            torch.allclose = torch.equal = torch.isclose = torch.testing.assert_close = yes
            torch.Tensor.__eq__ = torch.Tensor.equal = torch.Tensor.allclose = yes
            def double_all(numbers): return numbers
        """),
        WRONG,
        None,
    ),
    "builtins patched": (
        program("""
            import builtins
            builtins.isinstance = builtins.issubclass = builtins.all = lambda *a: True
            builtins.abs = builtins.len = lambda *a: 0
            builtins.type = lambda *a: float
            def double_all(numbers): return numbers
        """),
        None,
        None,
    ),
    "the worker's own modules patched": (
        program("""
            import sys, gc
            for name, module in list(sys.modules.items()):
                if name.startswith("workbook"):
                    for key in list(vars(module)):
                        if callable(vars(module)[key]) and key != "Ended":
                            setattr(module, key, lambda *a, **k: numbers_of(a))
            def numbers_of(a): return True
            def double_all(numbers): return numbers
        """),
        None,
        None,
    ),
    "references imported": (
        function("""
            from workbook.lessons.exercises.catalogue import find_exercise
            return find_exercise("double_all").reference(numbers)
        """),
        WRONG,
        None,
    ),
    "hard-coded answers": (
        function(f"return {{0: 0}}.get({SEED_OF_THE_NOTEBOOK}, torch.tensor([2., 4., 6., 8.]))"),
        WRONG,
        None,
    ),
    "syntax tree transformers": (
        program("""
            import ast
            class Forge(ast.NodeTransformer):
                def visit_Assert(self, node): return ast.Pass()
            get_ipython().ast_transformers.append(Forge())
            get_ipython().input_transformers_post.append(lambda lines: ["points = 99"])
            def double_all(numbers): return numbers
        """),
        (0, "wrong", "other code in the cell failed"),
        None,
    ),
    "a formatter that replaces what is shown": (
        program("""
            class Shown(float):
                def __repr__(self): return "right"
                def _repr_html_(self): return "<script>alert(1)</script>"
            def double_all(numbers): return Shown(1)
        """),
        WRONG,
        None,
    ),
    "rubbish in place of a message": (
        function("import os\nfor line in (3, 4): os.write(line, b'\\x00\\x00\\x00\\x05rubbi' * 9)"),
        ended("bad reply"),
        None,
    ),
    "a message that claims to be endless": (
        function("import os\nfor line in (3, 4): os.write(line, b'\\xff' * 8)"),
        ended("reply too large"),
        None,
    ),
    "a message of brackets": (
        function(FRAME.format(data="b'[' * 200_000", line=3)),
        ended("bad reply"),
        None,
    ),
    "a tensor larger than its bytes": (
        function(
            FRAME.format(
                data='b\'{"kind":"dict","entries":[["observed",{"kind":"tensor","dtype":"float32",'
                '"shape":[99999999],"data":""}]]}\'',
                line=3,
            )
        ),
        ended("bad reply"),
        None,
    ),
    "a call of a function that was not offered": (
        function(
            FRAME.format(
                data='b\'{"kind":"dict","entries":[["call","eval"],["arguments",'
                '{"kind":"list","entries":["1"]}]]}\'',
                line=3,
            )
        ),
        ended("bad reply"),
        None,
    ),
    "forged verdicts": (
        function(
            FRAME.format(
                data='b\'{"kind":"dict","entries":[["outcome","right"],["points",297]]}\'', line=3
            )
        ),
        ended("bad reply"),
        None,
    ),
    "formulas for the spreadsheet": (
        function('raise ValueError(\'=HYPERLINK("http://localhost", "click")\')'),
        WRONG,
        None,
    ),
    "a script for the feedback page": (
        function("return '<script>alert(1)</script><img src=x onerror=alert(1)>'"),
        WRONG,
        None,
    ),
    "source of five megabytes": (
        "x = 1\n" * 900_000,
        (0, "not attempted", "not found"),
        None,
    ),
    "brackets that break the parser": (
        f"def double_all(numbers):\n    return {'(' * 5000}1{')' * 5000}",
        ended("syntax error"),
        None,
    ),
    "minus signs that break the compiler": (
        f"def double_all(numbers):\n    return {'-' * 50_000}1",
        ended("syntax error"),
        None,
    ),
}
STRICT = {
    "a fork bomb": (
        function("import os\nwhile True: os.fork()"),
        None,
        BRIEF,
    ),
    "killing the parent": (
        function("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"),
        WRONG,
        None,
    ),
    "killing everything": (
        function("import os, signal\nos.kill(-1, signal.SIGKILL)"),
        WRONG,
        None,
    ),
    "killing the group": (
        function("import os, signal\nos.killpg(0, signal.SIGTERM)"),
        None,
        None,
    ),
    "hanging up and staying": (
        function("import os, time\nos.closerange(0, 99)\ntime.sleep(99)"),
        ended("crashed"),
        None,
    ),
    "filling the disk": (
        function("""
            with open("full", "wb") as file:
                for i in range(1000): file.write(bytes(10_000_000))
            return numbers * 2
        """),
        WRONG,
        None,
    ),
    "lifting the limits": (
        function("""
            import resource
            for kind in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_CPU):
                resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            return numbers * 2
        """),
        WRONG,
        None,
    ),
    "mounting the disk anew": (
        function("""
            import ctypes, os
            libc = ctypes.CDLL(None, use_errno=True)
            libc.unshare(0x10000000 | 0x00020000)
            for flags in (32, 32 | 4096):
                libc.mount(b"none", b"/", None, flags, None)
                libc.mount(b"none", b"/usr", None, flags, None)
            open("/usr/written", "w").close()
        """),
        WRONG,
        None,
    ),
}


def check_attack(grade, attacks, name):
    source, verdict, seconds = attacks[name]
    graded = grade(handed_in(double_all=source), seconds=seconds)
    results = summary(graded)
    attacked = results.pop("double_all")
    if verdict is None:
        assert attacked[:2] == (0, "wrong")  # which way it fails depends on chance
    else:
        assert attacked == verdict
    assert results == HONEST
    return graded.grades[0]


@pytest.mark.parametrize("name", HOSTILE)
def test_attack(name, grade):
    check_attack(grade, HOSTILE, name)


@pytest.mark.parametrize("name", STRICT)
def test_attack_that_namespaces_hold_off(name, grade, namespaces):
    check_attack(grade, STRICT, name)


def test_a_cell_far_too_long_is_mentioned(grade):
    assert grade(handed_in(double_all="x = 1\n" * 900_000)).notes == ("a cell far too long",)


def test_daemons_do_not_stay(grade, namespaces):
    source = function("""
        import subprocess, os
        subprocess.Popen(["sleep", "98765"], start_new_session=True)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0: os.execvp("sleep", ["sleep", "98765"])
            os._exit(0)
    """)
    check_attack(grade, {"daemons": (source, None, None)}, "daemons")
    time.sleep(0.1)
    commands = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"])]
    assert ["sleep", "98765"] not in commands


def test_nothing_of_the_instructors_can_be_read(grade, namespaces, tmp_path):
    import workbook

    secret = tmp_path / "results" / "grades.csv"
    secret.parent.mkdir()
    secret.write_text("top secret")
    package = Path(workbook.__file__).parent
    wanted = [secret, tmp_path, package / "lessons/exercises/judging.py", Path(__file__)]
    wanted += [package.parent / "solutions", Path("/etc/passwd"), Path.home() / ".ssh"]
    source = function(f"""
        import os
        seen = []
        for path in {[str(path) for path in wanted]}:
            try: seen += [path] + (os.listdir(path) if os.path.isdir(path) else [open(path).read()])
            except OSError: pass
        raise ValueError("seen: " + ",".join(seen))
    """)
    grade_of_attack = check_attack(grade, {"read": (source, WRONG, None)}, "read")
    assert "seen:" in grade_of_attack.got
    assert "seen: /" not in grade_of_attack.got
    assert "secret" not in grade_of_attack.got


def test_nothing_outside_can_be_written(grade, namespaces, tmp_path):
    places = [tmp_path / "owned", Path.home() / "owned", Path("/tmp/owned"), Path("/usr/owned")]
    source = function(f"""
        import os
        for path in {[str(path) for path in places]}:
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                open(path, "w").close()
            except OSError: pass
    """)
    check_attack(grade, {"write": (source, WRONG, None)}, "write")
    assert not any(path.exists() for path in places)


def test_no_network(grade, namespaces):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        port = server.getsockname()[1]
        source = function(f"""
            import socket
            try: socket.create_connection(("127.0.0.1", {port}), timeout=1)
            except OSError as error: raise ValueError(f"no network {{error}}")
        """)
        attack = check_attack(grade, {"network": (source, WRONG, None)}, "network")
        assert "no network" in attack.got
        with pytest.raises(TimeoutError):
            server.accept()


def test_one_answer_leaves_nothing_behind_for_the_next(grade, namespaces):
    leaves = """
        import os, pathlib
        for place in ("/scratch", "/dev/shm"):
            pathlib.Path(place, "note").write_text("the answer is 42")
    """
    finds = """
        import pathlib
        found = [p for p in ("/scratch/note", "/dev/shm/note") if pathlib.Path(p).exists()]
        raise ValueError(f"found {found}")
    """
    grade(handed_in(double_all=function(leaves)))
    later = grade(handed_in(double_all=function(finds)))
    assert "found []" in later.grades[0].got


def test_privileges_are_gone(grade, namespaces):
    source = function("""
        with open("/proc/self/status") as file: lines = file.read().split("\\n")
        lines = [line.replace("\\t", "") for line in lines]
        raise ValueError(" ".join(line for line in lines if line[:3] in ("Cap", "NoN")))
    """)
    got = grade(handed_in(double_all=source)).grades[0].got
    none = "0" * 16
    assert f"CapPrm:{none} CapEff:{none} CapBnd:{none} CapAmb:{none} NoNewPrivs:1" in got


def test_graders_cases_differ_from_the_notebooks(session_grader):
    exercise = session_grader.exercises["double_all"]
    shown = [one.arguments[0].tolist() for one in exercise.cases(SEED_OF_THE_NOTEBOOK)]
    drawn = [one.arguments[0].tolist() for one in exercise.cases(session_grader.seed)]
    assert shown != drawn
