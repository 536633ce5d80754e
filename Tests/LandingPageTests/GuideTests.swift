import Diagnostics
import Foundation
import Testing

@testable import LandingPage

@Suite struct GuideTests {
    static let page = Example.page

    static func guides() throws -> [Guide] { try page.guides(for: page.products[0]) }

    @Test func `Commands are those that the requirements document`() throws {
        let commands = try Self.guides().flatMap { $0.commands.flatMap { $0.split(separator: "\n").map(String.init) } }
        let documented = #"""
            curl -fsSL https://dist.sectigo.com/scm/linux/apt-sign.gpg | sudo gpg --dearmor -o /usr/share/keyrings/sectigo-archive-keyring.gpg
            gpg --show-keys /usr/share/keyrings/sectigo-archive-keyring.gpg
            echo "deb [arch=$(dpkg --print-architecture) signed-by=/usr/share/keyrings/sectigo-archive-keyring.gpg] https://dist.sectigo.com/apt-$(lsb_release -cs) $(lsb_release -cs) main" | sudo tee /etc/apt/sources.list.d/sectigo.list > /dev/null
            sudo apt-get update
            sudo apt-get install sectigo-network-agent
            sudo /opt/sectigo-network-agent/sectigona-config interactive
            sudo service sectigo-network-agent start
            sudo yum-config-manager --add-repo https://dist.sectigo.com/scm/linux/sectigo-network-agent.repo
            sudo yum install sectigo-network-agent
            sudo apt-get update && sudo apt install --only-upgrade sectigo-network-agent
            sudo yum update sectigo-network-agent
            sudo apt remove sectigo-network-agent
            sudo apt remove sectigo-network-agent-jre
            sudo yum remove sectigo-network-agent
            sudo yum remove sectigo-network-agent-jre
            """#
        for line in documented.split(separator: "\n") { #expect(commands.contains(String(line)), "\(line)") }
        // The first guide of each kind is the documented way, in the documented order.
        let lines = documented.split(separator: "\n").map(String.init)
        let first = try #require(Self.guides().first).commands.filter { lines.contains($0) }
        #expect(Array(first.prefix(7)) == Array(lines.prefix(7)))
    }

    @Test(arguments: ["bash", "dash"])
    func `Shells can read every command`(shell: String) throws {
        for guide in try Self.guides() {
            for commands in guide.commands {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                process.arguments = [shell, "-n", "-c", commands]
                try process.run()
                process.waitUntilExit()
                #expect(process.terminationStatus == 0, "\(guide.name): \(commands)")
            }
        }
    }

    @Test func `Every guide installs, updates and uninstalls, and shows keys before it installs`() throws {
        for guide in try Self.guides() {
            #expect(guide.tasks.map(\.title) == ["Install", "Update", "Uninstall"], "\(guide.name)")
            let blocks = try #require(guide.tasks.first).steps.flatMap(\.blocks)
            #expect(blocks.contains { if case .keys = $0 { true } else { false } }, "\(guide.name)")
            #expect(guide.tasks[0].steps.allSatisfy { $0.title != nil && !$0.blocks.isEmpty }, "\(guide.name)")
        }
    }

    @Test func `What isn't published isn't explained`() throws {
        var page = Example.page
        page.products[0].offline = nil
        page.products[0].installer = nil
        let names = try page.guides(for: page.products[0]).map(\.system)
        #expect(!names.contains("Any Linux") && !names.contains("Offline") && names.contains("Fedora"))
        page.yum = nil
        #expect(Set(try page.guides(for: page.products[0]).map(\.system)) == ["Debian, Ubuntu"])
        let releases = page.apt?.releases ?? []
        for (codename, expected) in [
            ("trusty", ["guide-ubuntu-14"]), ("bionic", ["guide-ubuntu-16"]),
            ("focal", ["guide-debian", "guide-debian-derived"]),
            ("trixie", ["guide-debian", "guide-debian-sources", "guide-debian-derived"]),
            ("plucky", ["guide-debian", "guide-debian-sources", "guide-debian-derived"]),
        ] {
            page.apt?.releases = [SitePage.APT.Release(codename: codename)]
            #expect(try page.guides(for: page.products[0]).map(\.name) == expected)
        }
        page.apt?.releases = releases.filter { $0.codename != "trusty" }
        #expect(try !page.guides(for: page.products[0]).contains { $0.name == "guide-ubuntu-14" })
        page.apt = nil
        #expect(try page.guides(for: page.products[0]).isEmpty)
    }

    @Test func `A product without configuration, service and other packages needs no such steps`() throws {
        var page = Example.page
        page.products[0].configure = nil
        page.products[0].start = nil
        page.products[0].stateDirectory = nil
        page.products[0].extraPackages = []
        for guide in try page.guides(for: page.products[0]) {
            let titles = guide.tasks.flatMap(\.steps).compactMap(\.title)
            #expect(!titles.contains("Configure") && !titles.contains("Start the service"))
            let commands = guide.commands.joined(separator: "\n")
            #expect(!commands.contains("service") && !commands.contains("-jre") && !commands.contains("/var/opt"))
        }
    }

    @Test func `A start line in other words is shown as it is, also where service isn't known`() throws {
        var page = Example.page
        page.products[0].start = "sudo /etc/init.d/agent start"
        for guide in try page.guides(for: page.products[0]) where guide.needs == ["apt"] || guide.needs == ["yum"] {
            #expect(guide.commands.contains("sudo /etc/init.d/agent start"), "\(guide.name)")
            #expect(!guide.commands.joined().contains("systemctl"), "\(guide.name)")
        }
    }

    @Test func `A channel's repositories are below its own directory, keys are the site's`() throws {
        var page = Example.page
        page.directory = "channels/beta"
        page.yum?.path = "channels/beta/yum"
        let commands = try page.guides(for: page.products[0]).flatMap(\.commands).joined(separator: "\n")
        #expect(commands.contains(" https://dist.sectigo.com/channels/beta/apt-$(lsb_release -cs) "))
        #expect(commands.contains("URIs: https://dist.sectigo.com/channels/beta/apt-$("))
        #expect(commands.contains("baseurl=file:///srv/sectigo-network-agent/channels/beta/yum/$basearch"))
        #expect(commands.contains("curl -fsSL https://dist.sectigo.com/scm/linux/apt-sign.gpg |"))
    }

    @Test func `The installer is the one with a version, whose checksum and signature have its name`() throws {
        var page = Example.page
        page.products[0].installer?.path = "scm/linux/sectigo-network-agent.bin"
        let versioned = try page.guides(for: page.products[0]).first { $0.name == "guide-installer" }?.commands.first
        let line = "/sectigo-network-agent/2.3.0/sectigo-network-agent-2.3.0.bin.sha256"
        #expect(versioned?.contains(line) == true)
        page.products[0].versions = []
        let fixed = try page.guides(for: page.products[0]).first { $0.name == "guide-installer" }?.commands.first
        #expect(fixed?.hasPrefix("curl -fLO https://dist.sectigo.com/scm/linux/sectigo-network-agent.bin\n") == true)
    }

    @Test func `zypper is given the key that will follow`() throws {
        var page = Example.page
        func imports() throws -> [String] {
            let guide = try page.guides(for: page.products[0]).first { $0.name == "guide-suse" }
            return (guide?.commands ?? []).filter { $0.contains("rpm --import") }
        }
        #expect(try imports() == ["sudo rpm --import https://dist.sectigo.com/scm/linux/rpm-sign-2.asc"])
        page.yum?.keys[1].standing = .inUse
        #expect(try imports() == [])
    }

    @Test func `Keys that signed once aren't expected any more`() throws {
        var page = Example.page
        page.yum?.keys[0].standing = .retired
        let commands = try page.guides(for: page.products[0]).flatMap(\.commands).joined(separator: "\n")
        #expect(!commands.contains("rpm-sign.asc") && commands.contains("rpm-sign-2.asc"))
        #expect(try page.html().contains(">Retired<"))
    }

    @Test func `A guide's text is read as it is meant`() throws {
        let text = """
            system: A
            label: B: C
            needs: apt offline

            First
            paragraph, `code`.
            # Task
            ## Step
                one \\

                    two
            after
            !keys apt
            # Other
                alone
            """
        let guide = try Guide(name: "g", text: text)
        #expect(guide.label == "B: C" && guide.needs == ["apt", "offline"])
        #expect(guide.introduction == [.paragraph([.words("First paragraph, "), .code("code"), .words(".")])])
        #expect(
            guide.tasks == [
                Guide.Task(
                    title: "Task",
                    steps: [
                        Guide.Step(
                            title: "Step",
                            blocks: [
                                .commands("one \\"), .commands("    two"), .paragraph([.words("after")]),
                                .keys(role: "apt"),
                            ])
                    ]),
                Guide.Task(title: "Other", steps: [Guide.Step(title: nil, blocks: [.commands("alone")])]),
            ])
        #expect(throws: Failure.self) { try Guide(name: "g", text: "system: A\n\n# T\n") }
        #expect(throws: Failure.self) { try Guide(name: "g", text: "system: A\nlabel: B\nneeds: apt\n\n## Step\n") }
    }
}
