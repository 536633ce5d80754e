// expect https://www3.shop.example/ -> PROXY a.example:1
// expect http://10.0.0.1/index.html -> DIRECT
// expect http://example.org/download/setup.exe -> PROXY b.example:2
// expect http://example.org/download/setup.txt -> PROXY c.example:3
// expect http://EXAMPLE.net/ -> PROXY d.example:4
// expect http://user-7.host.example/ -> PROXY user7.example:7
function FindProxyForURL(url, host) {
  var numeric = /^\d{1,3}(\.\d{1,3}){3}$/;
  if (numeric.test(host)) return "DIRECT";
  if (/^https:\/\/www\d*\.(shop|store)\.example[:\/]/.test(url)) return "PROXY a.example:1";
  if (url.match(/\.(exe|msi|zip)$/i)) return "PROXY b.example:2";
  if (new RegExp("^http://[^/]+/download/").test(url)) return "PROXY c.example:3";
  if (/EXAMPLE\.NET/i.test(host)) return "PROXY d.example:4";
  var parts = /^user-(\d+)\./.exec(host);
  if (parts !== null && parts.length == 2) return "PROXY " + host.replace(/^(\w+)-(\d+).*$/, "$1$2") + ".example:" + parts[1];
  return "DIRECT";
}
