extension Interpreter {
    func evaluate(_ expression: Expression, _ scope: Object) throws(ScriptError) -> Value {
        try enter()
        defer { leave() }
        switch expression {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .number(let value): return .number(value)
        case .text(let text): return .text(text)
        case .regex(let pattern): return .object(try make(.regex(pattern), prototype(.regExp)))
        case .name(let name, let place):
            if let holder = scope.holder(of: name) { return holder[own: name] ?? .undefined }
            if name.elementsEqual("undefined".utf8) { return .undefined }
            offset = place
            throw error("‘\(String(decoding: name.prefix(60), as: UTF8.self))’ is not defined")
        case .this: return scope.holder(of: Interpreter.this)?[own: Interpreter.this] ?? .undefined
        case .array(let list): return try array(try evaluate(list, scope))
        case .object(let members):
            let object = try make(.plain, objectPrototype)
            for (key, value) in members { try set(key, try evaluate(value, scope), of: object) }
            return .object(object)
        case .function(let node): return .object(try function(node, scope))
        case .unary(let unary, let operand, let place): return try apply(unary, operand, scope, place)
        case .update(let target, let by, let isPrefix, let place):
            let old = try number(try evaluate(target, scope))
            offset = place
            try assign(.number(old + by), to: target, scope)
            return .number(isPrefix ? old + by : old)
        case .chain(let first, let rest): return try chain(first, rest, scope)
        case .conditional(let cases, let otherwise):
            for (condition, value) in cases where try evaluate(condition, scope).isTrue {
                return try evaluate(value, scope)
            }
            return try evaluate(otherwise, scope)
        case .assign(let target, let binary, let operand, let place):
            var value: Value
            if let binary {
                let old = try evaluate(target, scope)
                value = try evaluate(operand, scope)
                offset = place
                value = try apply(binary, old, value)
            } else {
                value = try evaluate(operand, scope)
            }
            offset = place
            try assign(value, to: target, scope)
            return value
        case .member(let base, let key, let place):
            let base = try evaluate(base, scope)
            let key = try evaluate(key, scope)
            offset = place
            return try member(key, of: base)
        case .call(let callee, let arguments, let place): return try call(callee, arguments, scope, place)
        case .new(let made, let arguments, let place):
            let constructor = try evaluate(made, scope)
            let arguments = try evaluate(arguments, scope)
            offset = place
            return try new(constructor, arguments)
        case .sequence(let list): return try evaluate(list, scope).last ?? .undefined
        }
    }

    private func evaluate(_ list: [Expression], _ scope: Object) throws(ScriptError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(list.count)
        for expression in list { values.append(try evaluate(expression, scope)) }
        return values
    }

    // MARK: Names and members

    func assign(_ value: Value, to target: Expression, _ scope: Object) throws(ScriptError) {
        switch target {
        case .name(let name, _): try assign(value, toName: name, scope)
        case .member(let base, let key, let place):
            let base = try evaluate(base, scope)
            let key = try evaluate(key, scope)
            offset = place
            try setMember(key, of: base, value)
        default: break
        }
    }

    /// A name that nobody declared becomes one of the whole script, as in browsers.
    func assign(_ value: Value, toName name: Text, _ scope: Object) throws(ScriptError) {
        try set(name, value, of: scope.holder(of: name) ?? global)
    }

    func member(_ key: Value, of base: Value) throws(ScriptError) -> Value {
        let holder: Object
        switch base {
        case .undefined, .null:
            let name = String(decoding: try text(key).prefix(60), as: UTF8.self)
            throw error("‘\(name)’ is asked of a value that is \(base.typeName == "object" ? "null" : "undefined")")
        case .text(let text):
            if let index = index(key) { return index < text.count ? .text([text[index]]) : .undefined }
            if case .text(let name) = key, name.elementsEqual("length".utf8) { return Value(text.count) }
            holder = prototype(.string)
        case .number: holder = prototype(.number)
        case .bool: holder = prototype(.boolean)
        case .object(let object):
            if object.isArray {
                if let index = index(key) { return index < object.elements.count ? object.elements[index] : .undefined }
                if case .text(let name) = key, name.elementsEqual("length".utf8) { return Value(object.elements.count) }
            }
            holder = object
        }
        let key = try text(key)
        if let owner = try self.holder(of: key, from: holder) { return owner[own: key] ?? .undefined }
        return try lateMember(key, of: holder)
    }

    /// The members that exist only once they are asked for: `prototype` of functions, what patterns say, `__proto__`.
    private func lateMember(_ key: Text, of object: Object) throws(ScriptError) -> Value {
        switch (String(decoding: key.prefix(20), as: UTF8.self), object.kind) {
        case ("prototype", .function):
            let made = Value.object(try make(.plain, objectPrototype))
            try set(key, made, of: object)
            return made
        case ("length", .function(let node, _)): return Value(node.parameters.count)
        case ("name", .function(let node, _)): return .text(node.name)
        case ("source", .regex(let pattern)): return .text(pattern.text)
        case ("global", .regex(let pattern)): return .bool(pattern.isGlobal)
        case ("__proto__", _): return object.prototype.map { .object($0) } ?? .null
        default: return .undefined
        }
    }

    /// A position in a text or array; nil for other keys.
    private func index(_ key: Value) -> Int? {
        switch key {
        case .number(let number) where number >= 0 && number < 4_294_967_295 && number == number.rounded(.down):
            Int(number)
        case .text(let text)
        where !text.isEmpty && text.count <= 9 && text.allSatisfy(Lexer.isDigit)
            && (text.count == 1 || text[0] != 0x30):
            text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        default: nil
        }
    }

    private func setMember(_ key: Value, of base: Value, _ value: Value) throws(ScriptError) {
        guard case .object(let object) = base else {
            guard base.typeName == "undefined" || base.typeName == "object" else { return }
            throw error("a member of a value that is undefined or null can't be set")
        }
        if object.isArray {
            let isLength = if case .text(let name) = key { name.elementsEqual("length".utf8) } else { false }
            if let place = isLength ? Number.integer(try number(value)) : index(key), place >= 0 {
                let count = isLength ? place : max(place + 1, object.elements.count)
                try reserve(max(0, count - object.elements.count) * 24 + 8)
                while object.elements.count < count { object.elements.append(.undefined) }
                if isLength { object.elements.removeLast(object.elements.count - count) }
                if !isLength { object.elements[place] = value }
                return
            }
        }
        let key = try text(key)
        if key.elementsEqual("__proto__".utf8) {
            guard case .object(let prototype) = value else { return }
            var next: Object? = prototype
            while let other = next {
                guard other !== object else { throw error("an object can't be its own prototype") }
                try spend()
                next = other.prototype
            }
            object.prototype = prototype
            return
        }
        try set(key, value, of: object)
    }

    // MARK: Calls

    private func call(
        _ callee: Expression, _ arguments: [Expression], _ scope: Object, _ place: Int
    ) throws(ScriptError) -> Value {
        var this = Value.undefined
        let function: Value
        if case .member(let base, let key, _) = callee {
            this = try evaluate(base, scope)
            let key = try evaluate(key, scope)
            offset = place
            function = try member(key, of: this)
        } else {
            function = try evaluate(callee, scope)
        }
        let arguments = try evaluate(arguments, scope)
        offset = place
        guard case .object(let object) = function, object.isCallable else {
            throw error("‘\(words(callee))’ is not a function")
        }
        return try call(object, this: this, arguments)
    }

    /// What is called, for messages.
    private func words(_ callee: Expression) -> String {
        switch callee {
        case .name(let name, _): String(decoding: name.prefix(60), as: UTF8.self)
        case .member(_, .text(let name), _): String(decoding: name.prefix(60), as: UTF8.self)
        default: "(…)"
        }
    }

    private func new(_ constructor: Value, _ arguments: [Value]) throws(ScriptError) -> Value {
        guard case .object(let function) = constructor, function.isCallable else {
            throw error("what stands after ‘new’ is not a function")
        }
        if case .native = function.kind { return try call(function, this: .undefined, arguments) }
        var prototype = objectPrototype
        if case .object(let own) = try member(Value("prototype"), of: constructor) { prototype = own }
        let made = Value.object(try make(.plain, prototype))
        let answer = try call(function, this: made, arguments)
        if case .object = answer { return answer }
        return made
    }

    // MARK: Operators

    private func chain(
        _ first: Expression, _ rest: [Link], _ scope: Object
    ) throws(ScriptError) -> Value {
        var value = try evaluate(first, scope)
        for link in rest {
            switch link.binary {
            case .and: if !value.isTrue { return value }
            case .or: if value.isTrue { return value }
            default:
                let right = try evaluate(link.operand, scope)
                offset = link.offset
                value = try apply(link.binary, value, right)
                continue
            }
            value = try evaluate(link.operand, scope)
        }
        return value
    }

    private func apply(
        _ unary: UnaryOperator, _ operand: Expression, _ scope: Object, _ place: Int
    ) throws(ScriptError) -> Value {
        switch unary {
        case .typeOf:
            if case .name(let name, _) = operand, scope.holder(of: name) == nil { return Value("undefined") }
            return Value(try evaluate(operand, scope).typeName)
        case .delete:
            guard case .member(let base, let key, _) = operand, case .object(let object) = try evaluate(base, scope)
            else { return .bool(true) }
            let name = try text(try evaluate(key, scope))
            try spend(object.keys.count)
            object.remove(name)
            return .bool(true)
        case .not: return .bool(try !evaluate(operand, scope).isTrue)
        case .void:
            _ = try evaluate(operand, scope)
            return .undefined
        case .minus, .plus, .complement:
            let value = try number(try evaluate(operand, scope))
            if unary == .complement { return .number(Double(~Number.int32(value))) }
            return .number(unary == .minus ? -value : value)
        }
    }

    private func apply(_ binary: BinaryOperator, _ left: Value, _ right: Value) throws(ScriptError) -> Value {
        switch binary {
        case .plus:
            let (left, right) = (try primitive(left), try primitive(right))
            if left.typeName != "string", right.typeName != "string" {
                return .number(try number(left) + number(right))
            }
            let (first, second) = (try text(left), try text(right))
            try reserve(first.count + second.count + 32)
            return .text(first + second)
        case .same: return .bool(try isSame(left, right))
        case .notSame: return .bool(try !isSame(left, right))
        case .equal: return .bool(try isEqual(left, right))
        case .notEqual: return .bool(try !isEqual(left, right))
        case .less, .greater, .lessOrEqual, .greaterOrEqual: return .bool(try compare(binary, left, right))
        case .isIn:
            guard case .object(let object) = right else { throw error("‘in’ needs an object on its right") }
            if object.isArray, let index = index(left) { return .bool(index < object.elements.count) }
            return .bool(try holder(of: try text(left), from: object) != nil)
        case .instanceOf:
            guard case .object(let object) = left,
                case .object(let prototype) = try member(Value("prototype"), of: right)
            else { return .bool(false) }
            var next = object.prototype
            while let other = next, other !== prototype {
                try spend()
                next = other.prototype
            }
            return .bool(next != nil)
        default: return .number(arithmetic(binary, try number(left), try number(right)))
        }
    }

    private func arithmetic(_ binary: BinaryOperator, _ left: Double, _ right: Double) -> Double {
        let (first, second) = (Number.int32(left), Number.int32(right))
        switch binary {
        case .minus: return left - right
        case .times: return left * right
        case .divided: return left / right
        case .modulo: return left.truncatingRemainder(dividingBy: right)
        case .bitAnd: return Double(first & second)
        case .bitOr: return Double(first | second)
        case .bitXor: return Double(first ^ second)
        case .shiftLeft: return Double(first << (second & 31))
        case .shiftRight: return Double(first >> (second & 31))
        default: return Double(UInt32(bitPattern: first) >> UInt32(second & 31))
        }
    }

    private func compare(_ binary: BinaryOperator, _ left: Value, _ right: Value) throws(ScriptError) -> Bool {
        let (left, right) = (try primitive(left), try primitive(right))
        if case .text(let left) = left, case .text(let right) = right {
            try spend(min(left.count, right.count) / 64)
            switch binary {
            case .less: return left.lexicographicallyPrecedes(right)
            case .greater: return right.lexicographicallyPrecedes(left)
            case .lessOrEqual: return !right.lexicographicallyPrecedes(left)
            default: return !left.lexicographicallyPrecedes(right)
            }
        }
        let (first, second) = (try number(left), try number(right))
        switch binary {
        case .less: return first < second
        case .greater: return first > second
        case .lessOrEqual: return first <= second
        default: return first >= second
        }
    }

    /// `===`; comparing long texts is work.
    func isSame(_ left: Value, _ right: Value) throws(ScriptError) -> Bool {
        if case .text(let text) = left { try spend(text.count / 64) }
        return Value.isSame(left, right)
    }

    /// `==`; ECMA-262 (5.1) section 11.9.3.
    private func isEqual(_ left: Value, _ right: Value) throws(ScriptError) -> Bool {
        switch (left, right) {
        case (.undefined, .null), (.null, .undefined): return true
        case (.undefined, _), (.null, _), (_, .undefined), (_, .null): return Value.isSame(left, right)
        case (.object, .object), (.text, .text): return try isSame(left, right)
        case (.object, _): return try isEqual(try primitive(left), right)
        case (_, .object): return try isEqual(left, try primitive(right))
        default: return try number(left) == number(right)
        }
    }
}
