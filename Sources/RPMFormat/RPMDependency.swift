/// A relation as a header stores it: name, version and flags; `rpmds` of rpm.
public struct RPMDependency: Sendable, Hashable {
    /// The package or capability.
    public var name: String
    /// Its version, `[epoch:]version[-release]`; empty where any will do.
    public var version = ""
    /// How versions are compared and what needs it.
    public var flags: UInt32 = 0
}

/// Bits of `REQUIREFLAGS` and their like; `rpmsenseFlags_e` of include/rpm/rpmds.h.
enum RPMSense {
    static let less: UInt32 = 1 << 1
    static let greater: UInt32 = 1 << 2
    static let equal: UInt32 = 1 << 3
    static let posttrans: UInt32 = 1 << 5
    static let pretrans: UInt32 = 1 << 7
    static let interpreter: UInt32 = 1 << 8
    static let pre: UInt32 = 1 << 9
    static let post: UInt32 = 1 << 10
    static let preun: UInt32 = 1 << 11
    static let postun: UInt32 = 1 << 12
    static let rpmlib: UInt32 = 1 << 24
    static let config: UInt32 = 1 << 28
}

extension RPMRelation.Stage {
    /// Its bit.
    var flag: UInt32 {
        switch self {
        case .pretrans: RPMSense.pretrans
        case .pre: RPMSense.pre
        case .post: RPMSense.post
        case .preun: RPMSense.preun
        case .postun: RPMSense.postun
        case .posttrans: RPMSense.posttrans
        }
    }
}

extension RPMScriptlet.Kind {
    /// The bit of a requirement that the scriptlet has.
    var flag: UInt32 {
        switch self {
        case .pretrans: RPMSense.pretrans
        case .pre: RPMSense.pre
        case .post: RPMSense.post
        case .preun: RPMSense.preun
        case .postun: RPMSense.postun
        case .posttrans: RPMSense.posttrans
        }
    }
}

extension RPMRelation.Comparison {
    /// Its bits.
    var flags: UInt32 {
        switch self {
        case .less: RPMSense.less
        case .lessOrEqual: RPMSense.less | RPMSense.equal
        case .equal: RPMSense.equal
        case .greaterOrEqual: RPMSense.greater | RPMSense.equal
        case .greater: RPMSense.greater
        }
    }
}

extension RPMDependency {
    /// The header's form of a relation.
    init(_ relation: RPMRelation) {
        name = relation.name
        version = relation.version?.value ?? ""
        flags = relation.stages.reduce(relation.version?.comparison.flags ?? 0) { $0 | $1.flag }
    }

    /// Whether it is an expression of several, `(a if b)`.
    var isRich: Bool { name.utf8.first == UInt8(ascii: "(") }

    /// By name, version and flags, as rpm's binary search wants it; `doFind` of lib/rpmds.cc.
    static func isSorted(_ left: RPMDependency, _ right: RPMDependency) -> Bool {
        if !left.name.utf8.elementsEqual(right.name.utf8) {
            return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
        if !left.version.utf8.elementsEqual(right.version.utf8) {
            return left.version.utf8.lexicographicallyPrecedes(right.version.utf8)
        }
        return left.flags < right.flags
    }
}
