import LinuxIO
import Product

/// Finds executables for another kind of machine, which usually come from a wrong download.
enum MachineCheck {
    /// How many files one warning names.
    private static let named = 3

    /// What looks wrong about a plan's executables.
    ///
    /// - Parameters:
    ///   - entries: The plan's entries.
    ///   - architecture: What the plan is for.
    /// - Returns: One sentence for each foreign machine.
    static func warnings(_ entries: [PlannedEntry], architecture: Architecture) -> [String] {
        let expected: UInt16 =
            switch architecture {
            case .amd64: ELFHeader.machineX8664
            }
        var foreign: [UInt16: [String]] = [:]
        for entry in entries {
            guard case .file(let file) = entry.content, let machine = file.machine else { continue }
            if machine != expected, machine != ELFHeader.machineBPF {
                foreign[machine, default: []].append(PathText.display(entry.path))
            }
        }
        return foreign.sorted { $0.key < $1.key }.map { machine, paths in
            let more = paths.count > named ? " and \(paths.count - named) more" : ""
            return "\(paths.prefix(named).joined(separator: ", "))\(more): made for \(ELFHeader.name(of: machine)), "
                + "while the product is for \(architecture.rawValue)"
        }
    }
}
