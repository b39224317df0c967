"""The councils' policies as data (`*.yaml`), and the schema of each part of them."""
