"""Plain data every room shares: value types, errors, settings, limits. Knows no torch, file or server."""
