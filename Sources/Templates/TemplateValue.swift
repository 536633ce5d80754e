/// What a template's variable or section stands for, where a text alone is not enough.
public enum TemplateValue: Sendable {
    /// A text; escaped where the template is HTML. A section about it is rendered once.
    case text(String)
    /// What goes into the output as it is.
    case verbatim(String)
    /// Objects; a section about them is rendered once for each.
    case objects([[String: TemplateValue]])
    /// Whether a section is rendered.
    case flag(Bool)

    /// The text, or a section that is left out.
    public static func optional(_ text: String?) -> TemplateValue { text.map { .text($0) } ?? .flag(false) }
}

extension TemplateValue: ExpressibleByStringInterpolation {
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
}
