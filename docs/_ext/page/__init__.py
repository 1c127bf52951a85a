"""What every page has, whatever stands on it, and what the build does for it."""
