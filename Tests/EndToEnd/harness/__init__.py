"""Throw-away machines for the end-to-end tests: base roots, overlays, booted systemd, terminals."""
