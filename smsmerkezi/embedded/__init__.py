"""PostgreSQL and Valkey started from wheels (or Debian's packages), for the demo, the tests and the benches.

Nothing here imports Django, so servers can be up before the settings are read.
"""
