"""By which road: operators' gateways. Knows no tenant, no message row, no credit."""
