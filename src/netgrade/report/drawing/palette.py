"""The colours that figures are drawn with, on white paper and on a dark page.

Words stand out by 4.5 : 1 and lines by 3 : 1 from what they lie on (WCAG 2.2, 1.4.3 and 1.4.11), in both.
"""

PAPER, INK, MUTED = "#ffffff", "#1c2430", "#5a6573"
RULE = "#c9d0d9"
"""Of grids, which nobody has to see."""
BLUE, ORANGE = "#1f4e8c", "#b4560f"
PALE = "#6c8fc6"
"""Of many thin lines at once."""
BAND, MET, SIDE = "#d9dee6", "#e9eef6", "#b9cbe6"
"""Areas behind lines: the reference's trainings, what meets a threshold, where a network answers 1."""
LINES = (BLUE, ORANGE, "#0f7a5a", "#8a3f8f", "#7a6a00", "#3c8fc0", "#a02c4a", "#4d4d4d")

SEED_OPACITY, BEHIND_OPACITY = 0.75, 0.5
"""Of the thin line of a single training, and of a thick line behind others: both still stand out from the paper."""

SHADES = (PAPER, "#dbdff6", "#b7c1eb", "#92a4dd", "#6d88cb", "#486db3", "#235397", "#003b77")
"""White to blue in equal steps of CIELAB lightness: differences look as large as they are, also in grey."""
DEEP = 0.67
"""Beyond this share of the way, words on a shade are white and no longer black."""
DEEPEST_IN_THE_DARK = "#7aa5e8"
"""There shades go from the dark paper to this, in even steps: at DEEP, words turn from white to black."""

HANDS = ("#2f6fd0", ORANGE)
"""Of lines over a photograph, and in its legend: they stay as they are, and stand out from either paper."""

IN_THE_DARK = {
    PAPER: "#14181e", INK: "#e6eaf0", MUTED: "#a5afbc", RULE: "#3a4450", BLUE: "#8fb8f0", ORANGE: "#f0a35e",
    PALE: "#5b80b5", BAND: "#313b48", MET: "#232d3b", SIDE: "#2f4a73", "#0f7a5a": "#5fd0a8", "#8a3f8f": "#d79bdc",
    "#7a6a00": "#d6c24a", "#3c8fc0": "#4f9fd0", "#a02c4a": "#f28ba5", "#4d4d4d": "#c4c4c4",
}  # fmt: skip


def ink_on_shade(share: float) -> str:
    """The colour of words on the shade at `share`, in [0, 1], of the way."""
    return PAPER if share > DEEP else "#000000"
