"""The progress board: which milestones of the course are reached, and what is still open."""

import html

from workbook.lessons.milestones import CHAPTERS, all_milestones
from workbook.views.controls import Choice
from workbook.views.drawing import FAINT, INK, box, card, words
from workbook.views.explorer import Explorer
from workbook.views.thumbnails import paragraph

REACHED, OPEN = "#009E73", "white"
ALL = "all"
SQUARE, GAP = 64, 12
TITLES = (
    "Teaching with photos",
    "Images as data",
    "First neural network",
    "Convolutional networks",
    "Evaluate and improve",
    "Save, use and share",
)


def explore_progress(chapter: int | None = None) -> Explorer:
    """Return a board of all milestones, with what is still to do in one chapter or in all.

    ``chapter``: the one to begin with (1 to 6); all without it.
    """
    options = [ALL, *map(str, CHAPTERS)]
    chosen = ALL if chapter is None else str(chapter)
    return Explorer(_draw, {"chapter": Choice("chapter", options, chosen)})


def _draw(chapter: str) -> str:
    board = all_milestones()  # read anew each time: other notebooks reach milestones too
    rows = [row for row in board.rows if chapter == ALL or row[0].number.startswith(chapter)]
    lines = "".join(_line(milestone, proof) for milestone, proof in rows)
    head = f"<strong>{board.reached} of {len(board.rows)} milestones reached</strong>"
    return _picture(board) + paragraph(head) + f'<ul style="list-style:none;padding:0">{lines}</ul>'


def _picture(board) -> str:
    width = 250 + 4 * (SQUARE + GAP)
    height = 16 + len(CHAPTERS) * 40
    parts = []
    for milestone, proof in board.rows:
        chapter, place = (int(part) for part in milestone.number.split("."))
        x, y = 240 + (place - 1) * (SQUARE + GAP), 10 + (chapter - 1) * 40
        done = proof is not None
        parts.append(box(x, y, SQUARE, 30, fill=REACHED if done else OPEN, line=FAINT))
        sign = f"{'✔' if done else '○'} {milestone.number}"
        colour = "white" if done else INK
        parts.append(words(x + SQUARE / 2, y + 20, sign, colour=colour, anchor="middle"))
    for chapter, title in zip(CHAPTERS, TITLES, strict=True):
        parts.append(words(10, 30 + (chapter - 1) * 40, f"{chapter}  {title}", bold=True))
    done = [milestone.number for milestone, proof in board.rows if proof is not None]
    told = f"reached: {', '.join(done)}" if done else "none is reached yet"
    return card(width, height, parts, f"Milestones of six chapters; {told}.")


def _line(milestone, proof: str | None) -> str:
    sign, text = ("✔", proof) if proof else ("○", f"still open: {milestone.advice()}")
    words_ = html.escape(f"{milestone.number} {milestone.words} ({text})")
    return f'<li style="line-height:1.5">{sign} {words_}</li>'
