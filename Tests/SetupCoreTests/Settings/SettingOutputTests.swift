import ConfigurationFiles
import Diagnostics
import JSON
import SetupCore
import SetupPlan
import Testing

@Suite struct SettingOutputTests {
    private func values(
        _ answers: String, existing: String? = nil, format: ConfigurationFile.Format = .properties
    ) throws -> (SettingValues, ConfigurationDocument) {
        let schema = SettingSchema(SamplePlan.plan(format: format))
        let document = try #require(try schema.document(existing.map { Array($0.utf8) }, path: "/c"))
        var values = SettingValues(schema)
        values.take(existing: document)
        try values.take(answers: Array(answers.utf8), path: "a")
        return (values, document)
    }

    private func stored(
        _ answers: String, existing: String? = nil, format: ConfigurationFile.Format = .properties
    ) throws -> String {
        var (values, document) = try values(answers, existing: existing, format: format)
        try values.store(in: &document)
        return String(decoding: document.bytes, as: UTF8.self)
    }

    @Test func `a new file holds fixed values, answers and defaults`() throws {
        #expect(
            try stored("token=abcd\nproxy_host=h") == """
                agent.server=https://example.com
                agent.token=abcd
                proxy.host=h
                proxy.port=3128
                agent.autoUpdate=true
                agent.window=night

                """)
        #expect(
            try stored("token=abcd\nproxy_host=h\nworkers=3", format: .json) == """
                {
                  "agent": {
                    "server": "https://example.com",
                    "token": "abcd",
                    "autoUpdate": true,
                    "window": "night",
                    "workers": 3
                  },
                  "proxy": {
                    "host": "h",
                    "port": 3128
                  }
                }

                """)
    }

    @Test func `an update keeps what is there and adds what is new`() throws {
        let old = "# mine\nagent.token : old!\nagent.autoUpdate=off\nother=1\nagent.server=https://mine\nproxy.host=h\n"
        #expect(try stored("", existing: old) == old + "proxy.port=3128\n")
        #expect(try stored("token=abcd", existing: old) == old.replacing("old!", with: "abcd") + "proxy.port=3128\n")
    }

    @Test func `what a decision rules out leaves the file, and nothing else does`() throws {
        let old =
            "agent.server=x\nagent.autoUpdate=true\nagent.window=day\nproxy.host=h\nproxy.port=1\nproxy.password=p\n"
        #expect(
            try stored("proxy_pac_url=http://x/", existing: old)
                == "agent.server=x\nagent.autoUpdate=true\nagent.window=day\nproxy.pac=http://x/\n")
        #expect(
            try stored("auto_update=no", existing: old)
                == old.replacing("Update=true\nagent.window=day\n", with: "Update=false\n"))
        #expect(try stored("proxy_password=", existing: old) == old.replacing("proxy.password=p\n", with: ""))
        let both =
            "agent.server=x\nagent.autoUpdate=true\nagent.window=day\nproxy.host=h\nproxy.port=1\nproxy.pac=http://x/\n"
        #expect(try stored("workers=2", existing: both) == both + "agent.workers=2\n")
    }

    @Test func `a file that isn't well formed is refused with path and line`() throws {
        let failure = #expect(throws: Failure(.failed, "/c is not a well-formed properties file")) {
            try values("", existing: "a=\\u12")
        }
        #expect(failure?.cause == "line 1: \\u without four hexadecimal digits after it")
    }

    @Test func `the table masks secrets and escapes what could act on a terminal`() throws {
        #expect(
            try values("token=hunter22\nproxy_pac_url=http://x/\nwindow=day").0.table() == """
                token          ********   answers file
                proxy_pac_url  http://x/  answers file
                auto_update    yes        default
                window         day        answers file
                workers        (not set)
                ca_file        (not set)

                """)
        let (values, _) = try values("", existing: "agent.ca=/\\u001b[2J\\u202e")
        #expect(values.table().contains("/\\u{1b}[2J\\u{202e}"))
    }

    @Test func `the summary has the questions' words and masks secrets`() throws {
        #expect(
            try values("token=hunter22\nauto_update=no").0.summary() == """
                  Installation token        ********
                  Enable automatic updates  no

                """)
    }

    @Test func `the JSON masks secrets`() throws {
        let text = try values("token=hunter22").0.json().text()
        #expect(!text.contains("hunter22"))
        #expect(
            text.hasPrefix(
                #"[{"id":"token","prompt":"Installation token","value":"********","secret":true,"origin":"answers file"},"#
            ))
    }

    @Test func `written answers are read back, without secrets`() throws {
        let (values, _) = try values("token=hunter22\nproxy_host=h\nworkers=3\nauto_update=no")
        let text = values.answersText()
        #expect(!text.contains("hunter22"))
        #expect(
            text.contains(
                "# token is a secret: give it with --token-file FILE, or in the variable ACME_AGENT_X_TOKEN.\n"))
        var again = SamplePlan.values
        try again.take(answers: Array(text.utf8), path: "a")
        for id in ["proxy_host", "workers", "auto_update", "proxy_port", "window", "ca_file"] {
            #expect(again.text(id) == values.text(id))
        }
    }

    @Test func `the help names every option and fits 80 columns`() {
        let help = SamplePlan.schema.helpText()
        for name in SettingOptions(SamplePlan.schema).names { #expect(help.contains("  " + name)) }
        #expect(help.split(separator: "\n").allSatisfy { TerminalText.width(of: String($0)) <= 80 })
        #expect(
            help.hasPrefix(
                """
                Settings:
                  --token-file FILE           Installation token (required; FILE may be - for
                                              standard input)
                """))
    }
}
