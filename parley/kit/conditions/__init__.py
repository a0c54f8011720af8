"""One vocabulary of conditions for rules, routing, promises, broadcasts, flows, campaigns and offers.

Slices register what can be tested (`catalogue`); a condition is data (`model`), read with errors that name the place
(`parsing`), compiled to a closure (`compiling`), explained (`explaining`) and found by an index (`indexing`). Pure.
"""
