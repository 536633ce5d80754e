import Diagnostics

/// The symbol versions that a file needs: `.gnu.version_r`, `.gnu.version` and the dynamic symbols.
///
/// The Linux Standard Base describes the records (Core 5.0, 10.7.4): `Elfxx_Verneed` is version, count, file, offset of
/// the first `Vernaux`, offset of the next; `Elfxx_Vernaux` is hash, flags, index, name, offset of the next.
struct ELFVersions {
    private(set) var needs: [ELFFile.VersionNeed] = []
    private var indexes: [UInt16] = []

    /// Reads what the dynamic section points at; nothing where it points at nothing.
    init(_ dynamic: ELFDynamic, _ bytes: ELFBytes) throws(Failure) {
        guard let address = dynamic.values(.versionNeeds).first else { return }
        let place = try bytes.place(of: address, "the table of versions")
        var next: UInt64 = 0
        // Offsets lead forwards alone, and only so many records are read: no table is endless.
        for _ in 0..<ELFFile.nameLimit {
            let need = try record(at: next, in: place, bytes)
            let library = try dynamic.string(need.half(4), bytes)
            var detail = next + need.half(8)
            for _ in 0..<need.short(2) {
                guard needs.count < ELFFile.nameLimit else {
                    throw Failure(.integrity, "the table of versions at byte \(place.offset) is too long")
                }
                let version = try record(at: detail, in: place, bytes)
                needs.append(
                    ELFFile.VersionNeed(library: library, version: try dynamic.string(version.half(8), bytes)))
                indexes.append(UInt16(version.short(6)))
                if version.half(12) == 0 { break }
                detail += version.half(12)
            }
            if need.half(12) == 0 { break }
            next += need.half(12)
        }
        try nameSymbols(dynamic, bytes)
    }

    /// Both kinds of records have 16 bytes.
    private func record(
        at position: UInt64, in place: (offset: UInt64, count: UInt64), _ bytes: ELFBytes
    ) throws(Failure) -> ELFRecord {
        guard place.count >= 16, position <= place.count - 16 else {
            throw Failure(
                .integrity,
                "the table of versions at byte \(place.offset) leads to its byte \(position), behind its end")
        }
        return try bytes.read(16, at: place.offset + position, "the table of versions")
    }

    /// Finds one undefined symbol for each version; without a symbol table there is none to name.
    private mutating func nameSymbols(_ dynamic: ELFDynamic, _ bytes: ELFBytes) throws(Failure) {
        guard let versions = dynamic.values(.symbolVersions).first, let symbols = dynamic.values(.symbols).first
        else { return }
        let versionPlace = try bytes.place(of: versions, "the versions of symbols")
        let symbolPlace = try bytes.place(of: symbols, "the table of symbols")
        let size: UInt64 = bytes.is64 ? 24 : 16
        var count = min(versionPlace.count / 2, symbolPlace.count / size, 1 << 20)
        // The number of symbols stands nowhere. Linkers put the strings, then the versions, behind the symbols.
        for behind in [dynamic.values(.strings).first, versions].compactMap({ $0 }) where behind > symbols {
            count = min(count, (behind - symbols) / size)
        }
        let table = try bytes.read(Int(count) * 2, at: versionPlace.offset, "the versions of symbols")
        var positions: [UInt16: Int] = [:]
        for (position, index) in indexes.enumerated() { positions[index] = position }
        for symbol in 0..<Int(count) {
            // The highest bit marks hidden symbols.
            let index = UInt16(table.short(symbol * 2)) & 0x7FFF
            guard index > 1, let position = positions[index] else { continue }
            let offset = symbolPlace.offset + UInt64(symbol) * size
            let entry = try bytes.read(Int(size), at: offset, "a symbol")
            // st_shndx 0: it comes from elsewhere.
            guard entry.short(bytes.is64 ? 6 : 14) == 0, let name = try? dynamic.string(entry.half(0), bytes) else {
                continue
            }
            needs[position].symbol = name
            positions[index] = nil
            if positions.isEmpty { return }
        }
    }
}
