"""The words of the course: plain definition, example, and their names in PyTorch and Keras.

``python -m workbook.lessons.glossary`` writes docs/glossary.md, to which the chapters link.
"""

import difflib
import html
import tomllib
from dataclasses import dataclass
from pathlib import Path

GLOSSARY_FILE = Path(__file__).with_name("content") / "glossary.toml"


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
        heads = "".join(
            f'<th scope="col" style="text-align:left">{name}</th>'
            for name in ("word", "meaning", "example", "in PyTorch", "in Keras")
        )
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{html.escape(term.term)}</th>'
            f'<td style="text-align:left">{html.escape(term.definition)}</td>'
            f'<td style="text-align:left">{html.escape(term.example)}</td>'
            f"<td><code>{html.escape(term.pytorch)}</code></td>"
            f"<td><code>{html.escape(term.keras)}</code></td></tr>"
            for term in self.terms
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def look_up(word: str) -> Term:
    """Return what the glossary says about a word. Raises KeyError that names the nearest words."""
    return Glossary.load().look_up(word)


if __name__ == "__main__":
    page = Path(__file__).parents[2] / "docs" / "glossary.md"
    page.write_text(Glossary.load().as_markdown(), encoding="utf-8")
