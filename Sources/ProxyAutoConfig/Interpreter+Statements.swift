extension Interpreter {
    /// How a statement ended.
    enum Completion {
        case normal, interrupted, continued
        case leave(Value)
    }

    func run(_ statements: [Statement], _ scope: Object) throws(ScriptError) -> Completion {
        for statement in statements {
            let completion = try run(statement, scope)
            if case .normal = completion { continue }
            return completion
        }
        return .normal
    }

    func run(_ statement: Statement, _ scope: Object) throws(ScriptError) -> Completion {
        try enter()
        defer { leave() }
        switch statement {
        case .expression(let expression): _ = try evaluate(expression, scope)
        case .declare(let list, let isLexical, let place):
            offset = place
            for (name, expression) in list {
                if !isLexical, expression == nil { continue }
                let value = try expression.map { expression throws(ScriptError) in try evaluate(expression, scope) }
                if isLexical {
                    try set(name, value ?? .undefined, of: scope)
                } else {
                    try assign(value ?? .undefined, toName: name, scope)
                }
            }
        case .block(let list, let hasNames): return try run(list, hasNames ? try self.scope(in: scope) : scope)
        case .branches(let list, let otherwise):
            for (condition, body) in list where try evaluate(condition, scope).isTrue { return try run(body, scope) }
            if let otherwise { return try run(otherwise, scope) }
        case .loop(let loop): return try run(loop, scope)
        case .each(let loop): return try run(loop, scope)
        case .choose(let value, let cases): return try choose(value, cases, scope)
        case .attempt(let body, let name, let handler, let finally):
            return try attempt(body, name, handler, finally, scope)
        case .leave(let expression):
            guard let expression else { return .leave(.undefined) }
            return .leave(try evaluate(expression, scope))
        case .interrupt(let isContinue): return isContinue ? .continued : .interrupted
        case .fail(let expression, let place):
            let value = try evaluate(expression, scope)
            offset = place
            var message = value
            if case .object(let object) = value { message = object[own: Text("message".utf8)] ?? value }
            let words = String(decoding: try text(message).prefix(200), as: UTF8.self)
            throw ScriptError("the script failed with ‘\(words)’", at: place, value: value)
        }
        return .normal
    }

    private func run(_ loop: Loop, _ outer: Object) throws(ScriptError) -> Completion {
        var scope = outer
        if let first = loop.first {
            scope = try self.scope(in: outer)
            _ = try run(first, scope)
        }
        var isFirst = loop.isBodyFirst
        while true {
            try spend()
            if !isFirst, let condition = loop.condition, try !evaluate(condition, scope).isTrue { return .normal }
            isFirst = false
            switch try run(loop.body, scope) {
            case .interrupted: return .normal
            case .leave(let value): return .leave(value)
            case .normal, .continued: break
            }
            if loop.hasOwnNames {
                let next = try self.scope(in: outer)
                for name in scope.keys { try set(name, scope[own: name] ?? .undefined, of: next) }
                scope = next
            }
            if let step = loop.step { _ = try evaluate(step, scope) }
        }
    }

    private func run(_ loop: EachLoop, _ outer: Object) throws(ScriptError) -> Completion {
        let collection = try evaluate(loop.collection, outer)
        offset = loop.offset
        for item in try loop.isOfValues ? values(of: collection) : keys(of: collection) {
            try spend()
            let scope = loop.isLexical ? try self.scope(in: outer) : outer
            if loop.isLexical, case .name(let name, _) = loop.target {
                try set(name, item, of: scope)
            } else {
                try assign(item, to: loop.target, scope)
            }
            switch try run(loop.body, scope) {
            case .interrupted: return .normal
            case .leave(let value): return .leave(value)
            case .normal, .continued: break
            }
        }
        return .normal
    }

    /// What `for … in` goes through: the object's own members, in the order in which they were made.
    func keys(of value: Value) throws(ScriptError) -> [Value] {
        guard case .object(let object) = value else { return [] }
        try reserve((object.elements.count + object.keys.count) * 32)
        return object.elements.indices.map { Value(String($0)) } + object.keys.map { .text($0) }
    }

    /// What `for … of` goes through.
    private func values(of value: Value) throws(ScriptError) -> [Value] {
        switch value {
        case .object(let object) where object.isArray:
            try reserve(object.elements.count * 24)
            return object.elements
        case .text(let text):
            try reserve(text.count * 48)
            return text.map { .text([$0]) }
        default: throw error("‘for … of’ needs an array or a text, found \(value.typeName)")
        }
    }

    private func choose(
        _ expression: Expression, _ cases: [(value: Expression?, body: [Statement])], _ outer: Object
    ) throws(ScriptError) -> Completion {
        let value = try evaluate(expression, outer)
        let scope = try self.scope(in: outer)
        var start: Int?
        for (index, item) in cases.enumerated() {
            guard let label = item.value else { continue }
            try spend()
            if try isSame(value, try evaluate(label, scope)) {
                start = index
                break
            }
        }
        guard let start = start ?? cases.firstIndex(where: { $0.value == nil }) else { return .normal }
        for item in cases[start...] {
            switch try run(item.body, scope) {
            case .interrupted: return .normal
            case .normal: break
            case let completion: return completion
            }
        }
        return .normal
    }

    private func attempt(
        _ body: [Statement], _ name: Text?, _ handler: [Statement]?, _ finally: [Statement], _ outer: Object
    ) throws(ScriptError) -> Completion {
        var result: Result<Completion, ScriptError>
        do throws(ScriptError) {
            result = .success(try run(body, try scope(in: outer)))
        } catch {
            guard let value = error.value else { throw error }
            result = .failure(error)
            if let handler {
                do throws(ScriptError) {
                    let scope = try scope(in: outer)
                    if let name { try set(name, value, of: scope) }
                    result = .success(try run(handler, scope))
                } catch {
                    result = .failure(error)
                }
            }
        }
        if case .failure(let error) = result, error.value == nil { throw error }
        let last = try run(finally, try scope(in: outer))
        if case .normal = last { return try result.get() }
        return last
    }
}
