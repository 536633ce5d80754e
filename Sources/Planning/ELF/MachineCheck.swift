import Product

/// Finds executables for another kind of machine, which usually come from a wrong download.
enum MachineCheck {
    /// What is wrong with a file's machine.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - architecture: What the plan is for.
    /// - Returns: What follows the file's name; nil when nothing is.
    static func finding(_ file: ELFFile, _ architecture: Architecture) -> String? {
        let expected: UInt16 =
            switch architecture {
            case .amd64: ELFHeader.machineX8664
            }
        if file.machine == ELFHeader.machineBPF { return nil }
        if file.machine != expected {
            return "is made for \(ELFHeader.name(of: file.machine)), while the product is for \(architecture.rawValue)"
        }
        return file.is64 ? nil : "is made for x32, which kernels seldom run, while the product is for amd64"
    }
}
