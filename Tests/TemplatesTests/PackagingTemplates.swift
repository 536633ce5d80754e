/// The templates of native packages, by their paths.
let packagingTemplates = [
    "changelog", "copyright", "deb-postinst", "deb-postrm", "deb-preinst", "deb-prerm", "lintian-overrides",
    "rpm-post", "rpm-posttrans", "rpm-postun", "rpm-pre", "rpm-pretrans", "rpm-preun", "rpm-unfinished",
    "service-preset", "state-functions",
].map { "packaging/\($0).mustache" }
