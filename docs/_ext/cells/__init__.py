"""How the cells of a page run, what of the program they reached, and how their outputs are kept."""
