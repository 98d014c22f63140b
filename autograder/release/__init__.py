"""From what an instructor wrote to what students get: skeletons, public checks, zips, the gate."""
