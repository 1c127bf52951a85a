"""How wide letters are in the math font of a page, STIX Two Math.

Its upright letters are as wide as those of STIX Two Text. They are wider than
the letters that Matplotlib draws in a file, so what fits here fits there.
"""

from __future__ import annotations

__all__ = ["HAT", "PRIME", "styled", "width"]

HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"
PRIME = "\N{PRIME}"

UPRIGHT = """
!283 "334 #702 $495 %692 &736 '187 (357 )357 *410 +720 ,245 -315 .245 /386
0495 1495 2495 3495 4495 5495 6495 7495 8495 9495
:245 ;245 <701 =720 >701 ?411 @905 [349 ]349 ^480 _512 {327 |267 }327 ~557
A718 B618 C670 D730 E626 F588 G720 H777 I357 J396 K702 L585 M895
N742 O738 P569 Q737 R659 S504 T603 U752 V680 W944 X664 Y647 Z594
a480 b522 c446 d539 e464 f307 g484 h577 i285 j263 k542 l283 m852
n576 o514 p537 q521 r380 s395 t315 u570 v481 w749 x479 y483 z458
−720 ×655 ·282 ′296 ∇748 Δ667 ⊤701 …887 —1000 ’245
"""
SLANTED = """
𝐴681 𝐵593 𝐶656 𝐷702 𝐸614 𝐹583 𝐺697 𝐻757 𝐼343 𝐽398 𝐾655 𝐿569 𝑀869
𝑁714 𝑂707 𝑃569 𝑄707 𝑅620 𝑆534 𝑇610 𝑈731 𝑉640 𝑊913 𝑋637 𝑌607 𝑍606
𝑎555 𝑏518 𝑐414 𝑑556 𝑒424 𝑓577 𝑔503 ℎ569 𝑖274 𝑗431 𝑘533 𝑙278 𝑚830
𝑛565 𝑜486 𝑝598 𝑞517 𝑟412 𝑠386 𝑡338 𝑢565 𝑣504 𝑤727 𝑥559 𝑦510 𝑧493
𝛼585 𝛽550 𝛾500 𝛿519 𝜀394 𝜁478 𝜂509 𝜃514 𝜄249 𝜅510 𝜆525 𝜇588 𝜈496
𝐀749 𝐄660 𝐈405 𝐋648 𝐖1046 𝐚528 𝐛566 𝐝576 𝐞503 𝐠531 𝐡632 𝐢331 𝐧631 𝐨540 𝐫430 𝐭369 𝐮619
𝐰877 𝐱555 𝐲569 𝐳476 𝑾997 𝒂608 𝒃578 𝒉637 𝒘801 𝒙604 𝒚631 𝜹492
𝜉490 𝜊466 𝜋634 𝜌547 𝜍403 𝜎570 𝜏464 𝜐506 𝜑607 𝜒641 𝜓632 𝜔660 𝜕495 𝜖411
"""
"""Each letter with its width in thousandths of the size of the text."""
WIDTHS = {" ": 0.235, HAT: 0.0} | {each[0]: int(each[1:]) / 1000 for each in (UPRIGHT + SLANTED).split()}
UNKNOWN = 0.9
"""More than most letters have."""

STARTS = {
    "italic": {("A", "Z"): "𝐴", ("a", "z"): "𝑎", ("α", "ω"): "𝛼"},
    "bold": {("A", "Z"): "𝐀", ("a", "z"): "𝐚", ("α", "ω"): "𝛂"},
    "bold italic": {("A", "Z"): "𝑨", ("a", "z"): "𝒂", ("α", "ω"): "𝜶"},
}
"""Where the letters of formulas begin, in the order of the plain ones."""
APART = {"-": "−", "'": PRIME}
ITALIC_APART = {"h": "ℎ", "∂": "𝜕", "ϵ": "𝜖"}


def styled(letter: str, style: str) -> str:
    """The letter as a formula has it; digits and signs are upright."""
    if style == "italic" and letter in ITALIC_APART:
        return ITALIC_APART[letter]
    for (first, last), start in STARTS.get(style, {}).items():
        if first <= letter <= last:
            return chr(ord(start) + ord(letter) - ord(first))
    return APART.get(letter, letter)


def width(text: str) -> float:
    """How wide a text is, in sizes of the text."""
    return sum(WIDTHS.get(letter, UNKNOWN) for letter in text)
