"""Checks every request before a route sees it.

The studio has no accounts; it only accepts requests from its own page.

- ``Host`` must be a name of this machine, so that a foreign name resolving to it (DNS rebinding) is
  refused.
- A request that a browser sends from another site is refused: by its ``Origin``, which must be the
  page's own (never ``null``), and by ``Sec-Fetch-Site``. No CORS header is ever sent.
- With a token, every request except the page, its files and answers to studies must carry it, as a
  bearer token or in the cookie that opening ``/?token=...`` sets.
- Bodies over the limit are refused by their stated length; uploads are counted as they are read.
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

from rosetail.studio.problems import Problem
from rosetail.studio.settings import LOOPBACK_NAMES, StudioSettings, is_loopback

COOKIE = "rosetail_token"
MONTH = 30 * 24 * 3600
# Answers to a study carry the key of the study instead.
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
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
}
WRONG_TOKEN = Problem(401, "token", "the token is missing or wrong; open the address with ?token=")


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: StudioSettings) -> None:
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
        response = self._checked(scope, headers)
        if response is not None:
            await response(scope, receive, self._with_headers(send))
            return
        await self.app(scope, self._limited(scope, receive), self._with_headers(send))

    def _checked(self, scope: Scope, headers: Headers) -> Response | None:
        """The error response; None if the request is allowed."""
        path: str = scope["path"]
        problem = None
        if not self._own_host(headers.getlist("host")):
            detail = "unknown Host header; open the address that the studio printed"
            problem = Problem(403, "host", detail)
        elif not _own_origin(headers):
            problem = Problem(403, "origin", "sent by another site; use the studio's own page")
        elif path not in UPLOADS and not self._short(headers):
            problem = Problem(413, "too_large", "the request is too large; send less at once")
        elif self.settings.token and not path.startswith(OPEN_PATHS):
            query = parse_qs(scope["query_string"].decode("latin-1"))
            if path == "/" and query.get("token"):
                if self._right(query["token"][0]):
                    return self._signed_in()
                problem = WRONG_TOKEN
            elif not self._right(_token_of(headers)):
                problem = WRONG_TOKEN
        return problem.response() if problem else None

    def _own_host(self, hosts: list[str]) -> bool:
        if len(hosts) != 1:
            return False
        try:
            name = (urlsplit(f"//{hosts[0]}").hostname or "").lower()
        except ValueError:
            return False
        if name in self._names:
            return True
        try:  # an address is not a domain, so it cannot be rebound
            return self._outside and bool(ipaddress.ip_address(name))
        except ValueError:
            return False

    def _right(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.settings.token.encode())

    def _signed_in(self) -> Response:
        response = RedirectResponse("/", 303)
        response.set_cookie(
            COOKIE, self.settings.token, max_age=MONTH, httponly=True, samesite="strict"
        )
        return response

    def _short(self, headers: Headers) -> bool:
        try:
            return int(headers.get("content-length", "0")) <= self.settings.limits.body_bytes
        except ValueError:
            return False

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """``receive`` that disconnects when the body exceeds the limit."""
        if scope["path"] in UPLOADS:
            return receive  # see uploads.py
        left = self.settings.limits.body_bytes

        async def limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            return message if left >= 0 else {"type": "http.disconnect"}

        return limited

    def _with_headers(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return sent


def _own_origin(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site", "none")
    if site not in ("same-origin", "none") and headers.get("sec-fetch-mode") != "navigate":
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == headers.get("host")


def _token_of(headers: Headers) -> str:
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return bearer.strip()
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
