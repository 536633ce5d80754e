import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles
import SetupPlan
import Signing
import SiteDefinition

extension SiteVerifier {
    /// Self-extracting installers: their sums and signatures, and the newest of each product under its documented name.
    func verifyInstallers(_ report: inout Report) throws(Failure) {
        var installers: [String] = []
        for channel in definition.channels {
            for product in definition.products where product.hasInstaller {
                let documented = definition.installerPath(product, in: channel)
                let directory = "\(PathText.parent(documented))/\(product.name)"
                var versions: [String] = []
                for entry in (try? reader.entries(directory)) ?? [] {
                    guard entry.isDirectory else {
                        unknown("\(directory)/\(entry.name)", &report)
                        continue
                    }
                    versions.append(entry.name)
                    let path = definition.installerPath(product, version: entry.name, in: channel)
                    installers.append(path)
                    let names = ["", ".asc", ".sha256"].map { PathText.lastComponent(path) + $0 }
                    for file in (try? reader.entries("\(directory)/\(entry.name)")) ?? []
                    where !names.contains(file.name) {
                        unknown("\(directory)/\(entry.name)/\(file.name)", &report)
                    }
                }
                guard let newest = versions.max(by: { VersionOrder.compare($0, $1) < 0 }) else { continue }
                let path = definition.installerPath(product, version: newest, in: channel)
                for ending in ["", ".asc"] { try verify(documented + ending, copyOf: path + ending, &report) }
            }
        }
        let paths = installers
        let found = Monitor<[Int: [RepositoryFault]]>([:])
        try Threads.run(max(1, min(context.threads, paths.count))) { thread throws(Failure) in
            for index in stride(from: thread, to: paths.count, by: context.threads) {
                let faults = try verifyInstaller(paths[index])
                found.with { $0[index] = faults }
            }
        }
        report.faults += found.with { $0 }.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    private func unknown(_ path: String, _ report: inout Report) {
        report.faults.append(
            RepositoryFault(.warning, "file-unknown", path: path, "is there, and is no file of an installer"))
    }

    /// The documented name has the newest version.
    private func verify(_ path: String, copyOf newest: String, _ report: inout Report) throws(Failure) {
        do throws(Failure) {
            guard let copy = try reader.open(path) else {
                report.faults.append(RepositoryFault(.error, "installer-missing", path: path, "is not there"))
                return
            }
            guard let original = try? reader.open(newest) else { return }
            let isSame = isMetadataOnly ? copy.size == original.size : try copy.isSame(as: original)
            if !isSame {
                report.faults.append(
                    RepositoryFault(.error, "installer-differs", path: path, "is not the same as \(newest)"))
            }
        } catch {
            report.faults.append(try RepositoryFault(error, "unreadable", path: path))
        }
    }

    /// An installer of one version.
    private func verifyInstaller(_ path: String) throws(Failure) -> [RepositoryFault] {
        var report = Report()
        let sum = try read(path + ".sha256", missing: "installer-sum-missing", &report)
        let signature = try read(path + ".asc", missing: "installer-signature-missing", &report)
        do throws(Failure) {
            guard let content = try reader.open(path) else {
                report.faults.append(RepositoryFault(.error, "installer-missing", path: path, "is not there"))
                return report.faults
            }
            if isMetadataOnly { return report.faults }
            let digest = SHA256()
            try content.forEachPiece { piece throws(Failure) in digest.update(piece) }
            let line = "\(digest.finish().hex)  \(PathText.lastComponent(path))\n"
            let isSummed = sum.map { $0 == Array(line.utf8) }
            let verdict = try verdict(signature, of: content, path)
            switch (isSummed, verdict) {
            case (false, .good), (false, nil):
                report.faults.append(
                    RepositoryFault(
                        .error, "installer-sum", path: path + ".sha256",
                        "isn't the sum of the installer, \(line.dropLast())"))
            case (false, .some(let verdict)):
                report.faults.append(
                    RepositoryFault(
                        .error, "installer-digest", path: path, "has another sum, and its signature is \(verdict.words)"
                    ))
            case (_, .some(let verdict)):
                if case .good = verdict { break }
                report.faults.append(
                    RepositoryFault(.error, "installer-signature", path: path + ".asc", "is \(verdict.words)"))
            case (_, nil): break
            }
        } catch {
            report.faults.append(try RepositoryFault(error, "unreadable", path: path))
        }
        return report.faults
    }

    private func verdict(
        _ signature: [UInt8]?, of content: ByteSource, _ path: String
    ) throws(Failure) -> SignatureVerdict? {
        guard let signature, let keys = context.keys.rpm?.verifier ?? context.keys.apt?.verifier else { return nil }
        do throws(Failure) {
            return try keys.verify(signature, of: content)
        } catch {
            return .unusable(try RepositoryFault(error, "installer-signature", path: path).message)
        }
    }
}
