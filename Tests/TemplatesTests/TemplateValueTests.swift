import Diagnostics
import Testing

@testable import Templates

@Suite struct TemplateValueTests {
    @Test func `Quotes are escaped under accents, and controls left out`() {
        #expect(
            HTMLText.escaped("<\u{301}a \"\u{301} '\u{301} & \u{0}\u{7F}\u{85}b\n\t")
                == "&lt;\u{301}a &quot;\u{301} &#39;\u{301} &amp; b\n\t")
    }

    @Test func `A variable of a part without a value is named`() throws {
        let failure = #expect(throws: Failure.self) {
            try Template.render(name: "guide-apt-install", as: .plain, values: ["title": "T", "package": "p"])
        }
        #expect(failure?.message == "the template guide-apt-install uses configure, which has no value")
    }

    @Test func `There is no template of another name`() {
        #expect(throws: Failure.self) { try Template.render(name: "other", as: .html, values: [:]) }
    }

    @Test func `Values go as they are into plain text and what is verbatim`() throws {
        let values: [String: TemplateValue] = ["state": "<&>"]
        #expect(try Template.render(name: "guide-state", as: .plain, values: values).contains("rm -rf <&>"))
        #expect(try Template.render(name: "guide-state", as: .html, values: values).contains("rm -rf &lt;&amp;&gt;"))
        let verbatim = try Template.render(name: "guide-state", as: .html, values: ["state": .verbatim("<&>")])
        #expect(verbatim.contains("rm -rf <&>"))
        #expect(try Template.render(name: "guide-state", as: .html, values: ["state": .flag(false)]) == "")
    }

    @Test func `A replacement uses the parts of what it replaces`() throws {
        let text = try Template.render(
            name: "guide-debian", as: .plain, values: ["state": "/x"], replacement: "A {{>guide-state}}B")
        #expect(text.hasPrefix("A ") && text.contains("Settings and logs stay in `/x`.") && text.hasSuffix("\nB"))
    }
}
