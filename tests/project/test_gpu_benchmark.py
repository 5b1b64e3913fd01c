"""The benchmark of graphics cards runs from end to end, on the processor and made-up photos."""

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def run(*settings: str) -> subprocess.CompletedProcess:
    command = [sys.executable, BENCHMARKS / "gpu.py", "--device", "cpu", *settings]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_prints_a_table_and_writes_no_figures_of_a_processor():
    results = sorted((BENCHMARKS / "results").iterdir())
    finished = run("--photos", "200", "--epochs", "1")
    assert finished.returncode == 0, finished.stderr
    table = [line.split("|")[1:-1] for line in finished.stdout.splitlines() if line[:1] == "|"]
    names = ["way", "images/s", "share of peak", "s to 90%", "s to 94%", "accuracy"]
    assert [cell.strip() for cell in table[0]] == names
    loop, by_fit = table[2:]
    assert loop[0].strip() == "this loop"
    assert by_fit[0].strip().startswith("fit")
    assert int(loop[1]) > 0
    assert 0 < float(loop[2].strip().rstrip("%")) < 100
    assert "200 training photos (made up)" in finished.stdout
    assert sorted((BENCHMARKS / "results").iterdir()) == results
