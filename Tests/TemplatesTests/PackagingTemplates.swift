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

/// The templates of the landing page and of web servers, by their paths.
let landingTemplates =
    [
        "guide-amazon-2", "guide-amazon-2023", "guide-apt-install", "guide-apt-remove", "guide-apt-tools",
        "guide-configure", "guide-debian", "guide-debian-derived", "guide-debian-sources", "guide-dnf-install",
        "guide-dnf-remove", "guide-el", "guide-el-dnf", "guide-fedora", "guide-fedora-dnf4", "guide-installer",
        "guide-offline-apt", "guide-offline-yum", "guide-service", "guide-state", "guide-suse", "guide-systemd",
        "guide-ubuntu-14", "guide-ubuntu-16", "guide-yum-install", "guide-yum-remove", "landing-block",
        "landing-files", "landing-guide", "landing-page", "landing-product", "landing-script", "landing-style",
    ].map { "landing/\($0).mustache" } + ["web-server/Caddyfile.mustache", "web-server/nginx.conf.mustache"]
