"""``wusong tour``: the main job once, on a real table, with proofs at the end.

    tour = run(folder, suite="intl", on_step=print)

* ``story``   who does what, in order: every step is a deed
* ``proofs``  bundles and trust file, each checked with the stand-alone verifier
* ``steps``   what a step tells whoever watches
"""

from __future__ import annotations

from wusong.tour import codes as codes
from wusong.tour.proofs import Proof
from wusong.tour.run import Tour, run
from wusong.tour.steps import Step

__all__ = ["Proof", "Step", "Tour", "run"]
