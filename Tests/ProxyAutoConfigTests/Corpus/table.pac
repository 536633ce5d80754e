// expect https://a.b.listed.example/ -> PROXY 127.0.0.1:1080; SOCKS 127.0.0.1:1081
// expect https://listed.example/ -> PROXY 127.0.0.1:1080; SOCKS 127.0.0.1:1081
// expect https://notlisted.example/ -> DIRECT
// expect https://constructor/ -> DIRECT
// The form of generated lists: an object with a member a domain, walked from the whole name to its end.
var domains = {"listed.example":1,"also-listed.example":1,'third.example':1};
var proxy = "PROXY 127.0.0.1:1080; SOCKS5 127.0.0.1:1081", direct = 'DIRECT;', hasOwn = Object.hasOwnProperty;
function FindProxyForURL(url, host) {
    var suffix, pos = host.lastIndexOf('.');
    pos = host.lastIndexOf('.', pos - 1);
    while (1) {
        if (pos <= 0) {
            if (hasOwn.call(domains, host)) { return proxy; } else { return direct; }
        }
        suffix = host.substring(pos + 1);
        if (hasOwn.call(domains, suffix)) { return proxy; }
        pos = host.lastIndexOf('.', pos - 1);
    }
}
