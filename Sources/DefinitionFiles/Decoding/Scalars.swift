/// Scalars that are more than text.
package enum Scalars {
    /// `true` and `false`, nothing else: YAML's other words for them differ between readers.
    package static func boolean(_ node: DefinitionNode) -> Bool? {
        switch node.text {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// Decimal digits with an optional `-`.
    package static func integer(_ node: DefinitionNode) -> Int64? {
        guard let text = node.text, text.first != "+" else { return nil }
        return Int64(text)
    }

    /// Octal digits.
    package static func mode(_ text: String) -> UInt32? { UInt32(text, radix: 8) }

    /// A size in bytes: kB, MB, GB, TB are powers of 1000, KiB, MiB, GiB, TiB powers of 1024.
    package static func size(_ text: String) -> UInt64? {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(number.count).filter { $0 != " " }
        let factors: [String: UInt64] = [
            "B": 1, "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
            "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
        ]
        guard let factor = factors[unit] else { return nil }
        // Whole digits and fraction apart: binary fractions would round 1.1GB.
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ UInt64($0) }), parts.count <= 2 else { return nil }
        let product = whole.multipliedReportingOverflow(by: factor)
        guard !product.overflow else { return nil }
        guard parts.count == 2 else { return product.partialValue }
        let digits = parts[1]
        guard digits.count <= 6, let fraction = UInt64(digits) else { return nil }
        var divisor: UInt64 = 1
        for _ in digits { divisor *= 10 }
        let sum = product.partialValue.addingReportingOverflow(factor * fraction / divisor)
        return sum.overflow ? nil : sum.partialValue
    }

    /// A duration in seconds: s, m, h, d.
    package static func duration(_ text: String) -> Int? {
        let number = text.prefix(while: \.isNumber)
        let factor: Int
        switch text.last {
        case "s": factor = 1
        case "m": factor = 60
        case "h": factor = 3600
        case "d": factor = 86_400
        default: return nil
        }
        guard let value = Int(number) else { return nil }
        let product = value.multipliedReportingOverflow(by: factor)
        return product.overflow ? nil : product.partialValue
    }

    /// A system and its lowest version: text that follows `TextRule.system`.
    package static func system(_ text: String) -> (id: String, minimumVersion: String?) {
        let parts = text.filter { $0 != " " }.split(separator: ">=")
        return (parts.first.map(String.init) ?? "", parts.count > 1 ? String(parts[1]) : nil)
    }
}
