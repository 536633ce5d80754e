public import Diagnostics

/// A proxy auto-config (PAC) file, parsed: JavaScript whose `FindProxyForURL(url, host)` says how to reach a URL.
///
/// The language is what such files use of ECMAScript 5, with `let`, `const`, `for … of`, arrow functions and the newer
/// methods of strings and arrays; the functions that browsers add are Netscape's of 1996, as MDN ("Proxy
/// Auto-Configuration (PAC) file") describes them, and Microsoft's for IPv6. Anything else is refused with its line and
/// column. Text is bytes: a character outside ASCII counts as its bytes of UTF-8, which no host name and no URL has.
///
/// The file comes from the network and is evaluated as root, so nothing it can do reaches beyond `Environment`, and
/// time, memory and depth are bounded (`Limits`).
public struct ProxyScript: Sendable {
    /// Where it came from; named in errors.
    public let name: String
    private let source: Text
    private let program: FunctionNode

    /// Parses a file.
    ///
    /// - Parameters:
    ///   - source: The file's bytes: UTF-8 or any other superset of ASCII.
    ///   - name: Where it came from.
    /// - Throws: `failed`, with line and column and what was found, where it is not a script of the language above, or
    ///   doesn't define `FindProxyForURL`.
    public init(parsing source: [UInt8], name: String) throws(Failure) {
        guard source.count <= Limits.source else {
            throw Failure(.failed, "\(name) is larger than \(Limits.source) bytes, the most a PAC file may have")
        }
        self.name = name
        self.source = source
        do throws(ScriptError) {
            var lexer = Lexer(source)
            var parser = Parser(try lexer.allTokens(), of: source)
            program = try parser.program()
        } catch {
            throw Self.failure(error, name, source)
        }
    }

    /// Evaluates `FindProxyForURL`, or `FindProxyForURLEx` where the file defines nothing else.
    ///
    /// - Parameters:
    ///   - url: The URL. Path and query of https are left out, as browsers do: they may hold secrets.
    ///   - host: The URL's host, without port and brackets.
    ///   - environment: What the script can ask for.
    /// - Returns: The ways, in the order in which to try them; at least one.
    /// - Throws: `failed`, with line and column, where the script fails, exceeds a limit or answers something else.
    public func choices(
        url: String, host: String, environment: Environment = Environment()
    ) throws(Failure)
        -> [ProxyChoice]
    {
        let answer: Text
        do throws(ScriptError) {
            let interpreter = Interpreter(environment)
            defer { interpreter.releaseAll() }
            answer = try interpreter.findProxy(program, url: Text(url.utf8), host: Text(host.utf8))
        } catch {
            throw Self.failure(error, name, source)
        }
        let text = String(decoding: answer, as: UTF8.self)
        do throws(Failure) {
            return try ProxyChoice.list(parsing: text)
        } catch {
            throw error.during("\(name): FindProxyForURL gave no usable answer for \(host)")
        }
    }

    private static func failure(_ error: ScriptError, _ name: String, _ source: Text) -> Failure {
        var (line, column) = (1, 1)
        for byte in source.prefix(error.offset) {
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return Failure(
            .failed, "\(name), line \(line), column \(column): \(error.message)",
            hints: ["Check the address of the PAC file, and the file, with whoever runs the proxy."])
    }
}

/// Text as the scripts see it: bytes.
typealias Text = [UInt8]

/// How much a script may use; far above what real ones need, so that a hostile one ends with an error.
enum Limits {
    /// Bytes of the file; browsers take 1 MiB.
    static let source = 1 << 20
    /// Expressions and statements evaluated, and loops of the functions it calls; a second or two.
    static let steps = 6_000_000
    /// Bytes of texts, arrays and objects made in one evaluation, in all.
    static let memory = 64 << 20
    /// How deep expressions, statements and calls may lie in one another.
    static let depth = 400
    /// How deep the text of the script may nest.
    static let nesting = 120
    /// Instructions of all regular expressions that the file writes between slashes; some megabytes.
    static let instructions = 200_000
    /// Host names looked up in one evaluation.
    static let lookups = 64
}

/// Why a script can't be parsed, or ended.
struct ScriptError: Error {
    let message: String
    /// Where in the source, in bytes.
    let offset: Int
    private let thrown: Thrown?

    /// Objects are not Sendable, as errors must be; but an evaluation never leaves its thread, and the error's value
    /// never leaves the evaluation.
    private struct Thrown: @unchecked Sendable { let value: Value }

    init(_ message: String, at offset: Int, value: Value? = nil) {
        self.message = message
        self.offset = offset
        thrown = value.map { Thrown(value: $0) }
    }

    /// What `catch` gets; nil for what a script must not catch, such as a limit.
    var value: Value? { thrown?.value }
}
