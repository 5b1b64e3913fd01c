"""``python -m workbook`` is the same as ``workbook``, for where the latter is not found."""

from workbook.cli import main

main()
