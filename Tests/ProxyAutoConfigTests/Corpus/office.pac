// expect http://intranet/ -> DIRECT
// expect https://wiki.corp.example/page -> DIRECT
// expect https://www.corp.example/ -> PROXY proxy1.corp.example:8080; PROXY proxy2.corp.example:8080; DIRECT
// expect http://files.lab.example/x -> DIRECT
// expect http://10.20.30.40/ -> DIRECT
// expect http://192.0.2.7:8443/ -> PROXY proxy1.corp.example:8080; PROXY proxy2.corp.example:8080; DIRECT
// expect https://cdn.video.example/ -> PROXY video.corp.example:3128
// expect ftp://ftp.example/ -> PROXY proxy1.corp.example:8080; PROXY proxy2.corp.example:8080; DIRECT
/* The usual office: local names directly, one proxy for video, two with a way around for the rest. */
function FindProxyForURL(url, host)
{
    var proxies = "PROXY proxy1.corp.example:8080; " +
                  "PROXY proxy2.corp.example:8080; DIRECT";

    // Names without a dot, and our own domain but for the public site.
    if ((isPlainHostName(host) || dnsDomainIs(host, ".corp.example")) &&
        !localHostOrDomainIs(host, "www.corp.example"))
        return "DIRECT";

    var resolved = dnsResolve(host);
    if (isInNet(resolved, "10.0.0.0", "255.0.0.0") ||
        isInNet(resolved, "172.16.0.0", "255.240.0.0") ||
        isInNet(resolved, "127.0.0.0", "255.255.255.0"))
        return "DIRECT";

    if (shExpMatch(host, "*.video.example") && url.substring(0, 6) == "https:")
        return "PROXY video.corp.example:3128";
    else
        return proxies;
}
