"""Make photos: describe scenes, render them on all processors, write a folder of JPEG files."""

import io
import json
import os
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from workbook.atomic import new_folder, replacing
from workbook.progress import progress_bar

from .catalogue import COURSE_CLASSES
from .cupboard import Cupboard, the_cupboard
from .dials import Dials, LightMix, PerClass, check_kinds, set_dials
from .renderer import render
from .scene import Scene, describe_scene, next_shot, scene_random

if TYPE_CHECKING:
    import pandas

STUDIO_VERSION = 1  # raised whenever the same dials give other pictures
MOST_THREADS = 2
PIXELS_AT_ONCE = 8 * 64 * 64  # photos are rendered in chunks that fit the processor's cache


class Wish(NamedTuple):
    """One photo to be taken."""

    kind: str
    scene: int
    """Number of the scene among those of its kind, from 1."""
    shot: int
    """Number of the photo among those of its scene, from 1."""


def make_photos(
    folder: str | Path,
    *,
    classes: Iterable[str] = COURSE_CLASSES,
    per_class: PerClass = 160,
    size: int = 64,
    seed: int = 0,
    burst: int = 1,
    shortcut: float = 0.0,
    light: LightMix = None,
    new_objects: bool = False,
    progress: bool = True,
) -> Path:
    """Render labelled photos into ``folder/<class>/<class>_0001.jpg`` and so on.

    Beside the folder stand ``<folder>.csv``, which tells what is in each photo, and
    ``<folder>.json`` with the settings. A second call with the same settings returns at once.

    :param classes: any of ``COURSE_CLASSES`` and ``OTHER_KINDS``.
    :param per_class: photos per class: one number, or a dictionary class -> number.
    :param size: width and height in pixels, at least 16.
    :param seed: another seed gives other photos; the same seed, the same photos.
    :param burst: photos of each scene, as if the shutter had been pressed several times.
    :param shortcut: 0 to 1, how often an object lies on the surface that goes with its class.
    :param light: ``None`` for the usual mixture; "bright", "normal", "dim" or "dark"; or a
        dictionary light level -> share.
    :param new_objects: show only objects that ordinary photos never show.
    :return: the folder.
    :raises ValueError: for settings that make no sense.
    :raises FileExistsError: when the folder holds anything but these photos.
    """
    folder = Path(folder).expanduser()
    if not folder.name:  # "." has no name to put beside it
        folder = folder.resolve()
    dials = set_dials(
        classes=classes,
        per_class=per_class,
        size=size,
        seed=seed,
        burst=burst,
        shortcut=shortcut,
        light=light,
        new_objects=new_objects,
    )
    table_file, settings_file = (
        folder.with_name(folder.name + ending) for ending in (".csv", ".json")
    )
    settings = {"studio_version": STUDIO_VERSION, **dials.as_dict()}
    if _already_made(folder, table_file, settings_file, settings):
        return folder
    wishes = [
        Wish(kind, number // dials.burst + 1, number % dials.burst + 1)
        for kind, count in dials.counts.items()
        for number in range(count)
    ]
    with new_folder(folder) as temporary, closing(_take_photos(dials, wishes, progress)) as taken:
        rows = []
        written = dict.fromkeys(dials.counts, 0)
        for kind in dials.counts:
            (temporary / kind).mkdir()
        for wish, (jpeg, facts) in zip(wishes, taken, strict=True):
            written[wish.kind] += 1
            file = f"{wish.kind}/{wish.kind}_{written[wish.kind]:04d}.jpg"
            (temporary / file).write_bytes(jpeg)
            rows.append({"file": file, **facts})
        # The folder gets its name last: whatever happens before leaves no folder that looks done.
        with replacing(table_file) as temporary_table:
            _table(rows).to_csv(temporary_table, index=False, lineterminator="\n")
        with replacing(settings_file) as temporary_settings:
            temporary_settings.write_text(json.dumps(settings, indent=2), encoding="utf-8")
    return folder


def render_photos(
    kinds: Iterable[str],
    *,
    size: int = 64,
    seed: int = 0,
    burst: int = 1,
    shortcut: float = 0.0,
    light: LightMix = None,
    new_objects: bool = False,
    surface: str | None = None,
    progress: bool = False,
) -> tuple[Tensor, "pandas.DataFrame"]:
    """Render photos in memory: one scene per entry of ``kinds``, ``burst`` photos of each.

    The n-th "apple" of the list is the same scene as the n-th apple of ``make_photos`` with the
    same settings.

    :param kinds: a list such as ["apple", "mug", "apple"].
    :param surface: put all objects on this surface, such as "wood".
    :return: the photos, uint8 (N, 3, size, size), and a table of what is in them. The other
        parameters are those of ``make_photos``.
    """
    wanted = check_kinds(kinds)
    dials = set_dials(
        classes=list(dict.fromkeys(wanted)),
        per_class=1,
        size=size,
        seed=seed,
        burst=burst,
        shortcut=shortcut,
        light=light,
        new_objects=new_objects,
        surface=surface,
    )
    wishes: list[Wish] = []
    numbers = dict.fromkeys(wanted, 0)
    for kind in wanted:
        numbers[kind] += 1
        wishes += [Wish(kind, numbers[kind], shot) for shot in range(1, dials.burst + 1)]
    photos, rows = [], []
    with closing(_take_photos(dials, wishes, progress)) as taken:
        for jpeg, facts in taken:
            photos.append(np.asarray(Image.open(io.BytesIO(jpeg))))
            rows.append(facts)
    return torch.from_numpy(np.stack(photos)).permute(0, 3, 1, 2).contiguous(), _table(rows)


def _already_made(folder: Path, table_file: Path, settings_file: Path, settings: dict) -> bool:
    """Whether the photos are there; FileExistsError if something else is in their place."""
    made_here = None
    if settings_file.exists():
        try:
            made_here = json.loads(settings_file.read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError):
            made_here = {}
    ours = isinstance(made_here, dict) and "studio_version" in made_here
    if folder.exists():
        if made_here == settings and table_file.exists():
            return True
        what = "something that was not made by the studio"
        if ours:
            same = made_here == settings
            what = "photos without their table" if same else "photos made with other settings"
        raise FileExistsError(
            f"{folder} already holds {what}. Choose another folder, or move the old one away "
            f"together with {table_file.name} and {settings_file.name}."
        )
    # Without its folder, a table of our own is only a left-over and may be replaced.
    if not ours and (table_file.exists() or settings_file.exists()):
        stranger = settings_file if settings_file.exists() else table_file
        raise FileExistsError(
            f"{stranger} is in the way and was not made by the studio. "
            "Choose another folder name, or move that file away."
        )
    return False


def _take_photos(
    dials: Dials, wishes: list[Wish], progress: bool
) -> Generator[tuple[bytes, dict], None, None]:
    """Render the wishes, chunk by chunk; yields JPEG file and facts of each, in order.

    Each thread renders whole chunks with one torch thread, which is faster than the other way
    round, and makes the pictures independent of the number of processors.
    """
    size = max(1, PIXELS_AT_ONCE // dials.size**2)
    chunks = [wishes[i : i + size] for i in range(0, len(wishes), size)]
    threads = min(MOST_THREADS, os.cpu_count() or 1)
    cupboard, torch_threads = the_cupboard(), torch.get_num_threads()
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    bar = progress_bar(description="Rendering photos", total=len(wishes), shown=progress)
    try:
        for results in pool.map(lambda chunk: _render_chunk(cupboard, dials, chunk), chunks):
            yield from results
            bar.update(len(results))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        torch.set_num_threads(torch_threads)
        bar.close()


def _render_chunk(cupboard: Cupboard, dials: Dials, wishes: list[Wish]) -> list[tuple[bytes, dict]]:
    scenes = [_describe(cupboard, dials, wish) for wish in wishes]
    rendered = render(cupboard, scenes, dials.size)
    pictures = rendered.photos.permute(0, 2, 3, 1).contiguous().numpy()
    return [
        (_jpeg(picture, scene.film.jpeg_quality), _facts(cupboard, scene, cover, hidden))
        for scene, picture, cover, hidden in zip(
            scenes, pictures, rendered.cover.tolist(), rendered.hidden.tolist(), strict=True
        )
    ]


def _describe(cupboard: Cupboard, dials: Dials, wish: Wish) -> Scene:
    random = scene_random(dials.seed, wish.kind, wish.scene)
    scene = describe_scene(
        cupboard,
        random,
        wish.kind,
        name=f"{wish.kind}_{wish.scene:04d}",
        surface=dials.surface,
        light_mix=dials.light,
        shortcut=dials.shortcut,
        new_objects=dials.new_objects,
    )
    first = scene
    for shot in range(2, wish.shot + 1):
        scene = next_shot(first, random, shot)
    return scene


def _jpeg(picture: np.ndarray, quality: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return file.getvalue()


def _facts(cupboard: Cupboard, scene: Scene, cover: float, hidden: float) -> dict:
    """What is known of a photo: one row of the table."""
    return {
        "class": scene.kind,
        "scene": scene.name,
        "shot": scene.shot,
        "surface": scene.surroundings.surface,
        "light": scene.light_level,
        "level": round(scene.film.exposure, 3),
        "elevation": round(float(np.degrees(scene.view.elevation)), 1),
        "azimuth": round(float(np.degrees(scene.view.azimuth)) % 360, 1),
        "distance": round(scene.view.distance, 2),
        "wall": scene.surroundings.wall,
        "others": "+".join(scene.others),
        "object_color": cupboard.colour_name(scene.parts[0].skin),
        "cover": round(cover, 3),
        "hidden": round(hidden, 3),
        "new_object": scene.new_object,
    }


def _table(rows: list[dict]) -> "pandas.DataFrame":
    import pandas

    return pandas.DataFrame(rows)
