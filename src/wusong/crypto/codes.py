"""What the error codes of ``crypto`` say to people."""

from __future__ import annotations
