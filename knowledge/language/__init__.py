"""Japanese as this city writes it: text made comparable, wards, themes, synonyms."""
