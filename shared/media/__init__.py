"""Reading and writing media files: the only place (with the renderers) that sees PyAV."""
