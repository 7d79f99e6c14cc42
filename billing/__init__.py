"""For how much: accounts and the ledger. `ledger` is the only writer of credit."""
