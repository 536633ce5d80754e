import DebFormat
import Diagnostics
import LinuxIO
import TestSupport
import Testing

@Suite struct DebWriterTests {
    @Test func `dpkg-deb reads fields, files and scripts back`() throws {
        try withScratch { scratch in
            var sample = SamplePackage()
            sample.scripts = [.postinst: "#!/bin/sh\nexit 0\n", .prerm: "#!/bin/sh\nexit 0\n"]
            sample.conffiles = ["/etc/demo.conf"]
            sample.triggers = ["interest-noawait demo-restart"]
            let path = try sample.write("demo.deb", in: scratch)
            #expect(try run(["/usr/bin/dpkg-deb", "-f", path]) == sample.package.control.text())
            #expect(try run(["/usr/bin/dpkg-deb", "-f", path, "Version"]) == "1.2~rc1-3\n")
            try run(["/usr/bin/dpkg-deb", "-e", path, PathText.join(scratch.path, "control")])
            let control = try scratch.directory("control")
            #expect(
                try listing(control) == [
                    "conffiles 644", "control 644", "md5sums 644", "postinst 755", "prerm 755", "triggers 644",
                ])
            #expect(
                try run(["/usr/bin/dpkg-deb", "-c", path])
                    == """
                    drwxr-xr-x root/root         0 2000-01-01 00:00 ./
                    drwxr-xr-x root/root         0 2000-01-01 00:00 ./etc/
                    -rw-r--r-- root/root         4 2000-01-01 00:00 ./etc/demo.conf
                    drwxr-xr-x root/root         0 2000-01-01 00:00 ./opt/
                    drwxr-xr-x root/root         0 2000-01-01 00:00 ./opt/demo/
                    -rw------- root/root         0 2000-01-01 00:00 ./opt/demo/a b
                    drwxr-xr-x root/root         0 2000-01-01 00:00 ./opt/demo/bin/
                    -rwsr-xr-x root/root        17 2000-01-01 00:00 ./opt/demo/bin/run
                    lrwxrwxrwx root/root         0 2000-01-01 00:00 ./opt/demo/current -> bin/run
                    -rw-r--r-- root/root      3000 2000-01-01 00:00 ./opt/demo/ünïcode

                    """)
            try run(["/usr/bin/dpkg-deb", "-x", path, PathText.join(scratch.path, "root")])
            #expect(
                try run(
                    [
                        "/bin/sh", "-c",
                        "cd \(scratch.path)/root && md5sum --quiet -c ../control/md5sums && find . -type f | wc -l",
                    ]
                ) == "4\n")
        }
    }
}
