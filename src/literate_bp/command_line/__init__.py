"""The commands explain, diagram and new, above all other packages."""
