internal import Diagnostics
internal import LinuxIO
internal import SetupPlan

/// Whether the file systems on which the product goes have room, take writes and run programs.
enum DiskChecks {
    /// Room besides the files: logs, configuration, and what is in flight when a version is switched.
    private static let reserve: UInt64 = 16 << 20
    /// Inodes besides the plan's entries, for links, records and logs.
    private static let inodeReserve: UInt64 = 64

    /// What one file system must take.
    private struct Need {
        var path: String
        var system: FileSystem
        var bytes: UInt64
        var inodes: UInt64
    }

    static func findings(_ plan: Plan, _ context: PreflightContext) -> [PreflightFinding] {
        let bytes: UInt64 =
            switch plan.requirements.disk {
            case .automatic: contentBytes(plan).addingClamped(context.runtimeSize)
            case .bytes(let required): required
            }
        var needs: [Need] = []
        var written: [(path: String, system: FileSystem)] = []
        do throws(Failure) {
            let inodes = UInt64(plan.entries.count) + inodeReserve
            try add(plan.paths.root, bytes: bytes, inodes: inodes, to: &needs, context)
            try add(plan.paths.state, bytes: reserve, inodes: inodeReserve, to: &needs, context)
            try add(plan.paths.options, bytes: 1 << 20, inodes: inodeReserve, to: &needs, context)
            // One device may be mounted read-only in one place and read-write in another.
            for path in [plan.paths.root, plan.paths.state, plan.paths.options] {
                // Nothing is written to options that are there: an update works where /etc is read-only.
                if path == plan.paths.options, fileStatus(context.path(path)) != nil { continue }
                written.append((path, try context.fileSystem(nearestExisting(context.path(path)))))
            }
        } catch {
            return [PreflightFinding("disk", .warning, "the room on disk is unknown: \(error.message)")]
        }
        return [room(needs), inodes(needs), readOnly(written), noExec(plan, needs[0])]
    }

    /// What the files take in blocks of 4096 bytes, and a tenth for the file system's own records.
    private static func contentBytes(_ plan: Plan) -> UInt64 {
        let total = plan.entries.reduce(into: UInt64(0)) { total, entry in
            if case .file(let size, _, _, _) = entry.content {
                total = total.addingClamped((size.addingClamped(4095)) / 4096 * 4096)
            } else {
                total = total.addingClamped(4096)
            }
        }
        return total.addingClamped(total / 10)
    }

    /// Adds what a path needs to its file system, which several paths may share.
    private static func add(
        _ path: String, bytes: UInt64, inodes: UInt64, to needs: inout [Need], _ context: PreflightContext
    ) throws(Failure) {
        let existing = nearestExisting(context.path(path))
        let system = try context.fileSystem(existing)
        if let index = needs.firstIndex(where: { $0.system.device == system.device }) {
            needs[index].bytes = needs[index].bytes.addingClamped(bytes)
            needs[index].inodes += inodes
        } else {
            needs.append(Need(path: path, system: system, bytes: bytes, inodes: inodes))
        }
    }

    /// The path itself, or the nearest directory above it that is there.
    private static func nearestExisting(_ path: String) -> String {
        var path = path
        while path != "/", path != ".", fileStatus(path) == nil { path = PathText.parent(path) }
        return path
    }

    private static func room(_ needs: [Need]) -> PreflightFinding {
        for need in needs where need.system.availableBytes < need.bytes {
            return PreflightFinding(
                "disk", .refusal,
                "\(need.path) needs \(Amount.text(need.bytes)), its file system has \(Amount.text(need.system.availableBytes)) left",
                hint: "Free some space, or enlarge the file system.")
        }
        return PreflightFinding(
            "disk", .ok, "there is room for \(Amount.text(needs.reduce(0) { $0.addingClamped($1.bytes) }))")
    }

    private static func inodes(_ needs: [Need]) -> PreflightFinding {
        for need in needs {
            guard let available = need.system.availableInodes, available < need.inodes else { continue }
            return PreflightFinding(
                "inodes", .refusal, "\(need.path) needs \(need.inodes) inodes, its file system has \(available) left",
                hint: "Remove some of the many small files on it.")
        }
        return PreflightFinding("inodes", .ok, "there are inodes enough")
    }

    private static func readOnly(_ written: [(path: String, system: FileSystem)]) -> PreflightFinding {
        for (path, system) in written where system.isReadOnly {
            return PreflightFinding(
                "read-only", .refusal, "the file system of \(path) is mounted read-only",
                hint: "Mount it read-write, or mount a writable file system there.")
        }
        return PreflightFinding("read-only", .ok, "the file systems can be written")
    }

    private static func noExec(_ plan: Plan, _ need: Need) -> PreflightFinding {
        need.system.isNoExec
            ? PreflightFinding(
                "noexec", .refusal,
                "the file system of \(plan.paths.root) is mounted noexec: no program can run from it",
                hint: "Remount it with exec, or mount another file system there.")
            : PreflightFinding("noexec", .ok, "programs can run from \(plan.paths.root)")
    }
}

extension UInt64 {
    /// The sum, or the highest number where it would be higher.
    fileprivate func addingClamped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
