"""What workflows do to a model, one method a file: from a `Model` to a patched one."""
