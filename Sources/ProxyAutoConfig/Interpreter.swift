/// Evaluates a script once.
final class Interpreter {
    let environment: Environment
    /// The time, the same for the whole evaluation.
    private(set) lazy var now = environment.now()
    let global: Object
    let objectPrototype: Object
    /// The prototypes of texts, arrays and so on, by the names of their constructors.
    private(set) var prototypes: [Object] = []
    var lookupsLeft = Limits.lookups

    private var heap: [Object] = []
    private var depth = 0
    private var stepsLeft = Limits.steps
    private var stepsToClock = 0
    private var bytesLeft = Limits.memory
    /// Where the script is, for errors of functions.
    var offset = 0

    enum Prototype: Int, CaseIterable { case object, function, array, string, number, boolean, regExp, date, error }

    init(_ environment: Environment) {
        self.environment = environment
        objectPrototype = Object(.plain, prototype: nil)
        global = Object(.plain, prototype: objectPrototype)
        heap = [objectPrototype, global]
        prototypes = [objectPrototype]
        for _ in Prototype.allCases.dropFirst() {
            let prototype = Object(.plain, prototype: objectPrototype)
            heap.append(prototype)
            prototypes.append(prototype)
        }
        installNatives()
    }

    func prototype(_ which: Prototype) -> Object { prototypes[which.rawValue] }

    /// Frees the objects of the evaluation; nothing may be evaluated after it.
    func releaseAll() {
        for object in heap { object.release() }
        heap = []
    }

    /// Runs the script, then the function that it defines.
    func findProxy(_ program: FunctionNode, url: Text, host: Text) throws(ScriptError) -> Text {
        try declare(program, in: global)
        _ = try run(program.body, global)
        for name in ["FindProxyForURL", "FindProxyForURLEx"] {
            guard case .object(let function)? = global[own: Text(name.utf8)], function.isCallable else { continue }
            switch try call(function, this: .undefined, [.text(url), .text(host)]) {
            case .text(let answer): return answer
            case .null: return []
            case let other:
                throw ScriptError("\(name) answered with \(other.typeName) instead of a text", at: offset)
            }
        }
        throw ScriptError("the file does not define the function FindProxyForURL", at: 0)
    }

    // MARK: Limits

    /// Counts work; the time is asked for now and then.
    func spend(_ steps: Int = 1) throws(ScriptError) {
        stepsLeft -= steps
        stepsToClock -= steps
        guard stepsLeft > 0 else { throw ScriptError("the script takes too long: it may never end", at: offset) }
        if stepsToClock <= 0 {
            // A step may be worth a millisecond, such as one that looks for a very long name.
            stepsToClock = 256
            if environment.isTimeUp() { throw ScriptError("the script takes too long: its time is up", at: offset) }
        }
    }

    /// Counts memory before it is used.
    func reserve(_ bytes: Int) throws(ScriptError) {
        bytesLeft -= bytes
        guard bytesLeft > 0 else {
            throw ScriptError("the script uses more than \(Limits.memory >> 20) MiB of memory", at: offset)
        }
        try spend(bytes / 64)
    }

    func enter() throws(ScriptError) {
        depth += 1
        guard depth <= Limits.depth else {
            throw ScriptError("the script's calls are nested too deeply: they may never end", at: offset)
        }
        try spend()
    }

    func leave() { depth -= 1 }

    /// How many steps are left, for loops that count on their own; `settle` takes what they used.
    var budget: Int { stepsLeft }
    func settle(_ left: Int) throws(ScriptError) { try spend(max(0, stepsLeft - left)) }

    // MARK: Objects

    func make(_ kind: Object.Kind, _ prototype: Object?) throws(ScriptError) -> Object {
        try reserve(160)
        let object = Object(kind, prototype: prototype)
        heap.append(object)
        return object
    }

    func array(_ elements: [Value]) throws(ScriptError) -> Value {
        let array = try make(.array, prototype(.array))
        try reserve(elements.count * 24)
        array.elements = elements
        return .object(array)
    }

    /// An error that a script can catch.
    func error(_ message: String) -> ScriptError {
        guard let object = try? make(.error, prototype(.error)) else { return ScriptError(message, at: offset) }
        object.set(Text("message".utf8), Value(message))
        return ScriptError(message, at: offset, value: .object(object))
    }

    /// Keeps one of the objects that every script has.
    func keep(_ object: Object) { heap.append(object) }

    /// The names of a block, function or loop.
    func scope(in outer: Object) throws(ScriptError) -> Object { try make(.plain, outer) }

    /// The object in the chain of prototypes that has the member.
    ///
    /// A script can make such a chain as long as its memory allows, and names too, so the walk is work; names of
    /// scopes are looked up without, since scopes lie in one another only as deep as the source nests.
    func holder(of key: Text, from object: Object) throws(ScriptError) -> Object? {
        var next: Object? = object
        while let object = next {
            try spend(key.count / 32)
            if object[own: key] != nil { return object }
            try spend()
            next = object.prototype
        }
        return nil
    }

    func set(_ key: Text, _ value: Value, of object: Object) throws(ScriptError) {
        try reserve(key.count + 32)
        object.set(key, value)
    }

    // MARK: Calls

    func declare(_ node: FunctionNode, in scope: Object) throws(ScriptError) {
        try spend(node.variables.count / 16)
        for name in node.variables where scope[own: name] == nil { try set(name, .undefined, of: scope) }
        for function in node.functions {
            try set(function.name, .object(try self.function(function, scope)), of: scope)
        }
    }

    func function(_ node: FunctionNode, _ scope: Object) throws(ScriptError) -> Object {
        try make(.function(node, scope: scope), prototype(.function))
    }

    func call(_ function: Object, this: Value, _ arguments: [Value]) throws(ScriptError) -> Value {
        try enter()
        defer { leave() }
        switch function.kind {
        case .native(let native):
            try spend(arguments.count / 4)
            return try call(native, this: this, arguments)
        case .function(let node, let outer):
            let scope = try scope(in: outer)
            if !node.name.isEmpty { scope.set(node.name, .object(function)) }
            for (index, name) in node.parameters.enumerated() {
                try set(name, index < arguments.count ? arguments[index] : .undefined, of: scope)
            }
            if !node.isArrow {
                scope.set(Interpreter.this, this)
                if node.usesArguments { try set(Text("arguments".utf8), try array(arguments), of: scope) }
            }
            try declare(node, in: scope)
            if case .leave(let value) = try run(node.body, scope) { return value }
            return .undefined
        default: throw error("a value that is no function is called")
        }
    }

    /// The name under which a scope keeps `this`; no script can write it.
    static let this = Text(" this".utf8)
}
