"""The faces of the rules.

Their symbols in each notation, and the worked example written out.
"""
