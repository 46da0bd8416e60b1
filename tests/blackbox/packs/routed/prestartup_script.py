"""Runs before any pack is imported."""

import os

os.environ["EXAM_PRESTARTUP"] = "yes"
