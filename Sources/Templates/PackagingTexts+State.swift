import Diagnostics

extension PackagingTexts {
    /// A directory that scripts make; the config tool makes those below a directory of the service's account.
    struct Place {
        let path: String
        let mode: String
        let isServiceOwned: Bool
    }

    /// The directories of state and options, outermost first.
    ///
    /// Secrets lie beside the configuration file: 0700.
    var places: [Place] {
        var places = [Place(path: state, mode: "0755", isServiceOwned: false)]
        let below = (configuration ?? "").dropFirst(state.count).split(separator: "/").dropLast()
        var names = [("conf", "0700"), ("logs", "0750"), ("state", "0700")]
        if let first = below.first, !names.contains(where: { $0.0 == first }) { names.append((String(first), "0700")) }
        places += names.map { Place(path: "\(state)/\($0.0)", mode: $0.1, isServiceOwned: true) }
        return places + [Place(path: options, mode: "0755", isServiceOwned: false)]
    }

    /// Calls of `check_account` for the account that the service runs as, where that isn't root.
    var serviceChecks: [String] {
        guard let service else { return [] }
        let purpose = "\"as which the service runs\""
        return [("passwd", service.user), ("group", service.group ?? "root")].filter { $0.1 != "root" }.map {
            "check_account \($0.0) \($0.1) \(purpose)"
        }
    }

    /// What the templates say about them, for the package that makes them.
    ///
    /// - Parameter parts: What scripts share.
    func stateContext(_ parts: [String: String?]) throws(Failure) -> [String: String?] {
        let account = service.flatMap { $0.user == "root" && $0.group == nil ? nil : $0 }
        var context: [String: String?] = [
            "state_directories": nil as String?, "state_functions": nil as String?, "account": account?.user,
            "account_group": account.map { $0.group ?? "$(id -g \($0.user))" },
        ]
        guard isCarrier else { return context }
        var lines = places.map { place in
            "make_directory \(ScriptText.shellWord(place.path)) \(place.mode) "
                + (place.isServiceOwned ? "service" : "root")
        }
        lines.insert(contentsOf: serviceChecks, at: 0)
        context["state_functions"] = Self.withoutEndOfLine(
            try Template.render(name: "state-functions", context: parts.merging(context) { $1 }))
        context["state_directories"] = lines.map { "        " + $0 }.joined(separator: "\n")
        return context
    }
}
