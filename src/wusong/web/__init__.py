"""The portal and the HTTP API of a node.

app = create_app(node)            # web.app: a Litestar application
serve(node, host, port)           # web.serve: on Granian, in this process, until it is told to stop
"""

from __future__ import annotations

from wusong.web import codes as codes
