import LinuxIO
import SetupPlan

/// Warns when a secret was readable by everybody before it came here.
enum SecretExposure {
    /// Looks for the product's secret variables in the command lines of the processes above this one, as `sudo
    /// TOKEN=... ./x.bin` puts them there.
    static func warn(about given: [SettingOptions.Given], plan: Plan, console: Console) {
        let schema = SettingSchema(plan)
        let names = plan.settings.filter(\.isSecret).map { schema.variable(of: $0) + "=" }
        var process = System.parentID
        for _ in 0..<8 where process > 1 {
            guard let line = try? readFile("/proc/\(process)/cmdline"),
                let status = try? readFile("/proc/\(process)/stat")
            else { return }
            for word in line.split(separator: 0) {
                let text = String(decoding: word, as: UTF8.self)
                guard let name = names.first(where: { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }) else {
                    continue
                }
                console.say(
                    "Warning: \(name.dropLast()) stands on the command line of process \(process), where every user of "
                        + "this machine can read it. Use the -file option or standard input, and consider the secret known."
                )
                return
            }
            // The fields after the command's name, which is in parentheses: state, then the parent's number.
            let fields = String(decoding: status, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
            guard fields.count > 1, let parent = Int32(fields[1]) else { return }
            process = parent
        }
    }
}
