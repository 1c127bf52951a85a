"""The characters that fonts have: of formulas and of text."""

ALL_CHARACTERS = (
    *range(0x20, 0x7F),        # letters, digits and signs of ASCII
    0xA0,                      # the space that does not break
    *map(ord, "±·×ˆ‖†…′←→∂∇∈∏∑−√∞∥∫≈≠≤≥⊙⊤⋅ℒℓℎΔΣΦΩϕϵ\u0302\u2061"),
    *range(0x3B1, 0x3CA),      # Greek
    *range(0x1D434, 0x1D468),  # italic Latin
    *range(0x1D6FC, 0x1D71C),  # italic Greek
    *map(ord, "𝐀𝐄𝐈𝐋𝐖𝐚𝐛𝐝𝐞𝐠𝐡𝐢𝐧𝐨𝐫𝐭𝐮𝐰𝐱𝐲𝐳𝑾𝒂𝒃𝒉𝒙𝒚𝜹"),
)  # fmt: skip
"""What the formulas of the book need, in all notations; a test names what is missing."""
COMMON = (
    *map(ord, " ()+,./0123456789<=>[]{|}±·×…ˆ\u0302\u2061′←∂∇∏∑−√∫≈≠‖∥≤⊙⊤⋅ΔΦ"),
    *map(ord, "ACEIJLNOSWXYZabcdefghijklmnopqrstuvwxyzδεηπσ"),
    *map(ord, "𝐴𝐶𝐸𝐽𝐿𝑁𝑂𝑆𝑊𝑋𝑌𝑍𝑎𝑏𝑐𝑑𝑒𝑓𝑔ℎ𝑖𝑗𝑘𝑙𝑚𝑛𝑜𝑝𝑞𝑟𝑠𝑡𝑢𝑣𝑤𝑥𝑦𝑧𝛿𝜀𝜂𝜋𝜎𝜕"),  # a browser asks for both
)  # fmt: skip
"""Those on more than one page, and all that stretch: the rest is a font of its own, half of all, which few pages ask
for."""
RARE = tuple(sorted({*ALL_CHARACTERS} - {*COMMON}))
SMALLER = (*map(ord, "()+,/0123456789ˆ′×|≠−⊤imnotu"), *map(ord, "𝐿𝑁𝑖𝑗𝑘𝑙𝑚𝑛𝑝𝑞𝑥𝑧ℎ𝑜"))
"""The characters that have a form of their own in indices: those that stand in indices."""
TEXT_CHARACTERS = (
    *range(0x20, 0x7F),
    *map(ord, "\u00a0°±¹²³´µ¶·ˆ¼½¾×÷§©«»ÄÅÉÖØÜßàáâäåçèéêëíîñóôöøúûü–—‘’“”…•−′†→"),
    *map(ord, "αβγδεζηθικλμνξοπρςστυφχψωΔΣΦΩ"),
)
