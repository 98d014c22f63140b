"""The side that runs student code: zygote, confinement, serve loop; knows no test and no score."""
