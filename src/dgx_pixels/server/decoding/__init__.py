"""Strangers' pictures, decoded in processes of their own that may fail, hang or eat without harm to the server."""
