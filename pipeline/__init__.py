"""Reads annual rule-of-law reports and publishes every figure they state, tied to its sentence."""

__version__ = "0.1.0"
