"""The camera: which ray belongs to which pixel, and how light becomes a photo."""

import torch
import torch.nn.functional as functional
from torch import Tensor

from .scene import Scene
from .tracing import Rays

LOWEST_EYE = 0.15  # decimetres above the table
VIGNETTE = 0.16  # how much darker the corners are
GOOD_EXPOSURE, EXPOSURE_CORRECTION = 0.32, 0.65
SCREEN_GAMMA = 2.2


def values_of(scenes: list[Scene], read) -> Tensor:
    """One number (or list of numbers) per scene as a float tensor."""
    return torch.stack([torch.as_tensor(read(scene), dtype=torch.float32) for scene in scenes])


def unit(vectors: Tensor, dim: int = 0) -> Tensor:
    """Vectors along ``dim`` scaled to length 1."""
    if dim == 0:  # much faster than `norm` over a short leading axis
        x, y, z = vectors
        return vectors / torch.sqrt(x * x + y * y + z * z).clamp(min=1e-8)
    return vectors / vectors.norm(dim=dim, keepdim=True).clamp(min=1e-8)


def camera_rays(scenes: list[Scene], side: int) -> Rays:
    """One ray per pixel of pictures with ``side`` x ``side`` pixels, row by row."""
    count = len(scenes)
    azimuth = values_of(scenes, lambda scene: scene.view.azimuth)
    elevation = values_of(scenes, lambda scene: scene.view.elevation)
    look_at = values_of(scenes, lambda scene: scene.view.look_at)
    backward = torch.stack(
        [azimuth.cos() * elevation.cos(), elevation.sin(), azimuth.sin() * elevation.cos()], 1
    )
    eye = look_at + backward * values_of(scenes, lambda scene: [scene.view.distance])
    eye[:, 1].clamp_(min=LOWEST_EYE)
    forward = unit(look_at - eye, 1)
    right = unit(torch.linalg.cross(forward, torch.tensor([[0.0, 1.0, 0.0]])), 1)
    up = torch.linalg.cross(right, forward)
    roll = values_of(scenes, lambda scene: [scene.view.roll])
    right, up = right * roll.cos() + up * roll.sin(), up * roll.cos() - right * roll.sin()
    half_width = values_of(scenes, lambda scene: scene.view.field_of_view / 2).tan()
    line = (torch.arange(side) + 0.5) / side * 2 - 1
    x = half_width.view(-1, 1, 1) * line.view(1, 1, -1)
    y = half_width.view(-1, 1, 1) * -line.view(1, -1, 1)
    direction = torch.stack(
        [
            forward[:, i].view(-1, 1, 1)
            + right[:, i].view(-1, 1, 1) * x
            + up[:, i].view(-1, 1, 1) * y
            for i in range(3)
        ]
    )
    direction = (direction / (1 + x * x + y * y).sqrt()).view(3, -1)
    pixels = side * side
    return Rays(
        origin=eye.T.repeat_interleave(pixels, 1),
        direction=direction,
        picture=torch.arange(count).repeat_interleave(pixels),
        starts=[i * pixels for i in range(count + 1)],
    )


def finish(light: Tensor, distance: Tensor, on_object: Tensor, scenes: list[Scene]) -> Tensor:
    """What a camera does with the light: focus, exposure, white balance, noise, 8 bits.

    :param light: (B, 3, H, W) light at each pixel.
    :param distance: (B, 1, H, W) from the camera, in decimetres.
    :param on_object: (B, 1, H, W) share of the pixel that objects cover.
    :return: (B, 3, H, W) uint8.
    """
    light = _blur_background(light, distance, on_object, scenes)
    average = (light.mean(1, keepdim=True) + 0.02).log().mean((2, 3), keepdim=True).exp()
    light = light * (GOOD_EXPOSURE / average) ** EXPOSURE_CORRECTION
    line = torch.linspace(-1, 1, light.shape[-1])
    light = light * (1 - VIGNETTE * (line.view(1, -1) ** 2 + line.view(-1, 1) ** 2))
    light = light * values_of(scenes, lambda scene: scene.film.exposure).view(-1, 1, 1, 1)
    red_blue = values_of(scenes, lambda scene: scene.film.white_balance)
    gain = torch.stack([1 + red_blue[:, 0], torch.ones(len(scenes)), 1 + red_blue[:, 1]], 1)
    light = _add_noise(light * gain.view(-1, 3, 1, 1), scenes)
    return _develop(light, scenes)


def _blur_background(
    light: Tensor, distance: Tensor, on_object: Tensor, scenes: list[Scene]
) -> Tensor:
    """Blur what is behind the point in focus, without smearing the objects into it."""
    scale = light.shape[-1] / 64
    in_focus = values_of(scenes, lambda scene: scene.view.distance).view(-1, 1, 1, 1)
    strength = values_of(scenes, lambda scene: scene.view.blur).view(-1, 1, 1, 1)
    circle = (strength * (1 - in_focus / distance).abs() * scale * 4).clamp(max=scale * 4)
    little, much = scale * 0.9, scale * 2.4
    background = (distance > in_focus * 1.12).float() * (1 - on_object) + 1e-3
    weighted = torch.cat([light * background, background], 1)
    share = (1 - on_object) * (distance > in_focus * 1.05)
    for sigma, amount in (
        (little, (circle / little).clamp(0, 1)),
        (much, ((circle - little) / (much - little)).clamp(0, 1)),
    ):
        blurred = gaussian_blur(weighted, sigma)
        light = light + (blurred[:, :3] / blurred[:, 3:] - light) * (amount * share)
    return light


def gaussian_blur(pictures: Tensor, sigma: float) -> Tensor:
    """Pictures (B, C, H, W) blurred by a bell curve of ``sigma`` pixels, along and across."""
    reach = max(int(2.5 * sigma), 1)
    weights = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    weights = weights / weights.sum()
    channels = pictures.shape[1]
    for shape, padding in (
        ((channels, 1, 1, -1), (reach, reach, 0, 0)),
        ((channels, 1, -1, 1), (0, 0, reach, reach)),
    ):
        kernel = weights.view(1, 1, shape[2], shape[3]).expand(channels, 1, -1, -1)
        padded = functional.pad(pictures, padding, mode="replicate")
        pictures = functional.conv2d(padded, kernel, groups=channels)
    return pictures


def _add_noise(light: Tensor, scenes: list[Scene]) -> Tensor:
    """Sensor noise, which grows with the square root of the light."""
    grain = torch.stack(
        [
            torch.randn(light.shape[1:], generator=torch.Generator().manual_seed(scene.film.seed))
            for scene in scenes
        ]
    )
    strength = values_of(scenes, lambda scene: scene.film.grain).view(-1, 1, 1, 1)
    return light + grain * (0.003 + 0.015 * light.clamp(min=0).sqrt()) * strength


def _develop(light: Tensor, scenes: list[Scene]) -> Tensor:
    """Compress highlights, raise the contrast and the colours a little, round to 8 bits."""
    light = light.clamp(min=0)
    picture = light * (1 + light / 8) / (light + 0.78) * 1.04
    grey = picture.mean(1, keepdim=True)
    picture = grey + (picture - grey) * 1.1
    contrast = values_of(scenes, lambda scene: scene.film.contrast).view(-1, 1, 1, 1)
    picture = picture * (1 - 0.3 * contrast * (1 - picture))
    return (picture.clamp(0, 1) ** (1 / SCREEN_GAMMA) * 255).round().byte()
