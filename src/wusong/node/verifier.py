"""Where the stand-alone verifier is: part of the installed package, or beside the source.

It is one file that imports nothing of ours; the node hands it out and runs it, and never changes what it
says.
"""

from __future__ import annotations

from pathlib import Path


def find() -> Path | None:
    """``wusong_verify.py``, or None when this installation lacks it."""
    package = Path(__file__).resolve().parents[1]
    places = (package / "verifier", package.parents[1] / "verifier")
    return next((file for place in places if (file := place / "wusong_verify.py").is_file()), None)
