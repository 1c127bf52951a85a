"""Exercises that answer: written once in a page, checked while it is built, worked on in the browser."""
