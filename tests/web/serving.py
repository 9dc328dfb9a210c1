"""A node with people, served by a process of its own: ``python serving.py FOLDER`` prints one JSON line
when it answers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from web.portalkit import build
from wusong.web.serve import serve


def main() -> None:
    folder = Path(sys.argv[1])
    site = build(folder, four_eyes=False)
    for person in (site.everyone, *site.people.values()):
        name = site.faces.people.get(person).name
        site.faces.sessions.credentials.choose(person, name, "lantern oak 57 meadow")
    # The browser begins at the department: the party worked for first is the first in order.
    ready = {"everyone": site.everyone, "people": site.people, "parties": site.parties}
    serve(site.node, "127.0.0.1", 0, lambda url: print(json.dumps({"url": url, **ready}), flush=True))
    site.node.close()
    print("closed", flush=True)


if __name__ == "__main__":
    main()
