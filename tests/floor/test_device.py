import pytest
import torch

from workbook.device import pick_device


@pytest.fixture
def hardware(monkeypatch):
    """A computer with the named devices beside its processor."""
    monkeypatch.delenv("WORKBOOK_DEVICE", raising=False)

    def has(*names: str) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in names)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in names)

    return has


@pytest.mark.parametrize(
    ("present", "chosen"),
    [((), "cpu"), (("mps",), "mps"), (("cuda",), "cuda"), (("cuda", "mps"), "cuda")],
)
def test_the_fastest_device_is_picked(present, chosen, hardware):
    hardware(*present)
    assert pick_device() == torch.device(chosen)


def test_names_win_over_the_environment_and_that_over_the_hardware(hardware, monkeypatch):
    hardware("cuda", "mps")
    monkeypatch.setenv("WORKBOOK_DEVICE", "mps")
    assert pick_device() == torch.device("mps")
    assert pick_device("cpu") == torch.device("cpu")
    assert pick_device(torch.device("cuda")) == torch.device("cuda")
    monkeypatch.setenv("WORKBOOK_DEVICE", "")
    assert pick_device() == torch.device("cuda")


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(name, hardware, monkeypatch):
    hardware()
    with pytest.raises(ValueError, match=f'"{name}" was asked for, but this computer does not'):
        pick_device(name)
    monkeypatch.setenv("WORKBOOK_DEVICE", name)
    with pytest.raises(ValueError, match="does not have it"):
        pick_device()


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "the fast one"])
def test_an_unknown_device_is_named(name, hardware):
    hardware("cuda")
    with pytest.raises(ValueError, match=f'There is no device called "{name}"'):
        pick_device(name)
