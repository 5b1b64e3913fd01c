"""Rendered pictures: the same on every run, and with the object in view."""

import pytest
import torch

import workbook.studio.photos as photos_module
from workbook.studio import COURSE_CLASSES, OTHER_KINDS, SURFACES, render_photos
from workbook.studio.catalogue import (
    HELD_OUT_SHAPES,
    HELD_OUT_SKINS,
    KINDS,
    SHAPES_PER_KIND,
    SKINS_PER_KIND,
)
from workbook.studio.cupboard import ALL_SHAPES, ALL_SKINS, Cupboard, the_cupboard
from workbook.studio.scene import describe_scene, scene_random

ALL_KINDS = [*COURSE_CLASSES, *OTHER_KINDS]


def test_same_seed_same_photos_and_other_seed_other_photos():
    first, _ = render_photos(["pear", "ball"], size=24, seed=3, burst=2)
    again, _ = render_photos(["pear", "ball"], size=24, seed=3, burst=2)
    other, _ = render_photos(["pear", "ball"], size=24, seed=4, burst=2)
    assert first.shape == (4, 3, 24, 24)
    assert first.dtype == torch.uint8
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first[0], first[1])  # the shots of a burst differ


@pytest.mark.parametrize(
    ("threads", "pixels_at_once"), [(1, 8 * 64 * 64), (2, 1), (2, 3 * 24 * 24)]
)
def test_photos_do_not_depend_on_threads_chunks_or_company(monkeypatch, threads, pixels_at_once):
    together, _ = render_photos(["bottle", "apple", "bottle", "glass", "mug"], size=24)
    monkeypatch.setattr(photos_module, "MOST_THREADS", threads)
    monkeypatch.setattr(photos_module, "PIXELS_AT_ONCE", pixels_at_once)
    apart, _ = render_photos(["glass", "bottle", "bottle"], size=24)
    assert torch.equal(apart, together[[3, 0, 2]])


def test_torch_threads_are_restored():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        render_photos(["egg"], size=16)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_global_random_state_is_left_alone():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    render_photos(["orange"], size=16, seed=123)
    assert torch.equal(torch.rand(3), expected)


def test_every_kind_is_in_view_and_looks_like_a_picture():
    images, table = render_photos(ALL_KINDS * 2, size=32, seed=2, light="normal")
    assert table["cover"].between(0.015, 0.75).all()
    assert table.groupby("class")["hidden"].min().max() < 0.3
    spread = images.float().std((1, 2, 3))
    assert (spread > 8).all()
    mean = images.float().mean((1, 2, 3))
    assert mean.min() > 25
    assert mean.max() < 235


@pytest.mark.parametrize("surface", SURFACES)
def test_surface_can_be_chosen(surface):
    _, table = render_photos(["apple", "mug"], size=16, surface=surface)
    assert set(table["surface"]) == {surface}


def test_light_levels_make_photos_darker():
    means = [
        render_photos(["apple"] * 3, size=16, light=level)[0].float().mean()
        for level in ("bright", "normal", "dim", "dark")
    ]
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize("kind", ["mug", "apple", "book"])
def test_new_objects_are_never_in_ordinary_photos(kind):
    def shapes_and_skins(new_objects):
        found = set()
        for number in range(25):
            scene = describe_scene(
                the_cupboard(),
                scene_random(0, kind, number),
                kind,
                name="",
                surface=None,
                light_mix={"normal": 1.0},
                shortcut=0.0,
                new_objects=new_objects,
            )
            for part in scene.parts:
                found.add(("skin", part.skin))
                found.add(("shape", part.table, part.family))
        # books have no table of their own and share place 0
        return {item for item in found if item[:2] != ("shape", 0)}

    ordinary, new = shapes_and_skins(False), shapes_and_skins(True)
    assert ordinary
    assert new
    assert not ordinary & new


def test_pools_are_large_enough():
    assert SHAPES_PER_KIND >= 12
    assert SKINS_PER_KIND >= 40
    assert HELD_OUT_SHAPES > 0
    assert HELD_OUT_SKINS > 0
    assert len(OTHER_KINDS) >= 12
    assert set(COURSE_CLASSES) <= set(KINDS)


def test_props_do_not_depend_on_what_else_is_in_the_cupboard():
    alone, shared = Cupboard(), Cupboard()
    for kind in ALL_KINDS[::4]:
        shared.skin(kind, 0)
    place = alone.skin("vase", 3)
    assert shared.skin("vase", 3) == place
    rows = slice(place * alone.skins.rows, (place + 1) * alone.skins.rows)
    assert torch.equal(alone.skins.pictures[:, :, rows], shared.skins.pictures[:, :, rows])
    assert alone.skins.pictures[:, :, rows].any()
    assert alone.skins.pictures.shape[2] == len(KINDS) * ALL_SKINS * alone.skins.rows
    assert alone.tables.pictures.shape[2] == len(KINDS) * ALL_SHAPES * alone.tables.rows
