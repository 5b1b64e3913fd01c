"""The photo browser: look at a folder of photos, choose some, and put them where they belong."""

import html
import os
from collections.abc import Callable

import ipywidgets
import torch

from workbook.photos.doctor.report import Report
from workbook.photos.folder import PhotoFile
from workbook.photos.groups import ALL, findings_by_file, group_photos
from workbook.photos.sorting import UNSORTED, PhotoSorter, Step, describe_step
from workbook.views.controls import push_button, whole_number
from workbook.views.explorer import REMEMBERED, Lab, current_cell
from workbook.views.thumbnails import SmallPictures, in_rows, note, paragraph, thumbnail

PER_PAGE, PER_PAGE_STATIC = 12, 8
TILE = 72  # pixels of a thumbnail; on the page it is enlarged to WIDTH
WIDTH = 112
GREY = torch.full((3, TILE, TILE), 160, dtype=torch.uint8)
GREEN, RED = "#009E73", "#D55E00"


def explore_photos(folder: str | os.PathLike, report: Report | None = None) -> "PhotoBrowser":
    """Return a browser of the photos in a folder: unsorted, in class folders, or split.

    ``report``: what ``examine`` found there; its findings can then be looked at one by one.
    Nothing is deleted: photos move to class folders or to the quarantine, and every step can be
    taken back, also on another day.
    """
    return PhotoBrowser(folder, report)


class PhotoBrowser(Lab):
    """Thumbnails with a button below each, and buttons that move the chosen photos.

    group: a Dropdown, the photos that are shown. page: a box for its number. target: a box for the
    class that chosen photos move to. chosen: the files that are chosen, relative to the folder.
    buttons: the buttons by what is written on them. message: what happened last.
    """

    invitation = "In the notebook, run this cell to choose photos and to move them."

    def __init__(self, folder: str | os.PathLike, report: Report | None = None):
        self.sorter = PhotoSorter(folder)
        self.chosen: list[str] = []
        self._listing = False
        self._pictures = SmallPictures(TILE)
        self._details = findings_by_file(report)
        self._groups: dict[str, list[PhotoFile]] = {}
        self.group = ipywidgets.Dropdown(
            description="show",
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="34em", margin="2px 14px 2px 0"),
        )
        self.page = whole_number("page", 1, 1, 1)
        self.target = ipywidgets.Combobox(
            description="class",
            placeholder="a class, or a new one",
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="18em", margin="2px 8px 2px 0"),
        )
        self.message = ipywidgets.HTML()
        self._tiles = [_Tile(number, self._toggle) for number in range(1, PER_PAGE + 1)]
        self.buttons = self._make_buttons()
        self._place = (type(self).__name__, current_cell(), self.sorter.root)
        self._list_photos()
        self.group.observe(self._change_group, "value")
        self.page.observe(lambda _: self._show_page(), "value")
        self._restore()
        self._show_page()
        super().__init__(self._rows())

    @property
    def shown(self) -> list[PhotoFile]:
        """The photos on this page."""
        start = (self.page.value - 1) * PER_PAGE
        return self._groups[self.group.value][start : start + PER_PAGE]

    def static_html(self) -> str:
        members = self._groups[self.group.value]
        photos = members[:: max(1, len(members) // PER_PAGE_STATIC)][:PER_PAGE_STATIC]
        figures = in_rows(
            _figures(photos, self._pictures, self._details.get(self.group.value, {}), [])
        )
        counts = "".join(
            f"<li>{html.escape(name)}: {len(photos)}</li>" for name, photos in self._groups.items()
        )
        folder = html.escape(self.sorter.root.name)
        words = paragraph(f"Some of the photos in the folder {folder}, and how many there are:")
        return f"{words}{figures}<ul>{counts}</ul>"

    def _make_buttons(self) -> dict[str, ipywidgets.Button]:
        actions = {
            "previous group": lambda: self._change_group_by(-1),
            "next group": lambda: self._change_group_by(1),
            "choose all on this page": self._choose_page,
            "choose none": self._choose_none,
            "move to this class": self._move_to_class,
            "to quarantine": self._move_to_quarantine,
            "undo": self._undo,
        }
        return {words: push_button(words, action) for words, action in actions.items()}

    def _rows(self) -> list[ipywidgets.Widget]:
        wrapping = ipywidgets.Layout(flex_flow="row wrap", align_items="center")
        tiles = ipywidgets.HBox([tile.box for tile in self._tiles], layout=wrapping)
        before, after, every, none, moving, dropping, undoing = self.buttons.values()
        return [
            # Buttons too: the arrow keys leave JupyterLab's lists for the next cell.
            ipywidgets.HBox([self.group, before, after], layout=wrapping),
            ipywidgets.HBox([self.page, every, none], layout=wrapping),
            tiles,
            ipywidgets.HBox([self.target, moving, dropping, undoing], layout=wrapping),
            self.message,
        ]

    # What the buttons do.

    def _change_group_by(self, step: int) -> None:
        titles = list(self._groups)
        self.group.value = titles[(titles.index(self.group.value) + step) % len(titles)]

    def _toggle(self, file: str) -> None:
        if file in self.chosen:
            self.chosen.remove(file)
        else:
            self.chosen.append(file)
        self._show_page()

    def _choose_page(self) -> None:
        self.chosen += [photo.file for photo in self.shown if photo.file not in self.chosen]
        self._show_page()

    def _choose_none(self) -> None:
        self.chosen = []
        self._show_page()

    def _move_to_class(self) -> None:
        name = self.target.value.strip()
        self._act(lambda: self.sorter.move_to_class(self.chosen, name), f"moved to {name}")

    def _move_to_quarantine(self) -> None:
        self._act(
            lambda: self.sorter.move_to_quarantine(self.chosen),
            "moved to the quarantine; nothing is deleted",
        )

    def _undo(self) -> None:
        try:
            step = self.sorter.undo()
        except OSError as error:
            self._show_anew(str(error), RED)
            return
        if step:
            self._show_anew(describe_step(step, "put back"), GREEN)
        else:
            self._say("There is nothing to take back.", RED)

    def _act(self, move: Callable[[], Step], action: str) -> None:
        """Move the chosen photos and say what came of it."""
        if not self.chosen:
            self._say("No photo is chosen. Press a button below a photo first.", RED)
            return
        try:
            step = move()
        except (OSError, ValueError) as error:
            self._show_anew(str(error), RED, keep_chosen=True)
            return
        self._show_anew(describe_step(step, action) + " Undo takes it back.", GREEN)

    # What is shown.

    def _show_anew(self, words: str, colour: str, *, keep_chosen: bool = False) -> None:
        if not keep_chosen:
            self.chosen = []
        self._list_photos()
        self._show_page()
        self._say(words, colour)

    def _list_photos(self) -> None:
        """Read the folder anew; stay with the group that was shown, where it still exists."""
        try:
            photos = self.sorter.photos()
        except ValueError:  # every photo is in the quarantine
            photos = []
        self._groups = group_photos(photos, self._details)
        kept = self.group.value if self.group.value in self._groups else ALL
        self._listing = True
        self.group.options = [
            (f"{name} ({len(members)})", name) for name, members in self._groups.items()
        ]
        self.group.value = kept
        self._listing = False
        self.target.options = sorted({photo.class_name for photo in photos} - {UNSORTED})
        self._set_pages()

    def _change_group(self, _change) -> None:
        if self._listing:  # new options pass through the first one
            return
        self.chosen = []
        self._set_pages()
        self.page.value = 1
        self._show_page()

    def _restore(self) -> None:
        """Go to where the learner was when the cell was run before."""
        left = REMEMBERED.get(self._place, {"group": ALL, "page": 1})
        if left["group"] in self._groups:
            self.group.value = left["group"]
            self.page.value = min(left["page"], self.page.max)

    def _set_pages(self) -> None:
        count = len(self._groups.get(self.group.value, ()))
        self.page.max = max(1, -(-count // PER_PAGE))

    def _show_page(self) -> None:
        REMEMBERED[self._place] = {"group": self.group.value, "page": self.page.value}
        photos = self.shown
        details = self._details.get(self.group.value, {})
        figures = _figures(photos, self._pictures, details, self.chosen)
        for tile, photo, figure in zip(self._tiles, photos, figures, strict=False):
            tile.show(photo.file, figure, chosen=photo.file in self.chosen)
        for tile in self._tiles[len(photos) :]:
            tile.hide()
        count, start = len(self._groups[self.group.value]), (self.page.value - 1) * PER_PAGE
        last = start + len(photos)
        self._say(
            f"Photos {min(start + 1, last)} to {last} of {count}; {len(self.chosen)} chosen.", GREEN
        )

    def _say(self, words: str, colour: str) -> None:
        self.message.value = note([words], colour=colour)


class _Tile:
    """One photo and its button."""

    def __init__(self, number: int, on_press: Callable[[str], None]):
        self.number = number
        self.file = ""
        self.picture = ipywidgets.HTML()
        self.button = ipywidgets.Button(layout=ipywidgets.Layout(width=f"{WIDTH}px"))
        self.button.on_click(lambda _: on_press(self.file))
        self.box = ipywidgets.VBox(
            [self.picture, self.button], layout=ipywidgets.Layout(margin="0 10px 8px 0")
        )

    def show(self, file: str, figure: str, *, chosen: bool) -> None:
        self.file = file
        self.picture.value = figure
        self.button.description = f"✓ {self.number} chosen" if chosen else f"choose {self.number}"
        self.button.button_style = "info" if chosen else ""
        self.box.layout.display = None

    def hide(self) -> None:
        self.box.layout.display = "none"


def _figures(
    photos: list[PhotoFile], pictures: SmallPictures, details: dict[str, str], chosen: list[str]
) -> list[str]:
    """Return a figure for each photo; one that cannot be read becomes a grey square."""
    return [
        thumbnail(
            GREY if image is None else image,
            _caption(photo, details, unreadable=image is None),
            WIDTH,
            description=f"{photo.file}{', chosen' if photo.file in chosen else ''}",
            framed=photo.file in chosen,
            sharp=False,
        )
        for photo, image in zip(photos, pictures.of([p.path for p in photos]), strict=True)
    ]


def _caption(photo: PhotoFile, details: dict[str, str], *, unreadable: bool) -> str:
    kind = photo.class_name or "unsorted"
    words = details.get(photo.file, "")
    if unreadable:
        words = "cannot be read"
    return f"{kind}\n{words}" if words else kind
