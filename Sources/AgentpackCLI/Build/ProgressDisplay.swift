import Building
import Diagnostics
import LinuxIO
import Planning
import Product

/// Shows how far a build is, on standard error: one line that changes on a terminal, a line for each phase elsewhere.
final class ProgressDisplay: Sendable {
    /// The least time between two changes of the line: a tenth of a second.
    private static let interval: UInt64 = 100_000_000

    private enum Style { case none, lines, live }

    private struct State {
        var lastChange: UInt64 = 0
        var packingStart: UInt64 = 0
        var hasPlanned = false
        var isShown = false
    }

    private let style: Style
    private let state = Monitor(State())

    /// Makes a display.
    ///
    /// - Parameter quiet: Whether nothing is shown at all.
    init(quiet: Bool) {
        if quiet {
            style = .none
        } else {
            style = StandardStream.error.isTerminal && System.environment("TERM") != "dumb" ? .live : .lines
        }
    }

    /// Shows progress; callable on any thread.
    func update(_ progress: BuildProgress) {
        guard style != .none else { return }
        let now = System.monotonicNanoseconds
        state.with { state in
            switch progress {
            case .planning(let planning):
                guard style == .live, isDue(&state, now) else { return }
                let done = "\(ByteSize.text(planning.bytes)) of \(ByteSize.text(planning.totalBytes))"
                draw("reading   \(planning.files) files, \(done)", &state)
            case .packing(let packing):
                if state.packingStart == 0 {
                    state.packingStart = now
                    if style == .lines {
                        StandardStream.error.write(
                            "packing \(ByteSize.text(packing.totalBytes)) in \(counted(packing.totalBlocks, "block"))\n"
                        )
                    }
                }
                guard style == .live, isDue(&state, now) else { return }
                let milliseconds = max(1, (now - state.packingStart) / 1_000_000)
                let rate = ByteSize.text(packing.bytes * 1000 / milliseconds)
                draw(
                    "packing   \(ByteSize.text(packing.bytes)) of \(ByteSize.text(packing.totalBytes))  \(rate)/s  "
                        + "\(packing.cachedBlocks) of \(packing.blocks) blocks from the cache", &state)
            }
        }
    }

    /// Removes the line, so that something else can be written.
    func erase() {
        state.with { state in
            if state.isShown { StandardStream.error.write("\r\u{1B}[K") }
            state.isShown = false
        }
    }

    /// Removes the line after some work, however it ends.
    func erasing<T>(_ work: () throws(Failure) -> T) throws(Failure) -> T {
        defer { erase() }
        return try work()
    }

    /// Says something while the line may be there.
    func interrupt(with warning: String, _ console: Console) {
        erase()
        console.warn(warning)
    }

    private func isDue(_ state: inout State, _ now: UInt64) -> Bool {
        guard now >= state.lastChange + Self.interval else { return false }
        state.lastChange = now
        return true
    }

    /// Short enough for 80 columns: a line that wraps can't be erased.
    private func draw(_ text: String, _ state: inout State) {
        state.isShown = true
        StandardStream.error.write("\r\u{1B}[K" + text.prefix(79))
    }
}
