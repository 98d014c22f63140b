"""Where jobs run: a pool on this machine, a container, a Slurm cluster."""
