"""Core files: none holds the token or the proxy's password, whatever the kernel does with them."""

from harness import acme
from harness.old_machine import AGENT, INSTALL, UNIT, OldMachineCase
from harness.product import PROXY_PASSWORD, TOKEN


class CoreFiles(OldMachineCase):
    """The token and the proxy's password are in no core file, whatever the kernel does with cores."""

    CORES = "/var/cores"
    # A limit of the size of core files doesn't hold for a program that gets them.
    PATTERNS = {"file": f"{CORES}/core.%e.%p", "program": "|/usr/local/sbin/keep-core %e %p"}

    def setUp(self):
        self.machine.write(
            "/usr/local/sbin/keep-core", f'#!/bin/sh\ncat > "{self.CORES}/piped.$1.$2"\n', mode=0o755)
        self.machine.write(f"/etc/systemd/system/{AGENT}.service.d/cores.conf", "[Service]\nLimitCORE=infinity\n")
        self.succeed("mkdir", "-p", self.CORES)

    def cores(self):
        """The core files by name, with whether one of the secrets is in each."""
        secrets = f"-e {TOKEN} -e {PROXY_PASSWORD}"
        listing = self.machine.shell(
            f"cd {self.CORES}; for f in *; do [ -e $f ] && {{ grep -qaF {secrets} $f; echo $f $?; }}; done")
        return {line.split()[0]: line.split()[1] == "0" for line in listing.out.splitlines()}

    def crash(self, pattern, script):
        """Runs a script with unlimited cores; returns the core files that it led to."""
        self.machine.shell(f"rm -f {self.CORES}/*; echo '{pattern}' > /proc/sys/kernel/core_pattern")
        result = self.machine.shell(f"ulimit -c unlimited\n{self.HELP}\n{script}")
        self.assertEqual(result.code, 0, result)
        return self.cores()

    # The programs, and how each comes to die with the secrets in its memory.
    HELP = """
        gone() { while [ -e /proc/$1 ]; do [ $SECONDS -lt 250 ] || exit 9; sleep 0.1; done; }
        shown() {
            until grep -q "$1" /run/screen; do
                [ $SECONDS -lt 250 ] || { cat /run/screen; exit 8; }
                sleep 0.1
            done
        }
        typed() {
            rm -f /run/keys /run/screen; mkfifo /run/keys; touch /run/screen
            script -qfc "stty rows 40 cols 100; exec $1" /run/screen < /run/keys > /dev/null 2>&1 &
            exec 3> /run/keys
        }
    """
    VICTIMS = {
        "installer at its questions": f"""
            typed /srv/old.bin
            shown 'Type yes or no'; echo yes >&3
            shown 'Installation token'; echo {TOKEN} >&3
            shown 'Use a proxy'
            pid=$(pgrep -x old.bin); kill -ABRT $pid; gone $pid""",
        "installer at work": f"""
            /srv/old.bin {' '.join(INSTALL)} --answers /srv/answers > /run/said 2>&1 & pid=$!
            until grep -qs agent.token {acme.CONFIGURATION}; do kill -0 $pid || exit 7; done
            kill -SEGV $pid; wait $pid; [ $? = 139 ] || {{ cat /run/said; exit 6; }}
            # Half an installation would make the next one another.
            rm -rf {acme.ROOT} {acme.STATE} {acme.OPTIONS} /etc/init.d/{acme.NAME} /etc/systemd/system/{UNIT}""",
        "config tool": f"""
            typed '/opt/{AGENT}/sectigona-config interactive'
            shown 'Installation token'; echo {TOKEN} >&3
            shown 'Use an HTTP proxy'
            pid=$(pgrep -x sectigona-confi); kill -ABRT $pid; gone $pid""",
        "agent": f"""
            systemctl start {AGENT}; pid=$(systemctl show --value --property=MainPID {AGENT})
            grep -q 'Max core file size *unlimited' /proc/$pid/limits || exit 5
            until grep -qs . /var/opt/{AGENT}/logs/agent.log; do [ $SECONDS -lt 250 ] || exit 4; sleep 0.1; done
            kill -SEGV $pid; gone $pid; systemctl stop {AGENT}""",
        "supervisor": f"""
            unshare --mount bash -ec '
                mount -t tmpfs tmpfs /run/systemd
                echo "-Dproxy.password={PROXY_PASSWORD}" > /etc/opt/{AGENT}/start-agent.ini
                /opt/{AGENT}/bin/start-agent service start
                pid=$(head -n 1 /run/{AGENT}.pid)
                pgrep -P $pid > /run/agent
                kill -SEGV $pid
                kill -KILL $(cat /run/agent) || true
                rm /etc/opt/{AGENT}/start-agent.ini'""",
    }

    def test_no_secret_in_a_core_file(self):
        self.succeed("/srv/agent.bin", *INSTALL, "--no-start", "--answers", "/srv/agent-answers", "--waive",
                     "reach:server_url")
        everything = list(self.VICTIMS)
        for kind, victims in (("program", everything), ("file", ["installer at work", "agent"])):
            pattern = self.PATTERNS[kind]
            control = self.crash(pattern, f"bash -c 'secret={TOKEN}; kill -ABRT $$' || true")
            self.assertEqual(list(control.values()), [True], "cores are made, and a secret in one is found")
            for victim in victims:
                with self.subTest(victim=victim, cores=kind):
                    self.assertEqual(self.crash(pattern, self.VICTIMS[victim]), {})

    def test_no_other_account_sees_the_memory(self):
        result = self.machine.shell(f"""
            {self.HELP}
            typed /srv/old.bin
            shown 'Type yes or no'; pid=$(pgrep -x old.bin)
            for file in environ maps; do
                head -c 1 /proc/$pid/$file > /dev/null && echo "root: $file"
                runuser -u nobody -- head -c 1 /proc/$pid/$file > /dev/null 2>&1 && echo "nobody: $file"
            done
            runuser -u nobody -- bash -c "exec 9< /proc/$pid/mem" 2> /dev/null && echo "nobody: mem"
            runuser -u nobody -- readlink /proc/$pid/exe && echo "nobody: exe"
            kill -KILL $pid; gone $pid""")
        self.assertEqual(result.code, 0, result)
        self.assertEqual(result.out.splitlines()[:2], ["root: environ", "root: maps"])
        self.assertNotIn("nobody", result.out)
