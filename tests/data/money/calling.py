"""A process that calls and meters until it is killed: ``python calling.py NODE USE DID``."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from wusong.data import service
from wusong.node.node import Node

folder, use, merchant = sys.argv[1:]
node = Node.open(Path(folder))
for number in count():
    service.call(node, use, merchant, {"province": "江苏"})
    print(number, flush=True)
    if number % 3 == 1:
        service.meter(node, use)
