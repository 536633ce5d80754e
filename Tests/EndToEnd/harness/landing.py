"""A site with its landing page and its web servers' configuration."""

import functools
import os
from pathlib import Path
from urllib.parse import unquote

import html5lib

from . import product


@functools.cache
def site():
    """The directory with `public`, `nginx.conf` and `Caddyfile`.

    LandingPageTests writes it (SiteForEndToEnd) to .build/landing-site, or to where AGENTPACK_LANDING_SITE says; what
    its page leads to is made up here.
    """
    folder = Path(os.environ.get("AGENTPACK_LANDING_SITE") or product.REPOSITORY / ".build" / "landing-site")
    if not (folder / "public/index.html").exists():
        raise AssertionError(f"{folder} has no page: run swift test --filter SiteForEndToEnd")
    for target in links((folder / "public/index.html").read_text()):
        path = folder / "public" / target
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(target.encode())
    return folder


def links(text):
    """The paths that a page leads to, on its own site."""
    document = html5lib.parse(text, namespaceHTMLElements=False)
    targets = {unquote(link.get("href")) for link in document.iter("a")}
    return sorted(target for target in targets if not target.startswith(("#", "http:", "https:")))


def guides(product_name):
    """What the page has administrators type: by guide and task, a list of steps' titles and commands."""
    document = html5lib.parse((site() / "public/index.html").read_text(), namespaceHTMLElements=False)
    found = {}
    for section in document.iter("section"):
        if section.get("aria-labelledby") != product_name:
            continue
        for guide in section.iter("div"):
            if guide.get("data-guide"):
                found[guide.get("data-guide")] = {
                    task.get("data-task"): list(commands(task)) for task in guide.iter("section")}
    return found


def commands(task):
    for step in task.findall("ol/li") or [task]:
        title = step.find("h5")
        for block in step.iter("pre"):
            yield "" if title is None else "".join(title.itertext()), "".join(block.itertext())
