import CLinux
import Foundation
import LinuxIO

/// A terminal whose keyboard and screen are in a test's hands.
final class PseudoTerminal: @unchecked Sendable {
    private var master: Int32
    let slave: Int32
    private let lock = NSLock()
    private var shownBytes: [UInt8] = []

    /// Opens one; `isControlling` makes it the terminal of this process, which starts a session of its own.
    init?(isControlling: Bool = false) {
        var ends: (Int32, Int32) = (-1, -1)
        guard openpty(&ends.0, &ends.1, nil, nil, nil) == 0 else { return nil }
        (master, slave) = ends
        if isControlling, setsid() < 0 || ioctl(slave, UInt(TIOCSCTTY), 0) != 0 { return nil }
    }

    deinit {
        close(master)
        close(slave)
    }

    /// What the screen shows by now.
    var shown: String { lock.withLock { String(decoding: shownBytes, as: UTF8.self) } }

    /// Whether typed characters are shown, and whether lines are edited by the kernel.
    var modes: (isEchoing: Bool, isCanonical: Bool) {
        var attributes = termios()
        tcgetattr(slave, &attributes)
        return (attributes.c_lflag & tcflag_t(ECHO) != 0, attributes.c_lflag & tcflag_t(ICANON) != 0)
    }

    func type(_ text: String) {
        var bytes = Array(text.utf8)
        _ = write(master, &bytes, bytes.count)
    }

    func hangUp() {
        close(master)
        master = -1
    }

    /// Does one thing after the other, each as soon as the screen shows a text once more.
    func play(_ steps: [(after: String, action: @Sendable (PseudoTerminal) -> Void)]) {
        Thread.detachNewThread { [self] in
            var consumed = 0
            for step in steps {
                while true {
                    let text = lock.withLock { String(decoding: shownBytes.dropFirst(consumed), as: UTF8.self) }
                    if text.contains(step.after) { break }
                    var buffer = [UInt8](repeating: 0, count: 4096)
                    let count = read(master, &buffer, buffer.count)
                    guard count > 0 else { return }
                    lock.withLock { shownBytes += buffer.prefix(count) }
                }
                lock.withLock { consumed = shownBytes.count }
                step.action(self)
            }
        }
    }

    /// Takes in what has been written to the screen since.
    func look() {
        var watched = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        while poll(&watched, 1, 100) == 1 {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { return }
            lock.withLock { shownBytes += buffer.prefix(count) }
        }
    }
}
