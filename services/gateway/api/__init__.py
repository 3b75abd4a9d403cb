"""The HTTP API: `app` puts it together, `services.Services` is what it calls."""
