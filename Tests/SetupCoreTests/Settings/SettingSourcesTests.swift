import ConfigurationFiles
import Diagnostics
import SetupCore
import Testing

@Suite struct SettingSourcesTests {
    private let options = SettingOptions(SamplePlan.schema)

    private func given(_ words: String..., secret: String = "") throws -> SettingValues {
        var values = SamplePlan.values
        try values.take(options: options.take(words).given) { _ in Array(secret.utf8) }
        return values
    }

    @Test func `names of options and variables follow the id`() throws {
        let token = try #require(SamplePlan.schema.setting("token"))
        let update = try #require(SamplePlan.schema.setting("auto_update"))
        #expect(SamplePlan.schema.optionUsage(of: token) == "--token-file FILE")
        #expect(SamplePlan.schema.optionUsage(of: update) == "--auto-update=yes|no")
        #expect(SamplePlan.schema.variable(of: update) == "ACME_AGENT_X_AUTO_UPDATE")
    }

    @Test func `options are taken out of a command line and the rest is given back`() throws {
        let taken = try options.take([
            "--silent", "--proxy-host=h", "--proxy-port", "80", "x", "--token-file", "-", "--", "--workers=1",
        ])
        #expect(taken.rest == ["--silent", "x", "--", "--workers=1"])
        #expect(taken.given.map(\.id) == ["proxy_host", "proxy_port", "token"])
        #expect(taken.given.map(\.argument) == ["h", "80", "-"])
        #expect(try options.match("--proxy-hos=1") == nil)
        #expect(options.names.contains("--token-file"))
    }

    @Test(arguments: [
        (["--token=hunter22"], "--token is refused"), (["--token", "hunter22"], "--token is refused"),
        (["--proxy-port"], "--proxy-port needs a value"), (["--proxy-port", "--silent"], "--proxy-port needs a value"),
        (["--workers=1", "--workers=2"], "--workers is given twice"),
    ])
    func `a wrong option is refused without repeating secrets`(words: [String], start: String) {
        let failure = #expect(throws: Failure.self) { try options.take(words) }
        #expect(failure?.message.hasPrefix(start) == true)
        #expect(failure?.code == .usage)
        #expect(failure?.rendered.contains("hunter22") == false)
    }

    @Test func `a secret's file is one line`() throws {
        #expect(try given("--token-file", "f", secret: "\u{FEFF}abc-1\r\n").text("token") == "abc-1")
        #expect(try given("--proxy-password-file=f", "--proxy-host=h", secret: " p ").text("proxy_password") == " p ")
        for wrong in ["", "\n", "abcd\nefgh\n", "ab c"] {
            let failure = #expect(throws: Failure.self) { try given("--token-file", "f", secret: wrong) }
            #expect(failure?.message.hasPrefix("--token-file: ") == true)
            #expect(failure?.rendered.contains("efgh") == false)
        }
        #expect(throws: Failure(.usage, "--token-file and --proxy-password-file can't both read standard input")) {
            try given("--token-file", "-", "--proxy-password-file", "-", secret: "abcd")
        }
    }

    @Test func `a higher source overrides a lower one, in whichever order they are taken`() throws {
        var values = SamplePlan.values
        #expect(values.text("auto_update") == "true")
        try values.take(options: options.take(["--workers=5"]).given)
        try values.take(environment: { ["ACME_AGENT_X_WORKERS": "4", "ACME_AGENT_X_CA_FILE": "/env", "X": "1"][$0] })
        try values.take(answers: Array("workers=3\nca_file=/answers\nauto_update = no\n".utf8), path: "a")
        values.take(
            existing: try ConfigurationDocument(
                parsing: Array("agent.workers=2\nagent.autoUpdate=on\nagent.token=!\n".utf8), as: .properties))
        #expect(values.text("workers") == "5")
        #expect(values.text("ca_file") == "/env")
        #expect(values.text("auto_update") == "false")
        #expect(values["auto_update"]?.origin == .answers)
        #expect(values.text("token") == "!")
        #expect(values.problems().map(\.message) == ["token: expected letters, digits and -"])
    }

    @Test func `an empty variable gives nothing, an empty answer asks for none`() throws {
        var values = SamplePlan.values
        try values.take(environment: { _ in "" })
        #expect(values.text("auto_update") == "true")
        try values.take(answers: Array("auto_update=\n".utf8), path: "a")
        #expect(values.text("auto_update") == nil)
        #expect(values.isGiven("auto_update"))
    }

    @Test(arguments: [
        ("workers=1\n\nworkers=2", "a, line 3: workers has its answer in line 1 already", []),
        ("#x\nworker=1", "a, line 2: there is no setting ‘worker’", ["Did you mean workers?"]),
        ("token hunter22", "a, line 1: expected id=value", ["A line that is no answer starts with #."]),
        ("proxy_port=70000", "a, line 1: proxy_port: expected a port, 1 to 65535, found ‘70000’", []),
        ("token=a", "a, line 1: token: expected letters, digits and -", []),
    ])
    func `a wrong answers file is refused with its line`(text: String, message: String, hints: [String]) {
        var values = SamplePlan.values
        let failure = #expect(throws: Failure(.usage, message)) {
            try values.take(answers: Array(text.utf8), path: "a")
        }
        #expect(failure?.hints == hints)
    }

    @Test func `an answers file may come from Windows`() throws {
        var values = SamplePlan.values
        try values.take(answers: Array("\u{FEFF}# x\r\n token =  abc-1 \r\n\r\nwindow=day\r\n".utf8), path: "a")
        #expect(values.text("token") == "abc-1")
        #expect(values.text("window") == "day")
        #expect(throws: Failure.self) { try values.take(answers: [0x77, 0x3D, 0xFF], path: "a") }
    }
}
