import CLinux
public import Diagnostics
import Glibc

/// Work on several threads of the operating system.
///
/// Swift's own concurrency isn't used because the static runtime would grow by 0.8 MB with it.
public enum Threads {
    /// The processors this process may run on.
    public static var processorCount: Int {
        var set = [UInt8](repeating: 0, count: 1024)
        let filled = cl_affinity(&set, set.count)
        let count = set.prefix(max(0, filled)).reduce(0) { $0 + $1.nonzeroBitCount }
        return max(1, count)
    }

    /// Runs `body` on `count` threads and waits for all of them.
    ///
    /// - Parameters:
    ///   - count: The number of threads; with 1 the caller's own thread does the work.
    ///   - body: The work; gets the thread's index.
    /// - Throws: The failure of the lowest index that failed.
    public static func run(
        _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Void
    ) throws(Failure) {
        guard count > 1 else { return try body(0) }
        let results = UnsafeMutablePointer<Failure?>.allocate(capacity: count)
        results.initialize(repeating: nil, count: count)
        defer {
            results.deinitialize(count: count)
            results.deallocate()
        }
        // The closure doesn't outlive the call: every thread is joined before it returns.
        withoutActuallyEscaping(body) { body in
            var threads: [pthread_t] = []
            for index in 0..<count {
                let job = Unmanaged.passRetained(Job(index: index, body: body, slot: results.advanced(by: index)))
                var thread = pthread_t()
                let status = pthread_create(
                    &thread, nil,
                    { context in
                        guard let context else { return nil }
                        Unmanaged<Job>.fromOpaque(context).takeRetainedValue().run()
                        return nil
                    }, job.toOpaque())
                if status == 0 {
                    threads.append(thread)
                } else {
                    // No more threads to be had: the work is done here instead.
                    job.takeRetainedValue().run()
                }
            }
            for thread in threads { pthread_join(thread, nil) }
        }
        for index in 0..<count {
            if let failure = results[index] { throw failure }
        }
    }

    private final class Job {
        let index: Int
        let body: (Int) throws(Failure) -> Void
        let slot: UnsafeMutablePointer<Failure?>

        init(index: Int, body: @escaping (Int) throws(Failure) -> Void, slot: UnsafeMutablePointer<Failure?>) {
            self.index = index
            self.body = body
            self.slot = slot
        }

        func run() {
            do throws(Failure) { try body(index) } catch { slot.pointee = error }
        }
    }
}

/// A value that several threads change in turn, and wait on; a pthread mutex with a condition.
public final class Monitor<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    /// Makes a monitor around a value.
    public init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Works on the value while no other thread does, then wakes the waiters.
    ///
    /// - Parameter body: The work.
    /// - Returns: What `body` returns.
    @discardableResult
    public func with<R>(_ body: (inout Value) -> R) -> R {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        return body(&value)
    }

    /// Waits until `body` has a result.
    ///
    /// - Parameter body: Called whenever the value may have changed; nil means wait on.
    /// - Returns: The first result that isn't nil.
    public func wait<R>(for body: (inout Value) -> R?) -> R {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        while true {
            if let result = body(&value) { return result }
            pthread_cond_wait(condition, mutex)
        }
    }
}
