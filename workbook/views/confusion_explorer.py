"""The confusion explorer: the photos behind each number of a confusion matrix."""

import html
from collections.abc import Callable
from itertools import product

import ipywidgets

from workbook.evaluation.answers import Evaluation
from workbook.evaluation.cells import largest_mistakes, most_mistaken_classes, photos_in_cell
from workbook.evaluation.neighbours import NearestPhotos
from workbook.photos.label_marks import LabelMarks
from workbook.views.controls import push_button, whole_number
from workbook.views.explorer import REMEMBERED, Lab, current_cell
from workbook.views.thumbnails import in_rows, note, paragraph, thumbnail

MOST_CLASSES = 12  # a matrix of more does not fit on the page
PER_ROW, PER_ROW_STATIC = 8, 6
NEIGHBOURS = 4
NONE_OF_THEM = "none of the classes"
LINE, GREEN = "#D55E00", "#009E73"
CELL, CHOSEN = "workbook-cell", "workbook-chosen-cell"
SHADES = {"right": ("#ffffff", "#deebf7", "#9ecae1"), "wrong": ("#ffffff", "#fee6ce", "#fdae6b")}
# CSS classes instead of button styles: ipywidgets 7 has no colour for the text of a button, and
# light text of a dark theme could not be read on a light cell.
STYLE = (
    f"<style>.{CELL}.{CELL}{{color:#111;text-align:center;min-width:2.6em;font-weight:normal;"
    "box-shadow:inset 0 0 0 1px #d0d7de}"
    f".{CHOSEN}.{CHOSEN}{{outline:3px solid {LINE};outline-offset:-3px;font-weight:bold}}"
    + "".join(
        f".{CELL}.workbook-{kind}-{level}{{background:{colour}}}"
        for kind, colours in SHADES.items()
        for level, colour in enumerate(colours)
    )
    + "</style>"
)


def explore_confusion(evaluation, photos, *, model=None, training=None) -> "ConfusionExplorer":
    """Return a confusion matrix whose cells can be pressed to see the photos behind them.

    ``photos``: the set that was evaluated. With ``model`` and the photos it was ``training`` on,
    each photo is shown beside the training photos that look most like it to the model. Labels
    that turn out to be wrong can be marked; the marks are kept in the workspace.
    """
    nearest = NearestPhotos(model, training) if model is not None and training else None
    return ConfusionExplorer(evaluation, photos, nearest)


class ConfusionExplorer(Lab):
    """A matrix of buttons, and below it the photos of the cell that was pressed.

    cell: (shown, said), the labels of the chosen cell. number: a box, which of its photos is
    looked at, from 1. cells: the buttons by (shown, said). marks: the labels marked as
    wrong. should_be: a box for the class that a photo really shows, blank for none of them.

    Raises ValueError when the photos are not those of the evaluation.
    """

    invitation = "In the notebook, run this cell to choose other cells of the matrix."

    def __init__(self, evaluation: Evaluation, photos, nearest: NearestPhotos | None = None):
        _check_same_photos(evaluation, photos)
        self.evaluation = evaluation
        self.photos = photos
        self.nearest = nearest
        self.marks = LabelMarks()
        self.counts = evaluation.confusion().to_numpy()
        self.classes = most_mistaken_classes(evaluation, MOST_CLASSES)
        self.mistakes = [
            (shown, said)
            for shown, said, _ in largest_mistakes(evaluation)
            if {shown, said} <= set(self.classes)
        ]
        self.cell = self.mistakes[0] if self.mistakes else (self.classes[0], self.classes[0])
        self.cells = self._make_cells()
        self.number = whole_number("photo of this cell", 1, 1, 1)
        self.should_be = ipywidgets.Combobox(
            options=photos.class_names,
            placeholder=NONE_OF_THEM,
            description="the photo really shows",
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="26em", margin="2px 8px 2px 0"),
        )
        self.buttons = {
            "next mistake": push_button("next mistake", self._next_mistake),
            "this label is wrong": push_button("this label is wrong", self._mark),
            "take the mark back": push_button("take the mark back", self._unmark),
        }
        self.picture = ipywidgets.HTML()
        self.message = ipywidgets.HTML()
        self._place = (type(self).__name__, current_cell(), photos.class_names)
        left = REMEMBERED.get(self._place, {"cell": self.cell, "number": 1})
        self.choose_cell(*(left["cell"] if left["cell"] in self.cells else self.cell))
        self.number.value = min(left["number"], self.number.max)
        self.number.observe(lambda _: self._show(), "value")
        self._show()
        super().__init__(self._rows())

    @property
    def positions(self) -> list[int]:
        """The photos of the chosen cell as positions in the set, the surest answer first."""
        return photos_in_cell(self.evaluation, *self.cell)

    @property
    def position(self) -> int | None:
        """The photo that is looked at, or None in an empty cell."""
        positions = self.positions
        return positions[self.number.value - 1] if positions else None

    def choose_cell(self, shown: int, said: int) -> None:
        """Show the photos of class ``shown`` that the model called ``said`` (labels)."""
        self.cells[self.cell].remove_class(CHOSEN)
        self.cell = (shown, said)
        self.cells[self.cell].add_class(CHOSEN)
        self.number.value = 1
        self.number.max = max(1, len(self.positions))
        self._show()

    def static_html(self) -> str:
        return f"{STYLE}{self._table()}{self._photos(PER_ROW_STATIC)}"

    # What the buttons do.

    def _next_mistake(self) -> None:
        if not self.mistakes:
            self._say("The model made no mistake on these photos.", GREEN)
            return
        following = self.mistakes.index(self.cell) + 1 if self.cell in self.mistakes else 0
        self.choose_cell(*self.mistakes[following % len(self.mistakes)])

    def _mark(self) -> None:
        should_be = self.should_be.value.strip()
        if should_be not in ("", *self.photos.class_names):
            names = ", ".join(self.photos.class_names)
            self._say(f'There is no class "{should_be}". Type {names}, or nothing.', LINE)
            return
        self._change_mark(
            lambda path, label: self.marks.mark(path, label, should_be),
            "Marked. The photo itself stays where it is.",
        )

    def _unmark(self) -> None:
        self._change_mark(lambda path, _: self.marks.remove(path), "The mark is gone.")

    def _change_mark(self, change: Callable[[str, str], object], words: str) -> None:
        if self.position is None:
            self._say("There is no photo in this cell.", LINE)
            return
        label = self.photos.class_names[int(self.photos.labels[self.position])]
        try:
            change(str(self.photos.paths[self.position]), label)
        except (OSError, ValueError) as error:
            self._say(str(error), LINE)
            return
        self._show()
        self._say(f"{words} Marks in {self.marks.path}: {len(self.marks)}.", GREEN)

    # What is shown.

    def _rows(self) -> list[ipywidgets.Widget]:
        wrapping = ipywidgets.Layout(flex_flow="row wrap", align_items="center")
        following, marking, unmarking = self.buttons.values()
        return [
            ipywidgets.HTML(STYLE + self._words_above()),
            self._grid(),
            ipywidgets.HBox([following, self.number], layout=wrapping),
            self.picture,
            ipywidgets.HBox([self.should_be, marking, unmarking], layout=wrapping),
            self.message,
        ]

    def _make_cells(self) -> dict[tuple[int, int], ipywidgets.Button]:
        layout = ipywidgets.Layout(width="auto", height="30px", margin="1px")  # shared by all
        cells = {}
        for shown, said in product(self.classes, repeat=2):
            count, names = str(self.counts[shown, said]), self.photos.class_names
            what = f"shown: {names[shown]}, said: {names[said]}"
            button = ipywidgets.Button(description=count, tooltip=what, layout=layout)
            button.add_class(CELL)
            button.add_class(self._shade(shown, said))
            button.on_click(lambda _, cell=(shown, said): self.choose_cell(*cell))
            cells[shown, said] = button
        return cells

    def _shade(self, shown: int, said: int) -> str:
        """Return the CSS class of a cell: how dark it is among the right or the wrong answers."""
        right = shown == said
        alike = [self.counts[a, b] for a, b in product(self.classes, repeat=2) if (a == b) == right]
        share = self.counts[shown, said] / max(1, *alike)
        level = 0 if share == 0 else 1 if share < 0.5 else 2
        return f"workbook-{'right' if right else 'wrong'}-{level}"

    def _grid(self) -> ipywidgets.GridBox:
        names = self.photos.class_names
        rows = [ipywidgets.HTML(), *(_heading(names[said], "center") for said in self.classes)]
        for shown in self.classes:
            rows.append(_heading(names[shown], "right"))
            rows += [self.cells[shown, said] for said in self.classes]
        columns = f"minmax(4em, 8em) repeat({len(self.classes)}, minmax(3em, 5.2em))"
        layout = ipywidgets.Layout(grid_template_columns=columns, align_items="center")
        return ipywidgets.GridBox(rows, layout=layout)

    def _words_above(self) -> str:
        some = len(self.photos.class_names) - len(self.classes)
        left_out = f" Left out are {some} with fewer mistakes." if some else ""
        return paragraph(
            "A row is what a photo <b>shows</b>, a column what the model <b>said</b>. "
            f"Press a number to see its photos.{left_out}"
        )

    def _table(self) -> str:
        names = [html.escape(name) for name in self.photos.class_names]
        head = "".join(f'<th scope="col">{names[said]}</th>' for said in self.classes)
        body = "".join(
            f'<tr><th scope="row">{names[shown]}</th>'
            + "".join(
                f'<td class="{CELL} {self._shade(shown, said)}'
                f'{" " + CHOSEN if (shown, said) == self.cell else ""}">'
                f"{self.counts[shown, said]}</td>"
                for said in self.classes
            )
            + "</tr>"
            for shown in self.classes
        )
        return f"{self._words_above()}<table><tr><td></td>{head}</tr>{body}</table>"

    def _show(self) -> None:
        REMEMBERED[self._place] = {"cell": self.cell, "number": self.number.value}
        try:
            self.picture.value = self._photos(PER_ROW)
            self.message.value = ""
        except (OSError, ValueError) as error:  # such as a list of marks that cannot be read
            self._say(str(error), LINE)

    def _photos(self, per_row: int) -> str:
        positions = self.positions
        shown, said = (html.escape(self.photos.class_names[label]) for label in self.cell)
        what = f"{shown}, called {said}" if self.cell[0] != self.cell[1] else f"{shown}, and right"
        heading = paragraph(f"<b>{what}: {len(positions)}</b>")
        if not positions:
            return heading
        index = self.number.value - 1
        start = index // per_row * per_row
        strip = [
            self._small(position, framed=position == positions[index])
            for position in positions[start : start + per_row]
        ]
        order = paragraph("All photos of this cell, the surest answers first:")
        return heading + self._large(positions[index]) + order + in_rows(strip)

    def _large(self, position: int) -> str:
        image, label = self.photos[position]
        names, probabilities = self.photos.class_names, self.evaluation.probabilities[position]
        answer = int(self.evaluation.predictions[position])
        caption = f"label: {names[label]} ({probabilities[label]:.0%})"
        caption += f"\nanswer: {names[answer]} ({probabilities[answer]:.0%})"
        mark = self.marks.get(str(self.photos.paths[position]))
        if mark:
            caption += f"\n⚑ label marked as wrong: {mark.should_be or NONE_OF_THEM}"
        large = thumbnail(image, caption, 170)
        return (
            '<div style="display:flex;flex-wrap:wrap;gap:22px;align-items:flex-start">'
            f"{large}{self._neighbours(image)}</div>"
        )

    def _neighbours(self, image) -> str:
        if self.nearest is None:
            return ""
        found = self.nearest.nearest(image, NEIGHBOURS)
        figures = [
            thumbnail(
                self.nearest.photos[row.position][0],
                f"{row.label}\nlikeness {row.likeness:.2f}",
                96,
                description=f"Training photo of {row.label}, likeness {row.likeness:.2f}",
            )
            for row in found.itertuples()
        ]
        words = paragraph("Training photos that look most like it to the model:", above=0)
        return f"<div>{words}{in_rows(figures, above=0)}</div>"

    def _small(self, position: int, *, framed: bool) -> str:
        image, label = self.photos[position]
        marked = self.marks.get(str(self.photos.paths[position])) is not None
        sure = f"{'⚑ ' if marked else ''}{self.evaluation.confidences[position]:.0%} sure"
        name = self.photos.class_names[label]
        return thumbnail(image, sure, 84, description=f"Photo of {name}, {sure}", framed=framed)

    def _say(self, words: str, colour: str) -> None:
        self.message.value = note([words], colour=colour)


def _check_same_photos(evaluation: Evaluation, photos) -> None:
    same = len(photos) == evaluation.count and bool((photos.labels == evaluation.labels).all())
    if not same:
        raise ValueError(
            "These are not the photos of the evaluation. Pass the set that you gave to evaluate."
        )


def _heading(words: str, align: str) -> ipywidgets.HTML:
    return ipywidgets.HTML(
        f'<div style="text-align:{align};line-height:1.2;font-size:12px;padding:0 4px">'
        f"{html.escape(words)}</div>"
    )
