"""What of a classifier's card is shared, and in which words."""

import html
import math
from dataclasses import dataclass, field

from workbook.prediction.single import percent
from workbook.saving import Classifier
from workbook.saving.card import LICENCE_UNKNOWN
from workbook.saving.page import markdown_text
from workbook.sharing.privacy import mentions, user_names, without_names, without_paths

PARTS = {
    "validation": "photos that it did not learn from",
    "test": "photos that were kept aside for a final test",
}
NOT_STATED = "Nobody has written down whose photos it learned from."
STATE_IT = (
    "The card does not say whose photos the model learned from, and under which licence. Write it "
    'down when you make the classifier: licence="My own photos. Free to use."'
)


@dataclass(frozen=True)
class About:
    """The public part of a card, in words for readers.

    title: name and version. paragraphs: (heading, sentences) in the order to be read.
    left_out: what the card holds and is not shared, one sentence each, for the report.
    hints: what the owner should look at before sharing.
    """

    title: str
    class_names: tuple[str, ...]
    paragraphs: tuple[tuple[str, tuple[str, ...]], ...]
    left_out: tuple[str, ...] = ()
    hints: tuple[str, ...] = field(default=(), repr=False)

    def as_html(self, level: int = 2) -> str:
        """Return the paragraphs as HTML with headings of this level; all text is escaped."""
        parts = []
        for heading, sentences in self.paragraphs:
            parts.append(f"<h{level}>{html.escape(heading)}</h{level}>")
            parts.append(_html_of(sentences))
        return "\n".join(parts)

    def as_markdown(self) -> str:
        """Return the paragraphs as Markdown; signs with a meaning in Markdown are escaped."""
        parts = []
        for heading, sentences in self.paragraphs:
            parts.append(f"## {markdown_text(heading)}\n")
            mark = "- " if len(sentences) > 1 else ""
            parts.append("\n".join(mark + markdown_text(sentence) for sentence in sentences) + "\n")
        return "\n".join(parts)


def about(classifier: Classifier) -> About:
    """Choose what of the card is shared. Free text loses paths and user names."""
    card, class_names, names = classifier.card, classifier.class_names, user_names()
    left_out: list[str] = []

    def cleaned(text: str, where: str, *, keep_names: bool = False) -> str:
        clean = without_paths(text)
        if clean != text:
            left_out.append(f"a path of this computer in the {where}")
        if not keep_names and without_names(clean, names) != clean:
            clean = without_names(clean, names)
            left_out.append(f"your user name in the {where}")
        return clean

    title = cleaned(f"{card['name']} {card['version']}", "name").strip()
    limits = tuple(cleaned(str(limit), "limits") for limit in card["limits"])
    unknown = card["licence"] == LICENCE_UNKNOWN
    licence = cleaned(card["licence"], "licence", keep_names=True)
    if card["settings"].get("notes"):
        left_out.append("the notes on the training run")
    if card["test_openings"]:
        left_out.append("the reasons and times of the openings of the test set")
    if card["data"].get("source"):
        left_out.append("the name of the folder of photos")
    hints = [
        f'The {where} names "{name}". It was left as it is, because it was written to be read.'
        for where, text in (
            ("licence", licence),
            ("class names", "\n".join(classifier.class_names)),
        )
        for name in mentions(text, names)
    ]
    if unknown:
        hints.append(STATE_IT)
    return About(
        title=title,
        class_names=class_names,
        paragraphs=(
            ("What it does", _what_it_does(classifier)),
            ("How good it is", _how_good(card)),
            *([("What it does not know", limits)] if limits else []),
            ("Whose photos", (NOT_STATED if unknown else licence,)),
            ("Where it comes from", _where_from(card)),
        ),
        left_out=tuple(dict.fromkeys(left_out)),
        hints=tuple(hints),
    )


def _html_of(sentences: tuple[str, ...]) -> str:
    escaped = [_unbroken(html.escape(sentence)) for sentence in sentences]
    if len(escaped) == 1:
        return f"<p>{escaped[0]}</p>"
    return f"<ul>{''.join(f'<li>{sentence}</li>' for sentence in escaped)}</ul>"


def _unbroken(text: str) -> str:
    """Keep a number and its sign on one line."""
    return text.replace(" %", "&nbsp;%")


def _what_it_does(classifier: Classifier) -> tuple[str, ...]:
    names, size = classifier.class_names, classifier.preprocess.size
    listed = ", ".join(names) if len(names) <= 30 else f"{', '.join(names[:30])} and others"
    cut = {
        "crop": "Of a photo that is not square it sees the square in the middle.",
        "stretch": "A photo that is not square is squeezed into a square.",
        "pad": "A photo that is not square gets grey bars.",
    }[classifier.preprocess.resize]
    return (
        f"It looks at a photo and says which of {len(names)} things it most likely shows: "
        f"{listed}. It sees the photo at {size} by {size} pixels. {cut}",
    )


def _how_good(card: dict) -> tuple[str, ...]:
    sentences = []
    for part, measures in card["metrics"].items():
        if isinstance(measures, dict) and _is_share(measures.get("accuracy")):
            kind = PARTS.get(part, "photos")
            sentences.append(f"{_how_often(measures)} {kind}.{_interval(measures)}")
    openings = len(card["test_openings"])
    if openings > 1:
        sentences.append(
            f"The test photos had been opened {openings} times, which makes the figure on them "
            "a little too good."
        )
    return tuple(sentences) or ("Nobody has written down how often it is right.",)


def _how_often(measures: dict) -> str:
    correct, count = measures.get("correct"), measures.get("count")
    if isinstance(correct, int) and isinstance(count, int):
        return f"It was right on {correct:,} of {count:,}"
    return f"It was right on {percent(measures['accuracy'])} of the"


def _interval(measures: dict) -> str:
    low, high = measures.get("accuracy_low"), measures.get("accuracy_high")
    if not (_is_share(low) and _is_share(high)):
        return ""
    return (
        f" On other photos of the same kind, expect it to be right on {percent(low)} to "
        f"{percent(high)} of them."
    )


def _is_share(value) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 1


def _where_from(card: dict) -> tuple[str, ...]:
    counts = card["data"].get("counts")
    training = counts.get("train") if isinstance(counts, dict) else None
    learned = ""
    if isinstance(training, dict) and all(isinstance(n, int) for n in training.values()):
        learned = f"It learned from {sum(training.values()):,} photos. "
    date = card["created"][:10]
    return (f"{learned}It was made on {date} with the photo classifier workbook.",)
