"""`make bench`: how fast the portal is, as ratios within one run.

The machines are noisy, so nothing here is asserted: each figure stands beside a peer (what a team would
use instead) or a floor (the least work that gives the answer), measured in turns on the same database.
"""
