"""The faces of the rules: their symbols in each notation, and the worked example written out."""
