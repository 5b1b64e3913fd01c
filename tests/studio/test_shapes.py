"""Signed distances and noise, against what is known of them."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.studio.atlas import Atlas, fold
from workbook.studio.outlines import OUTLINES
from workbook.studio.paint import colour_name, noise, seeded
from workbook.studio.shapes import (
    BOX,
    HANDLE,
    LATHE,
    LEAF,
    STEM,
    TABLE_COLUMNS,
    TABLE_ROWS,
    make_shape,
    signed_distance,
    spline,
)


@pytest.fixture(scope="module")
def ball():
    tables = Atlas(3, 1, TABLE_ROWS, TABLE_COLUMNS)
    return make_shape("ball", 0, 1, tables), tables


def test_distance_from_a_ball_is_that_of_a_sphere(ball):
    shape, tables = ball
    directions = torch.randn(3, 200, generator=seeded("directions"))
    directions /= directions.norm(dim=0)
    anchor = tables.anchor(torch.tensor([float(shape.place)]))
    form = torch.cat([anchor, torch.zeros(3)]).view(4, 1).expand(4, 200)
    for radius in (0.5, 0.9, 1.0, 1.05):
        x, y, z = directions * radius
        inside_table = (torch.sqrt(x * x + z * z) < 1.09) & (y.abs() < 1.09)
        distance = signed_distance(tables, LATHE, form, x, y, z)
        assert (distance - (radius - 1))[inside_table].abs().max() < 0.02
    assert shape.radius == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("family", [HANDLE, STEM, LEAF, BOX])
def test_sphere_tracing_never_steps_through_a_surface(family):
    """A signed distance may not grow faster than one moves (Lipschitz constant of 1)."""
    measures = {
        HANDLE: (0.68, 0.15, 0.7),
        STEM: (0.0, 0.2, 0.0),
        LEAF: (0.5, 0.05, -0.4),
        BOX: (0.4, 0.7, 0.2),
    }
    form = torch.tensor([0.0, *measures[family]]).view(4, 1)
    generator = seeded("points", family)
    start = torch.rand(3, 2000, generator=generator) * 2 - 1
    step = torch.randn(3, 2000, generator=generator) * 0.05
    first = signed_distance(None, family, form, *start)
    second = signed_distance(None, family, form, *(start + step))
    assert (first < 0).any()
    assert ((second - first).abs() <= step.norm(dim=0) * 1.1 + 1e-5).all()


def test_curves_pass_through_their_points_and_stay_right_of_the_axis():
    for outlines in OUTLINES.values():
        for outline in outlines:
            points = torch.tensor(outline)
            curve = spline(points)
            assert (curve[:, 0] >= 0).all()
            assert torch.cdist(points, curve).amin(1).max() < 0.06
            assert points[0, 0] == points[-1, 0]


@given(st.floats(-50, 50))
@settings(max_examples=60, deadline=None)
def test_folding_mirrors_positions_into_the_picture(position):
    folded = fold(torch.tensor([position])).item()
    assert -1 <= folded <= 1
    mirrored = fold(torch.tensor([2 - position])).item()
    assert math.isclose(folded, mirrored, abs_tol=1e-4)


def test_atlas_reads_each_picture_from_its_own_place():
    atlas = Atlas(4, 2, 5, 7)
    pictures = torch.rand(4, 2, 5, 7, generator=seeded("pictures"))
    for place, picture in enumerate(pictures):
        atlas.put(place, picture)
    anchor = atlas.anchor(torch.tensor([2.0, 2.0, 0.0]))
    values = atlas.read(anchor, torch.tensor([-1.0, 1, 0]), torch.tensor([-1.0, 1, 0]))
    expected = torch.stack([pictures[2, :, 0, 0], pictures[2, :, -1, -1], pictures[0, :, 2, 3]], 1)
    torch.testing.assert_close(values, expected, atol=1e-4, rtol=0)


def test_wrapped_noise_has_no_seam():
    clouds = noise(seeded("clouds"), 32, 64, 4, wrap=True)[0]
    seam = (clouds[:, 0] - clouds[:, -1]).abs().mean()
    elsewhere = (clouds[:, 1:] - clouds[:, :-1]).abs().mean()
    assert seam < 3 * elsewhere
    assert 0 <= clouds.min() <= clouds.max() <= 1


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((0.9, 0.1, 0.1), "red"),
        ((1, 0.6, 0.1), "orange"),
        ((0.95, 0.85, 0.2), "yellow"),
        ((0.3, 0.6, 0.2), "green"),
        ((0.2, 0.3, 0.8), "blue"),
        ((0.4, 0.25, 0.12), "brown"),
        ((0.95, 0.95, 0.93), "white"),
        ((0.1, 0.1, 0.1), "black"),
        ((0.5, 0.5, 0.5), "grey"),
    ],
)
def test_colours_have_everyday_names(colour, name):
    assert colour_name(*colour) == name
