"""How the formulas of a page are written: LaTeX, the letters of every notation, MathML."""
