import DefinitionFiles
import Diagnostics

extension ManifestDecoder {
    /// The names of linux/capability.h up to 5.9.
    private static let capabilities = [
        "cap_audit_control", "cap_audit_read", "cap_audit_write", "cap_block_suspend", "cap_bpf",
        "cap_checkpoint_restore", "cap_chown", "cap_dac_override", "cap_dac_read_search", "cap_fowner", "cap_fsetid",
        "cap_ipc_lock", "cap_ipc_owner", "cap_kill", "cap_lease", "cap_linux_immutable", "cap_mac_admin",
        "cap_mac_override", "cap_mknod", "cap_net_admin", "cap_net_bind_service", "cap_net_broadcast", "cap_net_raw",
        "cap_perfmon", "cap_setfcap", "cap_setgid", "cap_setpcap", "cap_setuid", "cap_sys_admin", "cap_sys_boot",
        "cap_sys_chroot", "cap_sys_module", "cap_sys_nice", "cap_sys_pacct", "cap_sys_ptrace", "cap_sys_rawio",
        "cap_sys_resource", "cap_sys_time", "cap_sys_tty_config", "cap_syslog", "cap_wake_alarm",
    ]

    /// Reports names that no kernel knows: setcap(8) would find them on the target.
    mutating func checkCapabilities(_ text: Located<String>?) {
        guard let text else { return }
        for clause in text.value.split(separator: " ") {
            for name in clause.prefix(while: { $0 != "=" && $0 != "+" }).split(separator: ",") where name != "all" {
                guard !Self.capabilities.contains(String(name)) else { continue }
                let near = Suggestion.nearest(to: String(name), among: Self.capabilities)
                report(text.location, "there is no capability \"\(name)\"", suggestion: near)
            }
        }
    }
}
