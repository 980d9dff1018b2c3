"""The nouns: one frozen, typed object for each thing that stages hand to each other. No input or output here."""
