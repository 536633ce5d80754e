import Diagnostics
import LinuxIO

/// The same work for several numbers, on some threads.
enum SegmentWork {
    /// Works for the numbers 0 to count-1.
    ///
    /// - Returns: The results in the order of the numbers.
    /// - Throws: The failure of one of them.
    static func run<Output>(
        _ count: Int, threads: Int, _ body: (Int) throws(Failure) -> Output
    ) throws(Failure) -> [Output] {
        guard threads > 1, count > 1 else {
            var results: [Output] = []
            for index in 0..<count { results.append(try body(index)) }
            return results
        }
        // The closure doesn't outlive the call: every thread is joined before it returns.
        return try withoutActuallyEscaping(body) { body throws(Failure) in
            let work = Shared(count: count, body: body)
            try Threads.run(min(threads, count)) { _ throws(Failure) in try work.run() }
            return work.results
        }
    }

    /// What the threads share; the numbers are handed out one after the other.
    private final class Shared<Output>: @unchecked Sendable {
        private let count: Int
        private let body: (Int) throws(Failure) -> Output
        private let state = Monitor<(next: Int, results: [Int: Output])>((0, [:]))

        init(count: Int, body: @escaping (Int) throws(Failure) -> Output) {
            self.count = count
            self.body = body
        }

        func run() throws(Failure) {
            while true {
                let index = state.with { state in
                    state.next += 1
                    return state.next - 1
                }
                guard index < count else { return }
                let output = try body(index)
                state.with { $0.results[index] = output }
            }
        }

        var results: [Output] { state.with { state in (0..<count).compactMap { state.results[$0] } } }
    }
}
