"""Ask a model about a set of photos."""

import torch

from workbook.device import pick_device
from workbook.evaluation.answers import Evaluation
from workbook.training.before_training import explain_wrong_size


@torch.no_grad()
def predict_probabilities(model, photos, *, batch_size: int = 256, device=None) -> torch.Tensor:
    """Return the model's probabilities for every photo, in the order of the set.

    Returns float32 ``(N, classes)`` on the CPU; each row sums to 1. The model is put in
    evaluation mode for the purpose and back afterwards.
    """
    probabilities, _ = _probabilities_and_labels(model, photos, batch_size, device)
    return probabilities


def evaluate(model, photos, *, batch_size: int = 256, device=None) -> Evaluation:
    """Ask the model about every photo of a set and compare with the labels.

    Raises ValueError when the set is empty, or the model's scores do not fit its classes.
    """
    if len(photos) == 0:
        raise ValueError("There are no photos to evaluate on. Look at where the set comes from.")
    probabilities, labels = _probabilities_and_labels(model, photos, batch_size, device)
    if probabilities.shape[1] != len(photos.class_names):
        raise ValueError(
            f"The model gives {probabilities.shape[1]} scores for each photo, but the photos have "
            f"{len(photos.class_names)} classes ({', '.join(photos.class_names)}). "
            "Use the photos that the model was trained for."
        )
    return Evaluation(
        labels, probabilities, photos.class_names, paths=photos.paths, groups=photos.groups
    )


@torch.no_grad()
def _probabilities_and_labels(model, photos, batch_size, device):
    # Labels come from the same pass as the answers: two passes could differ in their order.
    device = pick_device(device)
    model.to(device)
    was_training = model.training
    model.eval()
    probabilities, labels = [], []
    try:
        for images, true_labels in photos.batches(batch_size, device=device):
            probabilities.append(model(images).float().softmax(dim=1).cpu())
            labels.append(true_labels.cpu())
    except RuntimeError as error:
        raise ValueError(explain_wrong_size(images, error)) from error
    finally:
        model.train(was_training)
    return torch.cat(probabilities), torch.cat(labels)
