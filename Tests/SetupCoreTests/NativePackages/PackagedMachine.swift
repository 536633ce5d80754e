import BinFormat
import Diagnostics
import Digests
import LinuxIO
import SetupPlan
import TestSupport

@testable import SetupCore

extension ConfigToolMachine {
    /// RFC 8032's second test key.
    static let seed = Hexadecimal.bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb") ?? []
    static let publicKey = Hexadecimal.bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c") ?? []

    /// A machine on which dpkg or rpm has unpacked the package `demo` of the product, and nothing more.
    init(package format: PackageFormat, in scratch: borrowing Directory) throws {
        let contents = [("lib/a", "alpha"), ("settings.ini", "a=b\n"), ("tool", "t")]
        var plan = Self.sample().plan
        plan.format = format
        plan.package = "demo"
        plan.service = Service(
            user: "svc", restart: .always, stopTimeoutSeconds: 1, unit: "[Unit]\n", initScript: "#!/bin/sh\n")
        plan.agent = AgentCommand(command: ["tool"])
        plan.entries = ["bin", "lib"].map { Entry(path: $0, content: .directory, mode: 0o755) }
        for directory in ["etc", "opt", "run", "opt/demo", "opt/demo/bin", "opt/demo/lib"] {
            try scratch.makeDirectories("machine/" + directory)
        }
        for (path, content) in contents {
            let bytes = Array(content.utf8)
            let mode: UInt32 = path == "tool" ? 0o755 : 0o644
            plan.entries.append(
                Entry(
                    path: path,
                    content: .file(size: UInt64(bytes.count), digest: SHA256.digest(bytes), block: 0, offset: 0),
                    mode: mode))
            if path == "settings.ini" { plan.entries[plan.entries.count - 1].isConfiguration = true }
            try scratch.file("machine/opt/demo/" + path, [.write, .create], mode: mode).write(bytes)
        }
        try scratch.file("machine/etc/passwd", [.write, .create]).write("svc:x:77:78::/home/svc:/bin/sh\n")
        try scratch.file("machine/etc/group", [.write, .create]).write("svc:x:78:\n")
        var head = [UInt8](repeating: 7, count: 5000)
        head.replaceSubrange(
            0..<20, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1] + [UInt8](repeating: 0, count: 12) + [62, 0])
        try scratch.file("head", [.write, .create, .truncate]).write(head)
        let image = try ConfigToolImage.make(
            runtime: scratch.path + "/head", plan: plan,
            sign: { message throws(Failure) in
                PlanSignature(publicKey: Self.publicKey, signature: try Ed25519.sign(message, seed: Self.seed))
            })
        let source = try image.source()
        let bytes = try source.read(Int(source.size), at: 0)
        try scratch.file("machine/opt/demo/bin/start-agent", [.write, .create], mode: 0o755).write(bytes)
        try scratch.directory("machine/opt/demo").makeLink("demo-config", target: "bin/start-agent")
        let copy = try scratch.directory("")
        base = scratch.path + "/machine"
        self.plan = plan
        self.scratch = copy
    }

    /// The package's tool, asked by root.
    func runPackaged(_ words: [String], answers: [String]? = nil) throws(Failure) -> Int32 {
        var context = tool(answers: answers)
        context.ownKey = Self.publicKey
        return try ConfigTool(plan: plan, context: context).run(words)
    }

    /// What is below the product's root now.
    var installed: [String] {
        get throws { try listing(try scratch.directory("machine/opt")) }
    }
}

/// Runs a test on a machine with a native package.
func withPackage(
    _ format: PackageFormat = .deb, _ body: (borrowing ConfigToolMachine) throws -> Void
) throws {
    try withScratch { scratch in try body(try ConfigToolMachine(package: format, in: scratch)) }
}
