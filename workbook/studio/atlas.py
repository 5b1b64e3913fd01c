"""An atlas: many pictures of one size in one tensor, so that one look-up reads from all of them."""

import torch
import torch.nn.functional as functional
from torch import Tensor


class Atlas:
    """Pictures stacked one below the other, each in a numbered place of its own.

    Rays that hit different objects need values from different pictures. Stacking the pictures
    turns that into one call of ``grid_sample`` for all rays. The number of places is fixed from
    the start, so that a picture's values never depend on which other places are filled.

    :param places: how many pictures fit.
    :param channels: values per pixel.
    :param rows: height of one picture in pixels.
    :param columns: width of one picture in pixels.
    """

    def __init__(self, places: int, channels: int, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.pictures = torch.zeros(1, channels, places * rows, columns)
        self._pixel = 2 / (places * rows - 1)  # height of a pixel, where the whole tensor is 2 high
        self._half_height = (rows - 1) / 2 * self._pixel

    def put(self, place: int, picture: Tensor) -> None:
        """Store a picture (channels, rows, columns) in its place."""
        self.pictures[0, :, place * self.rows : (place + 1) * self.rows] = picture

    def anchor(self, place: Tensor) -> Tensor:
        """Where the middle rows of the pictures lie, for ``read`` (float tensor, any shape)."""
        return (place * self.rows + (self.rows - 1) / 2) * self._pixel - 1

    def read(self, anchor: Tensor, across: Tensor, down: Tensor) -> Tensor:
        """Values (channels, N) at positions in -1..1 of the pictures with these anchors, (N,) each.

        Between pixels the values are blended (bilinear). ``down`` must stay within -1..1;
        ``across`` beyond its ends reads the edge.
        """
        grid = torch.empty(1, 1, across.numel(), 2)
        grid[0, 0, :, 0] = across
        torch.add(anchor, down, alpha=self._half_height, out=grid[0, 0, :, 1])
        values = functional.grid_sample(
            self.pictures, grid, align_corners=True, padding_mode="border"
        )
        return values.view(self.pictures.shape[1], -1)


def fold(position: Tensor) -> Tensor:
    """Any position as one in -1..1, by mirroring again and again: a picture without end."""
    return 1 - ((position + 1).remainder(4) - 2).abs()
