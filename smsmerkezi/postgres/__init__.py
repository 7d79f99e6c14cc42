"""Django's PostgreSQL, whose sessions know for which firm they work."""
