import ArgumentParser
import Diagnostics

extension Agentpack {
    /// Runs the command that the arguments name; a failure is rendered for a terminal and decides the exit code.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            Console.standard.report(failure)
            exit(withError: ArgumentParser.ExitCode(failure.code.rawValue))
        } catch {
            exit(withError: error)
        }
    }
}
