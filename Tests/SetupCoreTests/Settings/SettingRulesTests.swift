import ConfigurationFiles
import Diagnostics
import SetupCore
import SetupPlan
import Testing

@Suite struct SettingRulesTests {
    private func values(_ answers: String, existing: String = "", options: [String] = []) throws -> SettingValues {
        var values = SamplePlan.values
        values.take(existing: try ConfigurationDocument(parsing: Array(existing.utf8), as: .properties))
        try values.take(answers: Array(answers.utf8), path: "a")
        try values.take(options: SettingOptions(values.schema).take(options).given)
        return values
    }

    @Test(arguments: [
        ("auto_update", "ON", "true"), ("auto_update", "0", "false"), ("auto_update", "maybe", nil),
        ("workers", "07", "7"), ("workers", "65", nil), ("workers", "1.5", nil), ("proxy_port", "0", nil),
        ("proxy_port", "080", "80"), ("proxy_host", "[::1]", "::1"), ("proxy_host", "http://x", nil),
        ("proxy_pac_url", "https://x/p.pac", "https://x/p.pac"), ("proxy_pac_url", "ftp://x", nil),
        ("ca_file", "/a b", "/a b"), ("ca_file", "a", nil), ("window", "day", "day"), ("window", "Day", nil),
        ("token", "abc", nil), ("token", "abcd", "abcd"), ("token", "abcd\u{1b}", nil), ("proxy_user", " x", nil),
    ])
    func `values are checked by kind and pattern`(id: String, text: String, stored: String?) throws {
        var values = SamplePlan.values
        let hadValue = (try? values.give(id, text, origin: .option)) != nil
        #expect(hadValue == (stored != nil))
        if id.hasPrefix("proxy_p") && id != "proxy_pac_url" { try values.give("proxy_host", "h", origin: .option) }
        if hadValue { #expect(values.text(id) == stored) }
    }

    @Test func `a URL with a password in it isn't repeated`() {
        var values = SamplePlan.values
        let failure = #expect(throws: Failure.self) {
            try values.give("proxy_pac_url", "https://u:hunter2@x/", origin: .option)
        }
        #expect(failure?.rendered.contains("hunter2") == false)
    }

    @Test func `a group's settings count only in the way it is used`() throws {
        #expect(try values("").text("proxy_port") == nil)
        #expect(try values("proxy_host=h").text("proxy_port") == "3128")
        #expect(try values("proxy_pac_url=http://x/").text("proxy_port") == nil)
    }

    @Test func `two ways of one source are an error, of two sources the higher one wins`() throws {
        let both = try values("proxy_host=h\nproxy_pac_url=http://x/\n")
        #expect(throws: Failure(.usage, "proxy: give either proxy_pac_url or proxy_host, not both")) {
            try both.validate()
        }
        let mixed = try values("proxy_host=h\nproxy_user=u\n", options: ["--proxy-pac-url=http://x/"])
        try mixed.validate()
        #expect(mixed.text("proxy_host") == nil)
        #expect(mixed.unused().map(\.setting.id) == ["proxy_host", "proxy_user"])
        try values("", existing: "proxy.host=h\nproxy.pac=http://x/\n").validate()
    }

    @Test func `a condition decides whether a setting counts`() throws {
        #expect(try values("").text("window") == "night")
        let off = try values("auto_update=no\nwindow=day\n")
        #expect(off.text("window") == nil)
        #expect(off.unused().map(\.setting.id) == ["window"])
    }

    @Test func `what is missing is named with the ways to give it`() throws {
        let failure = #expect(throws: Failure(.usage, "settings have no value: token, proxy_host")) {
            try values("proxy_user=u").requireComplete()
        }
        #expect(
            failure?.hints == [
                "token: --token-file FILE, or the variable ACME_AGENT_X_TOKEN, or the line token=… in the answers file",
                "proxy_host: --proxy-host=HOST, or the variable ACME_AGENT_X_PROXY_HOST, or the line proxy_host=… in the "
                    + "answers file",
            ])
        try values("token=abcd").requireComplete()
    }

    @Test func `conditions that bite their tails end`() throws {
        var plan = SamplePlan.plan()
        plan.settings = [
            Setting(id: "a", prompt: "", condition: SettingCondition(setting: "b", value: "1")),
            Setting(id: "b", prompt: "", condition: SettingCondition(setting: "a", value: "1")),
        ]
        plan.groups = []
        var values = SettingValues(SettingSchema(plan))
        try values.give("a", "1", origin: .option)
        try values.give("b", "1", origin: .option)
        #expect(values["a"] == nil)
    }

    @Test func `a secret can't be printed by accident`() throws {
        let value = try #require(try values("token=hunter22")["token"])
        var dumped = ""
        dump(value, to: &dumped)
        for text in ["\(value)", String(reflecting: value), dumped, "\([value])", String(describing: Optional(value))] {
            #expect(!text.contains("hunter22"))
            #expect(text.contains(SettingValue.mask))
        }
        var everything = ""
        dump(try values("token=hunter22"), to: &everything)
        #expect(!everything.contains("hunter22"))
    }
}
