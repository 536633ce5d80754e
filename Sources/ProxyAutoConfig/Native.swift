/// The functions that every script has, by the object that holds them and their name.
enum Native: String, CaseIterable {
    // Netscape's, and Microsoft's for IPv6 with ‘Ex’.
    case isPlainHostName, dnsDomainIs, localHostOrDomainIs, isResolvable, isInNet, dnsResolve, convert_addr
    case myIpAddress, dnsDomainLevels, shExpMatch, weekdayRange, dateRange, timeRange, alert
    case isResolvableEx, isInNetEx, dnsResolveEx, myIpAddressEx, sortIpAddressList, getClientVersion

    case parseInt, parseFloat, isNaN, isFinite
    case object = "Object", function = "Function", array = "Array", string = "String", number = "Number"
    case boolean = "Boolean", regExp = "RegExp", date = "Date", error = "Error", typeError = "TypeError"

    case objectKeys = "Object.keys", isArray = "Array.isArray", fromCharCode = "String.fromCharCode"
    case dateNow = "Date.now"
    case floor = "Math.floor", ceil = "Math.ceil", round = "Math.round", abs = "Math.abs", min = "Math.min"
    case max = "Math.max", random = "Math.random"

    // Below, ‘:’ stands for ‘.prototype.’.
    case hasOwnProperty = "Object:hasOwnProperty", toString = "Object:toString", valueOf = "Object:valueOf"
    case call = "Function:call", apply = "Function:apply"
    case regExpTest = "RegExp:test", regExpExec = "RegExp:exec"

    case charAt = "String:charAt", charCodeAt = "String:charCodeAt", stringConcat = "String:concat"
    case endsWith = "String:endsWith", stringIncludes = "String:includes", stringIndexOf = "String:indexOf"
    case stringLastIndexOf = "String:lastIndexOf", match = "String:match", replace = "String:replace"
    case search = "String:search", stringSlice = "String:slice", split = "String:split"
    case startsWith = "String:startsWith", substr = "String:substr", substring = "String:substring"
    case toLowerCase = "String:toLowerCase", toUpperCase = "String:toUpperCase", trim = "String:trim"

    case concat = "Array:concat", every = "Array:every", filter = "Array:filter", find = "Array:find"
    case forEach = "Array:forEach", includes = "Array:includes", indexOf = "Array:indexOf", join = "Array:join"
    case map = "Array:map", pop = "Array:pop", push = "Array:push", reverse = "Array:reverse", shift = "Array:shift"
    case slice = "Array:slice", some = "Array:some", sort = "Array:sort"

    case getDate = "Date:getDate", getDay = "Date:getDay", getFullYear = "Date:getFullYear"
    case getHours = "Date:getHours", getMinutes = "Date:getMinutes", getMonth = "Date:getMonth"
    case getSeconds = "Date:getSeconds", getTime = "Date:getTime"
    case getUTCDate = "Date:getUTCDate", getUTCDay = "Date:getUTCDay", getUTCFullYear = "Date:getUTCFullYear"
    case getUTCHours = "Date:getUTCHours", getUTCMinutes = "Date:getUTCMinutes", getUTCMonth = "Date:getUTCMonth"
    case getUTCSeconds = "Date:getUTCSeconds"
}

extension Interpreter {
    /// Puts the functions where scripts look for them.
    func installNatives() {
        let names = ["Object", "Function", "Array", "String", "Number", "Boolean", "RegExp", "Date", "Error"]
        let math = Object(.plain, prototype: objectPrototype)
        keep(math)
        global.set(Text("Math".utf8), .object(math))
        for (name, value) in [("NaN", Double.nan), ("Infinity", .infinity)] {
            global.set(Text(name.utf8), .number(value))
        }
        for native in Native.allCases {
            let function = Object(.native(native), prototype: prototype(.function))
            keep(function)
            let name = Text(native.rawValue.utf8)
            guard let sign = name.firstIndex(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }) else {
                global.set(name, .object(function))
                if let which = names.firstIndex(of: native.rawValue) {
                    function.set(Text("prototype".utf8), .object(prototypes[which]))
                    prototypes[which].set(Text("constructor".utf8), .object(function))
                }
                continue
            }
            guard case .object(var holder)? = global[own: Text(name[..<sign])] else { continue }
            if name[sign] == UInt8(ascii: ":"), case .object(let prototype)? = holder[own: Text("prototype".utf8)] {
                holder = prototype
            }
            holder.set(Text(name[(sign + 1)...]), .object(function))
        }
    }

    /// Calls one of the functions.
    func call(_ native: Native, this: Value, _ arguments: [Value]) throws(ScriptError) -> Value {
        switch native {
        case .isPlainHostName, .dnsDomainIs, .localHostOrDomainIs, .isResolvable, .isInNet, .dnsResolve, .convert_addr,
            .myIpAddress, .dnsDomainLevels, .shExpMatch, .alert, .isResolvableEx, .isInNetEx, .dnsResolveEx,
            .myIpAddressEx, .sortIpAddressList, .getClientVersion:
            try callHelper(native, arguments)
        case .weekdayRange, .dateRange, .timeRange: .bool(try isInRange(native, arguments))
        case .charAt, .charCodeAt, .stringConcat, .endsWith, .stringIncludes, .stringIndexOf, .stringLastIndexOf,
            .match, .replace, .search, .stringSlice, .split, .startsWith, .substr, .substring, .toLowerCase,
            .toUpperCase, .trim, .regExpTest, .regExpExec:
            try callText(native, this, arguments)
        case .concat, .every, .filter, .find, .forEach, .includes, .indexOf, .join, .map, .pop, .push, .reverse, .shift,
            .slice, .some, .sort:
            try callArray(native, this, arguments)
        case .getDate, .getDay, .getFullYear, .getHours, .getMinutes, .getMonth, .getSeconds:
            Value(Calendar.part(native, of: now.local))
        case .getUTCDate, .getUTCDay, .getUTCFullYear, .getUTCHours, .getUTCMinutes, .getUTCMonth, .getUTCSeconds:
            Value(Calendar.part(native, of: now.utc))
        default: try callGlobal(native, this, arguments)
        }
    }

    private func callGlobal(_ native: Native, _ this: Value, _ arguments: [Value]) throws(ScriptError) -> Value {
        let first = arguments.first ?? .undefined
        switch native {
        case .parseInt: return .number(try parseInt(arguments))
        case .parseFloat:
            let text = TextMethods.trimmed(try text(first)[...])
            var digits = text.prefix { Lexer.isDigit($0) || "+-.eE".utf8.contains($0) }
            try spend(min(digits.count, 400))
            digits = digits.prefix(400)
            while !digits.isEmpty {
                let value = try number(.text(Text(digits)))
                if !value.isNaN { return .number(value) }
                digits = digits.dropLast()
            }
            return .number(.nan)
        case .isNaN: return .bool(try number(first).isNaN)
        case .isFinite: return .bool(try number(first).isFinite)
        case .number: return .number(arguments.isEmpty ? 0 : try number(first))
        case .string: return .text(arguments.isEmpty ? [] : try text(first))
        case .boolean: return .bool(first.isTrue)
        case .object:
            if case .object = first { return first }
            return .object(try make(.plain, objectPrototype))
        case .array:
            guard arguments.count == 1, case .number(let count) = first else { return try array(arguments) }
            let wanted = Number.integer(count)
            guard wanted >= 0 else { throw error("an array can't have \(wanted) elements") }
            try reserve(wanted * 24)
            return try array(Array(repeating: .undefined, count: wanted))
        case .function: throw ScriptError("making functions out of text is not supported", at: offset)
        case .regExp:
            if case .object(let object) = first, case .regex = object.kind { return first }
            let flags = arguments.count > 1 ? try text(arguments[1]) : []
            let source = try text(first)
            return .object(try make(.regex(try compile(source, flags: flags)), prototype(.regExp)))
        case .date:
            guard arguments.isEmpty else {
                throw ScriptError("dates other than the present one are not supported", at: offset)
            }
            return .object(try make(.date, prototype(.date)))
        case .getTime, .dateNow: return .number(Double(Calendar.seconds(now.utc)) * 1000)
        case .error, .typeError:
            let object = try make(.error, prototype(.error))
            try set(Text("message".utf8), .text(arguments.isEmpty ? [] : try text(first)), of: object)
            return .object(object)
        case .floor: return .number(try number(first).rounded(.down))
        case .ceil: return .number(try number(first).rounded(.up))
        case .round: return .number((try number(first) + 0.5).rounded(.down))
        case .abs: return .number(try number(first).magnitude)
        case .random: return .number(environment.random())
        case .min, .max:
            var best = native == .min ? Double.infinity : -.infinity
            for argument in arguments {
                let value = try number(argument)
                if value.isNaN { return .number(.nan) }
                best = native == .min ? Swift.min(best, value) : Swift.max(best, value)
            }
            return .number(best)
        case .objectKeys: return try array(try keys(of: first))
        case .isArray: if case .object(let object) = first { return .bool(object.isArray) } else { return .bool(false) }
        case .fromCharCode:
            var made: Text = []
            try reserve(arguments.count * 3)
            for argument in arguments {
                made += Array(String(UnicodeScalar(UInt32(Number.integer(try number(argument)) & 0xFFFF)) ?? "?").utf8)
            }
            return .text(made)
        case .hasOwnProperty:
            guard case .object(let object) = this else { return .bool(false) }
            let key = try text(first)
            if object.isArray, let index = Int(String(decoding: key.prefix(9), as: UTF8.self)) {
                return .bool(object.elements.indices.contains(index))
            }
            return .bool(object[own: key] != nil)
        case .toString: return .text(try text(this))
        case .valueOf: return this
        case .call: return try callFunction(this, this: first, Array(arguments.dropFirst()))
        case .apply:
            if arguments.count > 1, case .object(let list) = arguments[1] {
                return try callFunction(this, this: first, list.elements)
            }
            return try callFunction(this, this: first, [])
        default: return .undefined
        }
    }

    /// Calls a value that must be a function.
    func callFunction(_ function: Value, this: Value, _ arguments: [Value]) throws(ScriptError) -> Value {
        guard case .object(let object) = function, object.isCallable else { throw error("a function is expected") }
        return try call(object, this: this, arguments)
    }

    private func parseInt(_ arguments: [Value]) throws(ScriptError) -> Double {
        var digits = TextMethods.trimmed(try text(arguments.first ?? .undefined)[...])
        var radix = arguments.count > 1 ? Number.integer(try number(arguments[1])) : 0
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        if radix == 0 || radix == 16, digits.count > 1, digits.first == 0x30,
            digits.dropFirst().first.map({ $0 | 0x20 }) == 0x78
        {
            digits = digits.dropFirst(2)
            radix = 16
        }
        if radix == 0 { radix = 10 }
        guard (2...36).contains(radix) else { return .nan }
        let valid = digits.prefix { TextMethods.digit($0) < radix }
        try spend(valid.count / 16)
        guard !valid.isEmpty else { return .nan }
        let value = valid.reduce(0.0) { $0 * Double(radix) + Double(TextMethods.digit($1)) }
        return isNegative ? -value : value
    }
}
