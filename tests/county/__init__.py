"""A year of a synthetic county through the interfaces, against a ledger of its own (issue 7)."""
