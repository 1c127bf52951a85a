"""What draws both the diagrams and the plots: colors, marks as data, text, and SVG for a page.

Read in this order: `palette` (the style of each meaning), `scene` (marks as data), `text_layout` (the size of a
label), `figure` (a Matplotlib figure, and a file of it), `artists` (a scene on a figure), `relative_path` (an outline
in few letters), `svg` (SVG for a page), `svg_text` (labels as SVG text, in every notation), `svg_outlines` (labels as
outlines, for a file).
"""
