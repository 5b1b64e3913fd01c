"""Write the outcome of a benchmark into results/, with the computer it was measured on."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import torch

from workbook.atomic import replacing

FOLDER = Path(__file__).with_name("results")


def computer() -> str:
    """Describe the computer and the library in one line."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, torch {torch.__version__}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} processors, {torch.get_num_threads()} threads"
    )


def markdown_table(table) -> str:
    """Return a pandas DataFrame as a markdown table."""
    rows = [table.columns.tolist(), ["---"] * len(table.columns), *table.to_numpy().tolist()]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def write_markdown(name: str, title: str, table, text: str = "") -> Path:
    """Write ``results/<name>.md`` and print the same."""
    content = f"# {title}\n\n{markdown_table(table)}\n\n{text}\n\nMeasured {computer()}.\n"
    with replacing(FOLDER / f"{name}.md") as temporary:
        temporary.write_text(content, encoding="utf-8")
    print(content)
    return FOLDER / f"{name}.md"
