"""Ground of the platform's own door: Django's admin without its ORM edits, so every change is one domain verb."""
