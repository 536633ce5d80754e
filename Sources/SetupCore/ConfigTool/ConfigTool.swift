import BinFormat
import Diagnostics
import SetupPlan

struct ConfigTool: ~Copyable {
    let file: BinFile
    init(_ file: consuming BinFile) { self.file = file }
    func run(_ words: [String]) throws(Failure) -> Int32 { 0 }
}

struct UninstallCommand {
    let plan: Plan
    func run(_ words: [String]) throws(Failure) -> Int32 {
        _ = try Uninstaller(plan, context: SetupContext()).uninstall(purge: words.contains("--purge"))
        return 0
    }
}
