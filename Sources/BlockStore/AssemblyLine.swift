import Diagnostics
import LinuxIO

/// Hands out the numbers 0 to n-1 to threads and takes their results to a sink in the order of the numbers.
///
/// Whichever thread finds the next result ready delivers it, so no thread waits for another one to be scheduled, and a
/// single thread does everything by itself. What has been handed out and not delivered yet is bounded by its size.
final class AssemblyLine: @unchecked Sendable {
    private struct State {
        var next = 0
        var delivered = 0
        var bytesUnderWay = 0
        var isDelivering = false
        var ready: [Int: Result<StoredBlock, Failure>] = [:]
        var failure: Failure?
    }

    private let sizes: [Int]
    private let budget: Int
    // Called by one thread at a time: `isDelivering` guards it.
    private let sink: (Int, StoredBlock) throws(Failure) -> Void
    private let state = Monitor(State())

    /// Makes a line.
    ///
    /// - Parameters:
    ///   - sizes: The bytes that each number takes while it is under way.
    ///   - budget: The most bytes under way; a single number may take more.
    ///   - sink: Takes the results.
    init(sizes: [Int], budget: Int, sink: @escaping (Int, StoredBlock) throws(Failure) -> Void) {
        self.sizes = sizes
        self.budget = budget
        self.sink = sink
    }

    /// Works until no number is left or something has failed.
    ///
    /// - Parameter make: Makes one result.
    func work(_ make: (Int) throws(Failure) -> StoredBlock) {
        while let index = take() {
            let result = Result { () throws(Failure) in try make(index) }
            state.with { $0.ready[index] = result }
            deliver()
        }
    }

    /// Ends the line after every thread has left `work`.
    func finish() throws(Failure) {
        if let failure = state.with({ $0.failure }) { throw failure }
    }

    private func take() -> Int? {
        let taken: Int?? = state.wait { state in
            let index = state.next
            guard state.failure == nil, index < sizes.count else { return .some(nil) }
            guard state.bytesUnderWay == 0 || state.bytesUnderWay + sizes[index] <= budget else { return nil }
            state.next += 1
            state.bytesUnderWay += sizes[index]
            return index
        }
        return taken ?? nil
    }

    private func deliver() {
        while let (index, block) = claim() {
            let result = Result { () throws(Failure) in try sink(index, block) }
            state.with { state in
                state.isDelivering = false
                state.delivered += 1
                state.bytesUnderWay -= sizes[index]
                if case .failure(let failure) = result { state.failure = failure }
            }
        }
    }

    private func claim() -> (Int, StoredBlock)? {
        state.with { state in
            guard !state.isDelivering, state.failure == nil,
                let result = state.ready.removeValue(forKey: state.delivered)
            else { return nil }
            switch result {
            case .success(let block):
                state.isDelivering = true
                return (state.delivered, block)
            case .failure(let failure):
                state.failure = failure
                return nil
            }
        }
    }
}
