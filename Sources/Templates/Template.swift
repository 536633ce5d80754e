public import Diagnostics
internal import Mustache

/// The texts that are rendered into artifacts, embedded from `templates/`.
public enum Template {
    /// Renders a text; nothing is escaped, because none of the texts is HTML.
    ///
    /// - Parameters:
    ///   - name: The file's name below `templates/`, without `.mustache`.
    ///   - context: A value for every variable of the template; nil leaves a section out.
    /// - Returns: The text.
    /// - Throws: `failed` when there is no such template, or when it uses a variable without a value.
    public static func render(name: String, context: [String: String?]) throws(Failure) -> String {
        let text = try source(of: name)
        for variable in variables(of: text) where context[variable] == nil {
            throw Failure(.failed, "the template \(name) uses \(variable), which has no value")
        }
        do {
            let template = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + text)
            return template.render(context.compactMapValues { $0 })
        } catch {
            throw Failure(.failed, "the template \(name) can't be read", cause: "\(error)")
        }
    }

    /// A template's own text.
    static func source(of name: String) throws(Failure) -> String {
        guard let bytes = texts[name] ?? landingTexts[name] else {
            throw Failure(.failed, "there is no template \(name)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let texts: [String: [UInt8]] = [
        "systemd.service": PackageResources.systemd_service_mustache,
        "init-script": PackageResources.init_script_mustache,
        "deb-preinst": PackageResources.deb_preinst_mustache,
        "deb-postinst": PackageResources.deb_postinst_mustache,
        "deb-prerm": PackageResources.deb_prerm_mustache,
        "deb-postrm": PackageResources.deb_postrm_mustache,
        "deb-service-functions": PackageResources.deb_service_functions_mustache,
        "deb-legacy-functions": PackageResources.deb_legacy_functions_mustache,
        "account-functions": PackageResources.account_functions_mustache,
        "unconfigured": PackageResources.unconfigured_mustache,
        "state-functions": PackageResources.state_functions_mustache,
        "rpm-pretrans": PackageResources.rpm_pretrans_mustache,
        "rpm-pre": PackageResources.rpm_pre_mustache,
        "rpm-post": PackageResources.rpm_post_mustache,
        "rpm-preun": PackageResources.rpm_preun_mustache,
        "rpm-postun": PackageResources.rpm_postun_mustache,
        "rpm-posttrans": PackageResources.rpm_posttrans_mustache,
        "rpm-unfinished": PackageResources.rpm_unfinished_mustache,
        "service-preset": PackageResources.service_preset_mustache,
        "copyright": PackageResources.copyright_mustache,
        "changelog": PackageResources.changelog_mustache,
        "lintian-overrides": PackageResources.lintian_overrides_mustache,
        "client-changelog": PackageResources.client_changelog_mustache,
        "client-copyright": PackageResources.client_copyright_mustache,
        "keyring-description": PackageResources.keyring_description_mustache,
        "keyring-postinst": PackageResources.keyring_postinst_mustache,
        "keyring-postrm": PackageResources.keyring_postrm_mustache,
        "release-description": PackageResources.release_description_mustache,
        "release-post": PackageResources.release_post_mustache,
        "release-postun": PackageResources.release_postun_mustache,
    ]

    /// The names between double braces, without the marks of sections.
    private static func variables(of text: String) -> [String] {
        text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst().map { part in
            String(part.prefix { $0 != "}" }.drop { "#/^".contains($0) })
        }
    }
}
