"""Where jobs run: a pool on this machine."""
