"""Pure helpers: no models, no I/O."""
