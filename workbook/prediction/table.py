"""Predictions as a CSV file that every spreadsheet opens, whatever the photos are called.

A file name can hold commas, quotes, line breaks, signs that a spreadsheet takes for a formula, and
bytes that are no text at all. The rules, for the columns of text:

- a file name that starts with a sign of a formula is written as ``./name``: the same file;
- any other text that starts with one gets an apostrophe before it, which spreadsheets hide;
- a part of a name that is no text is written as ``\\udc80`` and so on, and a backslash before a
  ``u`` as ``\\u005c``, so that ``read_csv`` restores every name exactly.
"""

import csv
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from workbook.atomic import replacing
from workbook.prediction.folder import predict_folder
from workbook.saving import Classifier

if TYPE_CHECKING:
    import pandas

# The beginnings of formulas: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
NOT_TEXT = re.compile(r"[\ud800-\udfff]|\\(?=u)")
ESCAPED = re.compile(r"\\u(d[89a-f][0-9a-f]{2}|005c)")


def predict_to_csv(
    classifier: Classifier,
    folder: str | Path,
    csv_path: str | Path,
    *,
    overwrite: bool = True,
    **options,
) -> "pandas.DataFrame":
    """Write what a classifier says of every photo in a folder to a CSV file; return the table.

    ``options`` are those of ``predict_folder``. The file is written whole or not at all; an older
    file of that name is replaced, unless ``overwrite`` is False. Raises OSError with a sentence,
    before any photo is read, when it cannot be written.
    """
    check_csv_path(csv_path, overwrite=overwrite)
    table = predict_folder(classifier, folder, **options)
    write_csv(table, csv_path)
    return table


def check_csv_path(csv_path: str | Path, *, overwrite: bool) -> None:
    """Raise OSError with a sentence when a file cannot be written at this path."""
    path = Path(csv_path)
    if path.is_dir():
        raise IsADirectoryError(
            f"{path} is a folder. Give the name of a file in it, such as {path / 'answers.csv'}."
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"There is no folder {path.parent} to write {path.name} into. Create it first, or "
            "choose another place."
        )
    if path.exists() and not overwrite:
        raise FileExistsError(
            f"{path} is already there and will not be overwritten. Choose another name, or ask "
            "for overwriting (--overwrite)."
        )
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(
            f"You may not write into the folder {path.parent.absolute()}. Choose another place."
        )


def write_csv(table: "pandas.DataFrame", csv_path: str | Path) -> Path:
    """Write a table of ``predict_folder`` as CSV (UTF-8 with a mark that Excel needs).

    Probabilities are written with 6 digits after the point.
    """
    path = Path(csv_path)
    safe = table.copy()
    for column in safe.select_dtypes(exclude="number").columns:
        write = _written_file_name if column == "file" else _written_text
        safe[column] = [write(value) if isinstance(value, str) else "" for value in safe[column]]
    with replacing(path) as temporary:
        safe.to_csv(
            temporary,
            index=False,
            encoding="utf-8-sig",
            float_format="%.6f",
            lineterminator="\n",
            quoting=csv.QUOTE_NONNUMERIC,
        )
    return path


def read_csv(csv_path: str | Path) -> "pandas.DataFrame":
    """Read a table written by ``write_csv``, with every name exactly as it was."""
    import pandas as pd

    # As text, else pandas takes a photo called 007 for the number 7, and a class NA for nothing.
    table = pd.read_csv(csv_path, encoding="utf-8-sig", keep_default_na=False, dtype=str)
    for column in table.columns:
        if column.endswith("confidence"):
            table[column] = pd.to_numeric(table[column])
        else:
            read = _read_file_name if column == "file" else _read_text
            table[column] = [read(value) for value in table[column]]
    return table


def _written_file_name(name: str) -> str:
    text = _escaped(name)
    return f"./{text}" if text.startswith(FORMULA_SIGNS) else text


def _read_file_name(text: str) -> str:
    return _unescaped(text.removeprefix("./"))


def _written_text(text: str) -> str:
    text = _escaped(text)
    # An apostrophe of the text itself gets a second one, so that reading can tell them apart.
    return f"'{text}" if text.startswith((*FORMULA_SIGNS, "'")) else text


def _read_text(text: str) -> str:
    return _unescaped(text.removeprefix("'"))


def _escaped(text: str) -> str:
    return NOT_TEXT.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
