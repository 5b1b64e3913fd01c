"""A quick model for looking at labels: each photo is judged by what all the others teach.

The features are learned without labels (A. Coates and A. Y. Ng, "Learning Feature Representations
with K-means", 2012): small patches of the photos are whitened and clustered, and a photo is
described by how strongly each cluster answers in each of nine regions. On 1,000 photos a linear
model on these features does about as well as a small convolutional network, in seconds.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from workbook.progress import progress_bar

IMAGE_SIDE, PATCH_SIDE, REGIONS = 32, 6, 3
CLUSTERS = 256
SAMPLED_PATCHES = 20_000
CLUSTERING_ROUNDS = 10
CONTRAST_FLOOR = 10 / 255  # below this, the contrast of a patch counts as noise
WHITENING_FLOOR = 0.1
ANSWER_THRESHOLD = 0.5
STRICTNESS = 0.2  # of the ridge regression
_PHOTOS_AT_ONCE = 64


def describe_photos(thumbnails: np.ndarray, *, seed: int = 0, progress: bool = True) -> np.ndarray:
    """Return features, float32 ``(N, 2 * CLUSTERS * 9)``, of photos uint8 ``(N, side, side, 3)``.

    A photo and its mirror image have the same features.
    """
    images = torch.from_numpy(thumbnails).permute(0, 3, 1, 2)
    generator = torch.Generator().manual_seed(seed)
    with torch.inference_mode():
        patches = _sampled_patches(images, generator)
        centre, whitening = _whitening(patches)
        clusters = _clusters((patches - centre) @ whitening, generator)
        described = []
        parts = images.split(_PHOTOS_AT_ONCE)
        for part in progress_bar(parts, description="Looking at labels", shown=progress):
            small = _shrunk(part)
            answers = [
                _answers(view, centre, whitening, clusters) for view in (small, small.flip(3))
            ]
            described.append((sum(answers) / 2).sqrt())
    return torch.cat(described).numpy()


def _shrunk(images: Tensor) -> Tensor:
    return F.interpolate(images.float() / 255, size=(IMAGE_SIDE, IMAGE_SIDE), mode="area")


def _patches(images: Tensor) -> Tensor:
    """Cut images ``(B, 3, 32, 32)`` into all patches ``(B, 729, 108)``, contrast evened out."""
    patches = F.unfold(images, PATCH_SIDE)
    patches = patches - patches.mean(1, keepdim=True)
    contrast = (patches.square().mean(1, keepdim=True) + CONTRAST_FLOOR**2).sqrt()
    return (patches / contrast).transpose(1, 2)


def _sampled_patches(images: Tensor, generator: torch.Generator) -> Tensor:
    per_photo = -(-SAMPLED_PATCHES // len(images))
    sampled = []
    for part in images.split(_PHOTOS_AT_ONCE):
        patches = _patches(_shrunk(part))
        chosen = torch.randint(patches.shape[1], (len(part), per_photo), generator=generator)
        sampled.append(patches[torch.arange(len(part))[:, None], chosen].flatten(0, 1))
    return torch.cat(sampled)


def _whitening(patches: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean patch and the matrix that makes all directions equally strong (ZCA)."""
    centre = patches.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov((patches - centre).T))
    return centre, vectors @ torch.diag((values + WHITENING_FLOOR).rsqrt()) @ vectors.T


def _clusters(patches: Tensor, generator: torch.Generator) -> Tensor:
    """Return CLUSTERS typical patches of length 1, where a patch and its negative are one."""
    clusters = F.normalize(torch.randn(CLUSTERS, patches.shape[1], generator=generator), dim=1)
    for _ in range(CLUSTERING_ROUNDS):
        likeness = patches @ clusters.T
        nearest = likeness.abs().argmax(1)
        weighted = patches * likeness.gather(1, nearest[:, None])
        sums = torch.zeros_like(clusters).index_add_(0, nearest, weighted)
        clusters = F.normalize(sums + 1e-3 * clusters, dim=1)  # an empty cluster stays put
    return clusters


def _answers(images: Tensor, centre: Tensor, whitening: Tensor, clusters: Tensor) -> Tensor:
    """Return how strongly each cluster, and its negative, answers in each region: ``(B, F)``."""
    likeness = (_patches(images) - centre) @ (whitening @ clusters.T)
    region_side = (IMAGE_SIDE - PATCH_SIDE + 1) // REGIONS
    in_regions = likeness.unflatten(1, (REGIONS, region_side, REGIONS, region_side))
    alike = (in_regions - ANSWER_THRESHOLD).clamp_(min=0).mean((2, 4))
    opposite = (-in_regions - ANSWER_THRESHOLD).clamp_(min=0).mean((2, 4))
    return torch.cat([alike, opposite], dim=-1).flatten(1)


class LeaveOneOut:
    """Ridge regression that scores each photo as if it had not been among the training photos.

    For this model the score of a photo left out follows from the model trained on all of them,
    without training it again (R. M. Rifkin and R. A. Lippert, "Notes on Regularized Least
    Squares", 2007). ``class_of`` gives more weight to photos of rare classes.
    """

    def __init__(self, features: np.ndarray, class_of: np.ndarray):
        standard = (features - features.mean(0)) / (features.std(0) + 0.01)
        likeness = standard @ standard.T / standard.shape[1] + 1.0
        counts = np.bincount(class_of)
        weights = len(class_of) / ((counts > 0).sum() * counts[class_of])
        self._inverse = np.linalg.inv(likeness + np.diag(STRICTNESS / weights))

    def scores(self, class_of: np.ndarray, classes: int) -> np.ndarray:
        """Return scores ``(N, classes)``: about 1 for a class that fits and below 0 for others."""
        targets = np.full((len(class_of), classes), -1 / (classes - 1))
        targets[np.arange(len(class_of)), class_of] = 1
        return targets - self._inverse @ targets / np.diag(self._inverse)[:, None]
