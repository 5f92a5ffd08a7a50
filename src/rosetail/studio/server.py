"""Runs the studio's server. This process answers requests; other processes draw."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from rosetail.errors import SettingsError
from rosetail.locks import locked_folder
from rosetail.output import make_folder
from rosetail.studio.app import create_app
from rosetail.studio.settings import StudioSettings, start_address

SHUTDOWN_SECONDS = 3  # for running requests when the studio stops
KEEP_ALIVE_SECONDS = 60


def serve(settings: StudioSettings, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; ``ready`` is called with the address to open.

    Raises SettingsError if the port is taken, InUse if another studio has the folder, and the
    errors of :func:`create_app`.
    """
    make_folder(settings.home)
    with locked_folder(settings.home, "the studio's folder"):
        _serve(settings, ready)


def _serve(settings: StudioSettings, ready: Callable[[str], None]) -> None:
    listener = _listener(settings.host, settings.port)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="on",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        limit_concurrency=512,
    )
    address = start_address(settings, listener.getsockname()[1])
    _Server(config, lambda: ready(address)).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Calls ``ready`` once it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"{host}:{port}: cannot listen there ({error.strerror}); choose another --port"
        ) from error
    return listener
