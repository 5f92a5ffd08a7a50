"""The studio's server: one address, one process that answers, others that draw."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from rosetail.errors import SettingsError
from rosetail.studio.app import create_app
from rosetail.studio.settings import Settings

LAST_SECONDS = 3  # that requests get to end when the studio stops
IDLE_SECONDS = 60


def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; ``ready`` hears the address to open.

    Raises SettingsError where the address is taken, and what :func:`create_app` raises.
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
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=LAST_SECONDS,
        limit_concurrency=512,
    )
    ready(address(settings, listener.getsockname()[1]))
    uvicorn.Server(config).run(sockets=[listener])


def address(settings: Settings, port: int) -> str:
    """What to open in the browser, token included."""
    host = "localhost" if settings.host in ("127.0.0.1", "::1") else settings.host
    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/" + (f"?token={settings.token}" if settings.token else "")


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
