"""What the network agent's manual has administrators type to add the repositories, on one line each as it has them; and
what they type where a system's own tools differ.
"""

import re

from .network_agent import CONFIG_TOOL, NAME

KEYRING = "/usr/share/keyrings/sectigo-archive-keyring.gpg"
LIST = "/etc/apt/sources.list.d/sectigo.list"

# Debian packages.
ADD_KEY = f"curl -fsSL https://dist.sectigo.com/scm/linux/apt-sign.gpg | sudo gpg --dearmor -o {KEYRING}"
SHOW_KEY = f"gpg --show-keys {KEYRING}"
ADD_REPOSITORY = (
    f'echo "deb [arch=$(dpkg --print-architecture) signed-by={KEYRING}] https://dist.sectigo.com/apt-$(lsb_release -cs) '
    f'$(lsb_release -cs) main" | sudo tee {LIST} > /dev/null')
UPDATE_INDEX = "sudo apt-get update"
INSTALL = f"sudo apt-get install {NAME}"
UPGRADE = f"sudo apt-get update && sudo apt install --only-upgrade {NAME}"
REMOVE = (f"sudo apt remove {NAME}", f"sudo apt remove {NAME}-jre")

# RPM packages.
REPO_FILE = "https://dist.sectigo.com/scm/linux/sectigo-network-agent.repo"
YUM_ADD_REPOSITORY = f"sudo yum-config-manager --add-repo {REPO_FILE}"
YUM_INSTALL = f"sudo yum install {NAME}"
YUM_UPGRADE = f"yum update {NAME}"
YUM_REMOVE = (f"sudo yum remove {NAME}", f"sudo yum remove {NAME}-jre")

# Both.
CONFIGURE = f"sudo {CONFIG_TOOL} interactive"
START = f"sudo service {NAME} start"

# All lines of the manual that are here.
MANUAL = (ADD_KEY, SHOW_KEY, ADD_REPOSITORY, UPDATE_INDEX, INSTALL, UPGRADE, *REMOVE, YUM_ADD_REPOSITORY, YUM_INSTALL,
          YUM_UPGRADE, *YUM_REMOVE, CONFIGURE, START)


def as_root(line):
    """A line for a shell that is root's already, such as a throw-away root's."""
    return re.sub(r"\bsudo ", "", line)


def fingerprints(text):
    """The fingerprints of keys in what a program shows, whichever way it writes them: 40 upper-case digits each."""
    found = re.findall(r"(?:[0-9A-Fa-f]{4}[ :]*){10}", text)
    return [re.sub(r"[^0-9A-F]", "", mark.upper()) for mark in found]
