import os

# Tests are small: threads of linear algebra wait for one another longer than they compute, and burn
# a core meanwhile. Set before numpy and torch are imported, for the programs under test as well.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import signal
from pathlib import Path

import pytest

from stickdance import tools
from stickdance.checkpoints.progress import reported_to
from stickdance.checkpoints.public.model_files import BLAZEPOSE

# A shell that starts a job in the background lets it ignore Ctrl-C, and so would all it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
if (found := Path(tools.__path__[0]).resolve().parent) != ROOT:
    pytest.exit(f"stickdance is imported from {found}: python -m pip install -e {ROOT}", 4)


@pytest.fixture(scope="session", autouse=True)
def own_settings(tmp_path_factory):
    """Settings of whoever runs the tests, such as a certificate, are neither read nor made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


class Told:
    """Keeps what is reported: every line, and of all work how far it was each time."""

    def __init__(self):
        self.lines, self.works, self.seen = [], [], []

    def update(self, work):
        if work not in self.works:
            self.works.append(work)
        self.seen.append((work.name, work.done, work.is_over))

    def note(self, line):
        self.lines.append(line)


@pytest.fixture
def told():
    """What the work of a test reports."""
    listener = Told()
    with reported_to(listener):
        yield listener


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(os.environ.get("STICKDANCE_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real material is not at hand ({folder}); set STICKDANCE_TEST_DATA")
    return folder


@pytest.fixture
def blazepose_models() -> Path:
    """The folder of BlazePose's networks, which nobody may have got yet."""
    if BLAZEPOSE.state() != "here":
        pytest.skip(f"{BLAZEPOSE.title}'s networks are not here; {BLAZEPOSE.remedy}")
    return BLAZEPOSE.path


_SIGNALS = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}


def give_back_signals():
    for number, handler in _SIGNALS.items():
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def signals_of_nobody():
    """Give signals back that programs in fixtures or in the test watch to their end.

    One that comes after that end would end this process.
    """
    give_back_signals()
    yield
    give_back_signals()
