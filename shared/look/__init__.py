"""Looks: tables of colours, and what a grade does to a colour, for whoever bakes or applies it."""
