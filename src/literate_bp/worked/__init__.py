"""Worked examples: problems, explained step by step, as sheets."""
