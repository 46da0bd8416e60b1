"""HTTP and WebSocket edges: the wire protocol of ComfyUI, our own API, the guard before both."""
