"""Training in several processes that share the work of every batch.

``torchrun --nproc-per-node 2 -m workbook train FOLDER`` starts the processes. Each of them holds a
copy of the model, takes its share of every batch, and DistributedDataParallel averages the
gradients: so all copies take the same step, as one process would with the whole batch.
https://docs.pytorch.org/docs/stable/notes/ddp.html
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import nn

from workbook.training.totals import Totals


class Team:
    """The processes of one training. Without torchrun it is a team of one, and does nothing.

    rank: the number of this process, counted from 0. size: how many there are.
    """

    def __init__(self, rank: int = 0, size: int = 1):
        self.rank = rank
        self.size = size

    @classmethod
    def current(cls) -> "Team":
        """Return the team that this process has joined, or a team of one."""
        if dist.is_available() and dist.is_initialized():
            return cls(dist.get_rank(), dist.get_world_size())
        return cls()

    @property
    def leads(self) -> bool:
        """Whether this is the process that prints, logs and saves."""
        return self.rank == 0

    def copies(self, model: nn.Module) -> nn.Module:
        """Return the model in such a form that its gradients are averaged over the team."""
        if self.size == 1:
            return model
        return nn.parallel.DistributedDataParallel(model)

    def weight(self, count: int, device: torch.device) -> float:
        """Return by what to multiply the mean loss of a share of ``count`` photos.

        Shares of a batch may differ by one photo. Averaging their means would then give some
        photos more weight than others.
        """
        if self.size == 1:
            return 1.0
        together = torch.tensor([float(count)], device=device)
        dist.all_reduce(together)
        return count * self.size / float(together)

    def add_up(self, totals: Totals, device: torch.device) -> Totals:
        """Return the totals of all shares together."""
        if self.size == 1:
            return totals
        sums = torch.tensor(totals.sums(), dtype=torch.float64, device=device)
        dist.all_reduce(sums)
        return Totals.from_sums(*sums.tolist())

    def agree(self, value):
        """Return what the leading process holds, so that all of them decide alike."""
        if self.size == 1:
            return value
        values = [value]
        dist.broadcast_object_list(values, src=0)
        return values[0]

    def gather(self, value) -> list:
        """Return what every process holds, in the order of their ranks."""
        if self.size == 1:
            return [value]
        values = [None] * self.size
        dist.all_gather_object(values, value)
        return values


@contextmanager
def joined_team() -> Iterator[Team]:
    """Join the team when torchrun has started this process, and leave it at the end."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield Team()
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield Team.current()
    finally:
        dist.destroy_process_group()
