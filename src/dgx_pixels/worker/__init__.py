"""The process that owns a device, and the parent that watches over it."""
