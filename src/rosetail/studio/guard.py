"""Who may ask: checked before any route sees a request.

The studio has no accounts; what protects it is that only the person's own page can reach it.

- ``Host`` must be a name of this machine, so that a foreign name that is made to point here (DNS
  rebinding) is refused.
- A request that a browser sends for another site is refused: by its ``Origin``, which must be the
  page's own (``null`` is nobody's), and by ``Sec-Fetch-Site``. No CORS header is ever sent.
- With a token, every request but the shell of the page and a study's answers must carry it, as a
  bearer or as the cookie that opening ``/?token=...`` sets.
- Bodies larger than a limit are refused by their stated length; uploads count as they read.
"""

from __future__ import annotations

import hmac
import ipaddress
import socket
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rosetail.studio.problems import answer
from rosetail.studio.settings import LOOPBACK_NAMES, Settings, is_loopback

COOKIE = "rosetail_token"
MONTH = 30 * 24 * 3600
# Answers to a study carry the study's own long key.
OPEN_PATHS = ("/answer/", "/api/answer/", "/assets/", "/favicon")
UPLOADS = ("/api/photos", "/api/clips", "/api/characters/file")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' "
        "'unsafe-inline'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; "
        "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'self'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self._names = set(LOOPBACK_NAMES) | {settings.host.lower()}
        self._outside = not is_loopback(settings.host)
        if self._outside:
            name = socket.gethostname().lower()
            self._names |= {name, f"{name}.local"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        if refused is not None:
            await refused(scope, receive, self._with_headers(send))
            return
        await self.app(scope, self._bounded(scope, receive), self._with_headers(send))

    def _refused(self, scope: Scope, headers: Headers) -> Response | None:
        path: str = scope["path"]
        if not self._own_host(headers.getlist("host")):
            return answer(403, "host", "unknown Host; open the address that the studio printed")
        if not _own_origin(headers, path):
            return answer(403, "origin", "asked by another site; use the studio's own page")
        if path not in UPLOADS and not _short(headers, self.settings.limits.body_bytes):
            return answer(413, "too_large", "the request is too large; send less at once")
        if not self.settings.token or path.startswith(OPEN_PATHS):
            return None
        if path == "/" and (
            given := parse_qs(scope["query_string"].decode("latin-1")).get("token")
        ):
            if self._right(given[0]):
                return self._entered()
        elif self._right(_carried(headers)):
            return None
        return answer(401, "token", "the token is missing or wrong; open the address with ?token=")

    def _own_host(self, hosts: list[str]) -> bool:
        if len(hosts) != 1:
            return False
        try:
            name = (urlsplit(f"//{hosts[0]}").hostname or "").lower()
        except ValueError:
            return False
        if name in self._names:
            return True
        try:  # a number is nobody's domain, so it cannot have been made to point here
            return self._outside and bool(ipaddress.ip_address(name))
        except ValueError:
            return False

    def _right(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.settings.token.encode())

    def _entered(self) -> Response:
        went = RedirectResponse("/", 303)
        went.set_cookie(
            COOKIE, self.settings.token, max_age=MONTH, httponly=True, samesite="strict"
        )
        return went

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        """``receive`` that stops where a body outgrows the limit, however it is sent."""
        if scope["path"] in UPLOADS:
            return receive  # uploads have limits of their own, see uploads.py
        left = self.settings.limits.body_bytes

        async def bounded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            return message if left >= 0 else {"type": "http.disconnect"}

        return bounded

    def _with_headers(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return sent


def _own_origin(headers: Headers, path: str) -> bool:
    site = headers.get("sec-fetch-site", "none")
    if site not in ("same-origin", "none") and headers.get("sec-fetch-mode") != "navigate":
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == headers.get("host")


def _short(headers: Headers, most: int) -> bool:
    try:
        return int(headers.get("content-length", "0")) <= most
    except ValueError:
        return False


def _carried(headers: Headers) -> str:
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return bearer.strip()
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
