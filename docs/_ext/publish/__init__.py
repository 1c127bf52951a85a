"""What the site does with a page that is made: what it carries, where its parts lie, and how it is found and taken."""
