import Diagnostics
import LinuxIO
import SetupPlan
import XZ

/// `support-bundle`: one file for those who help.
struct SupportBundleCommand {
    let plan: Plan
    let context: ToolContext

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        try context.requireRoot("A support bundle", "\(plan.configToolPath) support-bundle")
        let now = System.now
        let stamp = UTCTime(seconds: now).text.filter { $0 != "-" && $0 != ":" }
        let folder = "\(plan.product.name)-support-\(stamp)"
        let path = arguments.operands.first ?? folder + ".tar.xz"
        // Opened first: a directory that isn't there must not be found out after the work.
        let output = try StagedFile(replacing: path, mode: 0o600)
        var archive = TarArchive()
        for file in SupportBundle(plan, context).files {
            try archive.add("\(folder)/\(file.name)", file.content, time: now)
        }
        let content = archive.finish()
        let packed = unsafe try XZ.compress(content.span.bytes)
        try output.write(packed)
        try output.commit()
        context.console.say("Wrote \(PathText.display(path)), readable by you alone. Look into it before you send it.")
        return ExitCode.done.rawValue
    }
}
