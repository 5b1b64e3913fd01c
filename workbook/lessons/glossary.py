"""The words of the course: plain definition, example, and their names in PyTorch and Keras.

``python -m workbook.lessons.glossary`` writes docs/glossary.md, to which the chapters link.
"""

import difflib
import html
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

GLOSSARY_FILE = Path(__file__).with_name("content") / "glossary.toml"
# The columns of the table and their widths in percent.
COLUMNS = (("word", 20), ("meaning", 27), ("example", 20), ("in PyTorch", 17), ("in Keras", 16))
CELL = "text-align:left;vertical-align:top;overflow-wrap:anywhere"


@dataclass(frozen=True)
class Term:
    """One word: what it means, where it is met first, and what other books call it."""

    term: str
    chapter: int
    definition: str
    example: str
    pytorch: str
    keras: str

    def __str__(self) -> str:
        return (
            f"{self.term}: {self.definition} Example: {self.example} "
            f"(PyTorch: {self.pytorch}; Keras: {self.keras}; chapter {self.chapter})"
        )

    __repr__ = __str__


class Glossary:
    """All terms, sorted. It shows itself as a table in a notebook."""

    def __init__(self, terms: tuple[Term, ...]):
        self.terms = terms

    @classmethod
    def load(cls) -> "Glossary":
        """Read the glossary that comes with the course."""
        entries = tomllib.loads(GLOSSARY_FILE.read_text(encoding="utf-8"))["terms"]
        return cls(tuple(Term(**entry) for entry in entries))

    def __len__(self) -> int:
        return len(self.terms)

    def look_up(self, word: str) -> Term:
        """Return the entry of a word. Raises KeyError that names the nearest words."""
        by_name = {term.term.lower(): term for term in self.terms}
        wanted = word.strip().lower()
        if wanted in by_name:
            return by_name[wanted]
        near = difflib.get_close_matches(wanted, by_name, n=3, cutoff=0.5)
        advice = f"Did you mean {', '.join(near)}?" if near else "Show the whole glossary instead."
        raise KeyError(f'"{word}" is not in the glossary. {advice}')

    def of_chapter(self, chapter: int) -> "Glossary":
        """Return the words that a chapter introduces."""
        return Glossary(tuple(term for term in self.terms if term.chapter == chapter))

    def as_markdown(self) -> str:
        """Return the page of all words, with a heading for each so that chapters can link to it."""
        entries = "".join(
            f"\n## {term.term}\n\n{term.definition} Example: {term.example}\n\n"
            f"First met in chapter {term.chapter}. PyTorch: `{term.pytorch}`. "
            f"Keras: `{term.keras}`.\n"
            for term in self.terms
        )
        return f"# The words of the course\n{entries}"

    def __repr__(self) -> str:
        return "\n".join(str(term) for term in self.terms)

    def _repr_html_(self) -> str:
        columns = "".join(f'<col style="width:{width}%">' for _, width in COLUMNS)
        heads = "".join(f'<th scope="col" style="{CELL}">{name}</th>' for name, _ in COLUMNS)
        rows = "".join(
            f'<tr><th scope="row" style="{CELL}">{html.escape(term.term)}</th>'
            f'<td style="{CELL}">{html.escape(term.definition)}</td>'
            f'<td style="{CELL}">{_with_code(term.example)}</td>'
            f'<td style="{CELL}">{_with_code(f"`{term.pytorch}`")}</td>'
            f'<td style="{CELL}">{_with_code(f"`{term.keras}`")}</td></tr>'
            for term in self.terms
        )
        return (
            '<div style="overflow-x:auto">'
            f'<table style="table-layout:fixed;width:100%;min-width:44em"><colgroup>{columns}'
            f"</colgroup><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )


def _with_code(text: str) -> str:
    """Return HTML in which what stands between `backticks` is code that may break at its dots."""
    plain, *rest = html.escape(text).split("`")
    for number, part in enumerate(rest):
        breakable = re.sub(r"([._(])", r"\1<wbr>", part)
        code = f'<code style="white-space:normal">{breakable}</code>'
        plain += code if number % 2 == 0 else part
    return plain


def look_up(word: str) -> Term:
    """Return what the glossary says about a word. Raises KeyError that names the nearest words."""
    return Glossary.load().look_up(word)


if __name__ == "__main__":
    page = Path(__file__).parents[2] / "docs" / "glossary.md"
    page.write_text(Glossary.load().as_markdown(), encoding="utf-8")
