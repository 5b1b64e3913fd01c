"""Grids of small pictures: photos, filters, feature maps, the weights of a layer."""

import math
from collections.abc import Sequence

import torch
from PIL import Image, ImageOps

from workbook.views.picture import Picture

TILE = 96  # pixels on the page for one photo


def show_photos(
    photos,
    titles: Sequence[str] | None = None,
    *,
    columns: int = 8,
    count: int = 16,
    tile: int = TILE,
    title: str = "",
    description: str | None = None,
) -> Picture:
    """Show photos side by side, with a title under each.

    ``photos``: a PhotoSet (the titles are then its class names), a uint8 tensor (N, 3, H, W), or a
    list of Pillow images, of file paths, or of uint8 tensors (3, H, W). At most ``count`` of them
    are shown. ``tile``: the side of one photo on the page, in pixels.
    """
    pixels, names = _photos_and_names(photos, titles, count)
    if not pixels:
        raise ValueError(
            "There are no photos to show. Check that the folder or selection is not empty."
        )
    described = description or _describe(names, len(pixels), title)
    return _grid(pixels, names, columns, tile, title, described, cmap=None)


def show_filters(
    convolution: torch.nn.Conv2d, *, count: int = 32, columns: int = 8, title: str = "Filters"
) -> Picture:
    """Show the filters of a convolution that looks at colour photos, each as a small picture.

    Middle grey stands for a weight of zero. Raises ValueError when the layer does not have three
    input channels, since only those can be shown as red, green and blue.
    """
    weights = convolution.weight.detach().cpu()
    if weights.shape[1] != 3:
        raise ValueError(
            f"These filters look at {weights.shape[1]} channels, and only three can be shown as "
            "colours. Show the first convolution of the model, or look at feature maps instead."
        )
    shown = weights[:count]
    largest = shown.abs().amax(dim=(1, 2, 3), keepdim=True).clamp(min=1e-12)
    pixels = list(((shown / largest * 0.5 + 0.5) * 255).round().byte())
    names = [str(index) for index in range(len(pixels))]
    described = (
        f"{title}: {len(pixels)} filters of {weights.shape[2]} by {weights.shape[3]} weights "
        "as small colour pictures."
    )
    return _grid(pixels, names, columns, 64, title, described, cmap=None)


def show_feature_maps(
    maps: torch.Tensor, *, count: int = 16, columns: int = 8, title: str = "Feature maps"
) -> Picture:
    """Show feature maps (C, H, W) of one photo: dark is no response, bright a strong one.

    All maps share one brightness scale; a map without any response says so in its title.
    """
    maps = maps.detach().float().cpu()[:count]
    names = [
        f"{index}" + (" (silent)" if float(each.max()) <= 0 else "")
        for index, each in enumerate(maps)
    ]
    described = (
        f"{title}: {len(maps)} maps of {maps.shape[1]} by {maps.shape[2]} values; "
        "bright means a strong response."
    )
    return _grid(list(maps), names, columns, TILE, title, described, cmap="viridis")


def show_weights(
    weights: torch.Tensor,
    names: Sequence[str],
    *,
    columns: int = 8,
    title: str = "Weights as pictures",
) -> Picture:
    """Show the weights (N, 3, H, W) of neurons that look at whole photos, one picture for each.

    Middle grey is a weight of zero; a colour brighter than grey speaks for the class, a darker one
    against it. ``names``: one per neuron.
    """
    weights = weights.detach().float().cpu()
    spread = weights.std(dim=(1, 2, 3), keepdim=True).clamp(min=1e-12) * 3
    pixels = list(((weights / spread).clamp(-1, 1) * 127.5 + 127.5).round().byte())
    described = f"{title}: one blurred colour picture of weights for each of {', '.join(names)}."
    return _grid(pixels, list(names), columns, TILE, title, described, cmap=None)


def _photos_and_names(photos, titles, count: int):
    if hasattr(photos, "class_names"):
        chosen = range(min(count, len(photos)))
        items = [photos[index] for index in chosen]
        names = [photos.class_names[int(label)] for _, label in items]
        pixels = [image for image, _ in items]
    else:
        pixels = [_pixels(photo) for photo in list(photos)[:count]]
        names = [""] * len(pixels)
    if titles is not None:
        names = [str(name) for name in list(titles)[: len(pixels)]]
    return pixels, names


def _pixels(photo):
    if isinstance(photo, torch.Tensor):
        return photo
    image = photo if isinstance(photo, Image.Image) else Image.open(photo)
    image = ImageOps.exif_transpose(image).convert("RGB")
    image.thumbnail((512, 512))
    return (
        torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
        .view(image.height, image.width, 3)
        .permute(2, 0, 1)
    )


def _grid(pixels, names, columns, tile, title, description, cmap) -> Picture:
    import matplotlib.pyplot as plt

    columns = min(columns, len(pixels))
    rows = math.ceil(len(pixels) / columns)
    name_height = 0.24 if any(names) else 0.04
    title_height = 0.34 if title else 0
    inches = tile / 80
    figure = plt.figure(figsize=(columns * inches, rows * (inches + name_height) + title_height))
    if title:
        figure.suptitle(title, fontsize=11, y=1, va="top")
    height = rows * (inches + name_height) + title_height
    brightest = max(float(each.max()) for each in pixels) or 1.0
    for index, (each, name) in enumerate(zip(pixels, names, strict=True)):
        row, column = divmod(index, columns)
        bottom = 1 - (title_height + (row + 1) * (inches + name_height) - name_height) / height
        axes = figure.add_axes(
            (column / columns + 0.02 / columns, bottom, 0.96 / columns, inches * 0.97 / height)
        )
        picture = each.permute(1, 2, 0).numpy() if each.ndim == 3 else each.numpy()
        scale = {"cmap": cmap, "vmin": 0, "vmax": brightest} if cmap else {}
        axes.imshow(picture, interpolation="nearest", **scale)
        axes.set_axis_off()
        if name:
            axes.text(
                0.5,
                -0.03,
                _shortened(name, tile),
                transform=axes.transAxes,
                ha="center",
                va="top",
                fontsize=8,
            )
    return Picture.of_figure(figure, description)


def _shortened(name: str, tile: int) -> str:
    letters = max(6, tile // 6)
    lines = [
        line if len(line) <= letters else line[: letters - 1] + "…" for line in name.split("\n")[:2]
    ]
    return "\n".join(lines)


def _describe(names, count: int, title: str) -> str:
    start = f"{title}: {count} photos" if title else f"{count} photos"
    known = [name.replace("\n", ", ") for name in names if name]
    return f"{start}, {'; '.join(known)}." if known else f"{start}."
