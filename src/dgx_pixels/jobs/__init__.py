"""Durable jobs: the store, the outbox of files, the hub of events. Knows no graph and no HTTP."""
