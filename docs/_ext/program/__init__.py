"""How the program is shown on the pages: listings, API entries, source."""
