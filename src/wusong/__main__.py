"""``python -m wusong`` is ``wusong``."""

from __future__ import annotations

from wusong.cli import main

if __name__ == "__main__":
    main()
