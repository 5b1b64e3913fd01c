"""Which training photos look most like a photo, in the eyes of a model."""

from typing import TYPE_CHECKING

import torch
from torch import nn

from workbook.device import pick_device
from workbook.training.before_training import explain_wrong_size

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 1024**3


class NearestPhotos:
    """Finds the training photos that a model describes most like another photo.

    A photo is described by the numbers that go into the model's last layer: all that the decision
    is made from. Two descriptions are compared by the cosine of the angle between them, so that
    it does not matter how strong the numbers are, only which ones stand out.

    photos: the training photos. features: their descriptions, float32 ``(N, D)``, each of
    length 1.
    """

    def __init__(self, model: nn.Module, photos, *, batch_size: int = 256, device=None):
        if len(photos) == 0:
            raise ValueError(
                "There are no training photos to search. Look at where the set comes from."
            )
        self.photos = photos
        self._model = model
        self._device = pick_device(device)
        described: list[torch.Tensor] = []
        for images, _ in photos.batches(batch_size, device=self._device):
            described.append(self._describe(images))
            _check_memory(len(photos), described[0].shape[1])
        self.features = torch.cat(described)

    def nearest(self, image: torch.Tensor, count: int = 4) -> "pd.DataFrame":
        """Return the most similar training photos of a photo, the most similar first.

        ``image``: uint8 ``(3, H, W)``. Columns: position (in the photo set), path, label (the name
        of its class) and likeness (the cosine, at most 1). Raises ValueError for a photo of
        another size than the model's.
        """
        import pandas as pd

        batch = self.photos.preprocess.normalize(image.unsqueeze(0)).to(self._device)
        likeness = self.features @ self._describe(batch)[0]
        best = likeness.argsort(descending=True, stable=True)[:count].tolist()
        names, labels = self.photos.class_names, self.photos.labels
        columns = {
            "position": best,
            "path": [self.photos.paths[position] for position in best],
            "label": [names[int(labels[position])] for position in best],
            "likeness": [float(likeness[position]) for position in best],
        }
        return pd.DataFrame(columns)

    def _describe(self, images: torch.Tensor) -> torch.Tensor:
        return nn.functional.normalize(last_layer_inputs(self._model, images).float().cpu())


@torch.no_grad()
def last_layer_inputs(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """Return what goes into the last linear layer for each photo, ``(B, D)``.

    ``images``: float32 ``(B, 3, H, W)``, normalised, on the device that the model is to run on.
    The model is put in evaluation mode for the purpose and back afterwards. Raises ValueError for
    a model without a linear layer, and for photos of a size that does not fit.
    """
    linear = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
    if not linear:
        raise ValueError(
            "This model has no linear layer, so nothing says how it describes a photo. "
            "Use one of the architectures of the workbook."
        )
    seen: list[torch.Tensor] = []
    hook = linear[-1].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    was_training = model.training
    model.to(images.device).eval()
    try:
        model(images)
    except RuntimeError as error:
        raise ValueError(explain_wrong_size(images, error)) from error
    finally:
        hook.remove()
        model.train(was_training)
    return seen[-1].flatten(start_dim=1)


def _check_memory(count: int, numbers: int) -> None:
    if count * numbers * 4 > MOST_BYTES:
        raise ValueError(
            f"{count:,} photos with {numbers:,} numbers each do not fit into memory. "
            "Pass fewer training photos, for example photos.take(per_class=200)."
        )
