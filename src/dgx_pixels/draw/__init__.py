"""From a request to a finished sprite in a file: what the command line and the Python API share."""
