"""The trusted end of a worker: start it, send requests, take values with limits."""
