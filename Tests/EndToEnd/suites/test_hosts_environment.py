"""An environment that somebody else filled: nothing of it is run, read or believed, and the agent gets none of it."""

import os
import re
import subprocess
import unittest

from harness import acme, product, throwaway
from harness.throwaway import Root

EVIL = "/srv/evil"
# Programs that the runtime runs, or that a shell script in its place would.
PROGRAMS = ("systemctl restorecon dpkg-query dpkg rpm sh bash env update-rc.d chkconfig cat cp mv rm mkdir ln sed awk "
            "tar xz sha256sum openssl curl mktemp id uname getent selinuxenabled fapolicyd-cli").split()

HOSTILE = {
    "OPENSSL_CONF": f"{EVIL}/openssl.cnf", "OPENSSL_MODULES": f"{EVIL}/modules", "OPENSSL_ENGINES": f"{EVIL}/engines",
    "SSL_CERT_FILE": f"{EVIL}/ca.pem", "SSL_CERT_DIR": f"{EVIL}/certs", "SSLKEYLOGFILE": f"{EVIL}/keylog",
    "LD_PRELOAD": f"{EVIL}/lib/evil.so", "LD_LIBRARY_PATH": f"{EVIL}/lib", "LD_AUDIT": f"{EVIL}/lib/evil.so",
    "LD_DEBUG": "all", "LD_DEBUG_OUTPUT": f"{EVIL}/ld", "LD_PROFILE": "libc.so.6",
    "LD_BIND_NOW": "1", "LD_SHOW_AUXV": "1",
    "PATH": f"{EVIL}/bin:.:/usr/bin:/bin", "TMPDIR": f"{EVIL}/tmp", "TMP": f"{EVIL}/tmp", "TEMP": f"{EVIL}/tmp",
    "IFS": "/", "ENV": f"{EVIL}/profile", "BASH_ENV": f"{EVIL}/profile", "SHELLOPTS": "xtrace",
    "PS4": f"$({EVIL}/bin/sh)",
    "GCONV_PATH": f"{EVIL}/gconv", "LOCPATH": f"{EVIL}/locale", "NLSPATH": f"{EVIL}/%N", "CHARSET": "x",
    "MALLOC_TRACE": f"{EVIL}/malloc", "MALLOC_CHECK_": "3", "MALLOC_PERTURB_": "165", "MALLOC_ARENA_MAX": "1",
    "GLIBC_TUNABLES": "glibc.malloc.check=3:glibc.malloc.perturb=165", "TZ": "/etc/shadow", "TZDIR": f"{EVIL}/zones",
    "HOSTALIASES": f"{EVIL}/aliases", "RESOLV_HOST_CONF": f"{EVIL}/host.conf", "LOCALDOMAIN": "evil.example",
    "GETCONF_DIR": f"{EVIL}/getconf", "HOME": f"{EVIL}/home", "XDG_CONFIG_HOME": f"{EVIL}/config", "USER": "nobody",
    "SYSTEMCTL_FORCE_BUS": "1", "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={EVIL}/bus", "SYSTEMD_OFFLINE": "1",
    "PERL5LIB": f"{EVIL}/perl", "PYTHONPATH": f"{EVIL}/python", "JAVA_TOOL_OPTIONS": f"-javaagent:{EVIL}/agent.jar",
    "SWIFT_BACKTRACE": f"enable=yes,output-to={EVIL}/trace,swift-backtrace={EVIL}/bin/sh", "SWIFT_DEBUG_HELP": "YES",
    "BASH_FUNC_systemctl%%": f"() {{ {EVIL}/bin/systemctl; }}", "PAGER": f"{EVIL}/bin/sh",
    "LESSOPEN": f"|{EVIL}/bin/sh",
}


def plant(root):
    """Makes everything that the hostile environment names; each program writes down that it ran."""
    for name in PROGRAMS:
        root.write(f"{EVIL}/bin/{name}", f"#!/bin/dash\necho {name} \"$@\" >> {EVIL}/ran\nexit 0\n", mode=0o755)
    for name in ("openssl.cnf", "ca.pem", "profile", "aliases", "host.conf", "lib/evil.so", "modules/legacy.so",
                 "engines/evil.so", "gconv/gconv-modules", "locale/locale-archive", "zones/UTC", "getconf/x"):
        root.write(f"{EVIL}/{name}", "bait\n")
    for name in ("libc.so.6", "libnss_files.so.2", "libnss_dns.so.2", "libnss_myhostname.so.2", "libgcc_s.so.1",
                 "libresolv.so.2", "libpthread.so.0"):
        root.write(f"{EVIL}/lib/{name}", "bait\n", mode=0o755)
    for name in ("tmp", "home", "config", "certs"):
        root.inside(f"{EVIL}/{name}").mkdir(parents=True, exist_ok=True)
    root.run("chmod", "-R", "a+rwX", EVIL)


class Hostile(unittest.TestCase):
    def setUp(self):
        self.root = Root.of("bookworm-minimal")
        self.addCleanup(self.root.close)
        plant(self.root)
        self.baits = self.listing()

    def listing(self):
        return sorted(str(path) for path in self.root.inside(EVIL).rglob("*"))

    def traced(self, *command, env=HOSTILE):
        """Runs a command in the environment; nothing of it may be opened or executed, also by what it starts."""
        trace = product.scratch() / "environment.trace"
        # env(1) sets the environment inside of strace and chroot, which would heed it themselves.
        words = [f"{name}={value}" for name, value in env.items()]
        before = ["/usr/bin/strace", "-f", "-qq", "-s", "300", "-o", str(trace), "-e", "trace=file,network"]
        entered = self.root.command(["/usr/bin/env", "-i", *words, *command], before=before)
        done = subprocess.run(
            entered, env=throwaway.ENVIRONMENT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        lines = trace.read_text(errors="replace").splitlines()
        start = next(index for index, line in enumerate(lines) if "execve(" in line and str(command[0]) in line)
        touched = [line for line in lines[start + 1:] if EVIL in line.split(" = ")[0] and "execve(" not in line]
        run = [line for line in lines[start + 1:] if re.search(r'execve\("' + EVIL, line)]
        self.assertEqual((touched, run), ([], []))
        secret = [line for line in lines[start + 1:] if re.search(r'open(at)?\(.*"/etc/shadow"', line)]
        self.assertEqual(secret, [])
        return done

    def test_whole_life(self):
        command = acme.silent(self.root)
        steps = [
            (command, 0), ([acme.CONFIG_TOOL, "status"], 3), ([acme.CONFIG_TOOL, "set", "auto_update=yes"], 0),
            ([acme.CONFIG_TOOL, "check"], None), ([acme.CONFIG_TOOL, "support-bundle", "/root/bundle"], 0),
            (acme.silent(self.root, installer=product.installer("1.1.0"), name="next.bin"), 0),
            ([acme.CONFIG_TOOL, "verify"], 0), ([acme.UNINSTALL, "--purge", "--yes"], 0),
        ]
        for words, code in steps:
            with self.subTest(words=words):
                done = self.traced(*words)
                if code is not None:
                    self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(self.listing(), self.baits)
        self.assertFalse(self.root.exists(f"{EVIL}/ran"))
        self.assertEqual([path for path in self.root.changes() if acme.NAME in path], [])

    def test_looking_up_a_server(self):
        """Names are looked up, TLS begins: the parts of glibc and OpenSSL that read the environment themselves."""
        def edit(folder):
            manifest = folder / "product.yaml"
            old, new = "{ os: [debian>=10] }", "{ os: [debian>=10], reach: ['https://e2e.example:9'] }"
            manifest.write_text(manifest.read_text().replace(old, new))
        self.root.write("/etc/hosts", "127.0.0.1 localhost e2e.example\n")
        sources = "passwd: sss files\ngroup: sss files\nhosts: files myhostname resolve dns\n"
        self.root.write("/etc/nsswitch.conf", sources)
        command = acme.silent(self.root, installer=product.installer("1.0.0", edit=edit))
        done = self.traced(*command)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("e2e.example", done.stderr)
        self.assertFalse(self.root.exists(f"{EVIL}/ran"))

    def test_programs_that_are_run(self):
        """On a machine that has them, the system's own are run, with an environment of ours."""
        record = ('#!/bin/sh\n{ echo "$0 $*"; cat /proc/self/environ | tr "\\0" "\\n"; } >> /root/ran\n'
                  '[ "$1" != -qf ] || { echo "file $4 is not owned by any package"; exit 1; }\n')
        for name in ("rpm", "systemctl"):
            self.root.write(f"/usr/bin/{name}", record, mode=0o755)
        self.root.write("/var/lib/rpm/rpmdb.sqlite", "")
        self.root.inside("/run/systemd/system").mkdir(parents=True)
        self.root.inside(acme.ROOT).mkdir()
        self.traced(*acme.silent(self.root))
        said = self.root.read("/root/ran")
        self.assertIn("/usr/bin/rpm -qf", said)
        self.assertIn("/usr/bin/systemctl daemon-reload", said)
        for name, value in HOSTILE.items():
            if name not in ("PATH",):
                self.assertNotIn(f"{name}=", re.sub(r"^PWD=.*$", "", said, flags=re.MULTILINE), name)
        self.assertNotIn(EVIL, said)
        self.assertNotIn(product.TOKEN, said)

    def test_agent_of_the_supervisor(self):
        """What the service's process inherits when our supervisor starts it, by the init script and directly."""
        self.assertEqual(acme.install(self.root).code, 0)
        self.root.inside(EVIL + "/profile").unlink()
        words = [f"{name}={value}" for name, value in HOSTILE.items() if not name.startswith("LD_")]
        for starter in (["service", acme.NAME], [acme.ROOT / "bin/start-agent", "service"]):
            with self.subTest(starter=starter):
                command = ["/usr/bin/env", "-i", *words, f"PATH={throwaway.ENVIRONMENT['PATH']}", *starter, "start"]
                done = self.root.run(*command)
                self.assertEqual(done.code, 0, done)
                environment = self.root.run(
                    "sh", "-c", "tr '\\0' '\\n' < /proc/$(pgrep -o -f bin/acme-agent)/environ").out.splitlines()
                names = {line.split("=")[0] for line in environment}
                language = {"LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TZ"}
                self.assertLessEqual(names - language, {"PATH", "HOME", "USER", "LOGNAME"}, environment)
                self.assertIn("HOME=/root", environment)
                self.assertIn("USER=root", environment)
                self.assertNotIn(EVIL, "\n".join(environment))
                self.assertEqual(self.root.run("service", acme.NAME, "stop").code, 0)

    def test_no_environment_at_all(self):
        self.assertEqual(self.root.run("env", "-i", *acme.silent(self.root)).code, 0)
        self.assertEqual(self.root.run("env", "-i", acme.CONFIG_TOOL, "verify").code, 0)
        self.assertEqual(self.root.run("env", "-i", acme.UNINSTALL, "--purge", "--yes").code, 0)


class TemporaryDirectories(unittest.TestCase):
    """Nothing is put there, so nothing about them matters."""

    def check(self, prepare, **env):
        with self.subTest(env=env), Root.of("bookworm-minimal") as root:
            prepare(root)
            root.copy_in(product.installer(), "/root/acme-agent.bin", mode=0o755)
            root.write("/root/answers", product.ANSWERS, mode=0o600)
            command = ["/root/acme-agent.bin", "--silent", "--accept-eula", "--answers", "/root/answers"]
            held = root.path / "tmp"
            before = sorted(os.listdir(held)) if held.is_dir() else None
            result = root.run(*command, env=env)
            self.assertEqual(result.code, 0, result)
            self.assertEqual(root.run(acme.CONFIG_TOOL, "support-bundle", "/root/bundle", env=env).code, 0)
            self.assertEqual(sorted(os.listdir(held)) if held.is_dir() else None, before)

    def test_missing(self):
        self.check(lambda root: None, TMPDIR="/nonexistent")

    def test_no_tmp_at_all(self):
        def prepare(root):
            root.run("umount", "/tmp")
            root.run("rmdir", "/tmp")
        self.check(prepare)

    def test_noexec_and_full(self):
        self.check(lambda root: root.mount("-t", "tmpfs", "-o", "noexec,size=4k,nr_inodes=1", "tmpfs", at="/tmp"))

    def test_somebody_elses(self):
        def prepare(root):
            root.run("sh", "-c", "mkdir /srv/theirs; chown 1000:1000 /srv/theirs; chmod 777 /srv/theirs")
        self.check(prepare, TMPDIR="/srv/theirs")
