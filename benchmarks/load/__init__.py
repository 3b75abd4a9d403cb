"""Many films at once: a week of briefs, on a cluster or through its scheduling alone."""
