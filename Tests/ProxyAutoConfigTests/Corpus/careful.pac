// expect http://catch.example/ -> PROXY caught:1
// expect http://finally.example/ -> PROXY finally:2
// expect http://polyfill.example/ -> PROXY polyfill:3
// expect http://rest.example/ -> DIRECT
// Scripts that look before they call, and bring what old browsers lack.
if (!String.prototype.startsWithText) {
  String.prototype.startsWithText = function (part) { return this.lastIndexOf(part, 0) === 0; };
}
function risky(host) {
  if (host.indexOf("catch") == 0) throw new Error("no");
  var nothing;
  return nothing.length;
}
function FindProxyForURL(url, host) {
  var log = typeof alert == "function" ? alert : function () {};
  log("asked for " + host);
  if (typeof notThere !== "undefined") return "PROXY wrong:1";
  try {
    if (host.startsWithText("polyfill")) return "PROXY polyfill:3";
    if (host == "rest.example") { return null; }
    risky(host);
  } catch (e) {
    if (e.message == "no") return "PROXY caught:1";
  } finally {
    if (host == "finally.example") return "PROXY finally:2";
  }
  return "DIRECT";
}
