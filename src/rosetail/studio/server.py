"""Runs the studio's server. This process answers requests; other processes draw."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from rosetail.errors import SettingsError
from rosetail.studio.app import create_app
from rosetail.studio.settings import StudioSettings, start_address

SHUTDOWN_SECONDS = 3  # for running requests when the studio stops
KEEP_ALIVE_SECONDS = 60


def serve(settings: StudioSettings, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; ``ready`` is called with the address to open.

    Raises SettingsError if the port is taken, and the errors of :func:`create_app`.
    """
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
    ready(start_address(settings, listener.getsockname()[1]))
    uvicorn.Server(config).run(sockets=[listener])


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
