import Diagnostics
import LinuxIO

/// What the dynamic loader makes of an ELF file; elf(5), the generic ABI, and glibc's elf/elf.h for versions.
struct ELFFile {
    /// `ET_EXEC`, `ET_DYN`: what a loader takes.
    static let loadableTypes: [UInt16] = [2, 3]
    /// The most entries of a table.
    static let tableLimit = 1 << 16

    /// The most names of one kind: libraries, versions.
    static let nameLimit = 4096

    /// Whether addresses have 64 bits.
    let is64: Bool
    /// `e_machine`.
    let machine: UInt16
    /// `e_type`.
    let type: UInt16
    /// `PT_INTERP`: the loader of a program.
    private(set) var interpreter: String?
    /// `DT_SONAME`.
    private(set) var soname: String?
    /// `DT_NEEDED`: the libraries that it asks for, in order.
    private(set) var needed: [String] = []
    /// `DT_RPATH` and `DT_RUNPATH`: where it looks for them.
    private(set) var searchPaths: [String] = []
    /// `DT_GNU_HASH` without `DT_HASH`: only a loader that knows the newer table finds its symbols.
    private(set) var needsGNUHash = false
    /// The symbol versions that it needs.
    private(set) var versions: [VersionNeed] = []

    /// A version of symbols that a library must have.
    struct VersionNeed: Equatable {
        /// The library, by the name in `DT_NEEDED`.
        var library: String
        /// The version, `GLIBC_2.17`.
        var version: String
        /// One symbol of that version, where the symbol table names one.
        var symbol: String?
    }

    /// Reads what matters of a file.
    ///
    /// - Parameter source: A file that starts with an ELF header.
    /// - Throws: `.integrity` with what is wrong and where, or what reading ran into.
    init(_ source: ByteSource) throws(Failure) {
        let ident = try ELFBytes(source: source, is64: false, isBigEndian: false).read(16, at: 0, "the header").bytes
        guard ident.starts(with: [0x7F, 0x45, 0x4C, 0x46]), [1, 2].contains(ident[4]), [1, 2].contains(ident[5]) else {
            throw Failure(.integrity, "byte 4 or 5 of the header names no known kind of ELF file")
        }
        var bytes = ELFBytes(source: source, is64: ident[4] == 2, isBigEndian: ident[5] == 2)
        is64 = bytes.is64
        let header = try bytes.read(bytes.is64 ? 64 : 52, at: 0, "the header")
        type = UInt16(header.short(16))
        machine = UInt16(header.short(18))
        let programs = try Self.programHeaders(header, bytes)
        do throws(Failure) {
            try Self.checkExtent(header, programs, bytes)
        } catch {
            // What strip(1) and its kin put aside has the headers of the whole file, but not its content.
            if Self.isDebugFile(header, bytes) { return }
            throw error
        }
        guard Self.loadableTypes.contains(type) else { return }
        for program in programs where program.kind == .load {
            bytes.segments.append((program.address, program.offset, program.count))
        }
        if let program = programs.first(where: { $0.kind == .interpreter && $0.count > 0 }) {
            interpreter = try bytes.name(at: program.offset, limit: program.count, "the loader's name")
        }
        if let program = programs.first(where: { $0.kind == .dynamic && $0.count > 0 }) {
            try readDynamic(try ELFDynamic(program.offset, program.count, bytes), bytes)
        }
    }

    private mutating func readDynamic(_ dynamic: ELFDynamic, _ bytes: ELFBytes) throws(Failure) {
        let libraries = dynamic.values(.needed)
        guard libraries.count <= Self.nameLimit else {
            throw Failure(.integrity, "the dynamic section names \(libraries.count) libraries, expected fewer")
        }
        for offset in libraries { needed.append(try dynamic.string(offset, bytes)) }
        if let offset = dynamic.values(.soname).last { soname = try dynamic.string(offset, bytes) }
        for offset in (dynamic.values(.rpath) + dynamic.values(.runpath)).prefix(16) {
            searchPaths.append(try dynamic.string(offset, bytes))
        }
        versions = try ELFVersions(dynamic, bytes).needs
        needsGNUHash = !dynamic.values(.gnuHash).isEmpty && dynamic.values(.hash).isEmpty
    }

    // MARK: Headers

    private struct Program {
        enum Kind: UInt64 {
            case load = 1
            case dynamic = 2
            case interpreter = 3
        }
        var kind: Kind?
        var offset: UInt64
        var address: UInt64
        /// The bytes in the file.
        var count: UInt64
    }

    private static func programHeaders(_ header: ELFRecord, _ bytes: ELFBytes) throws(Failure) -> [Program] {
        let start = header.word(header.is64 ? 32 : 28)
        let size = Int(header.short(header.is64 ? 54 : 42))
        let count = Int(header.short(header.is64 ? 56 : 44))
        guard count > 0 else { return [] }
        let least = header.is64 ? 56 : 32
        guard size >= least else {
            throw Failure(.integrity, "program headers have \(size) bytes, expected \(least) or more")
        }
        // PN_XNUM, and more than any loader takes.
        guard count <= 4096 else {
            throw Failure(.integrity, "there are \(count) program headers, expected at most 4096")
        }
        let table = try bytes.read(size * count, at: start, "the table of program headers")
        return (0..<count).map { index in
            let base = index * size
            return Program(
                kind: Program.Kind(rawValue: table.half(base)), offset: table.word(base + (table.is64 ? 8 : 4)),
                address: table.word(base + (table.is64 ? 16 : 8)), count: table.word(base + (table.is64 ? 32 : 16)))
        }
    }

    /// Checks that the file holds what its headers say: a file that was cut off doesn't.
    private static func checkExtent(
        _ header: ELFRecord, _ programs: [Program], _ bytes: ELFBytes
    ) throws(Failure) {
        func check(_ offset: UInt64, _ count: UInt64, _ what: String) throws(Failure) {
            let (end, overflow) = offset.addingReportingOverflow(count)
            guard overflow || end > bytes.source.size else { return }
            throw Failure(
                .integrity,
                "\(what) is expected at byte \(offset) with \(count) bytes, but the file ends at byte "
                    + "\(bytes.source.size)")
        }
        for program in programs where program.kind != nil { try check(program.offset, program.count, "a segment") }
        let sections = sectionTable(header)
        if sections.start != 0 {
            try check(sections.start, UInt64(sections.size * sections.count), "the table of sections")
        }
    }

    private static func sectionTable(_ header: ELFRecord) -> (start: UInt64, size: Int, count: Int) {
        (
            header.word(header.is64 ? 40 : 32), Int(header.short(header.is64 ? 58 : 46)),
            Int(header.short(header.is64 ? 60 : 48))
        )
    }

    /// Whether the code is elsewhere: an executable section that takes no room (`SHT_NOBITS`, `SHF_EXECINSTR`).
    private static func isDebugFile(_ header: ELFRecord, _ bytes: ELFBytes) -> Bool {
        let (start, size, count) = sectionTable(header)
        guard start != 0, size >= (header.is64 ? 64 : 40),
            let table = try? bytes.read(size * count, at: start, "the table of sections")
        else { return false }
        return (0..<count).contains { index in
            table.half(index * size + 4) == 8 && table.word(index * size + 8) & 4 != 0
        }
    }
}
