"""Inputs of every kind, right and wrong, against a running intake."""
