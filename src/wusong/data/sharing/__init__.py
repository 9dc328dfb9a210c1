"""Sharing of government data between departments, and return flow to lower levels (共享, 回流).

* ``service``     the use cases: apply, answer, coordinate, deliver, correct, end, dispose
* ``copies``      the copy that is delivered, marked for its receiver, and the book of copies
* ``handing``     handing a copy out on this node, and by hand to another one
* ``listing``     whose turn it is and by when, overdue first
* ``projection``  when each request was made, answered, decided
* ``supervision`` what the coordinating body counts
* ``pages`` ``api`` ``commands``  portal, HTTP, terminal; ``usecases`` is what people enter
"""

from __future__ import annotations

from wusong.data.sharing import codes as codes
