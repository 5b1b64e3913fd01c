"""Choose how many bits the arithmetic of the layers uses."""

from contextlib import AbstractContextManager, nullcontext

import torch


def supports_bfloat16(device: torch.device) -> bool:
    """Whether the device calculates with bfloat16 in hardware, which makes layers quicker.

    On other processors it is slower than float32. The answer depends on the device alone and not
    on a timing, so that the same computer always gives the same numbers.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        # torch has no public name for these two questions yet; a version without them gets a no.
        questions = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
        return any(getattr(torch.cpu, question, bool)() for question in questions)
    return False


def layer_precision(amp: bool | str, device: torch.device) -> AbstractContextManager:
    """Return the context in which the forward pass runs: bfloat16 layers, or plain float32.

    ``amp`` (automatic mixed precision) is True, False, or "auto": where the hardware gains by it.
    The weights themselves, the loss and the optimizer stay in float32.
    """
    if amp not in (True, False, "auto"):
        raise ValueError(f'amp must be "auto", True or False, and is {amp!r}.')
    wanted = supports_bfloat16(device) if amp == "auto" else amp
    return torch.autocast(device.type, dtype=torch.bfloat16) if wanted else nullcontext()
