"""Choose where the arithmetic runs: a graphics card when there is one, else the processor."""

import os

import torch


def pick_device(name: str | torch.device | None = None) -> torch.device:
    """Return the device to compute on.

    ``name`` ("cpu", "cuda", "mps") wins, then the environment variable ``WORKBOOK_DEVICE``, then
    CUDA (NVIDIA cards), then MPS (Apple computers), then the CPU. Raises ValueError when the
    device that was asked for is unknown or not in this computer.
    """
    wanted = name or os.environ.get("WORKBOOK_DEVICE")
    if wanted:
        return _checked(wanted)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def _checked(wanted: str | torch.device) -> torch.device:
    try:
        device = torch.device(wanted)
    except RuntimeError as error:
        raise ValueError(
            f'There is no device called "{wanted}". Use "cpu", "cuda" or "mps".'
        ) from error
    missing = (device.type == "cuda" and not torch.cuda.is_available()) or (
        device.type == "mps" and not torch.backends.mps.is_available()
    )
    if missing:
        raise ValueError(
            f'The device "{wanted}" was asked for, but this computer does not have it. '
            'Use "cpu", or leave the choice to the workbook.'
        )
    return device
