"""One GET to an address that was checked「受限请求」: redirects are checked like the first one."""

import contextlib
import http.client
import socket
import ssl
import threading
from urllib.parse import urljoin, urlsplit

from luoxuan.data.connectors.addresses import checked_address
from luoxuan.data.connectors.contract import Bounds, ConnectorRefused

_PORTS = {"http": 80, "https": 443}
_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_REDIRECTS = 5
_CHUNK = 1 << 16
_ACCEPT = "application/json, text/csv, */*;q=0.1"
_PATIENCE = 10.0


def origin_of(address: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address. Raises ConnectorRefused."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError as error:
        raise ConnectorRefused("source_bad_address", address="") from error
    if scheme not in _PORTS or not host or "@" in parts.netloc:
        raise ConnectorRefused("source_bad_address", address=f"{scheme}://{host}")
    return scheme, host, port or _PORTS[scheme]


def call(
    address: str, secret: str, bounds: Bounds, *, n_bytes: int, origin: tuple[str, str, int]
) -> tuple[bytes, str]:
    """Return the body and the address that it came from in the end. Raises ConnectorRefused.

    The secret is shown to the server of ``origin`` only, whoever redirects where.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        shown = secret if origin_of(address) == origin else ""
        try:
            body, target = _get(address, shown, bounds, n_bytes)
        except (OSError, http.client.HTTPException, ValueError) as error:
            bounds.seconds_left()
            raise ConnectorRefused("source_not_answered", reason=type(error).__name__) from None
        if not target:
            return body, address
        target = urljoin(address, target)
        if origin_of(address)[0] == "https" and origin_of(target)[0] == "http":
            raise ConnectorRefused("source_redirects_unsafely")
        address = target
    raise ConnectorRefused("source_redirects_too_often", limit=_MOST_REDIRECTS)


def _get(address: str, secret: str, bounds: Bounds, n_bytes: int) -> tuple[bytes, str]:
    scheme, host, port = origin_of(address)
    parts = urlsplit(address)
    place = checked_address(host, port, bounds.networks)
    connection = _Connection(scheme, host, port, place, min(_PATIENCE, bounds.seconds_left()))
    # A server that sends a byte now and then never runs into a time limit of single reads.
    watch = threading.Timer(bounds.seconds_left(), connection.give_up)
    watch.daemon = True
    try:
        connection.connect()
        watch.start()
        headers = {"Accept": _ACCEPT, "User-Agent": "luoxuan", "Connection": "close"}
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as answer:
            if answer.status in _REDIRECTS and (target := answer.headers.get("Location")):
                return b"", target
            if answer.status != http.client.OK:
                raise ConnectorRefused("source_answered_status", status=answer.status)
            return _body(answer, bounds, n_bytes), ""
    finally:
        watch.cancel()
        connection.close()


def _body(answer: http.client.HTTPResponse, bounds: Bounds, n_bytes: int) -> bytes:
    parts, found = [], 0
    while chunk := answer.read1(_CHUNK):
        bounds.seconds_left()
        found += len(chunk)
        if found > n_bytes:
            raise ConnectorRefused("source_too_many_bytes", limit=bounds.n_bytes // 1024**2)
        parts.append(chunk)
    bounds.seconds_left()
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    return b"".join(parts)


class _Connection(http.client.HTTPConnection):
    """A connection to the checked address, under the name that certificates know."""

    def __init__(self, scheme: str, host: str, port: int, place: str, patience: float) -> None:
        super().__init__(host, port, timeout=patience)
        self._is_secure, self._place = scheme == "https", place
        self._wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect without resolving the name again."""
        plain = socket.create_connection((self._place, self.port), self.timeout)
        if self._is_secure:
            context = ssl.create_default_context()
            try:
                plain = context.wrap_socket(plain, server_hostname=self.host)
            except OSError:
                plain.close()
                raise
        self.sock = self._wire = plain

    def give_up(self) -> None:
        """End a call whose time is over, from another thread."""
        # The connection forgets its socket while an answer is read; this one does not.
        if self._wire is not None:
            with contextlib.suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)
