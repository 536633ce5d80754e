import Diagnostics
import Testing

@Suite struct DiagnosticsTests {
    @Test func `a failure prints error, cause and hints in this order`() {
        let failure = Failure(.usage, "no such thing", cause: "it went away", hints: ["look elsewhere", "or wait"])
        #expect(
            failure.rendered == "error: no such thing\n  cause: it went away\n  hint: look elsewhere\n  hint: or wait")
    }

    @Test func `a failure seen from above keeps code and hints`() {
        let failure = Failure(.integrity, "bad byte", cause: "flipped", hints: ["fetch again"]).during("can't install")
        #expect(failure == Failure(.integrity, "can't install"))
        #expect(failure.cause == "bad byte: flipped")
        #expect(failure.hints == ["fetch again"])
    }
}
