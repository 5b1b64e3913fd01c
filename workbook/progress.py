"""One kind of progress bar for the whole workbook, for notebooks and terminals alike."""

import html
import io
import sys

from tqdm.std import tqdm

_WORDS = "{desc} {percentage:3.0f}%|{bar}| {n_fmt} of {total_fmt}, {remaining} left{postfix}"


def progress_bar(iterable=None, *, description: str, total: int | None = None, shown: bool = True):
    """Return a tqdm progress bar that vanishes when it is done.

    Use it around an iterable, or as a context manager with ``total`` and ``update``; call
    ``set_postfix_str`` to show a few words behind the bar.
    """
    kind, file = (_NotebookBar, io.StringIO()) if _in_notebook() else (tqdm, sys.stderr)
    return kind(
        iterable,
        desc=description,
        total=total,
        disable=not shown,
        leave=False,
        file=file,
        ncols=90,
        mininterval=0.2,
        bar_format=_WORDS,
    )


class _NotebookBar(tqdm):
    """A tqdm bar drawn by the HTML progress element.

    tqdm's own notebook bar is made of widgets, whose first, empty state stays behind in a saved
    page; its plain bar leaves one line per step there, on a red ground. This one leaves nothing.
    """

    _handle = None

    def display(self, msg: str | None = None, pos: int | None = None) -> bool:
        from IPython.display import HTML, display

        page = HTML("" if msg == "" else self._as_html())
        if self._handle is None:
            self._handle = display(page, display_id=True)
        else:
            self._handle.update(page)
        return True

    def _as_html(self) -> str:
        known = f'max="{self.total}" value="{self.n}"' if self.total else ""
        words = html.escape(
            f"{self.desc or ''}: {self.n} of {self.total or '?'} {self.postfix or ''}"
        )
        return f'<label>{words} <progress {known} style="width:20em"></progress></label>'


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")
