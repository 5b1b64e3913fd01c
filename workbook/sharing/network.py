"""The whole way from pixels to probabilities as one network."""

import torch
from torch import nn

from workbook.saving import Classifier


class PixelsToProbabilities(nn.Module):
    """Scaling, normalisation, the model and softmax in one module.

    Takes pixels as uint8 ``(N, 3, size, size)``, 0 to 255, as ``Preprocess.pixels`` makes them,
    and returns probabilities as float32 ``(N, classes)``. With these steps inside the exported
    file, no program that uses it can forget or change them.
    """

    def __init__(self, classifier: Classifier):
        super().__init__()
        self.model = classifier.model
        # (v / 255 - mean) / std  =  v * scale + shift, computed as in Preprocess.normalize.
        std = torch.tensor(classifier.preprocess.std, dtype=torch.float64).view(3, 1, 1)
        mean = torch.tensor(classifier.preprocess.mean, dtype=torch.float64).view(3, 1, 1)
        self.register_buffer("scale", (1 / (255 * std)).float())
        self.register_buffer("shift", (-mean / std).float())

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the probability of each class for each photo."""
        normalised = pixels.to(torch.float32) * self.scale + self.shift
        return self.model(normalised).float().softmax(dim=1)
