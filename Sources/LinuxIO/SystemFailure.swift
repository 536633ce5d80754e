public import Diagnostics
import Glibc

extension Failure {
    /// A failed system call.
    ///
    /// - Parameters:
    ///   - action: What was tried, as `open` or `create the directory`.
    ///   - path: The path it was tried on.
    ///   - number: The call's `errno`.
    /// - Returns: A failure whose message names both and whose cause is the C library's text for the number.
    public static func system(_ action: String, _ path: String, _ number: Int32) -> Failure {
        var hints: [String] = []
        switch number {
        case ENOSPC, EDQUOT: hints = ["Free some space on that file system, then run the command again."]
        case EROFS: hints = ["The file system is mounted read-only; mount it read-write, then run the command again."]
        case EFBIG: hints = ["Raise the limit on the size of files (`ulimit -f`), then run the command again."]
        case EMFILE: hints = ["Raise the limit on open files (`ulimit -n`), then run the command again."]
        case EIO: hints = ["Look for errors of the disk in the kernel's log (dmesg)."]
        case EACCES, EPERM:
            if geteuid() != 0 {
                hints = ["Run the command as root."]
            } else if number == EPERM {
                hints = [
                    "It, or the directory that holds it, may be immutable: lsattr(1) shows that, `chattr -i -a` ends it."
                ]
            }
        default: break
        }
        return Failure(
            .failed, "can't \(action) \(PathText.display(path))", cause: errorText(number), hints: hints,
            errorNumber: number)
    }

    /// The C library's words for an error number; strerror(3) in the C locale.
    ///
    /// - Parameter number: An `errno` value.
    /// - Returns: The text.
    public static func errorText(_ number: Int32) -> String {
        guard let text = strerror(number) else { return "error \(number)" }
        return String(cString: text)
    }
}

/// Calls again after EINTR.
///
/// - Parameter call: A system call that returns -1 on failure.
/// - Returns: The call's result, or the error number.
func retrying<R: SignedInteger>(_ call: () -> R) -> Result<R, ErrorNumber> {
    while true {
        let result = call()
        if result != -1 { return .success(result) }
        let number = errno
        if number != EINTR { return .failure(ErrorNumber(number: number)) }
    }
}

/// An `errno` value on its way to a `Failure`.
struct ErrorNumber: Error {
    let number: Int32
}

/// Runs a system call, retrying EINTR, and throws what went wrong.
@discardableResult
func checked<R: SignedInteger>(_ action: String, _ path: String, _ call: () -> R) throws(Failure) -> R {
    switch retrying(call) {
    case .success(let result): return result
    case .failure(let error): throw Failure.system(action, path, error.number)
    }
}
