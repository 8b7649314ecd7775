"""Ray, where it is installed: started on this machine, or a cluster that is there already.

Ray that is started here listens on this machine's loopback only and looks nothing up: anybody who
reaches its ports could have it run what he likes. It has no one setting for that (as of 2.60):

    its address        127.0.0.1 is replaced by the address seen from outside, except where clusters
                       are switched off, which by its name is for Windows and macOS
    its API server     starts even without a dashboard and asks cloud providers' metadata services
                       where it is; it is left out where its port is taken, so its port is taken
"""

import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from stickdance.checkpoints.errors import BadInput, MissingDependency, StickdanceError

HERE = "local"
"""The address that means: start Ray on this machine, for this run."""
_LOOPBACK = "127.0.0.1"
_CLUSTERS = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
_SILENT: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
_PATIENCE = 10.0  # seconds


def imported() -> Any:
    """Return the module.

    Raises:
        MissingDependency: it is not installed.
    """
    import stickdance.checkpoints.offline  # noqa: F401  # first: Ray would tell its makers of its use

    try:
        import ray
    except ImportError:
        raise MissingDependency(
            "--ray: Ray is not installed; run `python -m pip install -c constraints.txt -e "
            "'.[scale]'` where stickdance was installed from"
        ) from None
    return ray


@contextmanager
def connected(ray: Any, address: str) -> Iterator[int]:
    """Give the number of processors of the cluster, and let go of it at the end.

    Args:
        ray: of `imported`.
        address: of a cluster that `ray start --head` began ("auto" finds one on this machine), or
            `HERE`.

    Raises:
        BadInput: no cluster answers there.
        StickdanceError: it does not start here.
    """
    handler = signal.getsignal(signal.SIGTERM)
    try:
        if address == HERE:
            _start(ray)
        else:
            _knock(address)
            ray.init(address=address, **_SILENT)
    except Exception as error:  # a start that takes more than half a minute has no class of its own
        if address == HERE:
            raise StickdanceError(
                f"--ray: Ray did not start on this machine ({error!s:.160}); run it again when "
                "the machine has less to do, or without --ray"
            ) from error
        raise BadInput(
            f"--ray {address}: no cluster answers ({error!s:.120}); begin one with "
            "`ray start --head`, or leave the address out"
        ) from None
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)  # Ray's own would end us without our exit status
    try:
        yield max(1, int(ray.cluster_resources().get("CPU", 1)))
    finally:
        ray.shutdown()


def _start(ray: Any) -> None:
    """Start Ray on this machine, for its loopback only; see above."""
    with _taken_port() as port, _without_clusters(ray):
        ray.init(
            address=HERE,
            _node_ip_address=_LOOPBACK,
            include_dashboard=False,
            dashboard_port=port,
            **_SILENT,
        )


@contextmanager
def _taken_port() -> Iterator[int]:
    """Take a port, and keep Ray from telling that it is taken."""
    with socket.create_server((_LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        log = logging.getLogger("ray._private.services")

        def wanted(record: logging.LogRecord) -> bool:
            return f":{port} " not in record.getMessage()

        log.addFilter(wanted)
        try:
            yield port
        finally:
            log.removeFilter(wanted)


@contextmanager
def _without_clusters(ray: Any) -> Iterator[None]:
    """Have Ray, and the processes that it starts, take 127.0.0.1 for this machine's address."""
    constants = ray._private.ray_constants
    known = constants.ENABLE_RAY_CLUSTER, os.environ.get(_CLUSTERS)
    constants.ENABLE_RAY_CLUSTER, os.environ[_CLUSTERS] = False, "0"
    try:
        yield
    finally:
        constants.ENABLE_RAY_CLUSTER = known[0]
        if known[1] is None:
            del os.environ[_CLUSTERS]
        else:
            os.environ[_CLUSTERS] = known[1]


def _knock(address: str) -> None:
    """Refuse an address where nothing answers: Ray itself would wait there for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host:
        socket.create_connection((host, int(port)), _PATIENCE).close()
