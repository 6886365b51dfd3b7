"""Charts: one module a form. A chart takes a measure's table and the settings, and returns a `Chart` with its words.

The table is as `qa.measure` returns it: of several levels of need the whole service is drawn, unless they are what is
compared. A chart has the finding for its title, and its alt text, both worked out from the table; where there is
nothing to draw, it is None.
"""
