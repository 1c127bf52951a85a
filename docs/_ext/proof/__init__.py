"""How an equation of a page is checked, and shown with its check."""
