"""The kinds of agent that the network agent's suites are run for, by name."""

import functools

from .java import JavaAgent
from .network_agent import ReferenceAgent

KINDS = {kind.name: kind for kind in (ReferenceAgent(), JavaAgent())}


@functools.cache
def installers(name):
    """The installers of both versions with an agent of that kind, built once a process: version to path."""
    return KINDS[name].installers()


@functools.cache
def packages(name):
    """All formats of all releases with an agent of that kind, built once a process: release to `product.Artifacts`."""
    return KINDS[name].packages()
