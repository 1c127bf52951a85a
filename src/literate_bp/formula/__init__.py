"""A rule writes its formula: symbols, trees, notations, printing."""
