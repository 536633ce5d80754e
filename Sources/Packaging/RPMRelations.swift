import DefinitionFiles
import Diagnostics
import Planning
import Product
import RPMFormat

extension NativePackaging {
    /// What a package needs and its like: the manifest's, the shell of its scriptlets, what its programs take from the
    /// system, and `service` for people.
    func rpmRelations(_ package: PlannedPackage, _ scripts: [RPMScriptlet]) throws(Failure) -> [RPMRelation] {
        var relations = package.depends.map { name in
            guard let other = plan.packages.first(where: { $0.name == name }) else {
                return RPMRelation(.requires, name)
            }
            return RPMRelation(.requires, name, version: (.greaterOrEqual, other.fullVersion))
        }
        let stages = scripts.filter { $0.program == ["/bin/sh"] }.compactMap { Self.stages[$0.kind] }
        if !stages.isEmpty { relations.append(RPMRelation(.requires, "/bin/sh", stages: Set(stages))) }
        relations += SystemRelations(package).rpm.map { RPMRelation(.requires, $0) }
        if package.name == carrier, plan.service != nil {
            relations.append(RPMRelation(.recommends, "initscripts-service"))
        }
        for kind in RPMRelation.Kind.allCases {
            for text in package.rpm.relations[kind.rawValue] ?? [] {
                relations.append(try Self.relation(kind, text.value))
            }
        }
        return relations
    }

    private static let stages: [RPMScriptlet.Kind: RPMRelation.Stage] = [
        .pre: .pre, .post: .post, .preun: .preun, .postun: .postun, .posttrans: .posttrans,
    ]

    /// A relation as spec files write it: a name, or a name, a comparison and a version; rich ones stay whole.
    ///
    /// - Throws: `.usage` for anything else.
    static func relation(_ kind: RPMRelation.Kind, _ text: String) throws(Failure) -> RPMRelation {
        let words = text.split(separator: " ").map(String.init)
        if text.hasPrefix("(") { return RPMRelation(kind, text) }
        if words.count == 1 { return RPMRelation(kind, words[0]) }
        guard words.count == 3, let comparison = RPMRelation.Comparison(rawValue: words[1]) else {
            throw Failure(
                .usage, "\"\(text)\" is no relation of an RPM package",
                hints: ["Write a name, or a name, one of < <= = >= > and a version, with blanks between."])
        }
        return RPMRelation(kind, words[0], version: (comparison, words[2]))
    }
}
