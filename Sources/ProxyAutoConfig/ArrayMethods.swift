extension Interpreter {
    /// The methods of arrays.
    func callArray(_ native: Native, _ this: Value, _ arguments: [Value]) throws(ScriptError) -> Value {
        guard case .object(let list) = this, list.isArray else { throw error("an array is expected") }
        let first = arguments.first ?? .undefined
        let count = list.elements.count
        switch native {
        case .push:
            try reserve(arguments.count * 24)
            list.elements += arguments
            return Value(list.elements.count)
        case .pop: return list.elements.popLast() ?? .undefined
        case .shift:
            try spend(count / 16)
            return list.elements.isEmpty ? .undefined : list.elements.removeFirst()
        case .reverse:
            try spend(count / 16)
            list.elements.reverse()
            return this
        case .indexOf, .includes:
            for (index, element) in list.elements.enumerated() {
                try spend()
                if try isSame(element, first) { return native == .indexOf ? Value(index) : .bool(true) }
            }
            return native == .indexOf ? Value(-1) : .bool(false)
        case .join:
            let separator = first.typeName == "undefined" ? [0x2C] : try text(first)
            return .text(try join(list.elements, with: separator))
        case .concat:
            var joined = list.elements
            try reserve(count * 24)
            for argument in arguments {
                if case .object(let more) = argument, more.isArray {
                    try reserve(more.elements.count * 24)
                    joined += more.elements
                } else {
                    joined.append(argument)
                }
            }
            return try array(joined)
        case .slice:
            func bound(_ place: Int, _ missing: Int) throws(ScriptError) -> Int {
                guard place < arguments.count, arguments[place].typeName != "undefined" else { return missing }
                let bound = Number.integer(try number(arguments[place]))
                return min(max(0, bound < 0 ? count + bound : bound), count)
            }
            let (start, end) = (try bound(0, 0), try bound(1, count))
            // The bounds' own toString may have made the array shorter than it was when they were counted.
            let last = min(end, list.elements.count)
            return try array(start < last ? Array(list.elements[start..<last]) : [])
        case .sort: return try sort(list, first)
        default: return try visit(native, list, first)
        }
    }

    /// The methods that ask a function about each element.
    private func visit(_ native: Native, _ list: Object, _ function: Value) throws(ScriptError) -> Value {
        var kept: [Value] = []
        for (index, element) in list.elements.enumerated() {
            let answer = try callFunction(function, this: .undefined, [element, Value(index), .object(list)])
            switch native {
            case .some where answer.isTrue: return .bool(true)
            case .every where !answer.isTrue: return .bool(false)
            case .find where answer.isTrue: return element
            case .filter where answer.isTrue: kept.append(element)
            case .map: kept.append(answer)
            default: break
            }
        }
        switch native {
        case .some: return .bool(false)
        case .every: return .bool(true)
        case .filter, .map: return try array(kept)
        default: return .undefined
        }
    }

    /// Sorts by a function or by text: insertion into a sorted list, since a script's order may contradict itself.
    private func sort(_ list: Object, _ function: Value) throws(ScriptError) -> Value {
        var sorted: [Value] = []
        for element in list.elements {
            var place = sorted.count
            while place > 0 {
                try spend()
                let isBefore: Bool
                if function.typeName == "function" {
                    isBefore = try number(callFunction(function, this: .undefined, [element, sorted[place - 1]])) < 0
                } else {
                    let (left, right) = (try text(element), try text(sorted[place - 1]))
                    try spend(min(left.count, right.count) / 64)
                    isBefore = left.lexicographicallyPrecedes(right)
                }
                guard isBefore else { break }
                place -= 1
            }
            try spend((sorted.count - place) / 16)
            sorted.insert(element, at: place)
        }
        list.elements = sorted
        return .object(list)
    }
}
