import Digests

extension RPMPackage {
    /// The main header.
    ///
    /// - Parameters:
    ///   - compressed: SHA-256 of the payload as it is in the file.
    ///   - plain: SHA-256 of the decompressed payload.
    func header(compressed: SHA256Digest, plain: SHA256Digest) -> HeaderFields<RPMTag> {
        var header = HeaderFields<RPMTag>()
        header[.headerI18NTable] = .texts(["C"])
        header[.name] = .text(name)
        header[.version] = .text(version)
        header[.release] = .text(release)
        header[.epoch] = epoch.map { .int32([$0]) }
        header[.summary] = .i18nString([Array(summary.utf8)])
        header[.description] = .i18nString([Array(description.utf8)])
        header[.buildTime] = .int32([time])
        header[.buildHost] = .text(buildHost)
        header[.vendor] = vendor.map(RPMValue.text)
        header[.license] = .text(license)
        header[.packager] = packager.map(RPMValue.text)
        header[.group] = .i18nString([Array(group.utf8)])
        header[.url] = url.map(RPMValue.text)
        header[.rpmVersion] = .text(Self.formatVersion)
        header[.os] = .text("linux")
        header[.arch] = .text(architecture)
        // Without it rpm takes the package for a source package; `headerIsSource` of lib/headerutil.cc.
        header[.sourceRPM] = .text("\(label).src.rpm")
        header[.payloadFormat] = .text("cpio")
        header[.payloadCompressor] = .text("xz")
        header[.payloadFlags] = .text("6")
        header[.encoding] = .text("utf-8")
        header[.payloadSHA256] = .texts([compressed.hex])
        header[.payloadSHA256Algo] = .int32([RPMDigestAlgorithm.sha256])
        header[.payloadSHA256Alt] = .texts([plain.hex])
        addSize(to: &header)
        for kind in RPMRelation.Kind.allCases {
            let all = dependencies(kind)
            guard !all.isEmpty else { continue }
            header[kind.tags.name] = .texts(all.map(\.name))
            header[kind.tags.version] = .texts(all.map(\.version))
            header[kind.tags.flags] = .int32(all.map(\.flags))
        }
        for script in scripts {
            header[script.kind.tags.program] =
                script.program.count == 1 ? .text(script.program[0]) : .texts(script.program)
            if !script.body.isEmpty { header[script.kind.tags.body] = .text(script.body) }
        }
        if !changes.isEmpty {
            header[.changeLogTime] = .int32(changes.map { UInt32(truncatingIfNeeded: $0.timestamp) })
            header[.changeLogName] = .texts(changes.map(\.author))
            header[.changeLogText] = .texts(changes.map(\.text))
        }
        if !entries.isEmpty { addFiles(to: &header) }
        return header
    }

    /// The first rpm whose rpmbuild writes every tag that is here (PAYLOADSHA256ALT came last).
    ///
    /// rpm 4.20 hands RPMVERSION to Lua scriptlets and aborts in the middle of the transaction where there is none:
    /// https://github.com/rpm-software-management/rpm/issues/4189.
    static let formatVersion = "4.16.0"

    private var time: UInt32 { UInt32(truncatingIfNeeded: timestamp) }

    /// `SIZE`: what is installed, without directories and ghosts.
    private func addSize(to header: inout HeaderFields<RPMTag>) {
        let size = payloadEntries.reduce(0) { $0 + entries[$1].size }
        if let small = UInt32(exactly: size), small < UInt32.max {
            header[.size] = .int32([small])
        } else {
            header[.longSize] = .int64([size])
        }
    }

    /// The lists with one element a path; build/files.cc of rpm.
    private func addFiles(to header: inout HeaderFields<RPMTag>) {
        header[.fileSizes] = .int32(entries.map { UInt32(truncatingIfNeeded: $0.size) })
        header[.fileModes] = .int16(entries.map { UInt16(truncatingIfNeeded: $0.fullMode) })
        header[.fileRDevs] = .int16(entries.map { _ in 0 })
        header[.fileMTimes] = .int32(entries.map { _ in time })
        header[.fileDigests] = .texts(entries.map(\.digestText))
        header[.fileLinkTos] = .texts(entries.map(\.linkTarget))
        header[.fileFlags] = .int32(entries.map(\.storedFlags))
        header[.fileUserName] = .texts(entries.map(\.owner))
        header[.fileGroupName] = .texts(entries.map(\.group))
        header[.fileVerifyFlags] = .int32(entries.map(\.storedVerifyFlags))
        // rpmbuild knows no device of a ghost.
        header[.fileDevices] = .int32(entries.map { $0.flags.contains(.ghost) ? 0 : 1 })
        header[.fileINodes] = .int32(entries.indices.map { UInt32(truncatingIfNeeded: $0 + 1) })
        header[.fileLangs] = .texts(entries.map { _ in "" })
        if entries.contains(where: { $0.capabilities != nil }) {
            header[.fileCaps] = .texts(entries.map { $0.capabilities ?? "" })
        }
        header[.fileDigestAlgo] = .int32([RPMDigestAlgorithm.sha256])
        var directories: [String] = []
        var places: [String: UInt32] = [:]
        var indexes: [UInt32] = []
        var names: [String] = []
        for entry in entries {
            let slash = entry.path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? entry.path.utf8.startIndex
            let split = entry.path.utf8.index(after: slash)
            let directory = String(entry.path[..<split])
            if places[directory] == nil {
                places[directory] = UInt32(directories.count)
                directories.append(directory)
            }
            indexes.append(places[directory] ?? 0)
            names.append(String(entry.path[split...]))
        }
        header[.dirIndexes] = .int32(indexes)
        header[.baseNames] = .texts(names)
        header[.dirNames] = .texts(directories)
    }
}

extension RPMEntry {
    /// What can't be verified of a ghost, whose content isn't known: digest, size, link and time.
    private static let unknownOfGhosts: UInt32 = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 5

    fileprivate var digestText: String {
        guard case .file(_, let digest) = content, !flags.contains(.ghost) else { return "" }
        return digest.hex
    }

    fileprivate var linkTarget: String {
        guard case .link(let target) = content else { return "" }
        return target
    }

    /// rpmbuild takes `%config`, `%doc` and `%license` off directories.
    fileprivate var storedFlags: UInt32 {
        content == .directory ? flags.subtracting([.config, .doc, .license]).rawValue : flags.rawValue
    }

    fileprivate var storedVerifyFlags: UInt32 {
        flags.contains(.ghost) ? verifyFlags & ~Self.unknownOfGhosts : verifyFlags
    }
}
