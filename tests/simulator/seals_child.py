"""One run of the simulator, and what it came to: newest seal, state root, how often which code.

python seals_child.py FOLDER SEED STEPS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from simulator.world import run


def main() -> None:
    """Run and tell."""
    world = run(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[1]))
    head = world.follower.head
    assert head.seal is not None
    told = {
        "codes": dict(world.oracle.codes),
        "height": head.height,
        "seal": head.digest.hex(),
        "state": head.seal.state,
    }
    print(json.dumps(told, sort_keys=True))


if __name__ == "__main__":
    main()
