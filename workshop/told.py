"""What each connection was last told about a group and its notes.

Two members of one group need not see the same. So these streams are numbered for each connection separately, and a
connection hears nothing if nothing is different for it: neither a message nor a number says that something happened
which the person there may not know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from typing import Any

import msgspec


class Told:
    """By open connection: the number of its last message of a stream, and a mark that tells whether what it saw last
    has changed. `began`: where numbers start, so that after a restart they do not go back."""

    def __init__(self, began: int) -> None:
        self._began = began
        self._numbers: dict[str, dict[str, int]] = defaultdict(dict)
        self._marks: dict[str, int] = {}

    def number(self, line: str, stream: str) -> int:
        """The number of the last message of this stream."""
        return self._numbers.get(line, {}).get(stream, self._began)

    def next(self, line: str, stream: str) -> int:
        """The number of the message that is being sent."""
        self._numbers[line][stream] = number = self.number(line, stream) + 1
        return number

    def sees(self, line: str, group: Any) -> bool:
        """From now on this connection is shown its group like this. False if it already was."""
        mark = hash(msgspec.json.encode(group))
        if self._marks.get(line) == mark:
            return False
        self._marks[line] = mark
        return True

    def forget(self, line: str) -> None:
        """The connection is closed."""
        self._numbers.pop(line, None)
        self._marks.pop(line, None)

    def keep(self, lines: Container[str]) -> None:
        """All other connections are closed; one that closed while something was being sent to it may have been put back
        here."""
        for line in {*self._numbers, *self._marks}:
            if line not in lines:
                self.forget(line)
