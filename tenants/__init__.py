"""Who: tenants, users and roles, tokens, limits and the audit trail."""
