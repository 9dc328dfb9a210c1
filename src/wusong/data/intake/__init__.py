"""Taking tables in: what a file holds, what in it looks personal, and whether it is fit to be registered.

* ``csvfile``   reads a CSV in blocks; ``kinds`` what a column holds; ``distinct`` counts values
* ``profile``   says what a table holds without holding it in memory; ``personal`` what looks personal in it
* ``uscc``      unified social credit codes (GB 32100-2015)
"""
