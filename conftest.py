"""Where the course may write, and how strict it is, while it tests itself."""

import os
import tempfile


def pytest_configure(config):
    # nbval runs the chapters in processes of their own, which see only the environment.
    os.environ["WORKBOOK_HOME"] = tempfile.mkdtemp(prefix="workbook-test-")
    os.environ["WORKBOOK_CLAIMS"] = "strict"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def pytest_unconfigure(config):
    import shutil

    shutil.rmtree(os.environ["WORKBOOK_HOME"], ignore_errors=True)
