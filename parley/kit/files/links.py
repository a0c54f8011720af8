"""Signed, expiring addresses of files: who holds one may read that file until it expires."""

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from parley.kit.ids import is_same_secret

PATH = "/files"
# Rounded up, so that the same file keeps its address (and the browser its copy) for a while.
STEP = 6 * 3600


class FileLinks:
    """Makes and checks addresses like `/files/<workspace>/<file>?e=<expiry>&s=<signature>`."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(b"parley file links\x00" + key).digest()

    def sign(self, workspace_id: UUID, file_id: UUID, expires: datetime, *, thumbnail: bool = False) -> str:
        """Gives the address of a file or its thumbnail."""
        until = -(-int(expires.timestamp()) // STEP) * STEP
        signature = self._signature(workspace_id, file_id, until, thumbnail)
        return f"{PATH}/{workspace_id}/{file_id}?e={until}&s={signature}" + ("&t=1" if thumbnail else "")

    def check(
        self, workspace_id: UUID, file_id: UUID, until: int, signature: str, *, thumbnail: bool, now: datetime
    ) -> bool:
        """Says whether an address is genuine and still good."""
        return now.timestamp() <= until and is_same_secret(
            signature, self._signature(workspace_id, file_id, until, thumbnail)
        )

    def _signature(self, workspace_id: UUID, file_id: UUID, until: int, thumbnail: bool) -> str:
        message = f"{workspace_id}/{file_id}/{until}/{int(thumbnail)}".encode()
        return base64.urlsafe_b64encode(hmac.new(self._key, message, hashlib.sha256).digest()[:18]).decode()
