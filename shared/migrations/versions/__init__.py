"""One file a version; `SCHEMA_VERSION` is the last of them."""
