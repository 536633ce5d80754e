import ConfigurationFiles
import Diagnostics
import SetupCore
import SetupPlan
import Testing

@Suite struct InterviewTests {
    private func interview(
        _ lines: [String], scope: Interview.Scope = .unanswered, given: String = "", existing: String = "",
        tests: [String: Interview.Test] = [:]
    ) throws -> (values: SettingValues, script: Script) {
        let script = Script(lines)
        var values = SamplePlan.values
        values.take(existing: try ConfigurationDocument(parsing: Array(existing.utf8), as: .properties))
        try values.take(answers: Array(given.utf8), path: "a")
        try Interview(script.console(), scope: scope, tests: tests).run(&values)
        #expect(script.answers.isEmpty)
        return (values, script)
    }

    @Test func `questions come in the plan's order, wrong answers again, secrets unseen`() throws {
        let (values, script) = try interview(["", "abc", "abcd", "n", "", "1"])
        #expect(
            script.shown == """
                Installation token:\u{20}
                An answer is needed
                Installation token:\u{20}
                Installation token: expected letters, digits and -
                Installation token:\u{20}
                Use a proxy? [y/N]: «n»
                Enable automatic updates? [Y/n]: «»
                  1) day
                  2) night
                Update window [2]: «1»

                """)
        #expect(script.secretPrompts.count == 3)
        #expect(values.text("token") == "abcd")
        #expect(values.text("auto_update") == "true")
        #expect(values.text("window") == "day")
        try values.requireComplete()
    }

    @Test func `a group is asked for as a whole`() throws {
        let (values, script) = try interview(["abcd", "y", "2", "bad host", "h", "", "", "pw", "n"])
        #expect(
            script.shown.contains(
                """
                Use a proxy? [y/N]: «y»
                  1) Configuration script (PAC)
                  2) Host and port
                Your choice [1]: «2»
                Proxy host: «bad host»
                Proxy host: expected a host name or an IP address, found ‘bad host’
                """))
        #expect(
            script.shown.contains("Proxy port [3128]: «»\nProxy user: «»\nProxy password: \nEnable automatic updates?"))
        #expect(values.text("proxy_host") == "h")
        #expect(values.text("proxy_port") == "3128")
        #expect(values.text("proxy_password") == "pw")
        #expect(values.text("window") == nil)
    }

    @Test func `what is given already isn't asked for`() throws {
        let (values, script) = try interview(
            ["", "", "", "n"], given: "token=abcd\nproxy_host=h\n")
        #expect(script.shown.hasPrefix("Proxy port [3128]: «»\nProxy user: «»\nProxy password: \nEnable"))
        #expect(values.text("proxy_port") == "3128")
        #expect(try interview([], given: "token=abcd\nproxy_host=\nauto_update=no\n").script.shown == "")
    }

    @Test func `a failed test can be tried again, kept or left out`() throws {
        var calls = 0
        let test = Interview.Test(offer: "Test the connection now?") { (values) throws(Failure) in
            calls += 1
            guard values.text("proxy_host") == "good" else {
                throw Failure(.failed, "no answer", cause: "refused", hints: ["Is it running?"])
            }
            return "The server answered."
        }
        let start = ["abcd", "y", "2", "bad", "", "", "", "y"]
        let again = try interview(start + ["1", "y", "", "good", "", "", "", "", "n"], tests: ["proxy": test])
        #expect(
            again.script.shown.contains(
                """
                Test the connection now? [Y/n]: «y»
                no answer: refused
                Is it running?
                  1) Enter the settings again
                  2) Keep them as they are
                  3) Go on without
                Your choice [1]: «1»
                Use a proxy? [Y/n]: «y»
                """))
        #expect(again.script.shown.contains("Proxy host [bad]: «good»"))
        #expect(again.script.shown.contains("The server answered.\nEnable"))
        #expect(calls == 2)
        #expect(try interview(start + ["2", "n"], tests: ["proxy": test]).values.text("proxy_host") == "bad")
        #expect(try interview(start + ["3", "n"], tests: ["proxy": test]).values.text("proxy_host") == nil)
    }

    @Test func `a person who changes the way leaves the other one`() throws {
        let old = "agent.token=old!\nproxy.host=h\nproxy.port=1\n"
        let (values, script) = try interview(
            ["", "newer", "y", "1", "http://x/p", "n"], scope: .everything, existing: old)
        // What the rules of today refuse can't be kept by Enter.
        #expect(
            script.shown.hasPrefix(
                "Installation token [Enter keeps the present one]: \nInstallation token: expected letters, digits and -\n"
            ))
        #expect(values.text("proxy_host") == nil)
        #expect(values.text("proxy_pac_url") == "http://x/p")
        var document = try ConfigurationDocument(parsing: Array(old.utf8), as: .properties)
        try values.store(in: &document)
        #expect(document.value(of: "proxy.host") == nil)
        #expect(document.value(of: "proxy.pac") == "http://x/p")
    }

    @Test func `everything is asked with the present values, Enter keeps and - empties`() throws {
        let old =
            "agent.token=abcd\nproxy.host=h\nproxy.port=1\nproxy.user=u\nproxy.password=p\nagent.autoUpdate=false\n"
        let (values, script) = try interview(
            ["", "", "", "", "", "-", "", ""], scope: .everything, existing: old)
        #expect(script.shown.contains("Use a proxy? [Y/n]: «»\n"))
        #expect(
            script.shown.contains("Your choice [2]: «»\nProxy host [h]: «»\nProxy port [1]: «»\nProxy user [u]: «-»\n"))
        #expect(script.shown.contains("Enable automatic updates? [y/N]: «»\n"))
        var document = try ConfigurationDocument(parsing: Array(old.utf8), as: .properties)
        try values.store(in: &document)
        #expect(
            String(decoding: document.bytes, as: UTF8.self)
                == old.replacing("proxy.user=u\n", with: "") + "agent.server=https://example.com\n")
    }

    @Test func `only what is missing is asked for on request`() throws {
        #expect(try interview(["abcd"], scope: .missing).values.text("token") == "abcd")
        #expect(
            try interview(["h"], scope: .missing, given: "token=abcd\nproxy_user=u").values.text("proxy_host") == "h")
    }

    @Test func `questions of other formats aren't asked`() throws {
        let script = Script(["abcd", "n", ""])
        var values = SettingValues(SettingSchema(SamplePlan.plan(), format: "deb"))
        try Interview(script.console(), scope: .unanswered).run(&values)
        #expect(!script.shown.contains("automatic updates"))
    }

    @Test func `Ctrl-C at a test ends the interview`() {
        let test = Interview.Test(offer: "Test?") { (_) throws(Failure) in throw Failure(.interrupted, "stopped") }
        #expect(throws: Failure(.interrupted, "stopped")) {
            try interview(["abcd", "y", "1", "http://x/", "y"], tests: ["proxy": test])
        }
    }
}
