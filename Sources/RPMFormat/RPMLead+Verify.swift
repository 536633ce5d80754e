import Diagnostics
import LinuxIO

extension RPMLead {
    /// Compares the lead, which no digest covers, with the header, from which rpm makes it.
    ///
    /// - Parameter file: A package whose headers are read.
    /// - Returns: What in it follows from nothing that is known here.
    /// - Throws: `.integrity` with the place of what the header says otherwise.
    static func verify(_ file: RPMFile) throws(Failure) -> [String] {
        let bytes = try file.source.read(size, at: 0)
        func wrong(_ offset: UInt64, _ what: String) -> Failure {
            file.source.damage(at: offset, "the lead \(what)")
        }
        guard bytes[5] == 0 else { throw wrong(5, "is of version \(bytes[4]).\(bytes[5])") }
        // `headerIsSource` of lib/header.cc.
        guard file.isSource == (file.header.entry(.sourceRPM) == nil) else {
            throw wrong(
                6, "says that it is a \(file.isSource ? "source" : "binary") package, the header says otherwise")
        }
        let field = Array(bytes[10..<76])
        guard labels(of: file).contains(field) else {
            throw wrong(
                10,
                "is that of “\(PathText.display(Array(field.prefix { $0 != 0 })))”, the header that of "
                    + PathText.display("\(file.name)-\(file.version)"))
        }
        guard bytes[80...].allSatisfy({ $0 == 0 }) else { throw wrong(80, "has other bytes than zeros at its end") }
        var unknown: [String] = []
        if file.header.text(.os) == "linux" {
            guard bytes[76] == 0, bytes[77] == 1 else { throw wrong(76, "is for another system than Linux") }
        } else {
            unknown.append("the lead's system")
        }
        // Makers that have no table write 1.
        let number = UInt16(bytes[8]) << 8 | UInt16(bytes[9])
        if let known = architectureNumber(file.architecture) {
            guard number == known || number == 1 else {
                throw wrong(8, "has the number \(number) for its architecture; \(file.architecture) is \(known)")
            }
        } else if number != 1 {
            unknown.append("the lead's architecture")
        }
        return unknown
    }

    /// What the field of the name may have: with the epoch or without, cut with a NUL or, by old rpms, without.
    private static func labels(of file: RPMFile) -> [[UInt8]] {
        let version = file.version
        let plain = RPMVersion(epoch: nil, version: version.version, release: version.release)
        var labels: [[UInt8]] = []
        for label in ["\(file.name)-\(version)", "\(file.name)-\(plain)"] {
            for limit in [65, 66] {
                let cut = Array(label.utf8.prefix(limit))
                labels.append(cut + [UInt8](repeating: 0, count: 66 - cut.count))
            }
        }
        return labels
    }
}
