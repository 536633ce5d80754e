internal import LinuxIO
internal import SetupPlan

/// The checks of user, processor and memory.
enum MachineChecks {
    /// The part of the required memory that may be missing: a 2 GB machine shows 1.7 to 1.9 GB, the kernel keeps the rest.
    private static let memoryTolerance = 0.15
    /// The part of the required speed that may be missing: a 1.4 GHz processor may say 1396 MHz.
    private static let speedTolerance = 0.05

    static func root(_ context: PreflightContext) -> PreflightFinding {
        context.user == 0
            ? PreflightFinding("root", .ok, "running as root")
            : PreflightFinding("root", .refusal, "installing needs root's rights", hint: "Run the command with sudo.")
    }

    static func architecture(_ plan: Plan, _ context: PreflightContext) -> PreflightFinding {
        let wanted = plan.product.architecture
        let names = ["x86_64": "amd64", "aarch64": "arm64"]
        let found = names[context.machine] ?? context.machine
        return found == wanted
            ? PreflightFinding("architecture", .ok, "the machine is \(found)")
            : PreflightFinding(
                "architecture", .refusal, "the product is for \(wanted), this machine is \(found)",
                hint: "Get the installer for \(found).")
    }

    static func cpu(_ required: Int?, _ context: PreflightContext) -> PreflightFinding {
        guard let required else { return PreflightFinding("cpu", .ok, "no speed is required") }
        guard let found = megahertz(context) else {
            return PreflightFinding("cpu", .ok, "the processor's speed is unknown here (\(required) MHz are required)")
        }
        let isEnough = Double(found) >= Double(required) * (1 - speedTolerance)
        return PreflightFinding(
            "cpu", isEnough ? .ok : .warning, "the processor runs at up to \(found) MHz, \(required) MHz are required")
    }

    /// The highest speed of the fastest processor, which is not what it runs at now; nil where the kernel doesn't say,
    /// as in most virtual machines.
    private static func megahertz(_ context: PreflightContext) -> Int? {
        let directory = context.sysPath + "/devices/system/cpu"
        guard let names = try? Directory.open(directory).names() else { return nil }
        let kilohertz = names.compactMap { name -> Int? in
            guard name.hasPrefix("cpu") else { return nil }
            let text = context.text("\(directory)/\(name)/cpufreq/cpuinfo_max_freq")
            return text.flatMap { Int($0.prefix { $0.isASCII && $0.isNumber }) }
        }
        return kilohertz.max().map { $0 / 1000 }
    }

    static func memory(_ required: UInt64?, _ context: PreflightContext) -> PreflightFinding {
        guard let required else { return PreflightFinding("memory", .ok, "no amount of memory is required") }
        guard let found = memoryBytes(context) else {
            return PreflightFinding("memory", .ok, "the amount of memory is unknown here")
        }
        let isEnough = Double(found) >= Double(required) * (1 - memoryTolerance)
        return PreflightFinding(
            "memory", isEnough ? .ok : .warning,
            "the machine has \(Amount.text(found)) of memory, \(Amount.text(required)) are required")
    }

    /// `MemTotal` of proc_meminfo(5).
    private static func memoryBytes(_ context: PreflightContext) -> UInt64? {
        guard let text = context.text(context.procPath + "/meminfo") else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("MemTotal:") {
            let words = line.split(separator: " ")
            if words.count == 3, words[2] == "kB", let kibibytes = UInt64(words[1]) { return kibibytes * 1024 }
        }
        return nil
    }

    /// fapolicyd lets only programs run that a package or its administrator vouches for.
    static func fapolicyd(_ plan: Plan, _ context: PreflightContext) -> PreflightFinding {
        // The daemon makes the pipe when it starts, and takes it away when it ends.
        let runs = fileStatus(context.path("/run/fapolicyd/fapolicyd.fifo")) != nil
        guard runs else { return PreflightFinding("fapolicyd", .ok, "no application allow-list is active") }
        return PreflightFinding(
            "fapolicyd", .warning, "fapolicyd is active and will stop programs that it doesn't know",
            hint: "After installing, run: fapolicyd-cli --file add \(plan.paths.root)/ && fapolicyd-cli --update")
    }
}

/// Amounts of bytes for people.
enum Amount {
    /// Decimal units, as vendors' requirements use them: `2.0 GB`, `350 MB`.
    static func text(_ bytes: UInt64) -> String {
        if bytes >= 1_000_000_000 {
            let tenths = (bytes + 50_000_000) / 100_000_000
            return "\(tenths / 10).\(tenths % 10) GB"
        }
        if bytes >= 1_000_000 { return "\((bytes + 500_000) / 1_000_000) MB" }
        return bytes < 1000 ? "\(bytes) bytes" : "\((bytes + 500) / 1000) kB"
    }
}
