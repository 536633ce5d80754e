import Diagnostics
import LinuxIO
import Testing

@testable import ProxyAutoConfig

/// What the tests' scripts find: a small network, at 16:30:45 on Wednesday, 15 July 2026, two hours east of UTC.
enum Fixture {
    static var environment: Environment {
        var environment = Environment()
        environment.resolve = { name in
            switch name {
            case "files.lab.example": ["10.8.0.9"]
            case "www.corp.example": ["198.51.100.80"]
            case "six.example": ["2001:db8:0:6::1"]
            case "four.example": ["198.51.100.4"]
            default: []
            }
        }
        environment.ownAddresses = { ["10.1.2.3", "2001:db8::3"] }
        environment.now = {
            (
                Environment.Moment(year: 2026, month: 7, day: 15, weekday: 3, hour: 16, minute: 30, second: 45),
                Environment.Moment(year: 2026, month: 7, day: 15, weekday: 3, hour: 14, minute: 30, second: 45)
            )
        }
        return environment
    }

    private static let corpus = PathText.join(PathText.parent(#filePath), "Corpus")

    /// The names of the corpus' files.
    static let names: [String] = {
        guard let directory = try? Directory.open(corpus), let names = try? directory.names() else { return [] }
        return names.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] { try readFile(PathText.join(corpus, name)) }

    /// What stands between `://` and the port or path, without brackets.
    static func host(of url: String) -> String {
        let rest = url.split(separator: "/", omittingEmptySubsequences: false)[2]
        if rest.hasPrefix("[") { return String(rest.dropFirst().prefix { $0 != "]" }) }
        return rest.prefix { $0 != ":" }.lowercased()
    }

    /// The text that an expression comes to.
    static func value(of expression: String, environment: Environment = environment) throws -> String {
        try run("return String(\(expression));", environment: environment)
    }

    /// What a function with this body answers.
    static func run(_ body: String, environment: Environment = environment) throws -> String {
        let source = Text("function FindProxyForURL(url, host) { \(body) }".utf8)
        var lexer = Lexer(source)
        var parser = Parser(try lexer.allTokens(), of: source)
        let interpreter = Interpreter(environment)
        defer { interpreter.releaseAll() }
        let answer = try interpreter.findProxy(
            try parser.program(), url: Text("https://h.example/".utf8), host: Text("h.example".utf8))
        return String(decoding: answer, as: UTF8.self)
    }
}
