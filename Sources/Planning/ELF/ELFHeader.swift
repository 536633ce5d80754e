/// What an ELF file is made for; the first bytes of its header, elf(5).
struct ELFHeader: Equatable {
    /// The number of bytes that must be known.
    static let byteCount = 20
    /// `EM_386`.
    static let machine386: UInt16 = 3
    /// `EM_X86_64`.
    static let machineX8664: UInt16 = 62
    /// `EM_BPF`: loaded into the kernel, at home on every machine.
    static let machineBPF: UInt16 = 247

    /// `e_machine`.
    var machine: UInt16

    /// Reads the start of a file.
    ///
    /// - Parameter bytes: The file's first bytes.
    /// - Returns: nil when it isn't an ELF file.
    init?(_ bytes: some Collection<UInt8>) {
        let head = Array(bytes.prefix(Self.byteCount))
        guard head.count == Self.byteCount, head[..<4].elementsEqual([0x7F, 0x45, 0x4C, 0x46]) else { return nil }
        // EI_DATA: 1 little endian, 2 big endian.
        switch head[5] {
        case 1: machine = UInt16(head[18]) | UInt16(head[19]) << 8
        case 2: machine = UInt16(head[19]) | UInt16(head[18]) << 8
        default: return nil
        }
    }

    /// A machine in words, for messages.
    static func name(of machine: UInt16) -> String {
        switch machine {
        case machine386: "32-bit x86"
        case machineX8664: "x86_64"
        case 40: "32-bit ARM"
        case 183: "arm64"
        case 243: "RISC-V"
        default: "machine number \(machine)"
        }
    }
}
