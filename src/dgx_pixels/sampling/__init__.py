"""The mathematics of diffusion sampling: noise levels, guidance, samplers, the loop. Knows no file and no model."""
