"""How fast someone may speak: a bucket of tokens for each, which fills by itself. Time is an argument, in seconds.

Not a window that remembers every word: under a flood that remembering would itself be the flood's success.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    refused: float = 0


class Pace:
    """`rate` words a second, `burst` at once; anyone who went on for `patience` words too many without a pause is
    beyond it. `allows` asks beforehand, and refuses; `takes` counts what has already come, and says how long to wait
    before more.
    """

    def __init__(self, rate: float, burst: int, patience: int) -> None:
        self.rate, self.burst, self.patience = rate, burst, patience
        self._buckets: dict[str, _Bucket] = {}

    def allows(self, who: str, now: float) -> bool:
        """Counts one more word from them, if there is room for it."""
        bucket = self._filled(who, now)
        if bucket.tokens < 1:
            bucket.refused += 1
            return False
        bucket.tokens -= 1
        return True

    def takes(self, who: str, words: float, now: float) -> float:
        """Counts this as said, whether there was room for it or not. Returns the seconds until there is room for
        more."""
        bucket = self._filled(who, now)
        bucket.tokens -= words
        if bucket.tokens >= 0:
            return 0.0
        bucket.refused += words
        return -bucket.tokens / self.rate

    def beyond(self, who: str, now: float) -> bool:
        """Have they gone on and on after being refused, and not been quiet since?"""
        return who in self._buckets and self._filled(who, now).refused >= self.patience

    def forget(self, now: float) -> None:
        """Drops everyone who has long been quiet."""
        for who in [who for who in list(self._buckets) if self._filled(who, now).tokens >= self.burst]:
            self._buckets.pop(who, None)

    def __len__(self) -> int:
        return len(self._buckets)

    def _filled(self, who: str, now: float) -> _Bucket:
        bucket = self._buckets.setdefault(who, _Bucket(self.burst, now))
        bucket.tokens = min(self.burst, bucket.tokens + max(0.0, now - bucket.at) * self.rate)
        bucket.at = now
        if bucket.tokens >= self.burst / 2:
            bucket.refused = 0
        return bucket
