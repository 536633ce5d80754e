/// The templates of native packages, by their paths.
let packagingTemplates = [
    "account-functions", "changelog", "copyright", "deb-legacy-functions", "deb-postinst", "deb-postrm", "deb-preinst",
    "deb-prerm", "deb-service-functions", "lintian-overrides",
    "rpm-post", "rpm-posttrans", "rpm-postun", "rpm-pre", "rpm-pretrans", "rpm-preun", "rpm-unfinished",
    "service-preset",
    "state-functions", "unconfigured",
].map { "packaging/\($0).mustache" }

/// The templates of packages for clients, by their paths.
let clientTemplates = [
    "client-changelog", "client-copyright", "keyring-description", "keyring-postinst", "keyring-postrm",
    "release-description", "release-post", "release-postun",
].map { "client/\($0).mustache" }
