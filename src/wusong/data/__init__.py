"""The data domain: from a table in a department to a metered answer that never hands the rows over.

What is here so far, each importable on its own:

* ``profile``   says what a CSV holds (rows, types, ranges, what looks personal) without holding it in
  memory.
* ``personal``  finds personal data in strings: identity numbers, phones, bank cards, e-mail addresses.
* ``uscc``      checks unified social credit codes (GB 32100-2015), inner organisation digit included.
* ``tables``    a real public table to try things on: China's administrative division codes.
* ``codes``     every refusal of this domain, explained in English and Chinese.
"""

from __future__ import annotations

from wusong.data import codes as codes
