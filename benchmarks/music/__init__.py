"""Music rendered with exactly known beats, and how trackers do on it."""
