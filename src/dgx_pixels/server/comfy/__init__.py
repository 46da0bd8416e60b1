"""ComfyUI's routes, one file a subject."""
