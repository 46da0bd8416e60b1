"""Arithmetic on finished pictures and masks: scaling, pasting, blending, filters. Knows no model and no node."""
