"""The catalogue: what there is, who offers it, where it came from, who uses it.

* ``folding``     texts as they are searched, folded and as pinyin; ``projection`` keeps them
* ``search``      words in Chinese, English and pinyin, ranked; facets; only what the reader may see
* ``dcat``        records as DCAT-AP and as schema.org markup
* ``lineage``     where a record came from and what came of it, as a graph (``drawing``) and as PROV
* ``samples``     a few rows that a provider shows, by its own rules
* ``service``     the use cases; ``pages``, ``api`` and ``commands`` their faces
"""

from __future__ import annotations

from wusong.data.catalogue import codes as codes
