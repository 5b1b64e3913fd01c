import pytest

from workbook.views import explorer


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Labs remember how they were left; a test must not see what another one did."""
    explorer.REMEMBERED.clear()
