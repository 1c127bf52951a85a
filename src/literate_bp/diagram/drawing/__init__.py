"""What draws both the diagrams and the plots: colors, marks as data, text, and Matplotlib's SVG made fit for a page.

Read in this order: `palette` (what each color and shape means), `scene` (marks as data), `text_layout` (a label, and
how wide it is), `figure` (a Matplotlib figure, and its bytes), `artists` (a scene on a figure), `svg` (SVG for a page),
`svg_text` (labels as SVG text, in every notation).
"""
