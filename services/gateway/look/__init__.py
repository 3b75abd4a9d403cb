"""How a film looks: matched shots, the style of a reference, tables of colours, and the report."""
