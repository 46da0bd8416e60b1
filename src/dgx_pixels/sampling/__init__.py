"""The mathematics of diffusion sampling. Knows no network by name and no file."""
