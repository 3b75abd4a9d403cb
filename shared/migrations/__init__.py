"""The tables of `shared/database.py`, version by version, for Alembic."""
