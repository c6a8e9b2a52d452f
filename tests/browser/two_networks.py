"""`workshop` on a machine that is in one more network than this one, as a laptop with a cable and a Wi-Fi."""

import sys

from workshop import networks
from workshop.__main__ import main

FOUND = networks._adapters
MORE = [networks.Network("cable", "10.1.2.3"), networks.Network("wlan", "192.168.1.20")]
networks.listening._look = lambda: [*FOUND(), *MORE]

if __name__ == "__main__":
    sys.exit(main())
