package import JSON

extension Vocabulary {
    /// The JSON Schema of the files, draft 2020-12.
    ///
    /// Numbers and booleans are allowed where text may look like one: YAML readers turn `2.10` into a number before a
    /// schema sees it, agentpack does not.
    ///
    /// - Parameter title: What the schema calls itself.
    /// - Returns: The schema.
    package func schema(title: String) -> JSONValue {
        var definitions = JSONObject()
        for table in tables.dropFirst() { definitions[table.schemaName] = table.schema }
        var schema = JSONObject()
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = .string(title)
        if case .object(let top) = root.schema {
            for (key, value) in top.members { schema[key] = value }
        }
        schema["$defs"] = .object(definitions)
        return .object(schema)
    }
}

extension KeyTable {
    fileprivate var schemaName: String { name.replacing(" ", with: "_") }

    fileprivate var reference: JSONValue { .object(["$ref": .string("#/$defs/" + schemaName)]) }

    fileprivate var schema: JSONValue {
        var properties = JSONObject()
        for key in keys {
            guard case .object(var property) = key.type.schema else { continue }
            property["description"] = .string(key.doc)
            properties[key.name] = .object(property)
        }
        let required = keys.filter(\.isRequired).map { JSONValue.string($0.name) }
        return .object([
            "description": .string(doc), "type": "object", "properties": .object(properties),
            "additionalProperties": false, "required": required.isEmpty ? nil : .array(required),
            "oneOf": exactlyOneOf.isEmpty
                ? nil : .array(exactlyOneOf.map { .object(["required": .array([.string($0)])]) }),
            "anyOf": atLeastOneOf.isEmpty
                ? nil : .array(atLeastOneOf.map { .object(["required": .array([.string($0)])]) }),
        ])
    }
}

extension ValueType {
    fileprivate var schema: JSONValue {
        switch self {
        case .text(let rule): return rule.schema
        case .word(let words): return .object(["enum": .array(words.map { .string($0) })])
        case .boolean: return .object(["type": "boolean"])
        case .integer(let range):
            return .object([
                "type": "integer", "minimum": range.lowerBound == .min ? nil : .integer(range.lowerBound),
                "maximum": range.upperBound == .max ? nil : .integer(range.upperBound),
            ])
        case .list(let item, let minimum):
            return .object([
                "type": "array", "items": item.schema, "minItems": minimum == 0 ? nil : .integer(Int64(minimum)),
            ])
        case .mapping(let table): return table.reference
        case .dictionary(let keys, let values):
            return .object(["type": "object", "propertyNames": keys.keySchema, "additionalProperties": values.schema])
        case .listOrMapping(let list, let table): return .object(["anyOf": .array([list.schema, table.reference])])
        case .textOrMapping(let rule, let table): return .object(["anyOf": .array([rule.schema, table.reference])])
        case .variants(let key, let present, let absent):
            return .object([
                "if": .object(["type": "object", "required": .array([.string(key)])]), "then": present.reference,
                "else": absent.reference,
            ])
        }
    }
}

extension TextRule {
    fileprivate var keySchema: JSONValue { .object(["pattern": .string("^(" + pattern + ")$")]) }

    fileprivate var schema: JSONValue {
        let types: [JSONValue] = takesNumbers ? ["string", "number", "boolean"] : ["string"]
        return .object([
            "type": takesNumbers ? .array(types) : "string", "pattern": .string("^(" + pattern + ")$"),
        ])
    }
}
