"""What a spreadsheet would take for a formula."""

# The last four are the full-width forms, which some spreadsheets read as the plain ones.
_BEGINS_A_FORMULA = tuple("=+-@＝＋－＠")
_ENDS_A_CELL = ("\t", "\r", "\n", "\0")


def begins_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet that opens this text might calculate with it; spaces in front do not hide it."""
    return text.startswith(_ENDS_A_CELL) or text.lstrip().startswith(_BEGINS_A_FORMULA)
