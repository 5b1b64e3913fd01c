"""Do the course's claims hold for other seeds too? Every chapter is run with each of them.

Run it with ``python benchmarks/claims.py``: ten seeds of all six chapters take about an hour on
two cores. Seeds are ten apart, because chapter 3 uses some that follow its own. What was executed
lies in the folder given by ``--out``; a second call goes on where the first was stopped.
"""

import argparse
import re
from pathlib import Path

import nbformat
import pandas as pd
from results import write_markdown

from workbook.course import choose_chapters, run_course

VERDICT = re.compile(r"^(✔ Holds|✘ Does not hold here): (.*)")


def main() -> None:
    """Run what has not been run yet, print the table and write it into results/."""
    arguments = _arguments()
    chapters = arguments.chapters or [1, 2, 3, 4, 5, 6]
    seeds = range(arguments.first, arguments.first + 10 * arguments.seeds, 10)
    rows = []
    for seed in seeds:
        for chapter in chapters:
            executed = run_chapter(chapter, seed, arguments.out / f"seed-{seed}")
            rows += [{"chapter": chapter, "seed": seed, **row} for row in read_claims(executed)]
    text = (
        f"Each chapter was run on the studio's photos with {len(seeds)} seeds "
        f"({', '.join(map(str, seeds))}). Evidence: what the first seed printed."
    )
    write_markdown("claims", "The course's claims over seeds", summarize(rows), text)


def run_chapter(chapter: int, seed: int, folder: Path) -> Path:
    """Execute one chapter unless that was done before, and return the executed notebook."""
    (source,) = choose_chapters([chapter])
    executed = folder / source.name
    finished = executed.with_suffix(".finished")
    if not finished.exists():
        course = run_course(chapters=[chapter], out=folder, seed=seed, page=False, progress=False)
        (result,) = course.chapters
        print(f"seed {seed}, {result.name}: {result.seconds:.0f} s {result.error}", flush=True)
        if result.error:
            raise SystemExit(f"Chapter {chapter} stopped with seed {seed}: {result.error}")
        finished.touch()
    return executed


def read_claims(executed: Path) -> list[dict]:
    """Return every claim that an executed notebook shows: statement, verdict and evidence."""
    claims = []
    for cell in nbformat.read(executed, as_version=4).cells:
        for output in cell.get("outputs", []):
            lines = output.get("data", {}).get("text/plain", "").split("\n")
            verdict = VERDICT.match(lines[0])
            if verdict:
                evidence = lines[1].removeprefix("  Evidence: ")
                holds = verdict[1] == "✔ Holds"
                claims.append({"claim": verdict[2], "holds": holds, "evidence": evidence})
    return claims


def summarize(rows: list[dict]) -> pd.DataFrame:
    """Return one row per claim: with how many seeds it held, and what one of them printed."""
    summary = []
    for (chapter, statement), group in pd.DataFrame(rows).groupby(["chapter", "claim"], sort=False):
        failed = group.loc[~group["holds"], "seed"]
        summary.append(
            {
                "chapter": chapter,
                "claim": statement,
                "holds": f"{group['holds'].sum()} of {len(group)}",
                "fails with seed": ", ".join(map(str, failed)) or "-",
                "evidence": group["evidence"].iloc[0],
            }
        )
    return pd.DataFrame(summary)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--chapters", type=int, nargs="*", help="only these chapters")
    parser.add_argument("--out", type=Path, default=Path("workspace/results/claims"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
