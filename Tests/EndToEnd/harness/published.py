"""A site that `agentpack repo` publishes, with two versions of a product: what its page is looked at with."""

import functools
import shutil

from . import openpgp, product, server

PRODUCT = "acme-agent"
ROLES = ("apt", "apt-next", "rpm", "rpm-next")
DEFINITION = """\
url: https://{host}
title: Acme downloads
origin: Acme
prefix: scm/linux
landing_page:
  introduction: |
    Signed packages and installers of Acme's agent.

    You need a token.
  support: https://www.acme.example/support
products:
  - name: {product}
    title: Acme Agent
    description: Stands for an agent that somebody else wrote.
    documentation: https://docs.acme.example/agent
    commands:
      configure: sudo /opt/{product}/acme-config interactive
      start: sudo service {product} start
      uninstall: sudo /opt/{product}/uninstall
apt:
  codenames: [xenial, bookworm, trixie]
  keyring: /usr/share/keyrings/acme-archive-keyring.gpg
  list: acme
yum:
  architectures: [x86_64]
keys:
  apt:
    current: {{ fingerprint: {apt}, file: keys/apt.asc }}
    successor: {{ fingerprint: {apt-next}, file: keys/apt-next.asc }}
  rpm:
    current: {{ fingerprint: {rpm}, file: keys/rpm.asc }}
    successor: {{ fingerprint: {rpm-next}, file: keys/rpm-next.asc }}
channels: [stable, beta]
"""


@functools.cache
def site():
    """The site's directory, with `nginx.conf` and `Caddyfile` beside `public`."""
    keys = {role: openpgp.key(role) for role in ROLES}
    folder = product.public_folder()
    (folder / "keys").mkdir()
    for role, key in keys.items():
        shutil.copyfile(key.public, folder / "keys" / f"{role}.asc")
    fingerprints = {role: key.fingerprint for role, key in keys.items()}
    definition = folder / "dist.yaml"
    definition.write_text(DEFINITION.format(host=server.SITE, product=PRODUCT, **fingerprints))
    place = ["--definition", definition, "--site", folder / "site"]
    home = openpgp.ring(keys.values())
    for version in ("1.0.0", "1.1.0"):
        source = product.prepare(product.scratch() / f"published-{version}", version=version)
        made = product.build_all(source, *keys["rpm"].options)
        files = [*made.packages(".deb"), *made.packages(".rpm"), made.bin]
        must("publish", *place, "--gpg-home", home, *files)
        must("publish", *place, "--gpg-home", home, "--channel", "beta", *files)
    for name, file in (("nginx", "nginx.conf"), ("caddy", "Caddyfile")):
        (folder / "site" / file).write_text(must("web-server", name, *place).out)
    return folder / "site"


def must(*words):
    result = product.agentpack("repo", *words)
    if result.code != 0:
        raise AssertionError(f"agentpack repo {words}: {result}")
    return result
