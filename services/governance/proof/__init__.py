"""Proof that nothing was changed, erasure under two people, and what is due for it (architecture §3.1, §9)."""
