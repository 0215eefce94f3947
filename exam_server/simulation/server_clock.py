"""What time it is on the server, as a simulated browser estimates it from the server's own messages."""

from dataclasses import dataclass
from time import perf_counter


@dataclass
class ServerClock:
    """Keeps the sample with the smallest round trip; `speed` is above 1 in demonstrations."""

    speed: int = 1
    _server_ms: float = 0.0
    _at: float = 0.0
    _trip: float = float("inf")

    def learn(self, now_ms: int, sent: float, received: float, speed: int) -> None:
        """An answer that said `now`, asked at `sent` and received at `received` (perf_counter)."""
        trip = received - sent
        if speed == self.speed and trip > self._trip:
            return
        self.speed, self._trip, self._at = speed, trip, received
        self._server_ms = now_ms + trip / 2 * 1000 * speed

    @property
    def is_known(self) -> bool:
        """False before the first answer."""
        return self._trip != float("inf")

    def now_ms(self) -> int:
        """The server's time now."""
        return round(self._server_ms + (perf_counter() - self._at) * 1000 * self.speed)
