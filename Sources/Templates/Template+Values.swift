public import Diagnostics
internal import Mustache

/// The language of a rendered text, which decides what is escaped.
public enum TemplateSyntax: Sendable {
    /// Nothing is escaped.
    case plain
    /// Texts are safe between tags and in quoted attributes.
    case html
}

extension Template {
    /// Renders a text with lists and parts: `{{>name}}` is another template, which sees the same values.
    ///
    /// - Parameters:
    ///   - name: The file's name below `templates/`, without `.mustache`.
    ///   - syntax: What is escaped.
    ///   - values: A value for every variable at the top of the template; objects see what is around them.
    ///   - replacement: A text in place of the template's own, from somebody who may use its values and parts.
    /// - Returns: The text.
    /// - Throws: `failed` when there is no such template or part, or when one uses a variable without a value;
    ///   `usage` when that is the replacement's fault.
    public static func render(
        name: String, as syntax: TemplateSyntax, values: [String: TemplateValue], replacement: String? = nil
    ) throws(Failure) -> String {
        let parts = try library(startingWith: name, replacement)
        let missing = MissingNames()
        let scope = TemplateScope(values: values, syntax: syntax, missing: missing)
        guard let text = parts.render(scope, withTemplate: name) else {
            throw Failure(.failed, "there is no template \(name)")
        }
        guard let variable = missing.first else { return text }
        throw Failure(
            replacement == nil ? .failed : .usage, "the template \(name) uses \(variable), which has no value")
    }

    /// A template and its parts, parsed.
    private static func library(startingWith name: String, _ replacement: String?) throws(Failure) -> MustacheLibrary {
        var library = MustacheLibrary()
        var todo = [name]
        var done: Set<String> = []
        while let next = todo.popLast() {
            guard done.insert(next).inserted else { continue }
            let own = next == name ? replacement : nil
            let text = if let own { own } else { try source(of: next) }
            do {
                // Values are escaped before; a part forgets the language of what it is part of.
                try library.register("{{% CONTENT_TYPE:TEXT}}" + text, named: next)
            } catch {
                throw Failure(
                    own == nil ? .failed : .usage, "the template \(next) can't be read", cause: "\(error)")
            }
            todo += text.split(separator: "{{>", omittingEmptySubsequences: false).dropFirst().map {
                String($0.prefix { $0 != "}" })
            }
        }
        return library
    }
}

/// The names that a template asked for in vain.
private final class MissingNames {
    var first: String?
}

/// The values of an object, or of the template as a whole.
private struct TemplateScope: MustacheParent {
    let values: [String: TemplateValue]
    let syntax: TemplateSyntax
    /// Set for the outermost scope: whatever reaches it unanswered has no value.
    let missing: MissingNames?

    func child(named name: String) -> Any? {
        guard let value = values[name] else {
            if let missing, missing.first == nil { missing.first = name }
            return nil
        }
        return switch value {
        case .text(let text): syntax == .html ? HTMLText.escaped(text) : text
        case .verbatim(let text): text
        case .flag(let flag): flag
        case .objects(let objects): objects.map { TemplateScope(values: $0, syntax: syntax, missing: nil) }
        }
    }
}
