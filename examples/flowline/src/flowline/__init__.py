"""Flowline: a small workflow-orchestration server."""

__version__ = "0.4.0"
