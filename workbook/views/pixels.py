"""A magnifying glass: a few pixels of a photo, large, with the numbers they are made of."""

import torch

from workbook.views.picture import COLOURS, Picture


def show_pixel_values(
    image: torch.Tensor,
    row: int,
    column: int,
    *,
    count: int = 6,
    title: str = "A few pixels, and their numbers",
) -> Picture:
    """Show a photo, and ``count`` by ``count`` of its pixels enlarged, each with its numbers.

    ``image``: uint8 (3, H, W), values 0 to 255. ``row``, ``column``: the upper left one of the
    pixels that are enlarged, counted from 0; the numbers are red, green and blue from above.
    Raises ValueError when the pixels lie outside the photo.
    """
    import matplotlib.pyplot as plt

    _, height, width = image.shape
    if not (0 <= row <= height - count and 0 <= column <= width - count):
        raise ValueError(
            f"{count} by {count} pixels from row {row}, column {column} on reach beyond this photo "
            f"of {height} rows and {width} columns. Choose smaller numbers."
        )
    patch = image[:, row : row + count, column : column + count].cpu().permute(1, 2, 0)
    figure, (whole, detail) = plt.subplots(1, 2, figsize=(8, 4.1), layout="constrained")
    figure.suptitle(title)
    whole.imshow(image.cpu().permute(1, 2, 0), interpolation="nearest")
    corner, side = (column - 0.5, row - 0.5), count
    for colour, line_width in (("black", 4), (COLOURS[7], 2)):  # visible on any background
        whole.add_patch(
            plt.Rectangle(corner, side, side, fill=False, edgecolor=colour, linewidth=line_width)
        )
    whole.set(xlabel="column", ylabel="row")
    detail.imshow(
        patch,
        interpolation="nearest",
        extent=(column - 0.5, column + count - 0.5, row + count - 0.5, row - 0.5),
    )
    for down in range(count):
        for across in range(count):
            red, green, blue = patch[down, across].tolist()
            is_bright = 0.3 * red + 0.59 * green + 0.11 * blue > 128
            detail.text(
                column + across,
                row + down,
                f"{red}\n{green}\n{blue}",
                color="black" if is_bright else "white",
                fontsize=7.5,
                ha="center",
                va="center",
            )
    detail.set(xlabel="column", ylabel="row")
    return Picture.of_figure(figure, _describe(title, patch, row, column, count))


def _describe(title: str, patch: torch.Tensor, row: int, column: int, count: int) -> str:
    red, green, blue = patch[0, 0].tolist()
    return (
        f"{title}: a photo, and {count} by {count} of its pixels enlarged with their numbers. "
        f"The pixel in row {row}, column {column} is red {red}, green {green}, blue {blue}."
    )
