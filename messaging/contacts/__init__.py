"""People and their consent; today the opt-out list."""
