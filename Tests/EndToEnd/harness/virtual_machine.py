"""A virtual machine with a kernel and a disk of its own, under QEMU without hardware support.

It is what a power cut can be tried on: the program that is the machine is killed, and what was only in memory is gone.
A shell in the machine runs what comes over a serial line, so it is used as the throw-away roots are.
"""

import base64
import contextlib
import itertools
import json
import os
import queue
import shlex
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from . import kernels, process, product, roots
from .throwaway import Root

# TCG under load is slow; nothing here is expected to take a tenth of it.
BOOT_SECONDS = 300
_numbers = itertools.count()

# Serves the serial line: for each line `NUMBER SCRIPT` runs the script, answers `NUMBER CODE OUT ERR`, all in base64.
SHELL = r"""#!/bin/bash
stty raw -echo < /dev/ttyS1
exec < /dev/ttyS1 > /dev/ttyS1 2> /dev/null
echo; echo "ready -"
while read -r number script; do
    base64 -d <<< "$script" > /run/e2e.sh
    bash /run/e2e.sh < /dev/null > /run/e2e.out 2> /run/e2e.err
    echo "$number $? =$(base64 -w0 /run/e2e.out) =$(base64 -w0 /run/e2e.err)"
done
"""
# Of no use here: the first waits for devices that never come without udev, the others would begin by chance.
MASKED = ["serial-getty@ttyS0.service", "e2scrub_reap.service", "apt-daily.timer", "apt-daily-upgrade.timer",
          "e2scrub_all.timer", "fstrim.timer"]
UNIT = """[Unit]
Description=The shell of the tests
[Service]
Environment=HOME=/root LC_ALL=C.UTF-8
WorkingDirectory=/root
ExecStart=/usr/local/sbin/e2e-shell
[Install]
WantedBy=multi-user.target
"""


def disk(kernel, base):
    """The image of a disk that boots a base root with a kernel: an ext4 file system."""
    folder = Path(product.scratch() / f"disk-{kernel.suite}")
    image = folder / "disk.ext4"
    if image.exists():
        return image
    folder.mkdir(exist_ok=True)
    with Root(roots.base(base), mounts="none") as root:
        # /lib may be a directory in a package and is a link in the root.
        packed = subprocess.run(["tar", "-C", kernel.extra, "-c", "."], check=True, stdout=subprocess.PIPE).stdout
        subprocess.run(["tar", "-C", root.path, "-x", "--keep-directory-symlink"], input=packed, check=True)
        root.write("/usr/local/sbin/e2e-shell", SHELL, mode=0o755)
        root.write("/etc/systemd/system/e2e-shell.service", UNIT)
        units = root.inside("/etc/systemd/system")
        (units / "multi-user.target.wants").mkdir(exist_ok=True)
        (units / "multi-user.target.wants/e2e-shell.service").symlink_to("../e2e-shell.service")
        for unit in MASKED:
            (units / unit).symlink_to("/dev/null")
        staged = image.with_suffix(".new")
        with open(staged, "wb") as file:
            file.truncate(1 << 30)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-F", "-d", root.path, staged], check=True, capture_output=True)
        staged.rename(image)
    return image


# The first process of `run_ramdisk`.
RAMDISK_INIT = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /tmp /etc /opt /var/opt /usr/bin /sbin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
ip link set lo up
echo; echo begin
sh /script 2>&1 < /dev/null
echo "end $?"
poweroff -f
"""


class VirtualMachine:
    """A machine; a context manager. Start it in the thread that outlives it: it ends with that thread.

    `drive` is a directory that it finds, read-only, at /srv; `clock` what its clock says at the start, such as
    `2001-01-01`; `backing` is the disk's image, which isn't changed.
    """

    def __init__(self, suite="bullseye", *, drive=None, clock=None, backing=None, memory=768):
        self.kernel = kernels.Kernel(suite)
        self.folder = product.scratch() / f"machine-{os.getpid()}-{next(_numbers)}"
        self.folder.mkdir()
        self.disk = self.folder / "disk.qcow2"
        backing = backing or disk(self.kernel, f"{suite}-systemd")
        form = "qcow2" if backing.suffix == ".qcow2" else "raw"
        subprocess.run(
            ["qemu-img", "create", "-q", "-f", "qcow2", "-b", backing, "-F", form, self.disk], check=True)
        self.drive = None
        if drive:
            self.drive = self.folder / "drive.ext4"
            size = sum(file.stat().st_size for file in Path(drive).rglob("*")) * 5 // 4 + (8 << 20)
            with open(self.drive, "wb") as file:
                file.truncate(size)
            subprocess.run(
                ["mke2fs", "-q", "-t", "ext4", "-F", "-O", "^has_journal", "-d", drive, self.drive], check=True,
                capture_output=True)
        self.clock = clock
        self.memory = memory
        self.console = self.folder / "console"
        self._machine = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut_power()
        shutil.rmtree(self.folder, ignore_errors=True)

    def boot(self):
        """Starts the machine and waits until all is started; returns systemd's state, `running` when no unit failed."""
        self._start()
        self._answer("ready", BOOT_SECONDS)
        if self.drive:
            self.run("mount", "-o", "ro", "/dev/vdb", "/srv")
        return self.run("systemctl", "is-system-running", "--wait", timeout=BOOT_SECONDS).out.strip()

    def _start(self, *options):
        command = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-accel", "tcg,thread=multi"]
        command += ["-cpu", "max", "-smp", "1", "-m", self.memory, "-nodefaults", "-display", "none", "-no-reboot"]
        command += ["-kernel", self.kernel.image, "-initrd", self.kernel.disk_ramdisk()]
        command += ["-append", "console=ttyS0 panic=-1 quiet mitigations=off"]
        command += ["-drive", f"file={self.disk},if=virtio,format=qcow2,cache=writeback"]
        if self.drive:
            command += ["-drive", f"file={self.drive},if=virtio,format=raw,readonly=on"]
        if self.clock:
            command += ["-rtc", f"base={self.clock}"]
        command += ["-serial", f"file:{self.console}", "-serial", "stdio"]
        command += ["-qmp", f"unix:{self.folder}/qmp,server=on,wait=off", *options]
        self._log = open(self.folder / "qemu.log", "wb")
        self._machine = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
            start_new_session=True)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, args=(self._machine.stdout, self._lines), daemon=True).start()

    @staticmethod
    def _read(stream, lines):
        with contextlib.suppress(ValueError):
            for line in stream:
                lines.put(line.decode(errors="replace").split())
        lines.put(None)

    def _answer(self, number, seconds):
        limit = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0, limit - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"no answer to {number} within {seconds} s\n{self.said()}") from None
            if line is None:
                raise RuntimeError(f"the machine ended\n{self.said()}")
            if line and line[0] == str(number):
                return line[1:]

    def said(self):
        """What QEMU said, and the end of what the machine's console shows."""
        texts = [path.read_text(errors="replace") for path in (self.folder / "qemu.log", self.console) if path.exists()]
        return "\n".join(texts)[-4000:]

    def save(self, folder):
        """Keeps memory and disk as they are in a directory, from which `resume` goes on, and ends the machine."""
        folder.mkdir()
        with self._monitor() as talk:
            self._order(talk, "migrate", uri=f"exec:cat > {shlex.quote(str(folder / 'memory'))}")
            self._wait_until(lambda: self._order(talk, "query-migrate").get("status") == "completed", "written")
            self._order(talk, "quit")
        self._machine.wait(60)
        self.cut_power()
        shutil.move(self.disk, folder / "disk.qcow2")
        if self.drive:
            shutil.move(self.drive, folder / "drive.ext4")

    @contextlib.contextmanager
    def _monitor(self):
        """The connection to QEMU itself."""
        path = self.folder / "qmp"
        self._wait_until(path.exists, "begun")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(BOOT_SECONDS)
            connection.connect(str(path))
            talk = connection.makefile("rw")
            talk.readline()
            self._order(talk, "qmp_capabilities")
            yield talk

    def _wait_until(self, condition, state):
        limit = time.monotonic() + BOOT_SECONDS
        while not condition():
            if time.monotonic() > limit or self._machine.poll() is not None:
                raise TimeoutError(f"the machine isn't {state}\n{self.said()}")
            time.sleep(0.05)

    @staticmethod
    def _order(talk, command, **arguments):
        talk.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        talk.flush()
        while True:
            answer = json.loads(talk.readline())
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer}")
            if "return" in answer:
                return answer["return"]

    @classmethod
    def resume(cls, folder, **settings):
        """A machine that goes on from where `save` kept another, with the same settings; its disk is its own."""
        machine = cls(backing=folder / "disk.qcow2", **settings)
        if (folder / "drive.ext4").exists():
            machine.drive = folder / "drive.ext4"
        machine._start("-incoming", f"exec:cat {shlex.quote(str(folder / 'memory'))}")
        # What is typed before its memory is there would be lost.
        with machine._monitor() as talk:
            machine._wait_until(lambda: machine._order(talk, "query-status")["status"] == "running", "running")
        return machine

    def run(self, *command, input="", timeout=300):
        """Runs a program on the machine; returns the result."""
        number = self.begin(*command, input=input)
        return self.finish(number, timeout)

    def begin(self, *command, input=""):
        """Starts a program on the machine; `finish` gets the result."""
        data = base64.b64encode(input.encode()).decode()
        script = f"base64 -d <<< '{data}' | {shlex.join(str(word) for word in command)}"
        number = next(_numbers)
        line = f"{number} {base64.b64encode(script.encode()).decode()}\n"
        self._machine.stdin.write(line.encode())
        self._machine.stdin.flush()
        return number

    def finish(self, number, timeout=300):
        """Waits for a program that was begun."""
        code, out, err = self._answer(number, timeout)
        out, err = (base64.b64decode(text[1:]).decode(errors="replace") for text in (out, err))
        return process.Result(int(code), out, err)

    def shell(self, script, timeout=300):
        """Runs a script of bash on the machine; returns the result."""
        return self.run("bash", "-c", script, timeout=timeout)

    def write(self, path, content, mode=0o644):
        """Writes a file on the machine; its directory is made."""
        name = shlex.quote(str(path))
        result = self.run(
            "bash", "-c", f'mkdir -p "$(dirname {name})"; cat > {name}; chmod {mode:o} {name}', input=content)
        assert result.code == 0, result

    def read(self, path):
        """A file's text."""
        result = self.run("cat", path)
        assert result.code == 0, result
        return result.out

    def exists(self, path):
        """Whether something has that name, a dangling link included."""
        return self.shell(f"[ -e {shlex.quote(str(path))} ] || [ -L {shlex.quote(str(path))} ]").code == 0

    def property(self, unit, name):
        """One property of a unit, as `systemctl show` prints it."""
        return self.run("systemctl", "show", "--value", "--property", name, unit).out.strip()

    def failed_units(self):
        """The units that failed."""
        listing = self.run("systemctl", "list-units", "--failed", "--plain", "--no-legend").out
        return [line.split()[0] for line in listing.splitlines()]

    def cut_power(self):
        """Ends the machine this moment; what it had not made durable is gone."""
        if self._machine is None:
            return
        self._machine.kill()
        self._machine.wait()
        self._machine.stdin.close()
        self._log.close()
        self._machine = None

    def power_off(self):
        """A clean shutdown."""
        self.begin("systemctl", "poweroff")
        self._machine.wait(BOOT_SECONDS)
        self.cut_power()

    def reboot(self):
        """A clean shutdown, then another start with the same disk; returns systemd's state."""
        self.power_off()
        return self.boot()


def run_ramdisk(suite, script, files, *, memory=512, seconds=300):
    """Runs a script on a kernel of a release with nothing but busybox and `files` (paths here by paths there).

    Returns what the script wrote; its last line is the machine's own, `end CODE`.
    """
    kernel = kernels.Kernel(suite)
    text = product.scratch() / f"script-{os.getpid()}-{next(_numbers)}"
    text.write_text(script)
    initial = kernels.ramdisk(RAMDISK_INIT, {**files, "script": text})
    command = ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", memory, "-nodefaults", "-display", "none"]
    command += ["-no-reboot", "-kernel", kernel.image, "-initrd", initial, "-append", "console=ttyS0 quiet panic=-1"]
    result = process.run([*command, "-serial", "stdio"], timeout=seconds)
    text = result.out.replace("\r", "")
    if "\nbegin\n" not in text:
        raise RuntimeError(f"the machine did not run the script: {result}")
    return text.partition("\nbegin\n")[2]
