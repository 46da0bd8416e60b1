"""A workflow as data: parse, validate, plan, cache, execute. Knows no node and no torch."""
