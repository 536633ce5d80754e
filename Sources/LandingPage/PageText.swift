internal import LinuxIO

/// Sizes, dates, fingerprints and paths as the page shows them.
enum PageText {
    /// `27.4 MB`: three digits at least, decimal units.
    static func size(_ bytes: UInt64) -> String {
        var unit: UInt64 = 1
        var name = "bytes"
        for (next, title) in [(1000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB")] as [(UInt64, String)]
        where bytes >= next {
            unit = next
            name = title
        }
        guard unit > 1 else { return "\(bytes) \(name)" }
        let (whole, rest) = bytes.quotientAndRemainder(dividingBy: unit)
        return "\(whole).\(rest * 10 / unit) \(name)"
    }

    /// `22 November 2026`, in UTC.
    static func date(_ seconds: Int64) -> String {
        let (year, month, day) = UTCTime(seconds: seconds).date
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        return "\(day) \(months[month - 1]) \(year)"
    }

    /// `2026-11-22`, in UTC.
    static func isoDate(_ seconds: Int64) -> String { String(UTCTime(seconds: seconds).text.prefix(10)) }

    /// Upper-case digits in groups of four, as rpm shows fingerprints.
    static func grouped(_ fingerprint: String) -> String {
        let digits = Array(fingerprint.uppercased())
        return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<min($0 + 4, digits.count)]) }
            .joined(separator: " ")
    }

    /// What is after a path's last slash.
    static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }

    /// A path as a relative URL; RFC 3986, 3.3.
    ///
    /// `+` is escaped as well, because some object stores take it for a space.
    static func reference(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
