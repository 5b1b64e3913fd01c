"""Messages over a pipe or socket: a length, then that many bytes of typed JSON.

This module is shipped into the sandbox; see ``wire``.
"""

import struct
from typing import Any, BinaryIO

from workbook.grading import wire

LENGTH = struct.Struct(">I")


class Ended(Exception):
    """The other side is gone, or has closed the line."""


class TooLarge(wire.WireError):
    """A message is longer than what is allowed."""


def pack(value: Any, limit: int) -> bytes:
    """Return a value as a message. Raises WireError, or TooLarge beyond ``limit`` bytes."""
    data = wire.dumps(value)
    if len(data) > limit:
        raise TooLarge(f"A message of {len(data)} bytes; {limit} are allowed.")
    return LENGTH.pack(len(data)) + data


class Channel:
    """Sends and receives values over two binary streams.

    limit: the most bytes that one received message may have.
    """

    def __init__(self, source: BinaryIO, target: BinaryIO, limit: int):
        self._source = source
        self._target = target
        self._limit = limit

    def send(self, value: Any) -> None:
        """Send a value. Raises Ended when nobody listens, WireError when it may not travel."""
        self.send_packed(pack(value, self._limit))

    def send_packed(self, data: bytes) -> None:
        """Send what ``pack`` returned. Raises Ended when nobody listens."""
        try:
            self._target.write(data)
            self._target.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream is closed on our side
            raise Ended("Nobody listens.") from error

    def receive(self) -> Any:
        """Return the next value. Raises Ended, TooLarge or WireError."""
        (length,) = LENGTH.unpack(self._read(LENGTH.size))
        if length > self._limit:
            raise TooLarge(f"A message of {length} bytes; {self._limit} are allowed.")
        return wire.loads(self._read(length))

    def close(self) -> None:
        """Close both streams; closing twice does no harm."""
        for stream in (self._source, self._target):
            try:
                stream.close()
            except OSError:
                continue

    def _read(self, count: int) -> bytes:
        try:
            data = self._source.read(count)
        except (OSError, ValueError) as error:
            raise Ended("The line is broken.") from error
        if data is None or len(data) < count:
            raise Ended("The line is closed.")
        return data
