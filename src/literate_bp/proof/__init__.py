"""Every equation is checked: evaluated, proved, compared with the code."""
