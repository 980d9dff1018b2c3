"""Lines of text on paper, each set once.

WeasyPrint sets a line to measure it, gives it up, and sets it again to draw it. It does so for every cell of a table,
while the same few words stand in most of them.
"""

from typing import Any

from weasyprint.text.ffi import pango
from weasyprint.text.line_break import Layout, split_first_line

LOOK = (
    "font_size", "font_style", "font_weight", "font_stretch", "font_kerning", "font_language_override",
    "font_feature_settings", "font_variant_alternates", "font_variant_caps", "font_variant_east_asian",
    "font_variant_ligatures", "font_variant_numeric", "font_variant_position", "font_variation_settings", "lang",
    "direction", "white_space", "overflow_wrap", "letter_spacing", "word_spacing", "tab_size",
)  # fmt: skip
"""The properties, beside families and decoration, by which WeasyPrint sets a line that does not have to be broken."""


class Lines:
    """The lines of one page."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Any] = {}

    def split_first_line(
        self, text: str, style: Any, context: Any, max_width: float | None, justification_spacing: float, **how: bool
    ) -> Any:
        """WeasyPrint's function of this name, but that a line that is known, and fits, is not set again."""
        families, decoration = tuple(style["font_family"]), tuple(style["text_decoration_line"])
        look = (text, justification_spacing, families, decoration, *(style[name] for name in LOOK))
        if known := self._known.get(look):
            _, _, _, width, _, _ = known
            if max_width is None or width <= max_width:
                return known
        found = split_first_line(text, style, context, max_width, justification_spacing, **how)
        _, _, resume_at, *_ = found
        if resume_at is None:
            self._known[look] = found
        return found


class KeptLayout(Layout):  # type: ignore[misc]
    """A line that stays as it was measured, until the page is written."""

    def set_text(self, text: str, justify: bool = False) -> None:
        """Set it as a single paragraph if it is one, as drawing will ask for: else it would be shaped anew."""
        super().set_text(text, justify)
        if text.isprintable():
            pango.pango_layout_set_single_paragraph_mode(self.layout, True)

    def deactivate(self) -> None:
        """Stay."""

    def reactivate(self, style: Any) -> None:
        """Be there already, but for a justified line, which is wider than it was when it was measured."""
        if self.justification_spacing:
            super().reactivate(style)
