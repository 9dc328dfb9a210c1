"""Taking tables in: what a file holds, what in it looks personal or important, whether it can be registered.

* ``open``      the one front door: CSV, workbook (.xlsx), Parquet; ``csvfile``, ``workbook``, ``parquet``
                read, ``container`` judges a file before it is opened, ``header`` names the columns
* ``profile``   says what a table holds without holding it in memory: ``columns`` by streaming, ``fast`` by
                DuckDB; ``kinds``, ``distinct``, ``shape`` are their parts, ``picture`` is the result
* ``personal``  what looks personal in it; ``important`` what may be important data
* ``directory`` the catalogue workbook; ``importing`` registers it, ``importbook`` remembers
* ``export``    the one door out: no cell is ever read as a formula
* ``uscc``      unified social credit codes (GB 32100-2015)
"""

from __future__ import annotations

from wusong.data.intake import codes as codes
from wusong.data.intake import codes_import as codes_import
