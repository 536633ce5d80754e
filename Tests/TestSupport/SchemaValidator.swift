package import DefinitionFiles
import Diagnostics
import Foundation
package import JSON

/// Debian's python3-jsonschema, the judge of our schemas.
package enum SchemaValidator {
    private static let program = """
        import json, sys
        from jsonschema import Draft202012Validator as V
        schema, instances = json.load(sys.stdin)
        V.check_schema(schema)
        print(json.dumps([[e.json_path + ": " + e.message for e in V(schema).iter_errors(i)] for i in instances]))
        """

    /// Whether the machine has it.
    package static let isThere = (try? run("import jsonschema", input: "").code) == 0

    private static func run(_ program: String, input: String) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", program]
        let (source, sink) = (Pipe(), Pipe())
        process.standardInput = source
        process.standardOutput = sink
        try process.run()
        // A thread of its own: the schema is larger than a pipe.
        let bytes = Data(input.utf8)
        Thread.detachNewThread {
            try? source.fileHandleForWriting.write(contentsOf: bytes)
            try? source.fileHandleForWriting.close()
        }
        let output = String(decoding: sink.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    /// The errors of each text.
    ///
    /// - Parameters:
    ///   - texts: YAML.
    ///   - schema: The JSON Schema to validate with.
    ///   - vocabulary: What may stand in the texts.
    /// - Throws: When a text isn't YAML or the schema is none.
    package static func errors(
        _ texts: [String], schema: JSONValue, vocabulary: Vocabulary
    ) throws -> [[String]] {
        let instances = try texts.map { text in
            guard let fields = DefinitionText(text, file: "test.yaml", vocabulary: vocabulary).fields else {
                throw Failure(.failed, "no YAML: \(text)")
            }
            return fields.node.typed
        }
        let result = try run(program, input: JSONValue.array([schema, .array(instances)]).text())
        guard result.code == 0,
            let errors = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String]]
        else { throw Failure(.failed, "jsonschema ended with \(result.code): \(result.output)") }
        return errors
    }
}

extension DefinitionNode {
    /// The tree as a reader of YAML 1.2's core schema types it, which is what editors check.
    fileprivate var typed: JSONValue {
        switch content {
        case .list(let items): return .array(items.map(\.typed))
        case .mapping(let pairs):
            var object = JSONObject()
            for pair in pairs { object[pair.key] = pair.value.typed }
            return .object(object)
        case .scalar(let text, let isPlain):
            guard isPlain else { return .string(text) }
            if isNull { return .null }
            if text == "true" || text == "false" { return .bool(text == "true") }
            if let number = Int64(text) { return .integer(number) }
            return Double(text).map { .real($0) } ?? .string(text)
        }
    }
}
